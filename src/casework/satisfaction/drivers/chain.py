"""Service-profit chain: from the quality of work inside to growth and profit, as a chain of regressions."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from casework.core.checks import check_fraction, check_number, suggest
from casework.core.equations import ChainModel, chain_model
from casework.core.errors import CaseworkWarning, DataError, Problem
from casework.core.messages import join_sentences, t, tn
from casework.satisfaction.drivers.naming import NamedResult
from casework.satisfaction.drivers.ratings import (
    as_numbers,
    correlations,
    listed,
    refuse_constant,
    refuse_repeats,
    whole,
)
from casework.stats.bootstrap import percentile_interval
from casework.stats.resampling import resampled_moments

Floats = NDArray[np.float64]
UNITS_PER_CAUSE = 10
HIGH_VIF = 5.0


@dataclass(frozen=True, kw_only=True, eq=False)
class ChainResult(NamedResult):
    """Links of the chain, and what passes along it.

    Attributes
    ----------
    links : DataFrame, one row per arrow
        `cause`, `effect`; `slope` [units of the effect per unit of the cause] with robust standard error `se`, `low`,
        `high`, `p`; `beta`, the same in standard deviations, with bootstrap `beta_low` and `beta_high`; `vif`.
    equations : DataFrame, one row per effect
        `effect`, `causes`, `r_squared`, `adjusted`.
    effects : DataFrame, one row per cause and effect that a way leads to
        `cause`, `effect`, `direct`, `indirect`, `total` [standard deviations]; the last two with interval.
    """

    links: pd.DataFrame
    equations: pd.DataFrame
    effects: pd.DataFrame
    model: ChainModel
    n: int
    left_out: int
    confidence: float
    resamples: int
    failed: int
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per arrow."""
        return self.links.copy()

    @property
    def clear(self) -> pd.DataFrame:
        """Arrows whose standardised effect differs from 0 beyond chance."""
        return self.links[(self.links["beta_low"] > 0) | (self.links["beta_high"] < 0)]

    @property
    def ends(self) -> tuple[str, ...]:
        """Variables at the end of the chain: explained, and explaining nothing."""
        causes = set(self.links["cause"])
        return tuple(name for name in self.model.effects if name not in causes)

    def along(self) -> pd.DataFrame:
        """Effects of the beginnings of the chain on its ends."""
        chosen = self.effects["cause"].isin(self.model.starts) & self.effects["effect"].isin(self.ends)
        return self.effects[chosen].reset_index(drop=True)

    def headline(self) -> str:
        """Say how many links hold."""
        return tn(
            "{clear} of {n} link holds beyond chance ({units} units).",
            "{clear} of {n} links hold beyond chance ({units} units).",
            len(self.links),
            clear=len(self.clear),
            units=self.n,
        )

    def summary(self) -> str:
        """Say how many links hold, which is weakest, and what arrives at the end."""
        weakest = self.links.iloc[int(np.argmin(np.abs(self.links["beta"].to_numpy())))]
        told = [
            self.headline(),
            t("The weakest leads from {cause} to {effect} ({beta:+.2f}).", cause=t(str(weakest["cause"])),
              effect=t(str(weakest["effect"])), beta=weakest["beta"]),
        ]  # fmt: skip
        along = self.along()
        if len(along):
            far = along.iloc[int(np.argmax(np.abs(along["total"].to_numpy())))]
            told.append(
                t(
                    "One standard deviation more {cause} goes with {total:+.2f} of {effect} at the end of the chain.",
                    cause=t(str(far["cause"])),
                    effect=t(str(far["effect"])),
                    total=far["total"],
                )
            )
        return join_sentences(told)


