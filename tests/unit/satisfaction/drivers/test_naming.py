import pandas as pd

from casework.satisfaction.drivers import driver_importance, service_profit_chain


def test_names_of_drivers_and_outcome_change_and_nothing_else():
    frame = pd.DataFrame({"a": [1, 2, 3, 5, 4, 6], "b": [3, 1, 2, 6, 4, 5], "y": [1, 2, 2, 5, 5, 6]})
    result = driver_importance(frame[["a", "b"]], frame["y"], resamples=0)
    renamed = result.rename({"a": "staff", "y": "overall"})
    assert set(renamed.drivers["driver"]) == {"staff", "b"}
    assert renamed.outcome == "overall"
    assert result.outcome == "y"
    assert renamed.drivers.drop(columns="driver").equals(result.drivers.drop(columns="driver"))
    assert renamed.rename({"staff": "a", "overall": "y"}) == result


def test_chain_is_renamed_with_its_model():
    units = pd.DataFrame({"a": range(12), "b": [1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10]})
    result = service_profit_chain(units, "b ~ a", resamples=0).rename({"a": "cause it is"})
    assert result.model.names == ("cause it is", "b")
    assert result.along()["cause"].tolist() == ["cause it is"]
