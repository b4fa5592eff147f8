"""Against the competitors: what customers perceive, what is measured, and what to aim at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import suggest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t

Floats = npt.NDArray[np.float64]
Direction = Literal["more", "less", "target"]
DIRECTIONS: tuple[str, ...] = get_args(Direction)

TechnicalInput = pd.DataFrame | Mapping[str, Mapping[str, Any]]
NUMBERS = ("target", "effort", "cost")
KNOWN = ("unit", "direction", *NUMBERS)
EFFORT = (1.0, 5.0)
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


def read_ratings(ratings: pd.DataFrame | None, needs: Sequence[str]) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Read customers' ratings of products, and say what is wrong with them.

    Parameters
    ----------
    ratings : DataFrame, shape (needs, products), or None
        The own product in the first column; any scale on which more is better; empty where not asked.
    needs : sequence of str
        Names of the needs.
    """
    if ratings is None:
        return pd.DataFrame(index=pd.Index(needs, name="need")), ()
    table = ratings.set_axis([str(name) for name in ratings.index], axis=0)
    table.columns = [str(name) for name in table.columns]
    problems = _names(t("ratings"), list(table.index), needs)
    problems += _repeated(t("ratings"), list(table.columns))
    numbers = table.apply(pd.to_numeric, errors="coerce").astype(float)
    problems += [
        Problem(t("rating of {product} on {need}", need=repr(need), product=repr(product)), repr(cell), t("a number"))
        for need, product, cell in _unread(table, numbers)
    ]
    if problems:
        return numbers, tuple(problems)
    return numbers.reindex(pd.Index(needs, name="need")), ()


def read_technical(
    technical: TechnicalInput | None, names: Sequence[str], products: Sequence[str]
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Read what is known of the characteristics, and say what is wrong with it.

    Parameters
    ----------
    technical : DataFrame or mapping of characteristic to mapping, or None
        `unit` (text), `direction` (more, less or target is better), `target`, `effort` (1 to 5), `cost` (at
        least 0), and one number for each product under its name. All may be left out.
    names : sequence of str
        The characteristics.
    products : sequence of str
        The products that customers rated, the own one first; further ones may be measured.

    Returns
    -------
    table : DataFrame, one row per characteristic
        Columns unit, direction, target, effort, cost, then the products.
    problems : tuple of Problem
        Unknown characteristics and directions, cells that are no number or out of range.
    """
    table = _technical_table(technical)
    extra = [name for name in table.columns if name not in KNOWN]
    rated = [name for place, name in enumerate(products) if place == 0 or name in extra]
    columns = [*KNOWN, *dict.fromkeys([*rated, *extra])]
    problems = _names(t("characteristics"), list(table.index), names)
    problems += _repeated(t("characteristics"), list(table.columns))
    if problems:
        return pd.DataFrame(index=list(names), columns=columns), tuple(problems)
    full = table.reindex(index=list(names), columns=columns)
    found = full[columns[2:]].apply(pd.to_numeric, errors="coerce").astype(float)
    found.insert(0, "unit", ["" if pd.isna(value) else str(value) for value in full["unit"]])
    found.insert(1, "direction", ["" if pd.isna(value) else str(value).strip() for value in full["direction"]])
    problems = _technical_faults(full, found)
    return found.rename_axis("characteristic"), tuple(problems)


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


def check_rows(name: str, table: Mapping[str, Any]) -> None:
    """Check that each row of a nested mapping is a mapping.

    Raises
    ------
    ParameterError
        Some are not; all of them are named.
    """
    wanted = t("a mapping of name to value")
    wrong = [
        Problem(f"{name}[{str(key)!r}]", repr(row), wanted)
        for key, row in table.items()
        if not isinstance(row, Mapping)
    ]
    if wrong:
        raise ParameterError(wrong)


def _technical_table(technical: TechnicalInput | None) -> pd.DataFrame:
    if technical is None:
        return pd.DataFrame(columns=list(KNOWN))
    if isinstance(technical, Mapping):
        check_rows("technical", technical)
        technical = pd.DataFrame.from_dict({str(name): dict(row) for name, row in technical.items()}, orient="index")
    table = technical.set_axis([str(name) for name in technical.index], axis=0)
    table.columns = [str(name) for name in table.columns]
    return table


def _technical_faults(full: pd.DataFrame, found: pd.DataFrame) -> list[Problem]:
    problems = [
        Problem(_place(name, "direction"), repr(value), t("one of {values}", values=", ".join(DIRECTIONS)))
        for name, value in found["direction"].items()
        if value and value not in DIRECTIONS
    ]
    columns = list(found.columns[2:])
    problems += [
        Problem(_place(name, column), repr(cell), t("a number"))
        for name, column, cell in _unread(full[columns], found[columns])
    ]
    low, high = EFFORT
    span = t("a number from {low:g} to {high:g}", low=low, high=high)
    rules = {"effort": (found["effort"].between(low, high), span)}
    rules["cost"] = (found["cost"] >= 0, t("a number of at least 0"))
    for column, (good, wanted) in rules.items():
        wrong = found.loc[~good & found[column].notna(), column]
        problems += [Problem(_place(name, column), repr(value), wanted) for name, value in wrong.items()]
    return problems


def _unread(table: pd.DataFrame, numbers: pd.DataFrame) -> list[tuple[str, str, Any]]:
    """List filled cells that are no finite number: row, column, cell."""
    cells = table.to_numpy(dtype=object)
    bad = table.notna().to_numpy() & ~np.isfinite(numbers.to_numpy(dtype=np.float64))
    return [
        (str(table.index[i]), str(table.columns[j]), cells[i, j])
        for i, j in np.argwhere(bad).tolist()
        if str(cells[i, j]).strip()
    ]


def _names(where: str, given: Sequence[str], known: Sequence[str]) -> list[Problem]:
    problems = [
        Problem(where, t("{value} is not known", value=repr(name)), fix=suggest(name, known))
        for name in dict.fromkeys(given)
        if name not in known
    ]
    return problems + _repeated(where, given)


def _repeated(where: str, names: Sequence[str]) -> list[Problem]:
    twice = pd.Index(names)[pd.Index(names).duplicated()].unique()
    return [Problem(where, t("{value} is there twice", value=repr(name)), t("each name once")) for name in twice]


def _place(name: object, column: str) -> str:
    return t("characteristic {name}, {column}", name=repr(str(name)), column=column)
