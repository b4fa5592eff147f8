import numpy as np
import pandas as pd
import pytest
from scipy.stats import percentileofscore

from casework.core.errors import DataError, ParameterError
from casework.credit.rating import Indicator, parse_indicators, score_indicators

FIRMS = pd.DataFrame({"a": [1.0, 2.0, 2.0, 9.0], "b": [2.0, 4.0, 0.0, 3.0], "q": [1.0, 3.0, 5.0, np.nan]})


def points(spec, **given):
    scored = {name: given.pop(name) for name in ("scales", "bands") if name in given}
    return score_indicators(FIRMS, parse_indicators({"x": [spec]}, **scored), **given).points[spec]


def test_percentiles_are_those_of_scipy():
    found = points("a")
    wanted = [percentileofscore(FIRMS["a"], x, kind="mean") for x in FIRMS["a"]]
    assert found.tolist() == pytest.approx(wanted)
    assert points("-a").tolist() == pytest.approx([100 - x for x in wanted])


def test_a_quotient_over_nothing_is_missing():
    result = score_indicators(FIRMS, parse_indicators({"x": ["a / b"]}), missing="leave_out")
    assert result.values["a / b"].tolist() == pytest.approx([0.5, 0.5, np.nan, 3.0], nan_ok=True)
    assert result.missing.tolist() == [1]
    assert "1 missing value was left out" in result.notes[0]


@pytest.mark.parametrize(("missing", "value"), [("neutral", 50.0), ("worst", 0.0)])
def test_missing_values_get_what_was_asked_for(missing, value):
    assert points("q", scales={"q": (1, 5)}, missing=missing).tolist() == [0.0, 50.0, 100.0, value]


def test_missing_values_can_be_refused():
    with pytest.raises(DataError, match="1 value is missing"):
        points("q", scales={"q": (1, 5)}, missing="refuse")


def test_bands_step_at_their_edges():
    assert points("a", bands={"a": [2, 5]}).tolist() == [0.0, 50.0, 50.0, 100.0]
    assert points("-a", bands={"-a": [2, 5]}).tolist() == [100.0, 50.0, 50.0, 0.0]
    own = Indicator(dimension="x", numerator="a", scoring="bands", edges=(2.0, 5.0), points=(10, 90, 30))
    assert score_indicators(FIRMS, [own]).points["a"].tolist() == [10.0, 90.0, 90.0, 30.0]


def test_the_reference_fixes_the_points():
    assert points("a", reference=pd.DataFrame({"a": [1.0, 3.0]})).tolist() == [25.0, 50.0, 50.0, 100.0]


def test_dimensions_are_weighted_means_of_what_is_there():
    items = [
        Indicator(dimension="x", numerator="q", scoring="scale", edges=(1, 5), weight=3),
        Indicator(dimension="x", numerator="a", scoring="scale", edges=(1, 9)),
    ]
    found = score_indicators(FIRMS, items, missing="leave_out").by_dimension()["x"]
    assert found.tolist() == pytest.approx([0, (3 * 50 + 12.5) / 4, (300 + 12.5) / 4, 100.0])


def test_answers_outside_their_scale_are_refused():
    with pytest.raises(DataError, match="1 answer lies outside its scale"):
        points("a", scales={"a": (1, 5)})


def test_an_indicator_without_a_value_is_refused():
    with pytest.raises(DataError, match="no value at all"):
        score_indicators(FIRMS.assign(q=np.nan), parse_indicators({"x": ["q"]}))


def test_all_wrong_texts_at_once():
    with pytest.raises(ParameterError, match="twice") as caught:
        parse_indicators({"x": ["a", "a", "b / "], "y": []}, scales={"z": (1, 5)})
    assert "'z' is no indicator" in str(caught.value)
    with pytest.raises(ParameterError, match="no indicator"):
        parse_indicators({})
    with pytest.raises(ParameterError, match="edges that ascend"):
        parse_indicators({"x": ["a"]}, bands={"a": [3, 2]})
    with pytest.raises(ParameterError, match="one more than edges"):
        Indicator(dimension="x", numerator="a", scoring="bands", edges=(1,), points=(1,))
    with pytest.raises(ParameterError, match="at least one indicator"):
        score_indicators(FIRMS, [])


def test_tables_and_words():
    result = score_indicators(FIRMS, parse_indicators({"x": ["a"], "y": ["b"]}))
    assert result.to_frame()["indicator"].tolist() == ["a", "b"]
    assert result.summary() == "2 indicators in 2 dimensions; 0 values are missing."
