from pathlib import Path

from casework.cli import validating
from casework.validation.register import Case, CaseOutcome, Comparison

CASE = Case(module="m", id="c<1>", topic="t", method="x", source="A & B (1999)", inputs={}, expected={"a": 1}, note="n")
RIGHT = Comparison(case="c", name="a", expected=1.0, computed=1.0, difference=0.0, ok=True)
WRONG = Comparison(case="c", name="b", expected=1.0, computed=2.0, difference=1.0, ok=False)


def test_text_names_what_differs() -> None:
    text = validating.validation_text([CaseOutcome(case=CASE, comparisons=(RIGHT, WRONG))])
    assert "DIFFERS" in text
    assert "c<1>: b: expected 1.0, computed 2.0" in text
    assert "1 cases, 2 values, 1 cases differ" in text
    assert "boom" in validating.validation_text([CaseOutcome(case=CASE, comparisons=(), error="boom")])


def test_page_is_escaped_and_offline(tmp_path: Path) -> None:
    validating.write_page([CaseOutcome(case=CASE, comparisons=(RIGHT,))], tmp_path / "p.html", "en")
    page = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert "c&lt;1&gt;" in page
    assert "A &amp; B" in page


def test_rows_for_scripts() -> None:
    rows = validating.outcome_rows([CaseOutcome(case=CASE, comparisons=(RIGHT,))])
    assert rows[0]["values"][0]["ok"] is True
