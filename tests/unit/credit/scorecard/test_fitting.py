import numpy as np
import pandas as pd

from casework.credit.scorecard.bins import read_column
from casework.credit.scorecard.fitting import ALIKE, TOO_FEW, Totals, fit_variable, weigh
from casework.credit.scorecard.request import Request

BAD = np.array([0, 0, 0, 1, 0, 1, 1, 1, 0, 1], dtype=bool)
TOTALS = Totals(BAD, int((~BAD).sum()), int(BAD.sum()))


def fit(values, **given):
    read = read_column(pd.Series(values), "x", categorical="x" in given.get("categorical", ()))
    return fit_variable(read, "x", TOTALS, Request(min_share=0.1, **given))


def test_special_and_missing_values_are_counted_apart() -> None:
    found = fit([1, 1, 1, 2, 2, 2, -1, -1, None, None], special={"x": (("no file", (-1,)),)})
    slots = dict(zip(found.bins.labels, zip(found.rows.tolist(), found.events.tolist(), strict=True), strict=True))
    assert slots["no file"] == (2, 2)
    assert slots["missing"] == (2, 1)
    assert found.rows.sum() == 10
    assert found.events.sum() == 5


def test_special_values_of_categories() -> None:
    found = fit([*"aaabbb??", None, None], special={"x": (("unknown", ("?",)),)})
    slots = dict(zip(found.bins.labels, found.rows.tolist(), strict=True))
    assert slots["unknown"] == 2
    assert slots["missing"] == 2
    assert found.rows.sum() == 10


def test_one_and_the_text_one_are_the_same_category() -> None:
    found = fit([1, "1", 1.0, "b", "b", "b", "b", "b", "b", "b"], cuts={"x": "each"}, min_events=0)
    assert sorted(found.bins.groups) == [("1",), ("b",)]


def test_numbers_can_be_names() -> None:
    found = fit([1, 1, 1, 1, 1, 2, 2, 2, 2, 2], categorical=frozenset({"x"}))
    assert not found.bins.numeric
    assert found.trend == "ordered"


def test_groups_of_ones_own_and_the_rest() -> None:
    found = fit(list("aabbccddee"), cuts={"x": (("a", "d"), ("b",))}, min_events=0)
    assert found.bins.groups[0] == ("a", "d")
    assert sorted(found.bins.groups[2]) == ["c", "e"]


def test_reasons_of_merges() -> None:
    assert fit([1, 1, 1, 2, 2, 2, 2, 2, 2, 2], cuts={"x": (2.0,)}).merges[0][2] == TOO_FEW
    assert {reason for *_, reason in fit(list("aabbccddee"), min_events=0).merges} == {ALIKE}


def test_searching_holds_no_less_information_than_joining() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=400)
    bad = rng.random(400) < 1 / (1 + np.exp(-3 * x))
    totals = Totals(bad, int((~bad).sum()), int(bad.sum()))
    iv = {}
    for thin in ("join", "search"):
        found = fit_variable(x, "x", totals, Request(thin=thin))
        iv[thin] = weigh({"x": found}, totals, 0.0, "neutral")[1]["x"].sum()
    assert iv["search"] >= iv["join"]


def test_only_missing_and_special_values() -> None:
    found = fit([-1.0] * 8 + [None] * 2, special={"x": (("none", (-1,)),)})
    assert found.rows.tolist() == [0, 8, 2, 0]
