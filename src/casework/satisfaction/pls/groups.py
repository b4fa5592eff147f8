"""Do two groups of customers follow the same model? Permutation tests of paths and indices, and MICOM."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from casework.core.checks import check_fraction, check_number
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import join_sentences, t, tn
from casework.core.result import Result
from casework.satisfaction.pls.bootstrap import BootstrapResult, bootstrap_pls, check_rows
from casework.satisfaction.pls.fit import fit_pls
from casework.satisfaction.pls.linear import Floats, Ints
from casework.satisfaction.pls.permutation import Division
from casework.satisfaction.pls.resampling import Progress
from casework.satisfaction.pls.result import PLSResult
from casework.stats.multiple import holm

LEAST_PERMUTATIONS = 19  # of which one can be as far out as 5 %
LEAST = 3  # respondents of a group, below which nothing can be estimated


@dataclass(frozen=True, kw_only=True)
class GroupComparison(Result):
    """Differences between groups, and whether the groups may be compared at all.

    Parameters
    ----------
    paths : DataFrame
        One row per pair of groups and path: `group`, `reference`, `from`, `to`, `path_group`, `path_reference`,
        `difference`, `p` (permutation), `p_holm`, `p_bootstrap` (Henseler), `t`, `df`, `p_parametric` (Welch).
    totals : DataFrame
        The same for total effects that are not a path alone, without the last four.
    indices : DataFrame
        One row per pair of groups and construct: `group`, `reference`, `construct`, `index_group`, `index_reference`,
        `difference` [scale of the answers, or points], `p`, `p_holm`.
    micom : DataFrame
        Measurement invariance, one row per pair and construct: `correlation` of scores with the weights of either
        group, `least` it must reach, `p_compositional`, `compositional`; `mean_difference`, `p_mean`,
        `log_variance_ratio`, `p_variance`, `equal`; and the `decision`.
    sizes : DataFrame
        `group`, `n` and whether its fit is `admissible`.
    fits : tuple of PLSResult
        The fit of each group, in the order of `sizes`.
    permutations : int
        Of each pair.
    used : int
        Fewest permutations of a pair whose two fits could be computed.
    """

    paths: pd.DataFrame
    totals: pd.DataFrame
    indices: pd.DataFrame
    micom: pd.DataFrame
    sizes: pd.DataFrame
    fits: tuple[PLSResult, ...]
    permutations: int
    used: int
    confidence: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per pair of groups and path."""
        return self.paths.copy()

    @property
    def different(self) -> pd.DataFrame:
        """Paths that differ beyond chance, after Holm."""
        return self.paths[self.paths["p_holm"] < 1 - self.confidence].reset_index(drop=True)

    def summary(self) -> str:
        """Say how many paths differ, and which most; whether they may be compared is in `notes`."""
        found = self.different
        said = tn(
            "Between the groups {k} of {n} path differs beyond chance.",
            "Between the groups {k} of {n} paths differ beyond chance.",
            len(self.paths),
            k=len(found),
        )
        sentences = [said]
        if len(found):
            most = found.iloc[int(found["difference"].abs().argmax())]
            sentences.append(
                t(
                    "Most of all {start} → {end}: {a:.2f} for {first}, {b:.2f} for {second}.",
                    start=t(most["from"]),
                    end=t(most["to"]),
                    a=most["path_group"],
                    b=most["path_reference"],
                    first=t(most["group"]),
                    second=t(most["reference"]),
                )
            )
        return join_sentences(sentences)


