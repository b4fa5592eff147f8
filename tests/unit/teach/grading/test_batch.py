import json
import sys
from pathlib import Path

import pytest
from tests.unit.teach.grading.conftest import EXERCISE, answered

from casework.core.errors import DataError, ParameterError
from casework.runner.confined.limits import Limits
from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.variant import COURSE_FILE
from casework.teach.grading.batch import GradedClass, grade_class, grade_file
from casework.teach.grading.course import new_course
from casework.teach.grading.feedback import feedback_page, write_feedback

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="confined processes need Linux here"),
]
POINTS = get_exercise(EXERCISE).points
FIRST = get_exercise(EXERCISE).tasks[0]
LIMITS = Limits(cell_seconds=6.0, seconds=60.0, memory=400 << 20, output=1 << 20, folder_size=4 << 20)
SECRET = "secret.txt"

MARKUP = [
    "from IPython.display import HTML, display",
    "display(HTML('<script>alert(1)</script>'))",
    "print('<script>alert(2)</script>')",
]
FORGED = [
    "import casework.teach.exercises.live as live",
    "live.check = lambda *a, **k: 99",
    "live.Marks = float",
    "lot = 1.0",
]

# what the first task's cell holds, and what is said of it; the other tasks are answered rightly
HOSTILE = {
    "loop": ("while True:\n    pass", "longer than 6 s"),
    "stubborn": ("while True:\n    try:\n        while True: pass\n    except BaseException: pass", "longer than 6 s"),
    "hog": ("kept = []\nwhile True: kept.append(bytearray(10**8))", "memory"),
    "bomb": ("import os\nwhile True: os.fork()", "not permitted"),
    "program": ("import subprocess; subprocess.run(['rm', '-rf', PLACE])", "not permitted"),
    "delete": ("import shutil; shutil.rmtree(PLACE)", "not permitted"),
    "spy": ("print(open(PLACE + '/../casework_course.toml').read())", "not permitted"),
    "network": ("import socket; socket.create_connection(('127.0.0.1', 9), 1)", "not permitted"),
    "kill": ("import os, signal; os.kill(os.getppid(), signal.SIGKILL)", "not permitted"),
    "leave": ("import os; os._exit(0)", "the process of the cells ended"),
    "disk": ("for k in range(10**6): open(f'f{k}', 'wb').write(b'0' * 10**6)", "MiB of files"),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    new_course(folder)
    (folder / COURSE_FILE).write_text('salt = "for tests"\n', encoding="utf-8")
    (folder / SECRET).write_text("kept", encoding="utf-8")

    def put(student, notebook):
        place = folder / "submitted" / student / EXERCISE
        place.mkdir(parents=True)
        text = notebook if isinstance(notebook, str) else json.dumps(notebook)
        (place / f"{EXERCISE}.ipynb").write_text(text, encoding="utf-8")

    put("right", answered())
    put("blank", answered(**{task.name: task.blank for task in get_exercise(EXERCISE).tasks}))
    put("junk", "not a notebook")
    put("markup", answered(**{FIRST.name: "\n".join([FIRST.answer, *MARKUP])}))
    put("forger", answered(**{FIRST.name: "\n".join(FORGED)}))
    for name, (code, _) in HOSTILE.items():
        put(name, answered(**{FIRST.name: code.replace("PLACE", repr(str(folder / "submitted")))}))
    (folder / "submitted" / "nothing" / EXERCISE).mkdir(parents=True)
    return folder


@pytest.fixture(scope="module")
def graded(course):
    results = {one.student: one for one in grade_class(course, EXERCISE, limits=LIMITS)}
    for one in results.values():
        write_feedback(course, one)
    return results


def test_everybody_has_a_score_and_nothing_else_is_touched(course, graded):
    assert sorted(graded) == sorted(path.name for path in (course / "submitted").iterdir())
    assert (course / SECRET).read_text(encoding="utf-8") == "kept"
    assert all((course / "submitted" / name / EXERCISE).is_dir() for name in graded)


def test_right_blank_and_unreadable(graded):
    assert (graded["right"].score, graded["right"].reasons) == (POINTS, ())
    assert graded["blank"].score == 0
    assert graded["junk"].reasons == ("it is not a notebook",)
    assert "no file" in graded["nothing"].reasons[0]
    assert graded["markup"].score == POINTS
    assert graded["forger"].score == POINTS - FIRST.points


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_cells_have_a_named_reason_and_cost_their_own_task_only(name, graded):
    one = graded[name]
    assert HOSTILE[name][1] in " ".join(one.reasons)
    assert one.score == POINTS - FIRST.points


def test_feedback_is_inert_and_tells_no_secret(course, graded):
    from casework.teach.exercises.solution import solve
    from casework.teach.exercises.values import decode
    from casework.teach.exercises.variant import make_variant

    for name in graded:
        page = (course / "feedback" / name / EXERCISE / f"{EXERCISE}.html").read_text(encoding="utf-8")
        assert "<script" not in page
        variant = make_variant(EXERCISE, name, salt="for tests")
        assert "for tests" not in page
        solved = solve(EXERCISE, variant.seed, variant.hidden_seed).expected
        hidden = [
            value
            for task in get_exercise(EXERCISE).tasks
            for check, wanted in zip(task.checks, solved[task.name], strict=True)
            if check.hidden
            for coded in wanted.values
            if isinstance(value := decode(coded), float)
        ]
        assert hidden
        assert not any(repr(value) in page for value in hidden)


def test_a_function_cannot_show_the_hidden_arguments_it_was_called_with(tmp_path, submit):
    spy = (
        get_exercise(EXERCISE)
        .tasks[1]
        .answer.replace("    ### BEGIN", "    LOG.append([demand, lot])\n    ### BEGIN", 1)
    )
    notebook = answered(**{get_exercise(EXERCISE).tasks[1].name: "LOG = []\n" + spy})
    notebook["cells"].append({"cell_type": "code", "metadata": {}, "source": "print('seen', LOG)"})
    one = grade_file(submit("spy", notebook), EXERCISE, "spy", salt="x", limits=LIMITS)
    assert one.score == POINTS
    printed = [m["content"]["text"] for item in one.shown for m in item.messages if m["msg_type"] == "stream"]
    assert all(text.count("[") <= 3 for text in printed)  # the two visible calls at most


def test_twice_the_same_marks(course, graded):
    chosen = ["right", "blank", "bomb", "junk"]
    again = {one.student: one for one in grade_class(course, EXERCISE, students=chosen, limits=LIMITS, jobs=1)}
    assert {name: (one.score, one.reasons) for name, one in again.items()} == {
        name: (graded[name].score, graded[name].reasons) for name in chosen
    }


def test_summary_frame_and_page(graded):
    whole = GradedClass(exercise=EXERCISE, graded=tuple(graded.values()))
    frame = whole.to_frame().set_index("student")
    assert frame.loc["right", "score"] == frame.loc["right", "max_score"] == POINTS
    assert "submissions graded" in whole.summary()
    assert "Figure" not in feedback_page(graded["right"])


def test_where_there_is_no_template_it_is_the_same(tmp_path, submit, monkeypatch):
    monkeypatch.setenv("CASEWORK_WARM", "0")
    one = grade_file(submit("ann", answered()), EXERCISE, "ann", salt="x", limits=Limits())
    assert (one.score, one.reasons) == (POINTS, ())


def test_nothing_submitted_and_no_course(tmp_path):
    with pytest.raises(DataError, match="not a folder of a course"):
        grade_class(tmp_path, EXERCISE)
    new_course(tmp_path)
    with pytest.raises(DataError, match="nothing was submitted"):
        grade_class(tmp_path, EXERCISE)
    (tmp_path / "submitted" / "ann" / EXERCISE).mkdir(parents=True)
    with pytest.raises(ParameterError, match="--jobs: 0"):
        grade_class(tmp_path, EXERCISE, jobs=0)
    assert Path(tmp_path / "submitted").is_dir()
