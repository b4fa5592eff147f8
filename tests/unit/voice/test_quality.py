import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.voice.quality import quality

NAMES = list("abcd")


def answers(*rows):
    return pd.DataFrame(rows, columns=NAMES, dtype=float)


def test_contradictions_straight_lines_and_gaps_are_found():
    functional = answers([1, 1, 3, 3], [3, 3, 3, 3], [1, None, 2, 3], [1, 2, 3, 2])
    dysfunctional = answers([1, 1, 3, 3], [5, 5, 5, 5], [5, 5, 5, 3], [5, 5, 3, 3])
    frame = quality(functional, dysfunctional).to_frame()
    assert frame["questionable"].tolist() == [2, 0, 0, 0]
    assert frame["contradictory"].tolist() == [True, False, False, False]
    assert frame["straight"].tolist() == [False, True, False, False]
    assert frame["missing"].tolist() == [0, 0, 1, 0]


def test_counts_and_summary():
    functional, dysfunctional = answers([3] * 4, [1, 2, 3, 2]), answers([3] * 4, [5, 5, 3, 3])
    result = quality(functional, dysfunctional)
    assert result.counts()["respondents"].to_dict() == {"contradictory": 0, "straight": 1, "incomplete": 0}
    assert result.flagged().index.tolist() == [0]
    assert "1 ticked one answer all the way down" in result.summary()


def test_too_few_pairs_are_not_judged():
    functional = answers([1, None, None, None])
    result = quality(functional, functional)
    assert not result.to_frame()[["contradictory", "straight"]].to_numpy().any()
    assert result.notes == ("1 respondent answered fewer than 3 pairs and is not judged.",)


def test_limits_are_checked():
    frame = answers([1] * 4)
    with pytest.raises(ParameterError, match="limit: 0"):
        quality(frame, frame, limit=0)
    with pytest.raises(ParameterError, match="min_pairs: 1"):
        quality(frame, frame, min_pairs=1)
