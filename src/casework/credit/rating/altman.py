"""Altman's Z scores: how near a firm is to distress, from five ratios of its statements."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_option
from casework.core.errors import CaseworkWarning, DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.credit.rating.columns import Floats, Mask, at_rows, numbers_in, table_of

AltmanModel = Literal["public", "public_rounded", "private", "service", "service_1_22", "service_6_5", "emerging"]
Zone = Literal["safe", "grey", "distress"]
ZONES = (mark("safe"), mark("grey"), mark("distress"))
RATIOS = ("x1", "x2", "x3", "x4", "x5")
NO_ZONE = ""


@dataclass(frozen=True, kw_only=True)
class AltmanFormula:
    """Weights of x1 to x5, a constant, the cut-offs below and above which a firm is in distress or safe."""

    weights: tuple[float, float, float, float, float]
    constant: float
    low: float
    high: float
    equity: str  # which equity stands over liabilities in x4
    source: str


# Sources disagree in the third digit; every variant that is in use is a row here, none is hidden in a formula.
FORMULAS: Mapping[str, AltmanFormula] = {
    "public": AltmanFormula(
        weights=(1.2, 1.4, 3.3, 0.6, 0.999), constant=0.0, low=1.81, high=2.99, equity="market_value_equity",
        source="Altman (1968), Journal of Finance 23(4), eq. I",
    ),
    "public_rounded": AltmanFormula(
        weights=(1.2, 1.4, 3.3, 0.6, 1.0), constant=0.0, low=1.81, high=2.99, equity="market_value_equity",
        source="Altman (2000): x5 rounded to 1.0",
    ),
    "private": AltmanFormula(
        weights=(0.717, 0.847, 3.107, 0.420, 0.998), constant=0.0, low=1.23, high=2.90, equity="equity",
        source="Altman (1983), Corporate Financial Distress",
    ),
    "service": AltmanFormula(
        weights=(6.56, 3.26, 6.72, 1.05, 0.0), constant=0.0, low=1.10, high=2.60, equity="equity",
        source="Altman, Hartzell & Peck (1995); Altman (2000)",
    ),
    "service_1_22": AltmanFormula(
        weights=(6.56, 3.26, 6.72, 1.05, 0.0), constant=0.0, low=1.22, high=2.90, equity="equity",
        source="the same weights with the cut-offs that data vendors print",
    ),
    "service_6_5": AltmanFormula(
        weights=(6.5, 3.26, 6.72, 1.05, 0.0), constant=0.0, low=1.23, high=2.90, equity="equity",
        source="secondary pages: x1 rounded to 6.5, cut-offs of the private model",
    ),
    "emerging": AltmanFormula(
        weights=(6.56, 3.26, 6.72, 1.05, 0.0), constant=3.25, low=4.35, high=5.85, equity="equity",
        source="Altman, Hartzell & Peck (1995): Z'' + 3.25, cut-offs moved by as much",
    ),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class AltmanResult(Result):
    """Z scores and zones.

    Attributes
    ----------
    table : DataFrame
        One row per firm on the index of the input: `x1` to `x5`, `z`, `zone` (safe, grey, distress; empty without a
        score).
    model : str
        Which formula.
    low, high : float
        Cut-offs: distress below `low`, safe above `high`, grey between and on them.
    notes : tuple of str
        What must be read with care.
    """

    table: pd.DataFrame
    model: str
    low: float
    high: float
    notes: tuple[str, ...] = field(default=())

    def to_frame(self) -> pd.DataFrame:
        """One row per firm."""
        return self.table.copy()

    @property
    def zones(self) -> pd.DataFrame:
        """How many firms are in each zone: `zone`, `firms`, `share`."""
        counts = self.table["zone"].value_counts().reindex(list(ZONES), fill_value=0)
        total = max(1, int(counts.sum()))
        return pd.DataFrame({"zone": list(ZONES), "firms": counts.to_numpy(), "share": counts.to_numpy() / total})

    def summary(self) -> str:
        """Count the firms in distress."""
        zones = self.zones.set_index("zone")
        n, distress = int(zones["firms"].sum()), int(zones["firms"]["distress"])
        return tn(
            "{n} firm has a Z score; in the distress zone: {distress:,} ({share:.0%}).",
            "{n:,} firms have a Z score; in the distress zone: {distress:,} ({share:.0%}).",
            n, distress=distress, share=float(zones["share"]["distress"]),
        )  # fmt: skip


def altman_scores(
    statements: pd.DataFrame | Mapping[str, Any],
    *,
    model: AltmanModel = "private",
    columns: Mapping[str, str] | None = None,
    cuts: Sequence[float] | None = None,
    strict: bool = False,
) -> AltmanResult:
    """Score firms by Altman's discriminant function, in its variants for listed, private and service firms.

    Parameters
    ----------
    statements : DataFrame or mapping, one row per firm
        Either the items `total_assets`, `total_liabilities`, `retained_earnings`, `ebit`, `sales` (not for service
        firms), `working_capital` (or `current_assets` and `current_liabilities`), and `equity` (book value) or
        `market_value_equity` (public), all in one currency; or the ratios `x1` to `x5` themselves.
    model : {'public', 'public_rounded', 'private', 'service', 'service_1_22', 'service_6_5', 'emerging'}
        Z (1968) with 0.999 or 1.0 times x5, Z' for private firms, Z'' for firms outside manufacturing with each of
        the cut-offs in use, Z'' + 3.25 for emerging markets. See `FORMULAS`.
    columns : mapping of str to str, optional
        Name of an item to the column that holds it.
    cuts : (low, high), optional
        Own cut-offs.
    strict : bool
        Refuse firms without a score instead of leaving them at not-a-number.

    Returns
    -------
    AltmanResult
        z = constant + sum of weights times x1 = working capital / total assets, x2 = retained earnings / total assets,
        x3 = EBIT / total assets, x4 = equity / total liabilities, x5 = sales / total assets.

    Raises
    ------
    ParameterError
        The model is unknown, or the cut-offs are not two numbers that ascend.
    DataError
        A column is missing or holds text; with `strict`, a firm has no score.

    Warns
    -----
    CaseworkWarning
        A firm has no score: an item is missing, or total assets or total liabilities are not above 0.

    Notes
    -----
    The weights are those of American manufacturers of the 1960s; the score ranks firms better than it dates failures.
    A firm without debt has no x4 and therefore no score: that is no bad sign.

    References
    ----------
    Altman, E. I. (1968). Financial ratios, discriminant analysis and the prediction of corporate bankruptcy. Journal
    of Finance 23(4), 589-609. Altman, E. I. (2000). Predicting financial distress of companies. Altman, E. I.,
    Hartzell, J. & Peck, M. (1995). Emerging markets corporate bonds: a scoring system.

    Examples
    --------
    >>> firm = {"x1": 0.2, "x2": 0, "x3": 0.2, "x4": 0.1, "x5": 2.0}
    >>> result = altman_scores(firm, model="public_rounded")
    >>> round(float(result.table["z"].iloc[0]), 2), result.table["zone"].iloc[0]
    (2.96, 'grey')
    """
    formula = FORMULAS[check_option("model", model, AltmanModel)]
    low, high = _cuts(cuts) if cuts is not None else (formula.low, formula.high)
    frame = table_of(statements)
    names = dict(columns or {})
    ratios, empty = _ratios(frame, formula, names)
    z = formula.constant + np.column_stack(list(ratios.values())) @ np.array(formula.weights[: len(ratios)])
    lost = ~np.isfinite(z)
    notes = _notes(frame, lost, empty, strict)
    table = pd.DataFrame({**ratios, "z": np.where(lost, np.nan, z), "zone": _zones(z, low, high)}, index=frame.index)
    return AltmanResult(table=table, model=model, low=low, high=high, notes=notes)


def _ratios(frame: pd.DataFrame, formula: AltmanFormula, names: Mapping[str, str]) -> tuple[dict[str, Floats], Mask]:
    """Return the ratios that the formula needs, and which firms have no assets or no liabilities."""
    wanted = RATIOS if formula.weights[4] else RATIOS[:4]
    if all(names.get(name, name) in frame.columns for name in wanted):
        given = numbers_in(frame, [names.get(name, name) for name in wanted])
        return dict(zip(wanted, given.values(), strict=True)), np.zeros(len(frame), dtype=bool)
    direct = names.get("working_capital", "working_capital") in frame.columns
    capital = ["working_capital"] if direct else ["current_assets", "current_liabilities"]
    items = ["total_assets", "total_liabilities", "retained_earnings", "ebit", formula.equity, *capital]
    items += ["sales"] if len(wanted) == 5 else []
    found = numbers_in(frame, [names.get(name, name) for name in items])
    x = {name: found[names.get(name, name)] for name in items}
    working = x["working_capital"] if direct else x["current_assets"] - x["current_liabilities"]
    assets, debts = (np.where(x[name] > 0, x[name], np.nan) for name in ("total_assets", "total_liabilities"))
    over = [working / assets, x["retained_earnings"] / assets, x["ebit"] / assets, x[formula.equity] / debts]
    over += [x["sales"] / assets] if len(wanted) == 5 else []
    return dict(zip(wanted, over, strict=True)), (x["total_assets"] <= 0) | (x["total_liabilities"] <= 0)


def _zones(z: Floats, low: float, high: float) -> list[str]:
    names = np.array([*ZONES, NO_ZONE], dtype=object)
    place = np.where(z > high, 0, np.where(z < low, 2, 1))
    return list(names[np.where(np.isfinite(z), place, 3)])


def _notes(frame: pd.DataFrame, lost: Mask, empty: Mask, strict: bool) -> tuple[str, ...]:
    if not lost.any():
        return ()
    problems = []
    if empty.any():
        found = t("total assets or total liabilities are not above 0")
        problems.append(Problem(at_rows(t("Z score"), frame.index, empty), found, t("numbers above 0")))
    rest = lost & ~empty
    if rest.any():
        problems.append(Problem(at_rows(t("Z score"), frame.index, rest), t("an item is missing"), t("all items")))
    if strict:
        raise DataError(problems)
    notes = tuple(str(problem) for problem in problems)
    for note in notes:
        warnings.warn(note, CaseworkWarning, stacklevel=3)
    return notes


def _cuts(cuts: Sequence[float]) -> tuple[float, float]:
    try:
        low, high = (float(value) for value in cuts)
    except (TypeError, ValueError):
        low, high = np.nan, np.nan
    if not (np.isfinite(low) and np.isfinite(high) and low <= high):
        raise ParameterError(Problem("cuts", repr(cuts), t("two numbers that ascend: distress below, safe above")))
    return low, high
