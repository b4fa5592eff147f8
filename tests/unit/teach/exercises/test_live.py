import signal
import threading
import time

import pandas as pd
import pytest

from casework.core import journal
from casework.core.errors import ParameterError, RunError
from casework.teach.exercises import begin, check, live
from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.judge import Remark, Verdict
from casework.teach.exercises.variant import COURSE_FILE


@pytest.fixture(autouse=True)
def _fresh(monkeypatch, tmp_path):
    monkeypatch.setattr(live, "_STATE", live._State())
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CASEWORK_STUDENT", raising=False)


def run(code: str) -> dict:
    names = {"begin": begin, "check": check}
    exec(code, names)
    return names


START = 'demand, order_cost, price, holding_rate = begin("supply_chain")[:4]\n'
RIGHT = START + "lot = (2 * order_cost * demand / (holding_rate * price)) ** 0.5\nmarks = check('lot')"


def test_check_before_begin_says_what_to_do():
    with pytest.raises(RunError, match="first"):
        check("lot")


def test_right_wrong_and_unknown(capsys):
    marks = run(RIGHT)["marks"]
    assert marks == marks.verdict.points > 0
    assert repr(marks) == repr(float(marks))
    wrong = run(START + "lot = '<b>1</b>'\nmarks = check('lot')")["marks"]
    assert wrong == 0
    assert "✗" in wrong._repr_html_()
    assert "<b>1</b>" not in wrong._repr_html_()
    with pytest.raises(ParameterError, match="no task is called 'lots'"):
        run(START + "check('lots')")


def test_the_course_folder_gives_each_student_other_values(tmp_path, monkeypatch):
    (tmp_path / COURSE_FILE).write_text('salt = "a"\n', encoding="utf-8")
    drawn = set()
    for name in ("ann", "bob", "eve"):
        place = tmp_path / "submitted" / name / "supply_chain"
        place.mkdir(parents=True)
        monkeypatch.chdir(place)
        drawn.add(begin("supply_chain")[:3])
    assert len(drawn) == 3


def test_tables_are_shown_with_their_name_their_rows_and_all_digits(monkeypatch):
    shown = {}
    monkeypatch.setattr("casework.report.display.show", lambda thing, *, caption, **_: shown.update({caption: thing}))
    table = pd.DataFrame({"rate": [0.015, 0.2], "n": [1200, 7]}, index=["low", "high"])
    live.prepare("x", {"bands": table, "plain": table.reset_index(drop=True)}, student="ann")
    begin("x")
    assert shown["The table bands."].to_dict("list") == {
        "name": ["low", "high"],
        "rate": ["0.015", "0.2"],
        "n": ["1,200", "7"],
    }
    assert list(shown["The table plain."]) == ["rate", "n"]


def test_parts_of_points_have_two_decimals():
    verdict = Verdict(task="a", points=2, earned=4 / 3, remarks=(Remark(label="x", points=2, earned=4 / 3, text="so"),))
    assert "1.33 of 2" in live.verdict_html(verdict)
    assert "1.33/2" in live.verdict_html(verdict)


ENDLESS = """
def yearly_cost(demand, order_cost, holding_cost, lot):
    while True:
        try:
            demand += 1
        except Exception:
            pass
"""


def test_an_endless_answer_is_stopped_and_named(monkeypatch):
    monkeypatch.setattr(live, "CHECK_SECONDS", 0.2)
    before = signal.getsignal(signal.SIGALRM)
    marks = run(START + ENDLESS + "marks = check('cost')")["marks"]
    assert marks == 0
    assert "loop that never ends" in marks._repr_html_()
    assert "TimeoutError" in marks._repr_html_()
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_outside_of_the_main_thread_there_is_no_limit():
    done = []

    def work():
        with live.time_limit(0.01):
            time.sleep(0.05)
        done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


COST = """
def yearly_cost(demand, order_cost, holding_cost, lot):
    return demand / lot * order_cost + lot / 2 * holding_cost
marks = check('cost')
"""


def test_who_practises_is_told_all_and_a_student_of_a_class_what_is_open(tmp_path, monkeypatch):
    practised = run(START + COST)["marks"]
    assert practised == practised.verdict.points == 2
    (tmp_path / COURSE_FILE).write_text('salt = "a"\n', encoding="utf-8")
    place = tmp_path / "submitted" / "ann" / "supply_chain"
    place.mkdir(parents=True)
    monkeypatch.chdir(place)
    graded = run(START + COST)["marks"]
    assert (graded, graded.verdict.open_points) == (1, 1)
    assert "1 point more is looked at when it is graded." in graded._repr_html_()
    assert "border-left:4px solid #0f6b4f" in graded._repr_html_()


def test_what_is_next_is_said():
    marks = run(RIGHT)["marks"]
    assert "So far 2 of 17 points in this exercise. Next task: A function of the lot." in marks._repr_html_()
    wrong = run(START + "lot = 1\nmarks = check('lot')")["marks"]
    assert "So far 0 of 17" in wrong._repr_html_()
    assert "Next task" not in wrong._repr_html_()


def test_in_a_copy_of_the_course_the_best_marks_are_known_again(tmp_path, monkeypatch):
    monkeypatch.delenv("CASEWORK_RUN", raising=False)
    (tmp_path / "casework.toml").write_text('lang = "en"\n', encoding="utf-8")
    (tmp_path / "quizzes").mkdir()
    (tmp_path / "quizzes" / "supply_chain.ipynb").write_text("", encoding="utf-8")
    for task in get_exercise("supply_chain").tasks[1:]:
        journal.note("task", "supply_chain", part=task.name, score=task.points, points=task.points)
    assert "quizzes/supply_chain.ipynb" not in run(START + "lot = 1\nmarks = check('lot')")["marks"]._repr_html_()
    text = run(RIGHT)["marks"]._repr_html_()
    assert "17 of 17" in text
    assert 'href="quizzes/supply_chain.ipynb"' in text


def test_prepared_values_come_without_a_look_at_the_exercise():
    live.prepare("supply_chain", {"a": 1, "b": 2}, student="ann")
    assert begin("supply_chain") == (1, 2)
    assert check("lot") == 0.0