def service_profit_chain(
    units: pd.DataFrame,
    model: str | Iterable[str] | Mapping[str, Sequence[str]] | ChainModel,
    *,
    resamples: int = 2000,
    confidence: float = 0.95,
    seed: int = 7,
) -> ChainResult:
    """Regress each variable of a chain on those before it, and follow effects along the chain.

    Parameters
    ----------
    units : DataFrame, one row per unit (branch, year)
        Numbers; a unit with a gap in any variable of the chain is left out and counted.
    model : str, sequence of str, mapping or ChainModel
        Equations such as `value ~ quality + productivity`, as in `chain_model`.
    resamples : int
        Bootstrap resamples of the units, 0 for no intervals of standardised and indirect effects.
    confidence : float
        Of the intervals, between 0 and 1.
    seed : int
        Of the resamples.

    Returns
    -------
    ChainResult

    Raises
    ------
    DataError
        A variable is no column of `units` (all are named), holds text or one value only; too few units are complete;
        or causes of one effect are exact combinations of each other.
    ParameterError
        The model cannot be read, or an argument is out of range.

    Warns
    -----
    CaseworkWarning
        Fewer than ten units per cause, or causes that hang together (variance inflation above 5).

    Notes
    -----
    Least squares with the robust errors HC3, one equation at a time; effects along a way multiply, ways add. That is
    right if no common cause is left out and effects do not work back: satisfied customers may please employees as
    well. Means over few customers are noisy, which makes the effects through them too small.

    References
    ----------
    Heskett, J. L., Jones, T. O., Loveman, G. W., Sasser, W. E., & Schlesinger, L. A. (1994). Putting the
    service-profit chain to work. Harvard Business Review, 72(2), 164-174. Long, J. S., & Ervin, L. H. (2000). Using
    heteroscedasticity consistent standard errors in the linear regression model. The American Statistician, 54(3),
    217-224. Alwin, D. F., & Hauser, R. M. (1975). The decomposition of effects in path analysis. American
    Sociological Review, 40(1), 37-47.

    Examples
    --------
    >>> units = pd.DataFrame({"work": range(10), "mood": [1, 0, 3, 2, 5, 4, 7, 6, 9, 8]})
    >>> result = service_profit_chain(units.assign(sales=units["mood"] ** 2), "mood ~ work" + chr(10) + "sales ~ mood",
    ...                               resamples=0)
    >>> result.links["beta"].round(4).tolist(), result.along()["indirect"].round(4).tolist()
    ([0.9394, 0.9627], [0.9043])
    """
    check_number("resamples", resamples, low=0)
    check_fraction("confidence", confidence)
    chain = chain_model(model)
    values, left_out = _complete(units, chain)
    correlation = correlations(values)
    for effect, causes in chain.equations:
        inside = [chain.names.index(cause) for cause in causes]
        refuse_repeats(correlation[np.ix_(inside, inside)], [*causes, effect])
    paths = _paths(correlation[None], chain)
    draws = None
    if resamples:
        drawn = resampled_moments(values, resamples=int(resamples), rng=np.random.default_rng(seed))[1]
        draws = _paths(drawn, chain)
    links, equations = _links(values, chain, confidence)
    links = _with_betas(links, paths[0], draws, chain, confidence)
    failed = int(np.isnan(draws).any(axis=(1, 2)).sum()) if draws is not None else 0
    result = ChainResult(
        links=links,
        equations=equations,
        effects=_effects(paths[0], draws, chain, confidence),
        model=chain,
        n=len(values),
        left_out=left_out,
        confidence=confidence,
        resamples=int(resamples),
        failed=failed,
        notes=_notes(links, chain, len(values), left_out, failed),
    )
    for note in _cautions(links, chain, len(values)):
        warnings.warn(note, CaseworkWarning, stacklevel=2)
    return result


def unit_table(
    rows: pd.DataFrame, unit: str, columns: Sequence[str], *, least: int = 1
) -> tuple[pd.DataFrame, pd.Series]:
    """Means of each unit, from one row per customer.

    Parameters
    ----------
    rows : DataFrame
        One row per customer; facts of the unit stand in every one of its rows.
    unit : str
        Column with the name of the unit; rows without it are left out.
    columns : sequence of str
        Columns to average; empty cells are left out.
    least : int
        Units with fewer rows are left out.

    Returns
    -------
    means : DataFrame, one row per unit
    sizes : Series
        Rows of each unit.

    Raises
    ------
    DataError
        A column is missing or holds text, or no unit has enough rows.

    Examples
    --------
    >>> means, sizes = unit_table(pd.DataFrame({"hotel": ["a", "a", "b"], "overall": [6, 8, 9]}), "hotel", ["overall"])
    >>> means["overall"].tolist(), sizes.tolist()
    ([7.0, 9.0], [2, 1])
    """
    wanted = list(dict.fromkeys(columns))
    _refuse_missing(rows, [unit, *wanted])
    values = pd.DataFrame(as_numbers(rows[wanted]), index=rows.index, columns=wanted)
    grouped = values.groupby(rows[unit], sort=True, observed=True)
    sizes = grouped.size()
    kept = sizes.index[sizes >= least]
    if not len(kept):
        found = tn("no unit has {n} row", "no unit has {n} rows", least)
        raise DataError(Problem(t("column {name}", name=repr(unit)), found, t("units with enough rows")))
    return grouped.mean().loc[kept], sizes.loc[kept]


def _refuse_missing(frame: pd.DataFrame, names: Iterable[str]) -> None:
    known = [str(name) for name in frame.columns]
    problems = [
        Problem(t("column {name}", name=repr(name)), t("missing"), fix=suggest(name, known))
        for name in names
        if name not in known
    ]
    if problems:
        raise DataError(problems)


def _complete(units: pd.DataFrame, chain: ChainModel) -> tuple[Floats, int]:
    _refuse_missing(units, chain.names)
    values = as_numbers(units[list(chain.names)])
    complete = whole(values)
    kept = values[complete]
    needed = 2 + max(len(causes) for _, causes in chain.equations)
    if len(kept) <= needed:
        found = tn("{n} unit with all variables of the chain", "{n} units with all variables of the chain", len(kept))
        raise DataError(Problem(t("chain"), found, t("more than {needed}", needed=needed)))
    refuse_constant(kept, chain.names)
    return kept, int((~complete).sum())