def compare_groups(
    fit: PLSResult,
    *,
    by: pd.Series,
    permutations: int = 1000,
    resamples: int = 1000,
    low: float | None = None,
    high: float | None = None,
    confidence: float = 0.95,
    seed: int = 7,
    workers: int = 1,
    progress: Progress | None = None,
) -> GroupComparison:
    """Compare the paths, total effects and indices of groups, and test whether they measure the same.

    Parameters
    ----------
    fit : PLSResult
        A fit to the rows of all respondents; its model and settings are used in each group.
    by : Series
        Group of each respondent, on the index of the data; those without one are left out. At least 2 groups.
    permutations : int
        Of each pair of groups, at least 19.
    resamples : int
        Bootstrap resamples of each group, for `p_bootstrap` and `p_parametric`; 0 leaves them out.
    low, high : float, optional
        Ends of the answer scale, for indices in points from 0 to 100.
    confidence : float
        1 less the level of the tests.
    seed : int
        The same seed gives the same numbers, for any number of workers.
    workers : int
        Threads that share the permutations, at least 1.
    progress : callable, optional
        Told `(done, total)` of the permutations.

    Returns
    -------
    GroupComparison

    Raises
    ------
    DataError
        Fewer than 2 groups, a group that is too small or in which an indicator is constant (all are named), or
        fewer than 19 permutations of a pair can be used.
    ParameterError
        An argument is out of range.

    Warns
    -----
    CaseworkWarning
        The fit of a group is not admissible, or resamples were left out.

    Notes
    -----
    Permutation: if the groups do not differ, it does not matter who is called a member of which. The p value is
    (1 + permutations with at least this difference) / (1 + permutations), so it is never 0. Each pair of groups is
    permuted on its own. Holm's adjustment is over all rows of a table.

    MICOM (Henseler, Ringle & Sarstedt 2016). Step 1, the same indicators and settings, holds by construction; that
    the questions were asked alike is yours to judge. Step 2, scores with the weights of either group correlate to
    1: needed to compare paths. Step 3, equal means and variances of the scores: needed to pool the groups. Where step 2
    fails, a difference of paths may be one of meaning. Not to reject is no proof: small groups pass easily.

    References
    ----------
    Chin & Dibbern (2010), in Handbook of Partial Least Squares, 171-193 (permutation); Henseler, Ringle & Sinkovics
    (2009), Advances in International Marketing 20, eq. (6) (bootstrap); Sarstedt, Henseler & Ringle (2011), Advances
    in International Marketing 22, 195-218 (Welch); Henseler, Ringle & Sarstedt (2016), International Marketing Review
    33(3), 405-431 (MICOM); Phipson & Smyth (2010), Statistical Applications in Genetics and Molecular Biology 9(1).
    """
    check_number("permutations", permutations, low=LEAST_PERMUTATIONS)
    check_number("resamples", resamples, low=0)
    check_number("workers", workers, low=1)
    check_number("seed", seed, low=0)
    check_fraction("confidence", confidence)
    if (low is None) != (high is None) or (low is not None and high is not None and not low < high):
        raise ParameterError(
            Problem("low, high", t("low {low}, high {high}", low=low, high=high), t("both, low below high"))
        )
    rows, codes, names = check_rows(fit, by)
    refuse_groups(rows, codes, names, fit)
    fits = tuple(_refit(fit, rows[codes == code]) for code in range(len(names)))
    boots = _bootstraps(fits, int(resamples), int(seed))
    scale = 1.0 if low is None or high is None else 100 / (high - low)
    shift = 0.0 if low is None else low
    pairs = [
        Division(fit, rows, codes, (a, b), key, int(seed))
        for key, (a, b) in enumerate(combinations(range(len(names)), 2))
    ]
    drawn = [pair.permuted(int(permutations), int(workers), _part(progress, i, len(pairs), int(permutations)))
             for i, pair in enumerate(pairs)]  # fmt: skip
    usable = min(len(part) for part in drawn)
    if usable < LEAST_PERMUTATIONS:
        found = tn("{n} that could be computed", "{n} that could be computed", usable)
        expected = t("at least {n}", n=LEAST_PERMUTATIONS)
        raise DataError(Problem("permutations", found, expected, t("Use larger groups, or a smaller model")))
    tables = [pair.tables(part, names, boots, confidence) for pair, part in zip(pairs, drawn, strict=True)]
    paths, totals, indices, micom = (pd.concat(parts, ignore_index=True) for parts in zip(*tables, strict=True))
    for column in ("index_group", "index_reference"):
        indices[column] = (indices[column] - shift) * scale
    indices["difference"] *= scale
    for table in (paths, totals, indices):
        table.insert(table.columns.get_loc("p") + 1, "p_holm", holm(table["p"]))
    sizes = pd.DataFrame({"group": names, "n": [item.n for item in fits]})
    sizes["admissible"] = [item.admissible for item in fits]
    return GroupComparison(
        paths=paths,
        totals=totals,
        indices=indices,
        micom=micom,
        sizes=sizes,
        fits=fits,
        permutations=int(permutations),
        used=usable,
        confidence=confidence,
        notes=_notes(micom, sizes, codes, usable, int(permutations)),
    )


