import numpy as np
import pandas as pd
import pytest

from casework.core.errors import CaseworkWarning, DataError, ParameterError
from casework.credit.rating import FORMULAS, altman_scores

FIRMS = pd.DataFrame(
    {
        "total_assets": [100.0, 200.0, 50.0],
        "total_liabilities": [60.0, 50.0, 0.0],
        "current_assets": [40.0, 90.0, 10.0],
        "current_liabilities": [50.0, 30.0, 5.0],
        "retained_earnings": [5.0, 60.0, 5.0],
        "ebit": [-4.0, 30.0, 5.0],
        "equity": [40.0, 150.0, 50.0],
        "sales": [120.0, 300.0, 40.0],
    },
    index=["Alder", "Birch", "Cedar"],
)


def test_private_score_by_hand():
    with pytest.warns(CaseworkWarning, match="Cedar"):
        table = altman_scores(FIRMS, model="private").table
    z = 0.717 * -0.1 + 0.847 * 0.05 + 3.107 * -0.04 + 0.420 * 40 / 60 + 0.998 * 1.2
    assert table.loc["Alder", "z"] == pytest.approx(z)
    assert table["zone"].tolist() == ["grey", "safe", ""]
    assert np.isnan(table.loc["Cedar", "z"])


def test_service_firms_need_no_sales():
    table = altman_scores(FIRMS.drop(columns="sales").head(2), model="service").table
    assert list(table.columns) == ["x1", "x2", "x3", "x4", "z", "zone"]


def test_a_missing_item_leaves_one_firm_without_a_score():
    firms = FIRMS.head(2).assign(ebit=[np.nan, 30.0])
    with pytest.warns(CaseworkWarning, match="an item is missing"):
        result = altman_scores(firms)
    assert result.table["zone"].tolist() == ["", "safe"]
    assert len(result.notes) == 1
    assert result.zones["firms"].tolist() == [1, 0, 0]


def test_strict_refuses_what_has_no_score():
    with pytest.raises(DataError, match=r"Cedar.*not above 0"):
        altman_scores(FIRMS, strict=True)


def test_no_score_is_ever_infinite():
    bad = {"total_assets": 0.0, "total_liabilities": 1.0, "working_capital": 1, "retained_earnings": 1, "ebit": 1}
    with pytest.warns(CaseworkWarning, match="above 0"):
        assert np.isnan(altman_scores({**bad, "equity": 1, "sales": 1}).table["z"].iloc[0])


def test_on_the_cut_is_grey():
    x = {"x1": [0.0], "x2": [0.0], "x3": [0.0], "x4": [2.0]}
    assert altman_scores(x, model="service", cuts=(1.0, 2.1)).table["zone"].tolist() == ["grey"]
    assert altman_scores(x, model="service", cuts=(2.1, 3.0)).table["zone"].tolist() == ["grey"]
    assert altman_scores(x, model="service", cuts=(2.2, 3.0)).table["zone"].tolist() == ["distress"]


def test_columns_by_other_names():
    named = FIRMS.rename(columns={"ebit": "operating profit"}).head(2)
    found = altman_scores(named, columns={"ebit": "operating profit"}).table
    assert found["z"].tolist() == altman_scores(FIRMS.head(2)).table["z"].tolist()


@pytest.mark.parametrize("cuts", [(3, 1), (1,), ("a", 2), (np.nan, 1)])
def test_cuts_that_are_none(cuts):
    with pytest.raises(ParameterError, match="two numbers that ascend"):
        altman_scores(FIRMS, cuts=cuts)


def test_what_is_missing_is_named():
    with pytest.raises(ParameterError, match="public_rounded"):
        altman_scores(FIRMS, model="publc")
    with pytest.raises(DataError, match="market_value_equity"):
        altman_scores(FIRMS, model="public")


def test_every_variant_names_its_source_and_has_zones():
    assert all(formula.source and formula.low < formula.high for formula in FORMULAS.values())


def test_summary_counts():
    assert altman_scores(FIRMS.head(2)).summary() == "2 firms have a Z score; in the distress zone: 0 (0%)."
