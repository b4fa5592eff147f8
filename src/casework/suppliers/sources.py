"""Where a contamination came from: runs of lots ranked by how well they explain what tests found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.interpolate import CubicSpline

from casework.core.checks import check_all, check_fraction, check_positive, check_whole, suggest
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.suppliers.trace import LotGraph, listed

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
STRENGTHS = np.geomspace(1e-3, 3.0, 161)
FINER = 12  # points of the smooth posterior for each strength
LOST = 40.0  # what is this much less likely (logarithm) than the best counts as impossible
BLOCK = 2_000_000  # numbers held at once
FIRST = 128  # explanations looked at before the hopeless ones are left out
ONE = mark("as mixed")
COLUMNS = (
    mark("group"), mark("first lot"), mark("last lot"), mark("lots"), mark("scenario"), mark("strength"),
    mark("log likelihood"), mark("probability"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SourcesResult(Result):
    """Runs of lots ranked by how well they explain the findings.

    Attributes
    ----------
    table : DataFrame
        A row per explanation, most probable first: `group`, `first_lot` and `last_lot` of the run, `lots` in it,
        `scenario`, most likely `strength`, `log_likelihood` at it, `probability`. Explanations that are less likely
        than the best by a factor of e^-40 are left out.
    groups, scenarios : Series
        Probability of each group and of each scenario.
    lots : Series
        Probability that each candidate is contaminated.
    strength : dict
        `mean`, `low` and `high` of the strength: expected contaminations in a portion of the source itself.
    owners : Series
        Group of each candidate.
    runs : tuple of arrays
        Places in `lots` of the lots of every explanation.
    """

    table: pd.DataFrame
    groups: pd.Series
    scenarios: pd.Series
    lots: pd.Series
    strength: dict[str, float]
    owners: pd.Series
    runs: tuple[Places, ...]
    graph: LotGraph
    factors: pd.DataFrame
    confidence: float
    tested: int
    notes: tuple[str, ...] = ()

    @property
    def best(self) -> list[Any]:
        """Lots of the most probable explanation."""
        return list(self.lots.index[self.runs[0]])

    @property
    def weights(self) -> Floats:
        """Probability of every explanation."""
        return np.asarray(self.table["probability"], dtype=np.float64)

    def prevalence(self, portions: float = 1.0) -> dict[str, float]:
        """Return the share of positive samples of so many portions in the source itself: `mean`, `low`, `high`.

        Raises
        ------
        ParameterError
            Portions that are not above 0.
        """
        check_positive("portions", portions)
        return {name: float(-np.expm1(-x * portions)) for name, x in self.strength.items()}

    def exposure(self, lots: Iterable[Any]) -> pd.DataFrame:
        """Return how much of each lot comes from the source, under every explanation.

        Returns
        -------
        DataFrame, shape (explanations, lots)
            Shares of the content, times the factor of the scenario; rows in the order of `table`.

        Raises
        ------
        ParameterError
            Lots that the graph does not have.
        """
        named = self.graph.lots[self.graph.places(lots)]
        content = self.graph.contents(named, of=self.lots.index)
        factor = _factors(self.factors, named)
        inside = _inside(self.runs, len(self.lots))
        shares = np.asarray((inside @ content.T).todense())
        place = pd.Index(self.factors.columns).get_indexer(pd.Index(self.table["scenario"]))
        return pd.DataFrame(shares * factor[:, place].T, columns=named)

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say which explanation is the most probable."""
        row = self.table.iloc[0]
        return tn("The findings in {m:,} tested lots are explained best by {n} lot of {group}, {first} to {last} "
                  "(probability {p:.0%}; all of {group}: {q:.0%}).",
                  "The findings in {m:,} tested lots are explained best by {n} lots of {group}, {first} to {last} "
                  "(probability {p:.0%}; all of {group}: {q:.0%}).",
                  int(row["lots"]), m=self.tested, group=row["group"], first=row["first_lot"], last=row["last_lot"],
                  p=row["probability"], q=self.groups.iloc[0])  # fmt: skip