def _part(progress: Progress | None, place: int, pairs: int, each: int) -> Progress | None:
    if progress is None:
        return None
    return lambda done, total: progress(place * each + done, pairs * each)


def refuse_groups(rows: Floats, codes: Ints, names: Sequence[str], fit: PLSResult) -> None:
    """Refuse groups that cannot be compared; all problems at once.

    Raises
    ------
    DataError
        Fewer than 2 groups; a group with fewer than 3 respondents, or in which an indicator is constant.
    """
    if len(names) < 2:
        found = tn("{n} group", "{n} groups", len(names))
        raise DataError(Problem("by", found, t("at least {n}", n=2)))
    problems = []
    for code, name in enumerate(names):
        members = rows[codes == code]
        where = t("group {name}", name=repr(name))
        if len(members) < LEAST:
            found = tn("{n} respondent", "{n} respondents", len(members))
            problems.append(
                Problem(where, found, t("at least {n}", n=LEAST), t("Merge small groups, or leave them out"))
            )
            continue
        flat = np.flatnonzero(np.ptp(members, axis=0) == 0)
        if len(flat):
            listed = ", ".join(fit.model.indicators[i] for i in flat)
            found = t("every answer is the same: {names}", names=listed)
            problems.append(Problem(where, found, t("answers that vary"), t("Merge small groups, or leave them out")))
    if problems:
        raise DataError(problems)


def _refit(fit: PLSResult, rows: Floats) -> PLSResult:
    return fit_pls(
        pd.DataFrame(rows, columns=list(fit.model.indicators)),
        fit.model,
        scheme=fit.scheme,
        standardized=fit.standardized,
        consistent=fit.consistent,
        tolerance=fit.tolerance,
        max_iterations=fit.max_iterations,
    )


def _bootstraps(fits: Sequence[PLSResult], resamples: int, seed: int) -> list[BootstrapResult]:
    if not resamples:
        return []
    seeds = np.random.SeedSequence(seed, spawn_key=(0, 2)).generate_state(len(fits))
    return [
        bootstrap_pls(fit, resamples=max(resamples, 2), seed=int(own), most_left_out=1.0)
        for fit, own in zip(fits, seeds, strict=True)
    ]


def _notes(micom: pd.DataFrame, sizes: pd.DataFrame, codes: Ints, usable: int, permutations: int) -> tuple[str, ...]:
    notes = []
    failed = list(dict.fromkeys(micom.loc[~micom["compositional"], "construct"]))
    if failed:
        listed = ", ".join(t(name) for name in failed)
        notes.append(t("Differently composed, so differences there may be ones of meaning: {names}.", names=listed))
    if odd := sizes.loc[~sizes["admissible"], "group"].tolist():
        notes.append(t("The fit is not admissible in: {names}.", names=", ".join(t(name) for name in odd)))
    if lost := int((codes < 0).sum()):
        notes.append(
            tn("{n} respondent without a group is left out.", "{n} respondents without a group are left out.", lost)
        )
    if usable < permutations:
        notes.append(t("Only {n} of {total} permutations could be computed for a pair.", n=usable, total=permutations))
    return tuple(notes)


def large_groups(by: pd.Series, *, least: int) -> pd.Series:
    """Return the groups with at least `least` respondents; the others have none.

    Parameters
    ----------
    by : Series
        Group of each respondent.
    least : int
        At least 1.

    Returns
    -------
    Series
        On the same index, missing where the group is too small.

    Examples
    --------
    >>> large_groups(pd.Series(["a", "a", "b"]), least=2).tolist()
    ['a', 'a', nan]
    """
    check_number("least", least, low=1)
    size = by.map(by.value_counts())
    return by.astype(object).where(size >= least)
