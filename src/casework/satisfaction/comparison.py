"""The index against competitors: differences with their errors, and who is probably first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from casework.core.checks import check_fraction, check_number, suggest
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import t
from casework.core.result import Result
from casework.stats.multiple import holm
from casework.stats.survey import SurveyDesign, by_domain, contrast, design_means, survey_design

Floats = NDArray[np.float64]
CHUNK = 4_000_000  # multiplicities held at once


@dataclass(frozen=True, kw_only=True)
class ComparisonResult(Result):
    """Suppliers side by side.

    `suppliers`: `supplier`, `own`, `n`, `index`, `se`, `low`, `high`, `rank`, `rank_low`, `rank_high`,
    `probability_first`; `differences` (own less the other): `supplier`, `difference`, `se`, `low`, `high`, `p_value`,
    `p_holm`; `dimensions`: `dimension`, `supplier`, `n`, `score`, `se`, `low`, `high`, `difference` with its
    `difference_low`, `difference_high`.
    """

    own: str
    suppliers: pd.DataFrame
    differences: pd.DataFrame
    dimensions: pd.DataFrame
    resamples: int
    confidence: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the suppliers, best first."""
        return self.suppliers.copy()

    @property
    def rank(self) -> int:
        """Rank of the own company, 1 is best."""
        return int(self.suppliers.loc[self.suppliers["own"], "rank"].iloc[0])

    @property
    def probability_first(self) -> float:
        """Probability that the own company is first."""
        return float(self.suppliers.loc[self.suppliers["own"], "probability_first"].iloc[0])

    def ahead_of(self, level: float = 0.05) -> tuple[str, ...]:
        """Competitors that the own company beats beyond chance (Holm-adjusted)."""
        table = self.differences
        return tuple(table.loc[(table["p_holm"] < level) & (table["difference"] > 0), "supplier"])

    def behind(self, level: float = 0.05) -> tuple[str, ...]:
        """Competitors that beat the own company beyond chance (Holm-adjusted)."""
        table = self.differences
        return tuple(table.loc[(table["p_holm"] < level) & (table["difference"] < 0), "supplier"])

    def summary(self) -> str:
        """Say the own rank and how sure it is."""
        return t(
            "{own} is number {rank} of {total}; it is first with probability {p:.0%}.",
            own=self.own,
            rank=self.rank,
            total=len(self.suppliers),
            p=self.probability_first,
        )


def compare_suppliers(
    scores: pd.DataFrame,
    supplier: pd.Series,
    *,
    own: str = "",
    design: SurveyDesign | None = None,
    resamples: int = 2000,
    seed: int = 7,
    confidence: float = 0.95,
) -> ComparisonResult:
    """How the own company stands against the others.

    Parameters
    ----------
    scores : DataFrame, shape (n, 1 + dimensions)
        Respondents' index in the first column, their dimension scores in the others [points]; missing allowed.
    supplier : Series, shape (n,)
        Whose customer each respondent is; missing belongs to none.
    own : str
        The own company, as it stands in `supplier`; empty: the one with most respondents, and a note says so.
    design : SurveyDesign, optional
        How the respondents were drawn.
    resamples : int
        Bootstrap resamples for ranks, at least 100.
    seed : int
        Of the bootstrap.
    confidence : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    ComparisonResult
        Differences use the joint covariance of the domains; p-values are adjusted after Holm.

    Raises
    ------
    ParameterError
        `own` is not among the suppliers; `resamples` too few.
    DataError
        Fewer than two suppliers have a score.

    Notes
    -----
    Each respondent judges their own supplier only, so suppliers may differ because their customers do. The
    bootstrap draws sampling units inside strata, one fewer than there are (Rao & Wu), without finite population
    correction.

    References
    ----------
    Rao & Wu (1988), Journal of the American Statistical Association 83, 231-241; Holm (1979), Scandinavian
    Journal of Statistics 6, 65-70.
    """
    check_fraction("confidence", confidence)
    check_number("resamples", resamples, low=100)
    chosen = survey_design(scores.index) if design is None else design
    largest = "" if own else _largest(scores, supplier)
    own = own or largest
    names = _suppliers(scores, supplier, own)
    label = supplier.map(str).where(supplier.notna())
    parts = {str(column): by_domain(scores[column], label.where(scores[column].notna())) for column in scores.columns}
    whole = design_means(next(iter(parts.values())), chosen, confidence=confidence)
    differences = _differences(whole, own, names)
    draws = bootstrap_means(
        scores.iloc[:, 0], label, names, chosen, resamples=resamples, rng=np.random.default_rng(seed)
    )
    table = whole.to_frame().rename(columns={"name": "supplier", "mean": "index"})
    table = table.drop(columns=["deviation", "design_effect"]).assign(
        **_ranks(draws, table["index"].to_numpy(), confidence)
    )
    table.insert(1, "own", table["supplier"] == own)
    dimensions = [
        _dimension(column, frame, chosen, own, confidence) for column, frame in list(parts.items())[1:] if own in frame
    ]
    lost = int(np.isnan(draws).any(axis=1).sum())
    notes: tuple[str, ...] = (t("{n} resamples had no customer of some supplier.", n=lost),) if lost else ()
    alone = [str(name) for name in whole.n.index[whole.n < 2]]
    if alone:
        notes += (t("One respondent only, so no interval: {names}.", names=", ".join(alone)),)
    if largest:
        notes += (t("No own company was named; {name} has most respondents and stands for it.", name=largest),)
    return ComparisonResult(
        own=own,
        suppliers=table.sort_values("index", ascending=False, kind="stable").reset_index(drop=True),
        differences=differences,
        dimensions=pd.concat(dimensions, ignore_index=True) if dimensions else pd.DataFrame(),
        resamples=resamples,
        confidence=confidence,
        notes=(*notes, *chosen.notes),
    )


