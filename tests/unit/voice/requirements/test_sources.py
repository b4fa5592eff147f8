import numpy as np
import pytest

from casework.core.errors import ParameterError
from casework.voice.requirements.sources import interviews_needed, voice_sources


def test_six_sources_that_all_say_what_they_miss():
    table = voice_sources()
    assert table.shape == (6, 4)
    assert (table != "").all(axis=None)


@pytest.mark.parametrize(("share", "chance", "n"), [(0.1, 0.95, 29), (0.5, 0.5, 1), (0.05, 0.9, 45), (0.2, 0.99, 21)])
def test_least_number_of_interviews(share, chance, n):
    result = interviews_needed(share=share, chance=chance)
    assert result.interviews == n
    assert 1 - (1 - share) ** n >= chance > 1 - (1 - share) ** (n - 1)


def test_chance_agrees_with_drawing_customers():
    heard = (np.random.default_rng(1).random((40_000, 12)) < 0.1).any(axis=1).mean()
    table = interviews_needed(share=0.1, most=12).table.set_index("interviews")
    assert table.loc[12, "heard"] == pytest.approx(heard, abs=0.01)


def test_impossible_shares():
    with pytest.raises(ParameterError, match="share: 0"):
        interviews_needed(share=0)
    with pytest.raises(ParameterError, match="most: 0"):
        interviews_needed(most=0)
