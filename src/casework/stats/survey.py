"""Means of a survey that was not a simple random sample: weights, strata, clusters, finite population.

Variances by Taylor linearisation: each answer is replaced by its influence on the mean, the influences are
added up per cluster, and the spread of the clusters inside each stratum gives the whole covariance matrix of
all means at once. Domains (a supplier's customers, those who answered) are means whose other influences are 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from casework.core.checks import check_fraction, check_option
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import t, tn
from casework.core.result import Result

LonelyStratum = Literal["centre", "certainty", "refuse"]
Population = float | Mapping[str, float]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class SurveyDesign:
    """How the respondents were drawn, ready for estimation.

    `weight` (n,) is above 0; `unit` (n,) numbers each respondent's sampling unit (cluster, or the respondent);
    `unit_stratum` (m,) numbers each unit's stratum; `unsampled` (h,) is 1 - f of each stratum.
    """

    index: pd.Index
    weight: Floats
    unit: Ints
    unit_stratum: Ints
    unsampled: Floats
    strata: tuple[str, ...]
    clustered: bool
    lonely: str
    notes: tuple[str, ...] = ()

    @property
    def units(self) -> int:
        """Number of sampling units."""
        return len(self.unit_stratum)

    @property
    def df(self) -> int:
        """Degrees of freedom: sampling units less strata, at least 1."""
        return max(1, self.units - len(self.strata))


@dataclass(frozen=True, kw_only=True)
class MeansResult(Result):
    """Means with their joint covariance."""

    means: pd.Series
    covariance: pd.DataFrame
    n: pd.Series
    deviation: pd.Series
    df: int
    confidence: float
    notes: tuple[str, ...] = ()

    @property
    def errors(self) -> pd.Series:
        """Standard errors."""
        return pd.Series(np.sqrt(np.maximum(np.diag(self.covariance.to_numpy()), 0)), index=self.means.index)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per mean: `name`, `n`, `mean`, `se`, `low`, `high`, `deviation`, `design_effect`."""
        half = student_quantile(self.confidence, self.df) * self.errors
        simple = self.deviation**2 / self.n
        effect = self.errors**2 / simple.where(simple > 0)
        return pd.DataFrame(
            {
                "name": self.means.index,
                "n": self.n.to_numpy(),
                "mean": self.means.to_numpy(),
                "se": self.errors.to_numpy(),
                "low": (self.means - half).to_numpy(),
                "high": (self.means + half).to_numpy(),
                "deviation": self.deviation.to_numpy(),
                "design_effect": effect.to_numpy(),
            }
        )

    def summary(self) -> str:
        """Name the highest and the lowest mean."""
        return t(
            "Highest: {top} ({high:.1f}); lowest: {bottom} ({low:.1f}).",
            top=str(self.means.idxmax()),
            high=float(self.means.max()),
            bottom=str(self.means.idxmin()),
            low=float(self.means.min()),
        )