def _paths(matrices: Floats, chain: ChainModel) -> Floats:
    """Standardised effects (m, q, q), cause in the column, effect in the row; not a number where one is singular."""
    good = whole(matrices)
    safe = np.where(good[:, None, None], matrices, np.eye(matrices.shape[1]))
    paths = np.zeros_like(safe)
    for effect, causes in chain.equations:
        row, inside = chain.names.index(effect), [chain.names.index(cause) for cause in causes]
        inner = safe[:, inside][:, :, inside]
        regular = np.linalg.eigvalsh(inner)[:, 0] > 1e-10
        good &= regular
        inner = np.where(regular[:, None, None], inner, np.eye(len(inside)))
        paths[:, row, inside] = np.linalg.solve(inner, safe[:, inside, row][..., None])[..., 0]
    paths[~good] = np.nan
    return paths


def _totals(paths: Floats) -> Floats:
    """Total effects (m, q, q): all ways from cause to effect, each the product of its arrows."""
    unit = np.eye(paths.shape[-1])
    good = whole(paths)
    ways: Floats = unit - np.where(good[:, None, None], paths, 0.0)
    totals: Floats = np.linalg.inv(ways) - unit
    totals[~good] = np.nan
    return totals


def _links(values: Floats, chain: ChainModel, confidence: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    import statsmodels.api as sm

    links, equations = [], []
    for effect, causes in chain.equations:
        inside = [chain.names.index(cause) for cause in causes]
        design = values[:, inside]
        fit = sm.OLS(values[:, chain.names.index(effect)], sm.add_constant(design)).fit(cov_type="HC3", use_t=True)
        ends = fit.conf_int(alpha=1 - confidence)
        inflation = np.diag(np.linalg.inv(correlations(design)))
        links += [
            {
                "cause": cause,
                "effect": effect,
                "slope": fit.params[j],
                "se": fit.bse[j],
                "low": ends[j, 0],
                "high": ends[j, 1],
                "p": fit.pvalues[j],
                "vif": inflation[j - 1],
            }
            for j, cause in enumerate(causes, start=1)
        ]
        equations.append(
            {"effect": effect, "causes": len(causes), "r_squared": fit.rsquared, "adjusted": fit.rsquared_adj}
        )
    return pd.DataFrame(links), pd.DataFrame(equations)


def _with_betas(
    links: pd.DataFrame, paths: Floats, draws: Floats | None, chain: ChainModel, confidence: float
) -> pd.DataFrame:
    rows = [chain.names.index(name) for name in links["effect"]]
    columns = [chain.names.index(name) for name in links["cause"]]
    drawn = np.full((1, len(links)), np.nan) if draws is None else draws[:, rows, columns]
    low, high = percentile_interval(drawn, confidence=confidence)
    return links.assign(beta=paths[rows, columns], beta_low=low, beta_high=high)


def _effects(paths: Floats, draws: Floats | None, chain: ChainModel, confidence: float) -> pd.DataFrame:
    linked = (np.abs(_totals(np.abs(paths)[None])[0]) > 0) | (paths != 0)
    rows, columns = np.nonzero(linked)
    total = _totals(paths[None])[0][rows, columns]
    direct = paths[rows, columns]
    drawn_paths = np.full((1, *paths.shape), np.nan) if draws is None else draws
    drawn_total = _totals(drawn_paths)[:, rows, columns]
    frame = pd.DataFrame(
        {
            "cause": [chain.names[j] for j in columns],
            "effect": [chain.names[i] for i in rows],
            "direct": direct,
            **_interval("indirect", total - direct, drawn_total - drawn_paths[:, rows, columns], confidence),
            **_interval("total", total, drawn_total, confidence),
        }
    )
    return frame.iloc[np.lexsort((-np.abs(total), rows))].reset_index(drop=True)


def _interval(name: str, value: Floats, draws: Floats, confidence: float) -> dict[str, Floats]:
    low, high = percentile_interval(draws, confidence=confidence)
    return {name: value, f"{name}_low": low, f"{name}_high": high}


def _cautions(links: pd.DataFrame, chain: ChainModel, n: int) -> list[str]:
    found = []
    most = max(len(causes) for _, causes in chain.equations)
    if n < UNITS_PER_CAUSE * most:
        found.append(
            t("{n} units are few for {causes} causes of one effect; ten for each are advisable.", n=n, causes=most)
        )
    tangled = links.loc[links["vif"] > HIGH_VIF, "cause"].unique().tolist()
    if tangled:
        found.append(
            t("Causes that hang together (variance inflation above {limit:g}): {names}.", limit=HIGH_VIF,
              names=listed(tangled))
        )  # fmt: skip
    return found


def _notes(links: pd.DataFrame, chain: ChainModel, n: int, left_out: int, failed: int) -> tuple[str, ...]:
    notes = _cautions(links, chain, n)
    if left_out:
        notes.append(tn("{n} unit with a gap is left out.", "{n} units with a gap are left out.", left_out))
    if failed:
        notes.append(
            tn("{n} resample could not be computed.", "{n} resamples could not be computed.", failed)
        )  # fmt: skip
    return tuple(notes)
