import pytest

from casework.core.errors import ParameterError
from casework.credit.scorecard.request import check_request

USUAL = {
    "trend": "auto",
    "max_bins": None,
    "max_prebins": 20,
    "min_share": 0.05,
    "min_events": None,
    "special": None,
    "cuts": None,
    "categorical": (),
    "smoothing": 0.0,
    "unseen": "neutral",
}


def ask(**given):
    return check_request(["age", "job"], **{**USUAL, **given})


def test_all_problems_at_once() -> None:
    with pytest.raises(ParameterError, match="trend") as caught:
        ask(trend="upp", max_bins=1, min_share=0.9, special={"agee": [-1]}, unseen="x", thin="y", cuts={"age": [3, 2]})
    assert len(caught.value.problems) == 7
    assert "'up'" in str(caught.value)
    assert "Did you mean 'age'?" in str(caught.value)


def test_bins_need_an_event_unless_counts_are_smoothed() -> None:
    assert ask().min_events == 1
    assert ask(smoothing=0.5).min_events == 0
    assert ask(smoothing=0.5, min_events=4).min_events == 4


def test_cuts_special_values_and_trends() -> None:
    request = ask(
        trend={"age": "down"},
        cuts={"age": [25, 40], "job": [["A", "B"], "C"]},
        special={"age": {"no file": [-1, -2], "refused": -3}, "job": "X"},
    )
    assert request.cuts == {"age": (25.0, 40.0), "job": (("A", "B"), ("C",))}
    assert request.special == {"age": (("no file", (-1, -2)), ("refused", (-3,))), "job": (("X", ("X",)),)}
    assert request.trend_of("age") == "down"
    assert request.trend_of("job") == "given"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"cuts": {"job": [["A"], ["A"]]}}, "stands in two groups"),
        ({"cuts": {"job": "all"}}, "one of each"),
        ({"cuts": {"age": [1, float("nan")]}}, "numbers that ascend"),
        ({"special": {"age": [-1, -1]}}, "named twice"),
        ({"categorical": ["region"]}, "no variable 'region'"),
        ({"trend": {"age": "sideways"}}, "sideways"),
        ({"max_prebins": "many"}, "not a number"),
    ],
)
def test_arguments_are_checked(given, said) -> None:
    with pytest.raises(ParameterError, match=said):
        ask(**given)
