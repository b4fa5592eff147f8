"""The tables of a binning: bins, variables, merges, made of what was found when somebody asks for them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.credit.scorecard.fitting import Fitted
from casework.credit.scorecard.woe import strength_of

Floats = npt.NDArray[np.float64]


def by_information(values: Mapping[str, Floats]) -> dict[str, float]:
    """Information value of each variable, largest first.

    Parameters
    ----------
    values : mapping of str to ndarray, shape (slots,)
        What each bin adds.

    Examples
    --------
    >>> by_information({"a": np.array([0.25, 0.25]), "b": np.array([1.0])})
    {'b': 1.0, 'a': 0.5}
    """
    worth = {name: float(value.sum()) for name, value in values.items()}
    return dict(sorted(worth.items(), key=lambda item: -item[1]))


def bin_table(
    fits: Mapping[str, Fitted], weights: Mapping[str, Floats], values: Mapping[str, Floats], n: int
) -> pd.DataFrame:
    """One row per filled slot of all variables."""
    rows = np.concatenate([fit.rows for fit in fits.values()])
    events = np.concatenate([fit.events for fit in fits.values()])
    filled = rows > 0
    names = np.repeat(np.array(list(fits), dtype=object), [fit.bins.slots for fit in fits.values()])
    labels = np.array([label for fit in fits.values() for label in fit.bins.labels], dtype=object)
    woe, value = (np.concatenate([parts[name] for name in fits])[filled] for parts in (weights, values))
    rows, events = rows[filled], events[filled]
    numbers = {"share": rows / n, "event_rate": events / rows, "woe": woe, "iv": value}
    return pd.DataFrame({"variable": names[filled], "bin": labels[filled], "count": rows, "events": events, **numbers})


def variable_table(fits: Mapping[str, Fitted], values: Mapping[str, Floats], n: int) -> pd.DataFrame:
    """One row per variable, most information first."""
    worth = by_information(values)
    own = [fits[name] for name in worth]
    return pd.DataFrame(
        {
            "iv": list(worth.values()),
            "strength": [strength_of(value) for value in worth.values()],
            "bins": [fit.bins.regular for fit in own],
            "trend": [fit.trend for fit in own],
            "asked": [fit.asked for fit in own],
            "missing_share": [float(fit.rows[fit.bins.missing]) / n for fit in own],
        },
        index=pd.Index(list(worth), name="variable", dtype=object),
    )


def merge_table(fits: Mapping[str, Fitted]) -> pd.DataFrame:
    """One row per bin that holds several fine classes or categories."""
    rows = [
        (name, fit.bins.labels[slot], merged, reason)
        for name, fit in fits.items()
        for slot, merged, reason in fit.merges
    ]
    return pd.DataFrame(rows, columns=["variable", "bin", "merged", "reason"])
