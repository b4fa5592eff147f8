import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.customers.uplift import campaign_uplift, find_moderator

HOW = {"outcome": "kept", "arm": "arm", "control": "none"}


def cells(rows):
    """Put a trial together from (arm, segment, customers, kept)."""
    parts = [
        pd.DataFrame({"arm": arm, "segment": segment, "kept": [1] * kept + [0] * (n - kept)})
        for arm, segment, n, kept in rows
    ]
    return pd.concat(parts, ignore_index=True)


TRIAL = cells(
    [
        ("none", "young", 100, 60), ("none", "old", 80, 60), ("call", "young", 50, 45), ("call", "old", 40, 30),
        ("gift", "young", 60, 36), ("gift", "old", 40, 26),
    ]
)  # fmt: skip


def test_rates_uplift_and_share_held_by_hand():
    found = campaign_uplift(TRIAL, segment="segment", **HOW)
    rows = found.table.set_index(["offer", "segment"])
    assert found.table["segment"].tolist() == ["all", "old", "young"] * 2
    assert rows.loc[("call", "young"), ["control_rate", "offered_rate", "uplift", "held"]].tolist() == pytest.approx(
        [0.6, 0.9, 0.3, 0.75]
    )
    assert rows.loc[("call", "all"), "uplift"] == pytest.approx(75 / 90 - 120 / 180)
    assert rows.loc[("gift", "old"), "held"] == pytest.approx(1 - 0.35 / 0.25)
    assert found.held().to_numpy().tolist() == [pytest.approx([0, -0.4]), pytest.approx([0.75, 0])]
    assert '"call" among "young": 30.0 more' in found.summary()
    assert found.to_frame().equals(found.table)


def test_tests_are_those_of_scipy_and_of_cochran_by_hand():
    stats = pytest.importorskip("scipy.stats")
    found = campaign_uplift(TRIAL, segment="segment", **HOW)
    p = stats.chi2_contingency([[45, 5], [60, 40]], correction=False).pvalue
    rows = found.table.set_index(["offer", "segment"])
    assert rows.loc[("call", "young"), "p"] == pytest.approx(p)
    assert rows.loc[("call", "young"), "p_adjusted"] == pytest.approx(4 * p)
    assert np.isnan(rows.loc[("call", "all"), "p_adjusted"])
    uplift, weight = [], []
    for kept, n, base, m in ((30, 40, 60, 80), (45, 50, 60, 100)):
        p1, p2 = (kept + 1) / (n + 2), (base + 1) / (m + 2)
        uplift.append(p1 - p2)
        weight.append(1 / (p1 * (1 - p1) / (n + 2) + p2 * (1 - p2) / (m + 2)))
    q = np.dot(weight, (np.array(uplift) - np.average(uplift, weights=weight)) ** 2)
    test = found.tests.set_index("offer").loc["call"]
    assert (test["chi2"], test["df"]) == (pytest.approx(q), 1)
    assert test["p"] == pytest.approx(stats.chi2.sf(q, 1))


def test_without_segments_there_is_one_row_per_offer():
    found = campaign_uplift(TRIAL, **HOW)
    assert found.table["segment"].tolist() == ["all", "all"]
    assert found.held().shape == (1, 2)
    assert found.held_draws(50, seed=1).shape == (50, 1, 2)
    assert 'The offer "call" keeps 16.7 more' in found.summary()
    assert found.tests["p"].isna().all()


def test_a_segment_may_be_called_all():
    found = campaign_uplift(TRIAL.replace({"old": "all"}), segment="segment", **HOW)
    assert found.by_segment["segment"].tolist() == ["all", "young"] * 2
    assert found.held().loc["young", "call"] == pytest.approx(0.75)


def test_draws_lie_around_the_estimate_and_repeat():
    found = campaign_uplift(TRIAL, segment="segment", **HOW)
    drawn = found.held_draws(4000, seed=3)
    assert drawn.shape == (4000, 2, 2)
    assert np.median(drawn, axis=0) == pytest.approx(found.held().to_numpy(), abs=0.06)
    assert (drawn == found.held_draws(4000, seed=3)).all()
    assert drawn.max() < 1


def test_nothing_beyond_chance_is_said():
    same = cells([("none", "a", 50, 25), ("call", "a", 50, 26)])
    assert "beyond chance" in campaign_uplift(same, **HOW).summary()


def test_the_attribute_that_matters_is_found_and_the_number_of_tests_counted():
    rng = np.random.default_rng(4)
    trial = TRIAL.assign(coin=rng.permutation(np.arange(len(TRIAL)) % 3).astype(str))
    found = find_moderator(trial, ["coin", "segment"], **HOW)
    assert found["attribute"].iloc[0] == "segment"
    p = campaign_uplift(trial, segment="segment", **HOW).tests["p"].min()
    assert found["p"].iloc[0] == pytest.approx(2 * p)
    assert found["p_adjusted"].iloc[0] == pytest.approx(4 * p)


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(DataError, match="Did you mean 'kept'") as error:
        campaign_uplift(TRIAL, outcome="kep", arm="arm", control="none", segment="age")
    assert len(error.value.problems) == 2
    broken = TRIAL.assign(kept=TRIAL["kept"].where(TRIAL.index != 3).replace({0: 7}))
    with pytest.raises(DataError, match="neither 0 nor 1") as error:
        campaign_uplift(broken, outcome="kept", arm="arm", control="nobody")
    assert len(error.value.problems) == 3
    with pytest.raises(DataError, match="only the control group"):
        campaign_uplift(TRIAL[TRIAL["arm"] == "none"], **HOW)
    with pytest.raises(DataError, match=r"segment 'old'.*nobody has 'gift'"):
        campaign_uplift(TRIAL[(TRIAL["arm"] != "gift") | (TRIAL["segment"] != "old")], segment="segment", **HOW)
    with pytest.raises(ParameterError, match="confidence"):
        campaign_uplift(TRIAL, confidence=1, **HOW)
    with pytest.raises(ParameterError, match="candidates"):
        find_moderator(TRIAL, [], **HOW)
    with pytest.raises(ParameterError, match="n: 0"):
        campaign_uplift(TRIAL, **HOW).held_draws(0)


def test_small_groups_are_told():
    small = cells([("none", "a", 19, 9), ("call", "a", 30, 20)])
    assert "1 group of the trial has fewer than 20" in campaign_uplift(small, **HOW).notes[0]
