from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from casework.stats.multiple import holm


def test_holm_agrees_with_statsmodels_and_skips_missing():
    p_values = np.array([0.01, np.nan, 0.04, 0.03, 0.005])
    known = np.isfinite(p_values)
    expected = multipletests(p_values[known], method="holm")[1]
    assert holm(p_values)[known] == pytest.approx(expected)
    assert np.isnan(holm(p_values)[1])
