"""Small surveys for the tests of what is built on a fit."""

import numpy as np
import pandas as pd

from casework.satisfaction.pls import fit_pls

TEXT = """
Quality =~ q1 + q2 + q3
Value =~ v1 + v2
Satisfaction =~ s1 + s2
Value ~ Quality
Satisfaction ~ Quality + Value
"""


def survey(n=150, seed=1, effect=0.5):
    rng = np.random.default_rng(seed)
    quality = rng.normal(size=n)
    value = 0.5 * quality + 0.8 * rng.normal(size=n)
    satisfaction = 0.4 * quality + effect * value + 0.6 * rng.normal(size=n)
    owners = {"q1": quality, "q2": quality, "q3": quality, "v1": value, "v2": value, "s1": satisfaction,
              "s2": satisfaction}  # fmt: skip
    columns = {name: 6 + 1.5 * score + rng.normal(size=n) for name, score in owners.items()}
    return pd.DataFrame(columns).clip(1, 10).round()


def fitted(n=150, seed=1, **settings):
    return fit_pls(survey(n, seed), TEXT, **settings)
