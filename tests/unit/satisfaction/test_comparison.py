import numpy as np
import pandas as pd
import pytest
from scipy import stats

from casework.core.errors import DataError, ParameterError
from casework.satisfaction.comparison import bootstrap_means, compare_suppliers
from casework.stats.survey import survey_design


@pytest.fixture
def market():
    rng = np.random.default_rng(9)
    supplier = pd.Series(np.repeat(["ours", "north", "south"], [100, 80, 60]))
    level = supplier.map({"ours": 65, "north": 68, "south": 55})
    scores = pd.DataFrame({"index": rng.normal(level, 12), "Price": rng.normal(60, 15, len(level))})
    return scores, supplier


def test_index_and_difference_without_a_design(market):
    scores, supplier = market
    result = compare_suppliers(scores, supplier, own="ours", resamples=200)
    by_name = scores["index"].groupby(supplier)
    table = result.suppliers.set_index("supplier")
    assert table["index"].to_dict() == pytest.approx(by_name.mean().to_dict())
    assert table["rank"].to_dict() == {"north": 1, "ours": 2, "south": 3}
    difference = result.differences.set_index("supplier").loc["south"]
    assert difference["difference"] == pytest.approx(by_name.mean()["ours"] - by_name.mean()["south"])
    welch = stats.ttest_ind(*(by_name.get_group(name) for name in ("ours", "south")), equal_var=False)
    assert difference["se"] == pytest.approx(difference["difference"] / welch.statistic, rel=0.02)


def test_bootstrap_errors_are_those_of_the_design(market):
    scores, supplier = market
    design = survey_design(scores.index, stratum=pd.Series(np.arange(240) % 4))
    draws = bootstrap_means(
        scores["index"], supplier, ["north", "ours"], design, resamples=4000, rng=np.random.default_rng(1)
    )
    result = compare_suppliers(scores, supplier, own="ours", design=design, resamples=100)
    errors = result.suppliers.set_index("supplier")["se"]
    assert draws.std(axis=0, ddof=1) == pytest.approx(errors[["north", "ours"]].to_numpy(), rel=0.06)
    assert draws.mean(axis=0) == pytest.approx(scores["index"].groupby(supplier).mean()[["north", "ours"]], abs=0.1)


def test_probability_first_is_that_of_the_normal_difference(market):
    scores, supplier = market
    pair = supplier.isin(["ours", "north"])
    result = compare_suppliers(
        scores[pair].reset_index(drop=True), supplier[pair].reset_index(drop=True), own="ours", resamples=5000
    )
    difference = result.differences.iloc[0]
    assert result.probability_first == pytest.approx(
        stats.norm.cdf(difference["difference"] / difference["se"]), abs=0.03
    )
    assert result.suppliers["probability_first"].sum() == pytest.approx(1)


def test_same_seed_same_answer(market):
    first, second = (compare_suppliers(*market, own="ours", resamples=150, seed=4) for _ in range(2))
    assert first.suppliers.equals(second.suppliers)
    other = compare_suppliers(*market, own="ours", resamples=150, seed=5)
    assert not first.suppliers.equals(other.suppliers)


def test_ahead_and_behind(market):
    result = compare_suppliers(*market, own="ours", resamples=100)
    assert result.ahead_of() == ("south",)
    assert result.behind() == ("north",)
    assert result.rank == 2
    assert "ours is number 2 of 3" in result.summary()


def test_dimensions_leave_the_own_difference_open(market):
    table = compare_suppliers(*market, own="ours", resamples=100).dimensions
    assert table["dimension"].unique().tolist() == ["Price"]
    assert table.loc[table["supplier"] == "ours", "difference"].isna().all()
    assert table.loc[table["supplier"] != "ours", "difference"].notna().all()


def test_respondents_without_a_supplier_belong_to_none(market):
    scores, supplier = market
    supplier = supplier.mask(supplier.index < 10)
    assert compare_suppliers(scores, supplier, own="ours", resamples=100).suppliers["n"].sum() == 230


def test_unknown_own_company(market):
    with pytest.raises(ParameterError, match=r"'our' is not known.*Did you mean 'ours'"):
        compare_suppliers(*market, own="our")


def test_one_supplier_cannot_be_compared(market):
    scores, supplier = market
    with pytest.raises(DataError, match=r"only 'ours'.*at least 2 suppliers"):
        compare_suppliers(scores, supplier.where(supplier == "ours"), own="ours")


def test_too_few_resamples(market):
    with pytest.raises(ParameterError, match="resamples: 10"):
        compare_suppliers(*market, own="ours", resamples=10)


def test_other_rows_are_refused(market):
    with pytest.raises(DataError, match="other rows than the scores"):
        compare_suppliers(market[0], market[1].head(5), own="ours")


def test_clusters_are_drawn_whole(market):
    scores, supplier = market
    design = survey_design(scores.index, cluster=pd.Series(np.arange(240) // 4))
    result = compare_suppliers(scores, supplier, own="ours", design=design, resamples=100)
    assert result.suppliers["probability_first"].sum() == pytest.approx(1)


def test_without_an_own_company_the_largest_stands_for_it(market):
    result = compare_suppliers(*market, resamples=100)
    assert result.own == "ours"
    assert "No own company was named; ours" in result.notes[0]


def test_supplier_with_one_respondent_has_no_interval(market):
    scores, supplier = market
    supplier = supplier.mask(supplier.index == 0, "alone")
    result = compare_suppliers(scores, supplier, own="ours", resamples=100)
    table = result.suppliers.set_index("supplier")
    assert np.isnan(table.loc["alone", "se"])
    assert np.isnan(result.differences.set_index("supplier").loc["alone", "p_holm"])
    assert result.ahead_of() == ("south",)
    assert any("no interval: alone" in note for note in result.notes)
