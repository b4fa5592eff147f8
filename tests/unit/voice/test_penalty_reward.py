from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from casework.core.errors import CaseworkWarning, DataError, ParameterError
from casework.voice.penalty_reward import penalty_reward

MOBI = Path(__file__).parents[4] / "shared" / "data" / "mobi.csv"
# R 4.2.2 lm, CUSA1 on low (<= 6) and high (>= 9) dummies of PERQ1..PERQ7
R_PENALTY = [-0.6599356310015, -0.2115354941321, -0.0376268836082, -0.1695638805794, -0.1456148940882, 0.3290842366891,
             -0.505668958575]  # fmt: skip
R_REWARD = [0.3807504637417, 0.4147958325356, -0.0299825501142, 0.4376676999462, 0.0983073416726, 0.2854255757659,
            0.1363420688687]  # fmt: skip


@pytest.fixture
def ratings():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(rng.integers(1, 11, size=(200, 3)), columns=["a", "b", "c"])
    noise = rng.normal(size=200)
    y = pd.Series(7 - 2 * (frame["a"] <= 6) + 1.5 * (frame["b"] >= 9) + noise, name="overall")
    return y, frame


@pytest.mark.published
def test_mobi_as_r_lm():
    if not MOBI.exists():
        pytest.skip("the mobi data are not part of the project")
    data = pd.read_csv(MOBI)
    result = penalty_reward(data["CUSA1"], data[[f"PERQ{i}" for i in range(1, 8)]])
    frame = result.to_frame()
    assert frame["penalty"].to_numpy() == pytest.approx(R_PENALTY, rel=1e-8)
    assert frame["reward"].to_numpy() == pytest.approx(R_REWARD, rel=1e-8)
    assert result.constant == pytest.approx(7.6929280983805, rel=1e-8)
    assert result.r_squared == pytest.approx(0.459316127912, rel=1e-8)
    assert frame["n_low"].tolist() == [30, 66, 52, 30, 36, 38, 50]
    assert frame["n_high"].tolist() == [81, 56, 84, 89, 82, 81, 80]
    assert frame.loc["PERQ1", "penalty_p"] == pytest.approx(0.00366957980961, rel=1e-8)
    assert frame.loc["PERQ4", "reward_p"] == pytest.approx(0.0128659185641, rel=1e-8)


def test_intervals_and_p_values_as_statsmodels(ratings):
    y, frame = ratings
    design = sm.add_constant(np.hstack([frame <= 6, frame >= 9]).astype(float))
    expected = sm.OLS(y.to_numpy(), design).fit()
    found = penalty_reward(y, frame).to_frame()
    assert found["penalty_low"].to_numpy() == pytest.approx(expected.conf_int()[1:4, 0])
    assert found["reward_high"].to_numpy() == pytest.approx(expected.conf_int()[4:, 1])
    assert found["penalty_p"].to_numpy() == pytest.approx(expected.pvalues[1:4], rel=1e-6, abs=1e-12)


def test_factors_follow_the_larger_effect(ratings):
    result = penalty_reward(*ratings)
    assert result.to_frame()["factor"].tolist()[:2] == ["basic", "excitement"]
    assert result.attributes("basic") == ["a"]
    assert "Basic, harms when low: a." in result.summary()
    assert "No clear effect: c." in result.summary()


def test_nobody_low_gives_no_penalty_and_leaves_the_rest_alone(ratings):
    y, frame = ratings
    frame = frame.assign(c=frame["c"].clip(lower=7))
    with pytest.warns(CaseworkWarning, match=r"cannot be estimated for c"):
        found = penalty_reward(y, frame)
    others = sm.OLS(y, sm.add_constant(np.hstack([frame[["a", "b"]] <= 6, frame >= 9]).astype(float))).fit()
    assert np.isnan(found.to_frame().loc["c", "penalty"])
    assert found.to_frame().loc["a", "penalty"] == pytest.approx(others.params.iloc[1])
    assert found.to_frame().loc["c", "reward"] == pytest.approx(others.params.iloc[5])
    assert found.notes == ("Nobody rated these low, so their penalty is unknown: c.",)
    assert found.to_frame()["factor"].isna().tolist() == [False, False, True]


def test_attributes_rated_alike_are_not_told_apart(ratings):
    y, frame = ratings
    with pytest.warns(CaseworkWarning, match=r"cannot be estimated for a, twin"):
        found = penalty_reward(y, frame.assign(twin=frame["a"]))
    assert "cannot be told apart: a, twin" in found.notes[0]
    assert found.to_frame().loc["b", "penalty"] == pytest.approx(
        penalty_reward(y, frame).to_frame().loc["b", "penalty"]
    )


def test_missing_ratings_are_left_out_and_counted(ratings):
    y, frame = ratings
    holes = frame.astype(float)
    holes.iloc[:5, 0] = np.nan
    result = penalty_reward(y, holes)
    assert result.n == 195
    assert result.notes == ("5 respondents with a missing rating are left out.",)


def test_bad_input_is_refused(ratings):
    y, frame = ratings
    with pytest.raises(ParameterError, match=r"low, high: 9, 6.*low below high"):
        penalty_reward(y, frame, low=9, high=6)
    with pytest.raises(DataError, match=r"y, X: the rows differ"):
        penalty_reward(y.iloc[1:], frame)
    with pytest.raises(DataError, match=r"column a: 200 cells are no numbers"):
        penalty_reward(y, frame.assign(a="good"))
    with pytest.raises(DataError, match=r"7 respondents with complete answers.*at least 8"):
        penalty_reward(y.iloc[:7], frame.iloc[:7])


def test_bootstrap_intervals_are_those_of_drawn_rows(ratings):
    y, frame = ratings
    result = penalty_reward(y, frame, resamples=2000, seed=1)
    plain = penalty_reward(y, frame)
    assert result.resamples == 2000
    pd.testing.assert_frame_equal(
        result.frame[["penalty", "reward", "penalty_p", "factor"]],
        plain.frame[["penalty", "reward", "penalty_p", "factor"]],
    )
    rng = np.random.default_rng(4)
    drawn = []
    for _ in range(250):
        rows = rng.integers(0, 200, 200)
        part = frame.iloc[rows].reset_index(drop=True)
        drawn.append(penalty_reward(y.iloc[rows].reset_index(drop=True), part).frame["penalty"].to_numpy())
    spread = np.std(drawn, axis=0)
    width = (result.frame["penalty_high"] - result.frame["penalty_low"]) / (2 * 1.96)
    np.testing.assert_allclose(width, spread, rtol=0.2)
    assert penalty_reward(y, frame, resamples=200, seed=3).frame.equals(
        penalty_reward(y, frame, resamples=200, seed=3).frame
    )


def test_bootstrap_knows_what_the_data_do_not_tell(ratings):
    y, frame = ratings
    with pytest.warns(CaseworkWarning, match="cannot be estimated for a"):
        result = penalty_reward(y, frame.assign(a=7), resamples=100)
    assert result.frame.loc["a", ["penalty_low", "reward_high"]].isna().all()
    assert result.frame.loc["b", ["penalty_low", "reward_high"]].notna().all()
    with pytest.raises(ParameterError, match="resamples"):
        penalty_reward(y, frame, resamples=5)
