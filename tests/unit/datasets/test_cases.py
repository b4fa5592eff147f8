"""Cases: drawn by name from a seed, their tables copied, wrong calls refused at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.datasets import cases
from casework.datasets.cases import GENERATORS, make_case


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Replace the generators by one that notes how it was called."""
    calls: list[dict[str, Any]] = []

    def generate(**given: Any) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
        calls.append(given)
        return {"lots": pd.DataFrame({"x": [1, 2]}), "days": pd.DataFrame({"y": [3]})}, {"cause": "tool"}

    monkeypatch.setattr(cases, "import_module", lambda name: SimpleNamespace(generate=generate))
    return calls


def test_a_case_holds_tables_and_truth_and_says_that_it_is_invented(drawn: list[dict[str, Any]]) -> None:
    case = make_case("case_food_safety", company="<b>Noodles</b>", seed=3, severity="high", size="small")
    assert drawn == [{"seed": 3, "severity": "high", "size": "small"}]
    assert case.truth["cause"] == "tool"
    assert case.company == "<b>Noodles</b>"
    assert "Invented data" in case.describe()
    assert "2 tables with 3 rows" in case.describe()


def test_a_table_is_a_copy(drawn: list[dict[str, Any]]) -> None:
    case = make_case("case_food_safety", company="A", seed=1)
    copy = case.table("lots")
    copy.loc[0, "x"] = 99
    assert case.table("lots")["x"].tolist() == [1, 2]
    with pytest.raises(ParameterError, match=r"no table 'lot'.*lots"):
        case.table("lot")


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(ParameterError) as caught:
        make_case("case_food_safty", company="A", seed=-1, severity="awful", size="huge")  # type: ignore[arg-type]
    text = str(caught.value)
    assert all(word in text for word in ("case_food_safety", "seed", "awful", "huge"))


@pytest.mark.parametrize("name", GENERATORS)
def test_every_case_is_drawn_again_from_its_seed(name: str) -> None:
    one, same, other = (make_case(name, company="A", seed=seed) for seed in (5, 5, 6))
    assert list(one.tables) == list(same.tables) == list(other.tables)
    for table in one.tables:
        pd.testing.assert_frame_equal(one.table(table), same.table(table))
    assert any(not one.table(table).equals(other.table(table)) for table in one.tables)
    assert dict(one.truth) == dict(same.truth)


@pytest.mark.parametrize("name", GENERATORS)
def test_size_and_severity_matter(name: str) -> None:
    rows = {
        size: sum(map(len, make_case(name, company="A", seed=5, size=size).tables.values()))  # type: ignore[arg-type]
        for size in ("small", "medium", "large")
    }
    assert rows["small"] < rows["medium"] < rows["large"]
    low, high = (make_case(name, company="A", seed=5, severity=severity) for severity in ("low", "high"))  # type: ignore[arg-type]
    assert any(not low.table(table).equals(high.table(table)) for table in low.tables)