@dataclass(frozen=True, kw_only=True)
class DifferenceResult(Result):
    """A weighted sum of means (such as a difference) with its error."""

    estimate: float
    se: float
    low: float
    high: float
    p_value: float
    df: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row: `estimate`, `se`, `low`, `high`, `p_value`."""
        row = {name: getattr(self, name) for name in ("estimate", "se", "low", "high", "p_value")}
        return pd.DataFrame([row])

    def summary(self) -> str:
        """Say the difference and its interval."""
        return t("Difference {x:+.1f} ({low:+.1f} to {high:+.1f}).", x=self.estimate, low=self.low, high=self.high)


def survey_design(
    index: pd.Index,
    *,
    weight: pd.Series | None = None,
    stratum: pd.Series | None = None,
    cluster: pd.Series | None = None,
    population: Population | None = None,
    lonely: LonelyStratum = "centre",
) -> SurveyDesign:
    """Describe how the respondents were drawn.

    Parameters
    ----------
    index : Index, shape (n,)
        Of the respondents.
    weight : Series, shape (n,), optional
        People each respondent stands for, above 0. Left out: equal, or N_h / n_h where `population` is given
        by stratum and there are no clusters.
    stratum, cluster : Series, shape (n,), optional
        Clusters are nested in strata.
    population : float or mapping of stratum to float, optional
        Sampling units in the population (in each stratum): clusters where there are clusters, else people.
        Left out: so many that the sample is a negligible part.
    lonely : {'centre', 'certainty', 'refuse'}
        A stratum with one unit shows no spread: measure it from the mean of all units, count it as taken with
        certainty (no error), or refuse.

    Raises
    ------
    DataError
        A weight, stratum or cluster is missing, a weight is not above 0, a population is smaller than its
        sample or lacks a stratum, or a stratum is lonely with `refuse`.

    References
    ----------
    Lohr (2010), Sampling: Design and Analysis, 2nd ed., chapters 3, 5 and 9; Lumley (2010), Complex Surveys, 2.2-2.4.
    """
    check_option("lonely", lonely, LonelyStratum)
    n = len(index)
    if n == 0:
        raise DataError(Problem(t("survey"), t("no respondents"), t("at least 1 respondent")))
    _check_columns(index, weight=weight, stratum=stratum, cluster=cluster)
    strata_code, strata = _codes(stratum, n)
    unit, unit_stratum = _units(strata_code, cluster, n)
    per_stratum = np.bincount(unit_stratum, minlength=len(strata))
    sizes = _population_sizes(population, strata, per_stratum)
    weights = np.ones(n) if weight is None else weight.to_numpy(dtype=float)
    if weight is None and isinstance(population, Mapping) and cluster is None:
        weights = (sizes / per_stratum)[strata_code]
    alone = [name for name, count in zip(strata, per_stratum, strict=True) if count == 1]
    return SurveyDesign(
        index=index,
        weight=weights,
        unit=unit,
        unit_stratum=unit_stratum,
        unsampled=1 - per_stratum / sizes,
        strata=strata,
        clustered=cluster is not None,
        lonely=lonely,
        notes=_lonely_note(alone, lonely) if len(strata) > 1 else (),
    )


def _lonely_note(alone: list[str], lonely: str) -> tuple[str, ...]:
    if not alone:
        return ()
    names = ", ".join(alone)
    if lonely == "refuse":
        raise DataError(
            Problem(t("strata"), t("one sampling unit only in {names}", names=names), t("at least 2 in each"))
        )
    if lonely == "certainty":
        return (t("One sampling unit only in {names}: counted as taken with certainty.", names=names),)
    return (t("One sampling unit only in {names}: its spread is measured from the mean of all.", names=names),)


def _check_columns(index: pd.Index, **columns: pd.Series | None) -> None:
    problems = []
    for role, column in columns.items():
        if column is None:
            continue
        where = t("{role} column {name}", role=role, name=repr(str(column.name)))
        if not column.index.equals(index):
            problems.append(Problem(where, t("other rows than the answers"), t("the same index")))
        empty = int(column.isna().sum())
        if empty:
            problems.append(Problem(where, tn("{n} empty cell", "{n} empty cells", empty), t("a value in every row")))
        if role == "weight":
            numeric = pd.to_numeric(column, errors="coerce")
            bad = int((~(numeric > 0) & column.notna()).sum() + np.isinf(numeric).sum())
            if bad:
                found = tn("{n} value that is not above 0", "{n} values that are not above 0", bad)
                problems.append(Problem(where, found, t("finite numbers above 0")))
    if problems:
        raise DataError(problems)


def _codes(column: pd.Series | None, n: int) -> tuple[Ints, tuple[str, ...]]:
    if column is None:
        return np.zeros(n, dtype=np.int64), ("",)
    codes, labels = pd.factorize(column, sort=True)
    return codes.astype(np.int64), tuple(str(label) for label in labels)


def _units(strata_code: Ints, cluster: pd.Series | None, n: int) -> tuple[Ints, Ints]:
    """Return each respondent's unit, and each unit's stratum."""
    if cluster is None:
        return np.arange(n, dtype=np.int64), strata_code
    within, _ = pd.factorize(cluster, sort=True)
    width = int(np.max(within)) + 1
    pair = strata_code * width + within
    unit, firsts = pd.factorize(pair, sort=True)
    return unit.astype(np.int64), (np.asarray(firsts) // width).astype(np.int64)


def _population_sizes(population: Population | None, strata: tuple[str, ...], per_stratum: Ints) -> Floats:
    if population is None:
        return np.full(len(strata), np.inf)
    if not isinstance(population, Mapping):
        total = float(population)
        if not total >= per_stratum.sum():
            expected = t("at least the {n} sampled", n=int(per_stratum.sum()))
            raise ParameterError(Problem("population", f"{total:g}", expected))
        shared: Floats = np.asarray(per_stratum, dtype=np.float64) * (total / float(per_stratum.sum()))
        return shared
    known = {str(key): float(value) for key, value in population.items()}
    problems = [
        Problem(
            t("population of stratum {name}", name=repr(name)),
            f"{known[name]:g}" if name in known else t("not given"),
            t("at least the {n} sampled", n=int(count)),
        )
        for name, count in zip(strata, per_stratum, strict=True)
        if not known.get(name, 0) >= count
    ]
    if problems:
        raise ParameterError(problems)
    return np.array([known[name] for name in strata])


def design_means(values: pd.DataFrame, design: SurveyDesign | None = None, *, confidence: float = 0.95) -> MeansResult:
    """Weighted mean of each column with design-based standard errors and the covariance of all of them.

    Parameters
    ----------
    values : DataFrame, shape (n, p)
        Numbers; a missing value leaves its respondent out of that mean only (a domain).
    design : SurveyDesign, optional
        Left out: a simple random sample.
    confidence : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    MeansResult
        mean_j = sum w y / sum w over those with a value; a mean of one value has no error.
        Intervals from t with units - strata degrees of freedom.

    Raises
    ------
    DataError
        A column has no value, or the rows differ from the design's.

    References
    ----------
    Lohr (2010), Sampling: Design and Analysis, 2nd ed., eq. (3.4)-(3.5), section 9.1; Binder (1983).

    Examples
    --------
    >>> round(float(design_means(pd.DataFrame({"x": [1.0, 2, 3, 4]})).errors["x"]), 4)
    0.6455
    """
    check_fraction("confidence", confidence)
    chosen = survey_design(values.index) if design is None else design
    if not values.index.equals(chosen.index):
        raise DataError(Problem(t("survey"), t("other rows than the design's"), t("the same index")))
    numbers = values.to_numpy(dtype=float)
    present = ~np.isnan(numbers)
    empty = [str(name) for name, any_ in zip(values.columns, present.any(axis=0), strict=True) if not any_]
    if empty:
        raise DataError([Problem(t("column {name}", name=repr(name)), t("no value")) for name in empty])
    filled = np.where(present, numbers, 0.0)
    sums = chosen.weight @ present
    means = (chosen.weight @ filled) / sums
    centred = np.subtract(filled, means, out=filled)
    centred *= present
    influence = centred * chosen.weight[:, None]
    count = present.sum(axis=0)
    spread = np.einsum("ij,ij->j", influence, centred) / sums * count / np.maximum(count - 1, 1)
    covariance = linearised_covariance(influence, chosen) / np.outer(sums, sums)
    covariance[count < 2, :] = covariance[:, count < 2] = np.nan
    names = values.columns
    return MeansResult(
        means=pd.Series(means, index=names),
        covariance=pd.DataFrame(covariance, index=names, columns=names),
        n=pd.Series(count, index=names),
        deviation=pd.Series(np.sqrt(spread), index=names),
        df=chosen.df,
        confidence=confidence,
        notes=chosen.notes,
    )


def linearised_covariance(influence: Floats, design: SurveyDesign) -> Floats:
    """Covariance (p, p) of estimates from the influence (n, p) of each respondent."""
    totals = _sum_by(influence, design.unit, design.units) if design.clustered else influence
    strata = len(design.strata)
    count = np.bincount(design.unit_stratum, minlength=strata).astype(float)
    centre = _sum_by(totals, design.unit_stratum, strata) / count[:, None]
    factor = design.unsampled * count / np.maximum(count - 1, 1)
    alone = count == 1
    if alone.any():
        centre[alone] = totals.mean(axis=0)
        factor[alone] = 0.0 if design.lonely == "certainty" else design.unsampled[alone]
    if strata == 1 and design.units == 1:
        return np.full((influence.shape[1], influence.shape[1]), np.nan)
    if strata == 1:
        scaled = (totals - centre) * np.sqrt(factor)
    else:
        scaled = totals - centre[design.unit_stratum]
        scaled *= np.sqrt(factor)[design.unit_stratum, None]
    covariance: Floats = scaled.T @ scaled
    return covariance


def _sum_by(values: Floats, group: Ints, groups: int) -> Floats:
    """Sum the rows of each group; every group occurs."""
    if groups == 1:
        whole: Floats = values.sum(axis=0, keepdims=True)
        return whole
    columns = np.ascontiguousarray(values.T)
    sums: Floats = np.stack([np.bincount(group, weights=column, minlength=groups) for column in columns], axis=1)
    return sums


def domain_means(
    values: pd.Series, domain: pd.Series, design: SurveyDesign | None = None, *, confidence: float = 0.95
) -> MeansResult:
    """Mean of one column in each group of respondents, with the covariance between groups.

    Parameters
    ----------
    values : Series, shape (n,)
        Numbers, missing allowed.
    domain : Series, shape (n,)
        Group of each respondent; a missing group belongs to none.
    design, confidence
        As in `design_means`.

    Raises
    ------
    DataError
        A group has no value, or the rows differ.

    References
    ----------
    Lohr (2010), Sampling: Design and Analysis, 2nd ed., section 4.2 (domains).
    """
    return design_means(by_domain(values, domain), design, confidence=confidence)


def by_domain(values: pd.Series, domain: pd.Series) -> pd.DataFrame:
    """One column per group, missing outside of it, in sorted order."""
    groups = sorted(domain.dropna().unique(), key=str)
    return pd.DataFrame(
        {str(group): values.where((domain == group).to_numpy()) for group in groups}, index=values.index
    )


def contrast(result: MeansResult, coefficients: Mapping[str, float]) -> DifferenceResult:
    """Weighted sum of means, such as {'ours': 1, 'theirs': -1}, with the error of the joint covariance.

    Raises
    ------
    ParameterError
        A name is not among the means.

    Examples
    --------
    >>> both = design_means(pd.DataFrame({"before": [1.0, 2, 3, 5], "after": [2.0, 3, 5, 6]}))
    >>> contrast(both, {"after": 1, "before": -1}).estimate
    1.25
    """
    unknown = [name for name in coefficients if name not in result.means.index]
    if unknown:
        raise ParameterError([Problem("coefficients", t("{value} is not known", value=repr(name))) for name in unknown])
    names = list(coefficients)
    weights = np.array([float(coefficients[name]) for name in names])
    estimate = float(weights @ result.means[names].to_numpy())
    variance = float(weights @ result.covariance.loc[names, names].to_numpy() @ weights)
    se = float(np.sqrt(max(variance, 0.0)))
    half = student_quantile(result.confidence, result.df) * se
    certain = 1.0 if estimate == 0 else 0.0
    p_value = certain if se == 0 else float(2 * stats.t.sf(abs(estimate) / se, result.df))
    return DifferenceResult(
        estimate=estimate, se=se, low=estimate - half, high=estimate + half, p_value=p_value, df=result.df
    )


def student_quantile(confidence: float, df: int) -> float:
    """Quantile of Student's t for a two-sided interval.

    Examples
    --------
    >>> round(student_quantile(0.95, 10), 3)
    2.228
    """
    return float(stats.t.ppf(0.5 + confidence / 2, df))


def design_shares(
    categories: pd.Series, design: SurveyDesign | None = None, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Share of each category with a design-based interval that stays between 0 and 1.

    Parameters
    ----------
    categories : Series, shape (n,)
        Missing belongs to none; with a categorical, categories without members are kept.
    design, confidence
        As in `design_means`.

    Returns
    -------
    DataFrame
        `category`, `n`, `share`, `se`, `low`, `high`: Wilson intervals on the effective sample size.

    Raises
    ------
    DataError
        There is no category.

    References
    ----------
    Dean & Pagano (2015), Journal of Survey Statistics and Methodology 3(4): Wilson with effective size.
    """
    known = categories.notna()
    labels = (
        list(categories.cat.categories)
        if isinstance(categories.dtype, pd.CategoricalDtype)
        else sorted(categories.dropna().unique())
    )
    columns = {str(label): (categories == label).astype(float).where(known) for label in labels}
    result = design_means(pd.DataFrame(columns, index=categories.index), design, confidence=confidence)
    share, errors = result.means.to_numpy(), result.errors.to_numpy()
    members = np.array([int((categories == label).sum()) for label in labels])
    plain = float(known.sum())
    effective = np.divide(share * (1 - share), errors**2, out=np.full(len(share), plain), where=errors > 0)
    low, high = _wilson(share, effective, student_quantile(confidence, result.df))
    return pd.DataFrame(
        {
            "category": [str(label) for label in labels],
            "n": members,
            "share": share,
            "se": errors,
            "low": low,
            "high": high,
        }
    )


def _wilson(share: Floats, n: Floats, z: float) -> tuple[Floats, Floats]:
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)
