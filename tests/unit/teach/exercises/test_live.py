import pandas as pd
import pytest

from casework.core.errors import ParameterError, RunError
from casework.teach.exercises import begin, check, live
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


def test_prepared_values_come_without_a_look_at_the_exercise():
    live.prepare("supply_chain", {"a": 1, "b": 2}, student="ann")
    assert begin("supply_chain") == (1, 2)
    assert check("lot") == 0.0
