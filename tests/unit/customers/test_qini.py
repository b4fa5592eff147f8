import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.customers.qini import uplift_curve

HOW = {"outcome": "kept", "arm": "arm", "control": "none", "offer": "call", "score": "score"}


def trial(n=400, seed=1):
    rng = np.random.default_rng(seed)
    score = rng.random(n)
    arm = np.where(rng.random(n) < 0.5, "call", "none")
    kept = rng.random(n) < 0.5 + 0.4 * (score - 0.5) * (arm == "call")
    return pd.DataFrame({"score": np.round(score, 1), "arm": arm, "kept": kept.astype(int)})


def test_the_curve_by_brute_force():
    frame = trial()
    found = uplift_curve(frame, **HOW)
    offered = frame["arm"] == "call"
    for row in found.curve.iloc[1:].itertuples():
        cut = sorted(frame["score"].unique(), reverse=True)[int(row.Index) - 1]
        inside = frame["score"] >= cut
        got, had = frame["kept"][inside & offered].sum(), frame["kept"][inside & ~offered].sum()
        gain = got - had * (inside & offered).sum() / (inside & ~offered).sum()
        assert row.gain == pytest.approx(gain / offered.sum())
        assert row.share == pytest.approx(inside.mean())
    assert found.at(1) == pytest.approx(found.gain)
    assert found.curve["straight"].iloc[-1] == pytest.approx(found.gain)


def test_a_good_order_beats_chance_and_its_reverse_does_not():
    frame = trial(4000)
    good = uplift_curve(frame, **HOW)
    bad = uplift_curve(frame.assign(score=-frame["score"]), **HOW)
    assert good.qini > 0.1 > 0 > bad.qini
    assert good.at(0.3) > bad.at(0.3)
    assert "highest score" in good.summary()


def test_a_perfect_order_has_a_qini_of_one():
    frame = trial()
    offered = frame["arm"] == "call"
    frame["score"] = np.where(offered, frame["kept"], -frame["kept"])
    assert uplift_curve(frame, **HOW).qini == pytest.approx(1)


def test_groups_hold_everybody_once():
    found = uplift_curve(trial(), groups=4, **HOW)
    assert found.groups["n"].tolist() == [100] * 4
    assert (found.groups["low"] <= found.groups["uplift"]).all()
    assert found.to_frame().equals(found.curve)


def test_rows_of_other_offers_are_left_out():
    frame = trial()
    more = pd.concat([frame, frame.assign(arm="gift")], ignore_index=True)
    assert uplift_curve(more, **HOW) == uplift_curve(frame, **HOW)


def test_what_cannot_be_used():
    with pytest.raises(DataError, match="'score': missing"):
        uplift_curve(trial().drop(columns="score"), **HOW)
    with pytest.raises(DataError, match="1 value is missing or no number"):
        uplift_curve(trial().assign(score=["x", *range(399)]), **HOW)
    with pytest.raises(DataError, match=r"nobody has 'cal'.*Did you mean 'call'"):
        uplift_curve(trial(), **{**HOW, "offer": "cal"})
    with pytest.raises(ParameterError, match="groups") as error:
        uplift_curve(trial(), groups=1, confidence=2, **HOW)
    assert len(error.value.problems) == 2
    with pytest.raises(ParameterError, match="share: 2"):
        uplift_curve(trial(), **HOW).at(2)