def rank_sources(
    graph: LotGraph,
    findings: pd.DataFrame,
    *,
    groups: pd.Series,
    scenarios: pd.DataFrame | None = None,
    longest: int = 8,
    background: float = 1e-4,
    confidence: float = 0.95,
) -> SourcesResult:
    """Rank runs of lots by how well they explain what tests found, and did not find, in lots made of them.

    Parameters
    ----------
    graph : LotGraph
    findings : DataFrame
        A row per test: `lot`, `samples` (at least 1), `positives` (0 to samples), and optionally `portions` (size of a
        sample in portions, above 0; 1 by default).
    groups : Series, index the candidate lots in the order of time, values the group of each
        Supplier, silo, line... A run is a number of lots of one group that follow each other.
    scenarios : DataFrame, index lots, a column per scenario, optional
        How much of a contamination survives in a lot, 0 to 1 (a kill step that works: 0); lots that are not in it: 1.
        All scenarios are equally probable at the start.
    longest : int
        Most lots of a run, 1 to 1000.
    background : float
        Probability that a sample without any contamination is positive, between 0 and 1.
    confidence : float
        Of the interval of the strength.

    Returns
    -------
    SourcesResult

    Raises
    ------
    DataError
        Columns are missing; samples, positives or portions cannot be; lots are not in the graph; no lot is positive.
    ParameterError
        A number is out of its range, a candidate repeats or is not in the graph, factors outside 0 to 1.

    Notes
    -----
    A sample of a lot of which the share w comes from the source holds a Poisson number of contaminations with mean
    c w f m (strength c, factor f of the scenario, m portions), so that it is negative with probability
    (1 - background) exp(-c w f m). Every group is equally probable at the start, so is every run within a group, and
    the strength evenly on a log scale from 0.001 to 3. One group at a time: two sources at once are not looked for.
    Tests of incoming lots that were accepted because they were negative must not be among the findings: rejected lots
    never got into the graph.

    References
    ----------
    ICMSF (2002), Microorganisms in foods 7, chapter 7 (Poisson distributed contamination); Pearl (1988), Probabilistic
    reasoning in intelligent systems, section 4.3.2 (noisy-or).

    Examples
    --------
    >>> from casework.suppliers.trace import lot_graph
    >>> made = pd.DataFrame({"from": ["a", "b", "b", "c"], "to": ["f", "f", "g", "h"], "amount": 1})
    >>> tests = pd.DataFrame({"lot": ["f", "g", "h"], "samples": 30, "positives": [9, 14, 0]})
    >>> found = rank_sources(lot_graph(made), tests, groups=pd.Series({"a": "X", "b": "Y", "c": "Y"}))
    >>> found.best, round(float(found.groups["Y"]), 3)
    (['b'], 1.0)
    """
    check_all(
        lambda: check_whole("longest", longest, low=1, high=1000),
        lambda: check_fraction("background", background),
        lambda: check_fraction("confidence", confidence),
    )
    names = _candidates(graph, groups)
    tests, counts = _findings(graph, findings)
    factors = _scenarios(scenarios)
    weight = _factors(factors, tests) * counts[:, 2:]
    named = pd.Index(pd.unique(tests), dtype=object)
    runs, group = _runs(groups.to_numpy(), int(longest))
    exposed = graph.contents(named, of=names) @ _inside(runs, len(names)).T
    exposed = sparse.csr_array(exposed)[named.get_indexer(pd.Index(tests))]
    found = _weigh(exposed, weight, counts, _prior(group), float(background))
    return _result(graph, groups, factors, runs, group, found, float(confidence), len(named), counts, exposed)


