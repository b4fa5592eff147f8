from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import CaseworkWarning, DataError, ParameterError
from casework.credit.scorecard import bin_variables

GERMAN = Path(__file__).parents[5] / "shared" / "data" / "german_credit.csv"
needs_german = pytest.mark.skipif(not GERMAN.exists(), reason="the German credit data are not part of the project")


@pytest.fixture(scope="module")
def german() -> pd.DataFrame:
    return pd.read_csv(GERMAN)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    n = 600
    age = rng.integers(18, 70, n).astype(float)
    job = rng.choice(["clerk", "=cmd()", "<b>boss</b>"], n)
    bad = rng.random(n) < 1 / (1 + np.exp(0.06 * (age - 20) - (job == "clerk")))
    age[:40] = np.nan
    return pd.DataFrame({"age": age, "job": job, "bureau": rng.choice([-1, 300, 500, 700], n), "bad": bad.astype(int)})


def test_rows_events_and_information_add_up(frame: pd.DataFrame) -> None:
    result = bin_variables(frame, target="bad", special={"bureau": [-1]})
    by = result.table.groupby("variable")
    assert (by["count"].sum() == len(frame)).all()
    assert (by["events"].sum() == frame["bad"].sum()).all()
    assert by["share"].sum().to_numpy() == pytest.approx(1.0)
    assert by["iv"].sum().to_dict() == pytest.approx(result.iv.to_dict())
    assert result.to_frame().equals(result.table)
    assert result.n == 600
    assert "3 variables binned on 600 rows" in result.summary()
    assert set(result.trends) == set(result.names)


def test_counts_are_those_of_the_codes_and_weights_are_looked_up(frame: pd.DataFrame) -> None:
    result = bin_variables(frame, target="bad", special={"bureau": [-1]})
    codes, weights = result.codes(frame), result.transform(frame)
    for name in result.names:
        counted = np.bincount(codes[name], minlength=result.rules[name].slots)
        assert counted.tolist() == result.rows[name].tolist()
        rows = result.table[result.table["variable"] == name]
        assert sorted(set(weights[name].round(9))) == sorted(set(rows["woe"].round(9)))
        goods, bads = rows["count"] - rows["events"], rows["events"]
        independent = np.log((goods / goods.sum()) / (bads / bads.sum()))
        assert rows["woe"].to_numpy() == pytest.approx(independent.to_numpy())


def test_missing_values_get_the_weight_that_was_learned() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=200)
    x[:20] = np.nan
    bad = np.r_[np.tile([1, 0], 10), np.tile([1, 0, 0, 0, 0], 36)]
    result = bin_variables(pd.DataFrame({"x": x, "bad": bad}), target="bad")
    goods, bads = (bad == 0).sum(), bad.sum()
    learned = np.log((10 / goods) / (10 / bads))
    assert result.transform(pd.DataFrame({"x": [np.nan]}))["x"][0] == pytest.approx(learned)


def test_one_row_is_transformed_as_all_are(frame: pd.DataFrame) -> None:
    result = bin_variables(frame, target="bad")
    whole = result.transform(frame)
    for row in (0, 7, 599):
        assert result.transform(frame.iloc[[row]]).equals(whole.iloc[[row]])


def test_what_was_never_seen_is_counted_and_neutral_or_worst(frame: pd.DataFrame) -> None:
    new = pd.DataFrame({"age": [30.0], "job": ["pilot"], "bureau": [np.nan]})
    result = bin_variables(frame, target="bad")
    with pytest.warns(CaseworkWarning, match=r"2 values were never seen in training: job: 'pilot' \(1\)"):
        found = result.transform(new)
    assert found["job"][0] == 0
    assert found["bureau"][0] == 0
    assert result.unseen(new)["count"].tolist() == [1, 1]
    careful = bin_variables(frame, target="bad", unseen="worst")
    with pytest.warns(CaseworkWarning, match="never seen"):
        worst = careful.transform(new)
    assert worst["job"][0] == careful.table.loc[careful.table["variable"] == "job", "woe"].min()


