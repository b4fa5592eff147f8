"""Against the competitors: what customers perceive, what is measured, and what to aim at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.messages import mark
from casework.voice.house.tables import KNOWN

Floats = npt.NDArray[np.float64]
HEADINGS = (
    mark("unit"),
    mark("direction"),
    mark("target"),
    mark("effort"),
    mark("cost"),
    mark("best competitor"),
    mark("best rating"),
    mark("gap"),
    mark("opportunity"),
    mark("proposed"),
    mark("reason"),
    mark("agreement"),
    mark("products"),
    mark("contradicts"),
    mark("more"),
    mark("less"),
)
REASONS = {
    "given": mark("given by the team"),
    "best": mark("important: as good as the best product"),
    "keep": mark("not important enough: keep"),
    "unknown": mark("not measured"),
}


def gaps(ratings: pd.DataFrame, weights: pd.Series[float]) -> pd.DataFrame:
    """Compare the own product with the best competitor, need by need.

    Parameters
    ----------
    ratings : DataFrame, shape (needs, products)
        The own product in the first column.
    weights : Series
        Share of each need, adding up to 1.

    Returns
    -------
    DataFrame, one row per need
        `own` rating, `best_competitor`, its `best_rating`, `gap` (own less best), `opportunity` = weight x what is
        missing to the best.

    Examples
    --------
    >>> table = pd.DataFrame({"ours": [3.0, 4.0], "theirs": [4.5, 3.0]}, index=["light", "cheap"])
    >>> gaps(table, pd.Series([0.6, 0.4], index=["light", "cheap"]))["gap"].tolist()
    [-1.5, 1.0]
    """
    own, others = ratings.iloc[:, 0], ratings.iloc[:, 1:]
    known = others.notna().any(axis=1).to_numpy()
    best = others.max(axis=1)
    name = np.full(len(ratings), "", dtype=object)
    name[known] = others[known].idxmax(axis=1).to_numpy()
    gap = own - best
    return pd.DataFrame(
        {
            "own": own,
            "best_competitor": name,
            "best_rating": best,
            "gap": gap,
            "opportunity": weights.reindex(ratings.index) * (-gap).clip(lower=0),
        }
    )


def propose_targets(technical: pd.DataFrame, relative: pd.Series[float], *, stretch: float = 0.0) -> pd.DataFrame:
    """Propose a target for each characteristic by a stated rule.

    Parameters
    ----------
    technical : DataFrame
        As `read_technical` returns it; the own product is the first product.
    relative : Series
        Share of importance of each characteristic, adding up to 1.
    stretch : float
        How far to go beyond the best product, as a share of the range between the products; at least 0.

    Returns
    -------
    DataFrame, one row per characteristic
        `own` value, `best` value among all products, `target` given, `proposed`, `reason`.

    Notes
    -----
    A target that is given stays. Else an important characteristic (at least average) aims at the best product, and by
    `stretch` beyond it; another one keeps the own value. Where a target value is best, no proposal is made.
    """
    values = technical.iloc[:, len(KNOWN) :].to_numpy(dtype=np.float64)
    values = values if values.shape[1] else np.full((len(technical), 1), np.nan)
    way = technical["direction"].map({"more": 1.0, "less": -1.0}).to_numpy(dtype=np.float64)
    best, spread = _best(values * way[:, None]), np.nan_to_num(_best(values) + _best(-values))
    best = way * (best + stretch * spread)
    own, given = values[:, 0], technical["target"].to_numpy(dtype=np.float64)
    important = relative.to_numpy() >= 1 / len(relative) - 1e-12
    proposed = np.where(~np.isnan(given), given, np.where(important, best, own))
    guess = np.where(np.isnan(proposed), "unknown", np.where(important, "best", "keep"))
    reason = np.where(~np.isnan(given), "given", guess)
    return pd.DataFrame(
        {
            "unit": technical["unit"],
            "direction": technical["direction"],
            "own": own,
            "best": way * _best(values * way[:, None]),
            "target": given,
            "proposed": proposed,
            "reason": [REASONS[key] for key in reason],
        },
        index=technical.index,
    )  # fmt: skip


def consistency(
    relations: pd.DataFrame, weights: pd.Series[float], ratings: pd.DataFrame, technical: pd.DataFrame
) -> pd.DataFrame:
    """Hold measurements against what customers perceive, characteristic by characteristic.

    Parameters
    ----------
    relations : DataFrame, shape (needs, characteristics)
        Strengths as numbers.
    weights : Series
        Share of each need.
    ratings : DataFrame, shape (needs, products)
        Customers' ratings.
    technical : DataFrame
        As `read_technical` returns it.

    Returns
    -------
    DataFrame, one row per characteristic that can be compared on 3 products or more
        `products` compared, `agreement`: Spearman's rank correlation between the measured values, turned so that more
        is better, and the ratings of the needs that it serves (weighted by weight x strength); `contradicts` where
        it is below 0.

    Notes
    -----
    With three or four products a rank correlation is a hint, no proof. Below 0 the measure may not be what customers
    notice, the relation may be wrong, or another characteristic decides.
    """
    products = [name for name in ratings.columns if name in technical.columns]
    rated = ratings[products].to_numpy(dtype=np.float64)
    pull = relations.to_numpy() * weights.to_numpy()[:, None]
    known = ~np.isnan(rated)
    mass = pull.T @ known
    perceived = np.where(mass > 0, pull.T @ np.where(known, rated, 0.0) / np.where(mass > 0, mass, 1.0), np.nan)
    measured = _turned(technical, products)
    rows = [_agreement(measured[j], perceived[j]) for j in range(len(technical))]
    found = pd.DataFrame(rows, columns=["products", "agreement"], index=technical.index)
    found = found[found["products"] >= 3].dropna(subset=["agreement"])
    return found.astype({"products": int}).assign(contradicts=found["agreement"] < 0)


def _turned(technical: pd.DataFrame, products: Sequence[str]) -> Floats:
    """Measured values, turned so that more is better; not-a-number where the direction is not known."""
    values = technical[list(products)].to_numpy(dtype=np.float64)
    target = technical["target"].to_numpy(dtype=np.float64)[:, None]
    kind = technical["direction"].to_numpy()[:, None]
    turned = np.where(kind == "more", values, np.where(kind == "less", -values, np.nan))
    return np.where(kind == "target", -np.abs(values - target), turned)


def _agreement(measured: Floats, perceived: Floats) -> tuple[int, float]:
    from scipy.stats import rankdata

    both = ~(np.isnan(measured) | np.isnan(perceived))
    if both.sum() < 3:
        return int(both.sum()), float("nan")
    first, second = rankdata(measured[both].round(12)), rankdata(perceived[both].round(12))
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return int(both.sum()), float("nan")
    return int(both.sum()), float(np.corrcoef(first, second)[0, 1])


def _best(values: Floats) -> Floats:
    """Largest value of each row, not-a-number where there is none."""
    known = ~np.isnan(values)
    top = np.where(known, values, -np.inf).max(axis=1)
    return np.where(known.any(axis=1), top, np.nan)