@dataclass(frozen=True)
class _Found:
    """Explanations that are not impossible, most probable first: places, and logarithms over the strengths."""

    run: Places
    scenario: Places
    logs: Floats  # (explanations, strengths): likelihood times prior
    likelihood: Floats
    nothing: float  # of the background alone


def _weigh(exposed: sparse.csr_array, weight: Floats, counts: Floats, prior: Floats, background: float) -> _Found:
    """Go through all runs and scenarios, those that leave the fewest findings unexplained first."""
    clear, positive = counts[:, 0] - counts[:, 1], counts[:, 1] > 0
    missed = np.asarray(exposed.T @ (clear[:, None] * weight))
    hits = np.asarray(exposed[np.flatnonzero(positive)].todense())
    times, heavy = counts[positive, 1], weight[positive]
    runs, scenarios = (axis.ravel() for axis in np.indices((exposed.shape[1], weight.shape[1])))
    bound = np.log(background) * np.einsum("t,thk->hk", times, (hits[:, :, None] * heavy[:, None, :]) == 0)
    bound = bound.ravel() + np.repeat(prior, weight.shape[1])
    order = np.argsort(-bound, kind="stable")
    constant = float(clear.sum()) * np.log1p(-background)
    step = min(FIRST, max(1, BLOCK // (max(1, len(times)) * len(STRENGTHS))))
    best, kept = -np.inf, []
    for start in range(0, len(order), step):
        block = order[start : start + step]
        block = block[bound[block] > best - LOST]
        if not len(block):
            break
        dose = hits[:, runs[block]] * heavy[:, scenarios[block]]
        logs = _logs(dose, times, missed[runs[block], scenarios[block]], background) + constant
        kept.append((block, logs))
        best = max(best, float((logs + prior[runs[block], None]).max()))
    place = np.concatenate([block for block, _ in kept])
    logs = np.concatenate([part for _, part in kept])
    nothing = constant + float(times.sum()) * float(np.log(background))
    return _sorted(runs[place], scenarios[place], logs, prior, nothing)


def _logs(dose: Floats, times: Floats, missed: Floats, background: float) -> Floats:
    """Logarithm of the likelihood at every strength; `dose` has a row for each positive test."""
    negative = np.exp(-STRENGTHS * dose[:, :, None]) * (1 - background)
    return np.asarray(np.einsum("t,thc->hc", times, np.log1p(-negative)) - missed[:, None] * STRENGTHS)


def _sorted(run: Places, scenario: Places, logs: Floats, prior: Floats, nothing: float) -> _Found:
    joint = logs + prior[run, None]
    total = _log_sum(joint)
    order = np.argsort(-total, kind="stable")
    order = order[total[order] > total.max() - LOST]
    return _Found(run[order], scenario[order], joint[order], logs[order].max(axis=1), nothing)


def _result(
    graph: LotGraph, groups: pd.Series, factors: pd.DataFrame, runs: tuple[Places, ...], group: Places,
    found: _Found, confidence: float, tested: int, counts: Floats, exposed: sparse.csr_array,
) -> SourcesResult:  # fmt: skip
    total = _log_sum(found.logs)
    probability = np.exp(total - _log_sum(total[None, :])[0])
    kept = [runs[i] for i in found.run]
    names, kinds = groups.index, pd.factorize(groups.to_numpy())[1]
    table = pd.DataFrame({
        "group": kinds[group[found.run]],
        "first_lot": names[[run[0] for run in kept]],
        "last_lot": names[[run[-1] for run in kept]],
        "lots": [len(run) for run in kept],
        "scenario": factors.columns[found.scenario],
        "strength": STRENGTHS[found.logs.argmax(axis=1)],
        "log_likelihood": found.likelihood,
        "probability": probability,
    })  # fmt: skip
    inside = _inside(tuple(kept), len(names))
    by_group = table.groupby("group", sort=False)["probability"].sum().reindex(kinds, fill_value=0.0)
    by_scenario = table.groupby("scenario", sort=False)["probability"].sum()
    return SourcesResult(
        table=table,
        groups=by_group.sort_values(ascending=False, kind="stable"),
        scenarios=by_scenario.reindex(factors.columns, fill_value=0.0),
        lots=pd.Series(np.clip(probability @ inside, 0, 1), index=names),
        strength=_strength(found.logs, confidence),
        owners=groups,
        runs=tuple(kept),
        graph=graph,
        factors=factors,
        confidence=confidence,
        tested=tested,
        notes=_notes(total, found, counts, exposed),
    )


def _strength(logs: Floats, confidence: float) -> dict[str, float]:
    """Mean and interval of the strength over all explanations."""
    coarse = np.log(STRENGTHS)
    fine = np.linspace(coarse[0], coarse[-1], FINER * len(coarse))
    smooth = CubicSpline(coarse, _log_sum(logs.T))(fine)
    share = np.exp(smooth - smooth.max())
    share /= share.sum()
    middle = np.cumsum(share) - share / 2
    tails = np.interp([(1 - confidence) / 2, (1 + confidence) / 2], middle, fine)
    return {"mean": float(share @ np.exp(fine)), "low": float(np.exp(tails[0])), "high": float(np.exp(tails[1]))}


def _notes(total: Floats, found: _Found, counts: Floats, exposed: sparse.csr_array) -> tuple[str, ...]:
    notes = []
    if _log_sum(total[None, :])[0] - np.log(len(STRENGTHS)) < found.nothing + 3:
        notes.append(t("No source explains the findings much better than chance does."))
    dose = np.asarray(exposed[:, [found.run[0]]].todense()).ravel()
    left = int(((counts[:, 1] > 0) & (dose == 0)).sum())
    if left:
        notes.append(tn("{n} positive test does not descend from the best source: look for a second one.",
                        "{n} positive tests do not descend from the best source: look for a second one.",
                        left))  # fmt: skip
    return tuple(notes)


def _runs(groups: npt.NDArray[Any], longest: int) -> tuple[tuple[Places, ...], Places]:
    """Places of the lots of every run, and the group of each run."""
    code = pd.factorize(groups)[0]
    runs: list[Places] = []
    owner: list[int] = []
    for value in range(code.max() + 1):
        own = np.flatnonzero(code == value)
        windows = [
            own[i : i + size] for size in range(1, min(longest, len(own)) + 1) for i in range(len(own) - size + 1)
        ]
        runs += windows
        owner += [value] * len(windows)
    return tuple(runs), np.array(owner, dtype=np.int64)


def _prior(group: Places) -> Floats:
    """Logarithm of the prior of every run: groups alike, runs of a group alike."""
    size = np.bincount(group)
    return np.asarray(-np.log(len(size)) - np.log(size[group]))


def _inside(runs: tuple[Places, ...], lots: int) -> sparse.csr_array:
    """Which lots each run holds, shape (runs, lots)."""
    length = [len(run) for run in runs]
    rows = np.repeat(np.arange(len(runs)), length)
    return sparse.csr_array((np.ones(len(rows)), (rows, np.concatenate(runs))), shape=(len(runs), lots))


def _log_sum(values: Floats) -> Floats:
    """Logarithm of the sum of every row's exponentials."""
    top = values.max(axis=1, keepdims=True)
    return np.asarray(np.log(np.exp(values - top).sum(axis=1)) + top[:, 0])


def _factors(factors: pd.DataFrame, lots: npt.ArrayLike) -> Floats:
    """Factor of every scenario for lots, shape (lots, scenarios); 1 where nothing is given."""
    return np.asarray(factors.reindex(pd.Index(np.asarray(lots, dtype=object), dtype=object)).fillna(1.0), dtype=float)


def _candidates(graph: LotGraph, groups: pd.Series) -> pd.Index[Any]:
    problems = []
    twice = groups.index[groups.index.duplicated()]
    if len(twice):
        problems.append(Problem("groups", t("{name} occurs twice", name=repr(str(twice[0]))), t("each lot once")))
    if not len(groups):
        problems.append(Problem("groups", t("none"), t("at least one lot")))
    if groups.isna().any():
        n = int(groups.isna().sum())
        problems.append(Problem("groups", tn("{n} lot has no group", "{n} lots have no group", n), t("a group each")))
    problems += _unknown(graph, "groups", groups.index)
    if problems:
        raise ParameterError(problems)
    return groups.index


def _unknown(graph: LotGraph, where: str, lots: Iterable[Any]) -> list[Problem]:
    asked = pd.Index(pd.unique(pd.Series(list(lots), dtype=object)), dtype=object)
    lost = asked[graph.lots.get_indexer(asked) < 0]
    if not len(lost):
        return []
    found = tn("{n} lot that the graph does not have: {names}", "{n} lots that the graph does not have: {names}",
               len(lost), names=listed(lost))  # fmt: skip
    return [Problem(where, found, fix=suggest(str(lost[0]), [str(name) for name in graph.lots]))]


def _findings(graph: LotGraph, findings: pd.DataFrame) -> tuple[npt.NDArray[np.object_], Floats]:
    """Lots of the tests, and their samples, positives and portions, shape (tests, 3)."""
    known = [str(name) for name in findings.columns]
    lost = [name for name in ("lot", "samples", "positives") if name not in findings.columns]
    if lost:
        raise DataError([
            Problem(t("column {name}", name=repr(name)), t("missing"), fix=suggest(name, known)) for name in lost
        ])  # fmt: skip
    table = findings if "portions" in findings.columns else findings.assign(portions=1.0)
    counts = np.column_stack([
        pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        for name in ("samples", "positives", "portions")
    ])  # fmt: skip
    samples, positives, portions = counts.T
    whole = np.isfinite(counts[:, :2]).all(axis=1) & (counts[:, :2] % 1 == 0).all(axis=1)
    checks = {
        "samples": (~(samples >= 1) | ~whole, t("whole numbers of at least {low}", low=1)),
        "positives": (~((positives >= 0) & (positives <= samples)) | ~whole, t("whole numbers from 0 to the samples")),
        "portions": (~((portions > 0) & np.isfinite(portions)), t("numbers above 0")),
    }
    problems = []
    for name, (bad, expected) in checks.items():
        if bad.any():
            rows = listed(findings.index[bad])
            found = tn("{n} value that cannot be used, in row {rows}", "{n} values that cannot be used, in rows {rows}",
                       int(bad.sum()), rows=rows)  # fmt: skip
            problems.append(Problem(t("column {name}", name=repr(name)), found, expected))
    problems += _unknown(graph, t("column {name}", name=repr("lot")), findings["lot"])
    if not problems and not positives.sum():
        problems.append(
            Problem(t("column {name}", name=repr("positives")), t("0 throughout"), t("at least one finding"))
        )
    if problems:
        raise DataError(problems)
    return findings["lot"].to_numpy(dtype=object), counts


def _scenarios(scenarios: pd.DataFrame | None) -> pd.DataFrame:
    if scenarios is None:
        return pd.DataFrame({ONE: pd.Series(dtype=np.float64)})
    values: pd.DataFrame = scenarios.apply(pd.to_numeric, errors="coerce")
    problems = []
    if not len(scenarios.columns):
        problems.append(Problem("scenarios", t("none"), t("at least one column")))
    for name in values.columns:
        bad = ~values[name].between(0, 1)
        if bad.any():
            found = listed(scenarios.loc[bad, name])
            problems.append(Problem(f"scenarios, {name}", found, t("numbers from 0 to {high:g}", high=1)))
    if scenarios.index.has_duplicates:
        problems.append(Problem("scenarios", t("lots that occur twice"), t("each lot once")))
    if problems:
        raise ParameterError(problems)
    return values
