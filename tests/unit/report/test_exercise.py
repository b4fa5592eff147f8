import random

import matplotlib as mpl
import numpy as np

from casework.figures.style import register_fonts
from casework.report.exercise import exercise


def test_it_leaves_no_trace_in_settings_and_random_numbers() -> None:
    register_fonts()
    settings = dict(mpl.rcParams)
    states = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    exercise()
    assert dict(mpl.rcParams) == settings
    assert (random.getstate(), np.random.get_state()[1].tolist()) == states  # noqa: NPY002
    from matplotlib import pyplot as plt

    assert plt.get_fignums() == []
