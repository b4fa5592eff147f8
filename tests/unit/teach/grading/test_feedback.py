import base64

from tests.unit.teach.grading.conftest import EXERCISE

from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.judge import Remark, Verdict
from casework.teach.grading.batch import Graded
from casework.teach.grading.feedback import feedback_page, write_feedback
from casework.teach.grading.process import Shown

TASKS = get_exercise(EXERCISE).tasks
PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 20).decode()


def page(messages, reasons=()):
    remark = Remark(label="<i>lot</i>", points=1.0, earned=0.0, text="<b>no</b>")
    verdicts = tuple(Verdict(task=task.name, points=task.points, earned=0.0, remarks=(remark,)) for task in TASKS)
    shown = Shown(TASKS[0].name, "print('</pre><script>1</script>')", messages)
    one = Graded(student="<ann>", exercise=EXERCISE, verdicts=verdicts, reasons=reasons, shown=(shown,))
    return feedback_page(one)


def test_everything_a_student_wrote_is_text():
    html = page(
        [
            {"msg_type": "stream", "content": {"name": "stdout", "text": "<script>2</script>\x1b[31mred\x1b[0m\u202e"}},
            {
                "msg_type": "display_data",
                "content": {"data": {"text/html": "<script>3</script>", "text/plain": "<img>"}},
            },
            {"msg_type": "error", "content": {"ename": "<E>", "evalue": "x", "traceback": ["secret"]}},
        ],
        reasons=("<script>4</script>",),
    )
    assert "<script" not in html
    assert "secret" not in html
    assert "\u202e" not in html
    assert "red" in html
    assert "&lt;img&gt;" in html
    assert "<i>lot" not in html
    assert "<ann>" not in html


def test_pictures_are_shown_only_where_they_are_pictures():
    def with_data(data):
        return page([{"msg_type": "display_data", "content": {"data": data}}])

    assert f"data:image/png;base64,{PIXEL}" in with_data({"image/png": PIXEL})
    for data in (
        {"image/png": 'x" onerror="1'},
        {"image/svg+xml": "<svg/>"},
        {"image/png": base64.b64encode(b"GIF").decode()},
    ):
        assert "<img" not in with_data(data)


def test_nonsense_messages_are_left_out(tmp_path):
    page([{}, {"content": 3}, {"content": {"data": {"image/png": 3}}}, "x"])
    verdicts = tuple(Verdict(task=task.name, points=task.points, earned=task.points) for task in TASKS)
    path = write_feedback(tmp_path, Graded(student="ann", exercise=EXERCISE, verdicts=verdicts))
    assert path == tmp_path / "feedback" / "ann" / EXERCISE / f"{EXERCISE}.html"
    assert "http" not in path.read_text(encoding="utf-8").replace("http-equiv", "")
