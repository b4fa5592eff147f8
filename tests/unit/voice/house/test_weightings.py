import pandas as pd
import pytest

from casework.core.errors import DataError
from casework.voice.house import compare_weightings, need_weights

NEEDS = pd.DataFrame(
    {
        "importance": [5, 4],
        "current": [2, 4],
        "goal": [4, 5],
        "category": ["M", "A"],
        "better": [0.2, 0.7],
        "worse": [-0.8, -0.1],
    },
    index=["light", "quiet"],
)


def test_each_way_is_that_of_need_weights():
    found = compare_weightings(NEEDS).to_frame()
    assert list(found.columns) == ["importance", "raw", "tan_shen", "chaudha", "span"]
    for kano in ("tan_shen", "chaudha"):
        assert found[kano].tolist() == need_weights(NEEDS, method="kano", kano=kano).weights.tolist()
    assert found.drop(columns="span").sum().tolist() == pytest.approx([1, 1, 1, 1])


def test_the_need_with_the_widest_span_is_named():
    found = compare_weightings(NEEDS)
    row = found.to_frame().loc["light"].drop("span")
    assert found.summary().startswith("The formula matters most for light")
    assert f"{row.max():.0%}" in found.summary()


def test_what_the_data_do_not_allow_is_left_out_and_said():
    found = compare_weightings(NEEDS[["importance", "category"]])
    assert list(found.to_frame().columns) == ["importance", "raw", "tan_shen", "span"]
    assert found.notes == ("Formula chaudha is left out: there is no better, worse.",)
    assert found.summary() == "Every formula gives the needs the same weights."


def test_a_kano_evaluation_counts_as_columns():
    own = NEEDS[["category", "better", "worse"]]
    assert "chaudha" in compare_weightings(NEEDS[["importance"]], attributes=own).to_frame()


def test_wrong_needs_are_refused():
    with pytest.raises(DataError, match="there is no importance"):
        compare_weightings(NEEDS[["goal"]])
