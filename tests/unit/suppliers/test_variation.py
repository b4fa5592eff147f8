import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from statsmodels.stats.multitest import multipletests

from casework.core.errors import DataError, ParameterError
from casework.suppliers import process_capability
from casework.suppliers.variation import capability_by_level, sources_of_variation

# Montgomery (2013), Design and analysis of experiments, table 5.1: life of batteries [hours].
LIFE = [130, 155, 74, 180, 34, 40, 80, 75, 20, 70, 82, 58, 150, 188, 159, 126, 136, 122, 106, 115, 25, 70, 58, 45,
        138, 110, 168, 160, 174, 120, 150, 139, 96, 104, 82, 60]  # fmt: skip
BATTERIES = pd.DataFrame({
    "life": LIFE,
    "material": np.repeat(["1", "2", "3"], 12),
    "temperature": np.tile(np.repeat(["15", "70", "125"], 4), 3),
})  # fmt: skip


def unbalanced(n=150, seed=2):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"a": rng.choice(list("xyz"), n), "b": rng.choice(["u", "v"], n, p=[0.8, 0.2])})
    frame["wear"] = rng.uniform(0, 9, n) + (frame["a"] == "x")
    frame["y"] = 2.0 * (frame["a"] == "z") + 0.3 * frame["wear"] + rng.normal(size=n)
    return frame


def test_sums_of_squares_of_the_battery_experiment():
    found = sources_of_variation(BATTERIES, value="life", factors=["material", "temperature"]).table
    found = found.set_index("factor")
    assert found.loc["temperature", "sum_of_squares"] == pytest.approx(39118.72, abs=0.005)
    assert found.loc["material", "sum_of_squares"] == pytest.approx(10683.72, abs=0.005)


def test_type_two_is_that_of_statsmodels():
    frame = unbalanced()
    found = sources_of_variation(frame, value="y", factors=["a", "b"], covariates=["wear"])
    table = found.table.set_index("factor")
    peer = sm.stats.anova_lm(smf.ols("y ~ C(a) + C(b) + wear", frame).fit(), typ=2)
    for mine, theirs in (("a", "C(a)"), ("b", "C(b)"), ("wear", "wear")):
        row = peer.loc[theirs]
        assert table.loc[mine, ["sum_of_squares", "F", "p_value"]].tolist() == pytest.approx(
            [row["sum_sq"], row["F"], row["PR(>F)"]], rel=1e-8, abs=1e-14
        )
    holm = multipletests(table["p_value"], method="holm")[1]
    assert table["p_adjusted"].tolist() == pytest.approx(holm.tolist())
    assert found.explained == pytest.approx(smf.ols("y ~ C(a) + C(b) + wear", frame).fit().rsquared)
    assert found.main_factor == table["share"].idxmax() == "wear"
    assert "Of 3 factors, wear explains most" in found.summary()


def test_what_never_varied_apart_is_said():
    frame = unbalanced().assign(copy=lambda x: x["a"] + "!", one="same")
    found = sources_of_variation(frame, value="y", factors=["a", "copy", "b", "one"])
    table = found.table.set_index("factor")
    assert table.loc[["a", "copy", "one"], "df"].tolist() == [0, 0, 0]
    assert table.loc[["a", "copy"], "share"].tolist() == [0, 0]
    assert "Never varied apart" in found.notes[0]


def test_chance_is_called_chance():
    frame = pd.DataFrame({"y": np.random.default_rng(1).normal(size=40), "f": list("ab") * 20})
    assert "No factor can be told from chance" in sources_of_variation(frame, value="y", factors=["f"]).summary()


def test_capability_of_each_level_is_that_of_the_level():
    frame = unbalanced()
    found = capability_by_level(frame, value="y", by="a", lower=-4, upper=6)
    for row in found.table.itertuples():
        own = process_capability(frame.loc[frame["a"] == row.level, "y"], lower=-4, upper=6)
        assert row.value == pytest.approx(own.value("Ppk"))
        assert (row.low, row.high) == pytest.approx(own.interval("Ppk"))
        assert row.ppm_expected == pytest.approx(own.ppm)
    assert found.worst == found.table.loc[found.table["value"].idxmin(), "level"]
    assert "3 levels" in found.summary()


def test_levels_with_few_values_are_left_open():
    frame = pd.DataFrame({"y": [1.0, 2.0, 3.0, 4.0, 5.0, 5.0, 5.0], "f": list("aaabccc")})
    found = capability_by_level(frame, value="y", by="f", upper=9)
    assert found.table["value"].isna().tolist() == [False, True, True]
    assert "2 levels have too few values" in found.notes[0]
    assert found.summary().startswith("a has a Ppk of")
    none = capability_by_level(frame[frame["f"] == "b"].assign(y=[1.0]).iloc[[0, 0]].assign(y=[1.0, 2.0]), value="y",
                               by="f", upper=9)  # fmt: skip
    assert "No level has enough values" in none.summary()


def test_everything_wrong_is_told_at_once():
    frame = pd.DataFrame({"y": [1, "x", 3], "f": ["a", None, "b"]})
    with pytest.raises(DataError, match=r"(?s)column 'g': missing.*column 'f': 1 value is missing"):
        sources_of_variation(frame, value="y", factors=["f", "g"])
    with pytest.raises(DataError, match="column 'y': 1 value that is missing or no number"):
        sources_of_variation(frame.dropna(subset="f").assign(y=["x", 3]), value="y", factors=["f"])
    with pytest.raises(ParameterError, match=r"'f' plays two parts"):
        sources_of_variation(frame, value="y", factors=["f"], covariates=["f"])
    with pytest.raises(ParameterError, match="factors: none"):
        sources_of_variation(frame, value="y", factors=[])
    with pytest.raises(DataError, match="more rows than levels"):
        sources_of_variation(pd.DataFrame({"y": [1, 2], "f": ["a", "b"]}), value="y", factors=["f"])
    with pytest.raises(DataError, match="no spread"):
        sources_of_variation(pd.DataFrame({"y": [1, 1], "f": ["a", "b"]}), value="y", factors=["f"])
    with pytest.raises(ParameterError, match="at least one specification limit"):
        capability_by_level(frame, value="y", by="f")
    with pytest.raises(ParameterError, match="lower: 3"):
        capability_by_level(frame, value="y", by="f", lower=3, upper=2)
