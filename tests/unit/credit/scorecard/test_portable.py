import json

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError
from casework.credit.scorecard import Scorecard, bin_variables, scorecard_points
from casework.credit.scorecard.portable import card_frame, read_card_frame

DATA = pd.DataFrame(
    {
        "=1+1": [1.0, 2.0, 3.0, -1.0, None] * 40,
        "job": ["a,b", '"q"', "<i>", "=cmd()", None] * 40,
        "bad": [*([0, 1] * 100)[:-3], 1, 1, 0],
    }
)


@pytest.fixture(scope="module")
def card() -> Scorecard:
    binning = bin_variables(DATA, target="bad", special={"=1+1": {"no file": [-1]}}, cuts={"=1+1": [1.5, 2.5]})
    return scorecard_points(binning, {"=1+1": -1.3, "job": -0.7}, -0.2, digits=None, base="separate")


def test_a_card_is_read_back_whole(card: Scorecard) -> None:
    again = Scorecard.from_frame(card.to_frame())
    assert again.score(DATA).tolist() == card.score(DATA).tolist()
    assert again.rules == card.rules
    assert again.scaling == card.scaling
    assert again.coefficients == card.coefficients
    assert again.exact_base == card.exact_base
    assert again.reasons(DATA).equals(card.reasons(DATA))
    assert again == card


def test_rows_may_be_sorted_and_points_changed_by_hand(card: Scorecard) -> None:
    frame = card.to_frame().sample(frac=1, random_state=1)
    frame["points"] = frame["points"].astype(object)
    place = frame.index[(frame["variable"] == "=1+1") & (frame["bin"] == "no file")]
    frame.loc[place, "points"] = "11"
    again = Scorecard.from_frame(frame[["rule", "points"]])
    rows = DATA["=1+1"] == -1
    assert (again.contributions(DATA).loc[rows, "=1+1"] == 11).all()
    assert again.score(DATA)[~rows].tolist() == pytest.approx(card.score(DATA)[~rows].tolist(), rel=1e-15)


def test_a_change_that_a_spreadsheet_makes_is_no_change(card: Scorecard) -> None:
    frame = card.to_frame()
    frame["points"] = [float(f"{value:.15g}") for value in frame["points"]]
    assert Scorecard.from_frame(frame).score(DATA).tolist() == card.score(DATA).tolist()


def broken(card: Scorecard, **change: object) -> pd.DataFrame:
    frame = card.to_frame().astype({"points": object})
    for name, value in change.items():
        frame.loc[1, name] = value
    return frame


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rule": "8.5 - 11"}, "row 3: the rule cannot be read"),
        ({"rule": "[]"}, "the rule cannot be read"),
        ({"rule": '{"role": "range", "variable": "x", "low": "a", "high": 3}'}, "the rule cannot be read"),
        ({"rule": '{"role": "special", "variable": "x", "values": [[1]]}'}, "the rule cannot be read"),
        ({"rule": None}, "the rule cannot be read"),
        ({"points": "many"}, "'many' is not a number"),
        ({"points": np.inf}, "not a number"),
    ],
)
def test_rows_that_cannot_be_read(card: Scorecard, change: dict[str, object], said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_card_frame(broken(card, **change))


def test_cards_that_are_not_whole(card: Scorecard) -> None:
    frame = card.to_frame()
    with pytest.raises(DataError, match="no column 'rule'"):
        Scorecard.from_frame(frame.drop(columns="rule"))
    with pytest.raises(DataError, match="a gap or overlap"):
        Scorecard.from_frame(frame.drop(index=2))
    with pytest.raises(DataError, match="missing or there twice"):
        Scorecard.from_frame(frame[frame["role"] != "missing"])
    with pytest.raises(DataError, match="at least one"):
        Scorecard.from_frame(frame.head(1))
    twice = pd.concat([frame, frame[frame["role"] == "category"]])
    with pytest.raises(DataError, match="stands in two rows"):
        Scorecard.from_frame(twice)


def test_rules_are_plain_json(card: Scorecard) -> None:
    frame = card_frame(
        card.rules, card.points, card.exact, card.rows, card.base, card.exact_base, card.scaling, card.coefficients
    )
    rules = [json.loads(rule) for rule in frame["rule"]]
    assert rules[0]["pdo"] == 20
    assert rules[1] == {"variable": "=1+1", "role": "range", "low": None, "high": 1.5} | {
        name: rules[1][name] for name in ("rows", "own", "exact")
    }