def _largest(scores: pd.DataFrame, supplier: pd.Series) -> str:
    counts = supplier[scores.iloc[:, 0].notna().to_numpy()].value_counts()
    return str(counts.index[0]) if len(counts) else ""


def _suppliers(scores: pd.DataFrame, supplier: pd.Series, own: str) -> list[str]:
    if not scores.index.equals(supplier.index):
        raise DataError(Problem(t("supplier"), t("other rows than the scores"), t("the same index")))
    scored = supplier[scores.iloc[:, 0].notna() & supplier.notna()]
    names = sorted({str(name) for name in scored})
    if own not in names:
        raise ParameterError(Problem("own", t("{value} is not known", value=repr(own)), fix=suggest(own, names)))
    if len(names) < 2:
        raise DataError(Problem(t("supplier"), t("only {name}", name=repr(names[0])), t("at least 2 suppliers")))
    return names


def _differences(whole: object, own: str, names: list[str]) -> pd.DataFrame:
    rows = []
    for name in names:
        if name == own:
            continue
        found = contrast(whole, {own: 1.0, name: -1.0})  # type: ignore[arg-type]
        rows.append(
            {
                "supplier": name,
                "difference": found.estimate,
                "se": found.se,
                "low": found.low,
                "high": found.high,
                "p_value": found.p_value,
            }
        )
    table = pd.DataFrame(rows)
    return table.assign(p_holm=holm(table["p_value"].to_numpy()))


def bootstrap_means(
    values: pd.Series,
    domain: pd.Series,
    names: list[str],
    design: SurveyDesign,
    *,
    resamples: int,
    rng: np.random.Generator,
) -> Floats:
    """Bootstrap means (resamples, domains): units drawn inside strata, one fewer than there are.

    All resamples of a chunk are one matrix product of multiplicities and unit totals.
    """
    present = values.notna().to_numpy()
    member = np.stack([(domain == name).to_numpy() & present for name in names], axis=1)
    mass = np.where(member, design.weight[:, None], 0.0)
    amount = mass * np.where(present, values.to_numpy(dtype=float), 0.0)[:, None]
    both = np.hstack([amount, mass])
    totals = np.zeros((design.units, both.shape[1]))
    np.add.at(totals, design.unit, both)
    chunk = max(1, CHUNK // design.units)
    sums = np.vstack(
        [_multiplicities(design, min(chunk, resamples - start), rng) @ totals for start in range(0, resamples, chunk)]
    )
    k = len(names)
    means: Floats = np.divide(sums[:, :k], sums[:, k:], out=np.full((resamples, k), np.nan), where=sums[:, k:] > 0)
    return means


def _multiplicities(design: SurveyDesign, size: int, rng: np.random.Generator) -> Floats:
    """How much each unit counts (size, units) in each resample."""
    result = np.empty((size, design.units))
    for stratum in range(len(design.strata)):
        units = np.flatnonzero(design.unit_stratum == stratum)
        m = len(units)
        if m == 1:
            result[:, units] = 1.0
            continue
        draws = rng.integers(0, m, size=(size, m - 1)) + np.arange(size)[:, None] * m
        counts = np.bincount(draws.ravel(), minlength=size * m).reshape(size, m)
        result[:, units] = counts * (m / (m - 1))
    return result


def _ranks(draws: Floats, index: Floats, confidence: float) -> dict[str, Floats]:
    """Rank of each supplier, its interval, and the probability of being first (ties share)."""
    usable = draws[~np.isnan(draws).any(axis=1)]
    if not len(usable):
        nothing = np.full(len(index), np.nan)
        return {
            "rank": _rank(index[None, :])[0],
            "rank_low": nothing,
            "rank_high": nothing,
            "probability_first": nothing,
        }
    top = usable >= usable.max(axis=1, keepdims=True) - 1e-12
    ranks = _rank(usable)
    tail = (1 - confidence) / 2
    low, high = np.quantile(ranks, [tail, 1 - tail], axis=0, method="inverted_cdf")
    first = (top / top.sum(axis=1, keepdims=True)).mean(axis=0)
    return {"rank": _rank(index[None, :])[0], "rank_low": low, "rank_high": high, "probability_first": first}


def _rank(values: Floats) -> NDArray[np.int64]:
    """Rank in each row, 1 for the highest."""
    ranks: NDArray[np.int64] = 1 + (values[:, None, :] > values[:, :, None] + 1e-12).sum(axis=2)
    return ranks


def _dimension(column: str, frame: pd.DataFrame, design: SurveyDesign, own: str, confidence: float) -> pd.DataFrame:
    means = design_means(frame, design, confidence=confidence)
    table = (
        means.to_frame()
        .rename(columns={"name": "supplier", "mean": "score"})
        .drop(columns=["deviation", "design_effect"])
    )
    found = [contrast(means, {own: 1.0, name: -1.0}) if name != own else None for name in table["supplier"]]
    table["difference"] = [item.estimate if item else np.nan for item in found]
    table["difference_low"] = [item.low if item else np.nan for item in found]
    table["difference_high"] = [item.high if item else np.nan for item in found]
    table.insert(0, "dimension", column)
    return table
