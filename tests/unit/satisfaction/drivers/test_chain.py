import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from casework.core.errors import CaseworkWarning, DataError, ParameterError
from casework.satisfaction.drivers import service_profit_chain, unit_table

MODEL = "mood ~ work\nservice ~ mood + work\nprofit ~ service + mood"


def units(n=80, seed=0):
    rng = np.random.default_rng(seed)
    work = rng.normal(5, 2, n)
    mood = 0.6 * work + rng.normal(0, 1, n)
    service = 0.5 * mood + 0.2 * work + rng.normal(0, 1, n)
    profit = 3 * service - 0.5 * mood + rng.normal(0, 2, n)
    return pd.DataFrame({"work": work, "mood": mood, "service": service, "profit": profit})


def test_links_are_regressions_with_hc3():
    frame = units()
    result = service_profit_chain(frame, MODEL, resamples=0)
    for effect, formula in (("mood", "work"), ("service", "mood + work"), ("profit", "service + mood")):
        fit = smf.ols(f"{effect} ~ {formula}", frame).fit(cov_type="HC3", use_t=True)
        rows = result.links[result.links["effect"] == effect].set_index("cause")
        for cause in rows.index:
            assert rows.loc[cause, "slope"] == pytest.approx(fit.params[cause])
            assert rows.loc[cause, "se"] == pytest.approx(fit.bse[cause])
            assert rows.loc[cause, "p"] == pytest.approx(fit.pvalues[cause])
            assert rows.loc[cause, ["low", "high"]].tolist() == pytest.approx(fit.conf_int().loc[cause].tolist())
            scaled = fit.params[cause] * frame[cause].std() / frame[effect].std()
            assert rows.loc[cause, "beta"] == pytest.approx(scaled)
        explained = result.equations.set_index("effect").loc[effect]
        assert explained["r_squared"] == pytest.approx(fit.rsquared)
        assert explained["adjusted"] == pytest.approx(fit.rsquared_adj)


def test_effects_are_sums_of_products_along_the_ways():
    result = service_profit_chain(units(), MODEL, resamples=0)
    beta = result.links.set_index(["cause", "effect"])["beta"]
    ways = [
        beta["work", "mood"] * beta["mood", "service"] * beta["service", "profit"],
        beta["work", "service"] * beta["service", "profit"],
        beta["work", "mood"] * beta["mood", "profit"],
    ]
    row = result.along().iloc[0]
    assert (row["cause"], row["effect"], row["direct"]) == ("work", "profit", 0)
    assert row["total"] == pytest.approx(sum(ways))
    pair = result.effects.set_index(["cause", "effect"])
    assert pair.loc[("work", "service"), "indirect"] == pytest.approx(beta["work", "mood"] * beta["mood", "service"])
    assert len(result.effects) == 6


def test_intervals_against_drawn_units():
    frame = units()
    result = service_profit_chain(frame, MODEL, resamples=3000, seed=2)
    rng = np.random.default_rng(7)
    totals = []
    for _ in range(300):
        drawn = frame.iloc[rng.integers(0, 80, 80)].reset_index(drop=True)
        totals.append(service_profit_chain(drawn, MODEL, resamples=0).along()["total"].iloc[0])
    row = result.along().iloc[0]
    assert (row["total_high"] - row["total_low"]) / (2 * 1.96) == pytest.approx(np.std(totals), rel=0.2)
    assert row["total_low"] < row["total"] < row["total_high"]


def test_same_seed_same_result():
    first, second = (service_profit_chain(units(), MODEL, resamples=100, seed=1) for _ in range(2))
    assert first == second
    assert first.effects.equals(second.effects)


def test_clear_links_and_summary():
    result = service_profit_chain(units(400), MODEL, resamples=300)
    assert len(result.clear) == 5
    assert "5 of 5 links hold" in result.summary()
    assert "work" in result.summary()
    assert result.ends == ("profit",)


def test_missing_columns_and_text_are_told_at_once():
    with pytest.raises(DataError) as caught:
        service_profit_chain(units().drop(columns=["mood", "profit"]), MODEL)
    assert {"column 'mood'", "column 'profit'"} == {problem.where for problem in caught.value.problems}
    with pytest.raises(DataError, match="'work'"):
        service_profit_chain(units().assign(work="high"), MODEL)
    with pytest.raises(DataError, match=r"'service'.*equal"):
        service_profit_chain(units().assign(service=3), MODEL)


def test_gaps_are_left_out_and_counted():
    frame = units()
    frame.loc[3, "mood"] = np.nan
    result = service_profit_chain(frame, MODEL, resamples=0)
    assert (result.n, result.left_out) == (79, 1)
    assert any("1 unit with a gap" in note for note in result.notes)


def test_few_units_warn_and_too_few_are_refused():
    with pytest.warns(CaseworkWarning, match="12 units are few"):
        service_profit_chain(units(12), MODEL, resamples=50)
    with pytest.raises(DataError, match="more than 4"):
        service_profit_chain(units(4), MODEL)


def test_tangled_causes_warn_and_copies_are_refused():
    frame = units()
    near = frame.assign(work=frame["mood"] + 0.01 * frame["work"])
    with pytest.warns(CaseworkWarning, match="variance inflation"):
        result = service_profit_chain(near, MODEL, resamples=0)
    assert any("mood, work" in note or "work, mood" in note for note in result.notes)
    with pytest.raises(DataError, match="repeat each other"):
        service_profit_chain(frame.assign(work=2 * frame["mood"]), MODEL)


def test_circle_is_refused():
    with pytest.raises(ParameterError, match="circle"):
        service_profit_chain(units(), "mood ~ work\nwork ~ mood")


def test_means_of_units():
    rows = pd.DataFrame(
        {"hotel": ["b", "a", "a", "b", None, "c"], "overall": [8, 6, np.nan, 10, 1, 2], "staff": [3, 4, 4, 3, 9, 1]}
    )
    means, sizes = unit_table(rows, "hotel", ["overall", "staff", "overall"], least=2)
    assert means.to_dict() == {"overall": {"a": 6.0, "b": 9.0}, "staff": {"a": 4.0, "b": 3.0}}
    assert sizes.tolist() == [2, 2]
    with pytest.raises(DataError, match="no unit has 3 rows"):
        unit_table(rows, "hotel", ["overall"], least=3)
    with pytest.raises(DataError, match=r"(?s)'branch'.*'stuff'"):
        unit_table(rows, "branch", ["stuff"])
