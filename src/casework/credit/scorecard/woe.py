"""Weight of evidence and information value: how far each bin departs from the average, and what a variable is worth."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.generic]
LONE_SMOOTHING = 0.5  # of a bin that holds one class only and cannot be merged (adjusted weight of evidence)
STRENGTHS = (0.02, 0.1, 0.3, 0.5)  # Siddiqi (2006), p. 81
STRENGTH_WORDS = (mark("useless"), mark("weak"), mark("medium"), mark("strong"), mark("suspicious"))


def woe_of(goods: Numbers, bads: Numbers, total_goods: float, total_bads: float, smoothing: Floats | float) -> Floats:
    """Logarithm of a bin's share of the goods over its share of the bads; infinite for one class without smoothing."""
    good, bad = np.asarray(goods, dtype=np.float64), np.asarray(bads, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(((good + smoothing) / total_goods) / ((bad + smoothing) / total_bads)))


def bin_values(
    goods: Numbers, bads: Numbers, woe: Floats, total_goods: float, total_bads: float, smoothing: Floats | float
) -> Floats:
    """Return what each bin adds to the information value: difference of its shares times its weight of evidence."""
    good, bad = np.asarray(goods, dtype=np.float64), np.asarray(bads, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        return np.asarray(((good + smoothing) / total_goods - (bad + smoothing) / total_bads) * woe)


def lone_smoothing(goods: Numbers, bads: Numbers, smoothing: float) -> Floats:
    """Constant of each bin: `smoothing`, and where that is 0, `LONE_SMOOTHING` for filled bins with one class only."""
    good, bad = np.asarray(goods, dtype=np.float64), np.asarray(bads, dtype=np.float64)
    lone = (good + bad > 0) & ((good == 0) | (bad == 0))
    return np.where(lone & (smoothing == 0), LONE_SMOOTHING, smoothing)


def woe_table(counts: pd.DataFrame, *, smoothing: float = 0.0) -> pd.DataFrame:
    """Weight of evidence and information value of bins from their counts.

    Parameters
    ----------
    counts : DataFrame, one row per bin
        Columns `goods` and `bads`: how many non-events and events, at least 0.
    smoothing : float
        Added to both counts of each bin, at least 0. Without it a bin with one class only gets 0.5.

    Returns
    -------
    DataFrame
        On the same index: `count`, `events`, `share`, `event_rate`, `woe` = ln(share of goods / share of bads) and
        `iv`.

    Raises
    ------
    DataError
        A column is missing, a count is negative or not a number, or there are no goods or no bads.

    References
    ----------
    Siddiqi (2006), Credit risk scorecards, chapter 6; Good (1950), Probability and the weighing of evidence.

    Examples
    --------
    German credit (UCI), status of the account:

    >>> counts = pd.DataFrame({"goods": [139, 164, 49, 348], "bads": [135, 105, 14, 46]})
    >>> table = woe_table(counts)
    >>> table["woe"].round(10).tolist(), round(float(table["iv"].sum()), 6)
    ([-0.8180987057, -0.4013917827, 0.4054651081, 1.1762632229], 0.666012)
    """
    constant = check_number("smoothing", smoothing, low=0)
    goods, bads = _counts(counts)
    total_goods, total_bads = float(goods.sum()), float(bads.sum())
    added = lone_smoothing(goods, bads, constant)
    woe = np.where(goods + bads > 0, woe_of(goods, bads, total_goods, total_bads, added), 0.0)
    count = goods + bads
    return pd.DataFrame(
        {
            "count": count,
            "events": bads,
            "share": count / count.sum(),
            "event_rate": bads / np.where(count > 0, count, np.nan),
            "woe": woe,
            "iv": np.where(count > 0, bin_values(goods, bads, woe, total_goods, total_bads, added), 0.0),
        },
        index=counts.index,
    )


def strength_of(value: float) -> str:
    """Siddiqi's word for an information value: useless, weak, medium, strong or suspicious.

    References
    ----------
    Siddiqi (2006), Credit risk scorecards, p. 81: below 0.02, 0.1, 0.3, 0.5, and above.

    Examples
    --------
    >>> strength_of(0.666), strength_of(0.19)
    ('suspicious', 'medium')
    """
    return STRENGTH_WORDS[int(np.searchsorted(STRENGTHS, value, side="right"))]


def _counts(counts: pd.DataFrame) -> tuple[Floats, Floats]:
    names = ("goods", "bads")
    problems = [Problem(name, t("there is no column {name}", name=repr(name))) for name in names if name not in counts]
    found: list[Floats] = []
    for name in names if not problems else ():
        values = pd.to_numeric(counts[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        found.append(values)
        if not np.isfinite(values).all() or (values < 0).any():
            problems.append(Problem(name, t("a count is missing, negative or infinite"), t("at least 0")))
        elif not values.sum():
            problems.append(Problem(name, t("all counts are 0"), t("at least one above 0")))
    if problems:
        raise DataError(problems)
    return found[0], found[1]