def test_a_bin_without_events_is_merged_and_told_or_smoothed() -> None:
    x, bad = [0] * 50 + [1] * 50, [0] * 50 + [1] * 20 + [0] * 30
    frame = pd.DataFrame({"x": x, "bad": bad})
    merged = bin_variables(frame, target="bad", cuts={"x": [0.5]})
    assert merged.merges.to_numpy().tolist() == [["x", "all", 2, "too few events"]]
    assert merged.iv["x"] == 0
    assert "merged with a neighbour: x" in merged.notes[0]
    smoothed = bin_variables(frame, target="bad", cuts={"x": [0.5]}, smoothing=0.5)
    assert smoothed.table["woe"].tolist() == pytest.approx(
        [np.log((50.5 / 80) / (0.5 / 20)), np.log((30.5 / 80) / (20.5 / 20))]
    )
    assert any("0.5 was added" in note for note in smoothed.notes)


def test_trend_and_number_of_bins_are_kept(frame: pd.DataFrame) -> None:
    up = bin_variables(frame, target="bad", variables=["age"], trend="up")
    down = bin_variables(frame, target="bad", variables=["age"], trend={"age": "down"}, max_bins=3)
    rates = down.table["event_rate"].to_numpy()[:-1]
    assert (np.diff(rates) < 0).all()
    assert len(rates) <= 3
    assert down.variables.loc["age", "asked"] == "down"
    assert down.iv["age"] > up.iv["age"]


def test_selection_keeps_what_was_learned(frame: pd.DataFrame) -> None:
    result = bin_variables(frame, target="bad")
    kept = result.select(["job"])
    assert kept.names == ("job",)
    assert kept.transform(frame)["job"].equals(result.transform(frame)["job"])
    with pytest.raises(ParameterError, match="'jobs' is not known"):
        result.select(["jobs"])


def test_input_is_not_changed(frame: pd.DataFrame) -> None:
    before = frame.copy()
    bin_variables(frame, target="bad")
    pd.testing.assert_frame_equal(frame, before)


def test_wrong_data_and_arguments_are_refused(frame: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="empty: all values are missing"):
        bin_variables(frame.assign(empty=None, bad=frame["bad"].where(frame.index > 3)), target="bad")
    with pytest.raises(ParameterError, match="no variable 'agee'"):
        bin_variables(frame, target="bad", cuts={"agee": [3]})


@needs_german
def test_information_of_german_credit_is_that_of_crosstabs(german: pd.DataFrame) -> None:
    names = [name for name in german if german[name].dtype != np.int64]
    result = bin_variables(german, target="bad", variables=names, cuts=dict.fromkeys(names, "each"))
    for name in names:
        table = pd.crosstab(german[name], german["bad"], normalize="columns")
        iv = ((table[0] - table[1]) * np.log(table[0] / table[1])).sum()
        assert result.iv[name] == pytest.approx(iv, abs=1e-12)
    assert result.iv["personal_status_sex"] == pytest.approx(0.044671, abs=1e-6)
    assert result.iv["checking_status"] == pytest.approx(0.666012, abs=1e-6)


@needs_german
def test_bins_of_german_credit_are_those_of_optbinning(german: pd.DataFrame) -> None:
    names = ["duration_months", "credit_amount"]
    result = bin_variables(german, target="bad", variables=names, trend="up")
    assert result.rules["duration_months"].cuts == (8.5, 11.5, 15.5, 26.5, 34.5, 43.5)
    assert result.rules["credit_amount"].cuts == (718.0, 3913.5, 6322.5, 7839.5)
    assert result.iv["duration_months"] == pytest.approx(0.2889771769184098, rel=1e-9)
    assert result.iv["credit_amount"] == pytest.approx(0.15069517718853748, rel=1e-9)
    amount = result.table[result.table["variable"] == "credit_amount"]
    assert amount["count"].tolist() == [54, 686, 127, 58, 75]
    assert amount["events"].tolist() == [13, 176, 48, 22, 41]


@needs_german
def test_own_cuts_and_a_category_that_never_occurs(german: pd.DataFrame) -> None:
    result = bin_variables(
        german, target="bad", variables=["duration_months", "purpose"], cuts={"duration_months": [12, 24, 36]}
    )
    woe = result.table.loc[result.table["variable"] == "duration_months", "woe"]
    assert woe.tolist() == pytest.approx([0.887303195, 0.0810932784, -0.0540672213, -0.7766802932], abs=1e-9)
    with pytest.warns(CaseworkWarning, match="purpose: 'A47'"):
        result.transform(german.head(1).assign(purpose="A47"))
