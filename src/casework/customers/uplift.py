"""What an offer changed: customers with it against a control group drawn at random, in all and by segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import chdtrc, ndtr

from casework.core.checks import check_all, check_fraction, check_whole, suggest
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.stats.multiple import holm
from casework.stats.proportion import two_share_interval

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
ALL = mark("all")
FEWEST = 20  # customers of an arm in a segment, below which a note says so
COLUMNS = (mark("segment"), mark("offer"), mark("control n"), mark("control kept"), mark("control rate"),
           mark("offered n"), mark("offered kept"), mark("offered rate"), mark("uplift"), mark("held"),
           mark("p adjusted"), mark("df"), mark("attribute"))  # fmt: skip


class Labels(NamedTuple):
    """A column of words: a code for every row, and the words in order."""

    codes: Ints
    names: list[str]

    @classmethod
    def of(cls, values: pd.Series) -> Labels:
        """Read a column of anything as words; gaps are -1."""
        codes, found = pd.factorize(values)
        names, place = np.unique(np.array([str(x) for x in found], dtype=object), return_inverse=True)
        return cls(np.append(place, -1).astype(np.int64)[codes], names.tolist())


@dataclass(frozen=True, kw_only=True)
class UpliftResult(Result):
    """What every offer changed in every segment.

    Attributes
    ----------
    table : DataFrame
        A row per offer and segment, that of all customers first: `offer`, `segment`, `control_n`, `control_kept`,
        `control_rate`, `offered_n`, `offered_kept`, `offered_rate`, `uplift` (difference of the rates) with `low` and
        `high`, `p` of no difference, `p_adjusted` (Holm, over the segments of all offers), and `held`: share of those
        who would have left whom the offer held, 1 - (1 - offered rate) / (1 - control rate).
    tests : DataFrame
        A row per offer: `chi2`, `df`, `p` that its uplift is the same in all segments.
    """

    table: pd.DataFrame
    tests: pd.DataFrame
    confidence: float
    notes: tuple[str, ...] = ()

    @property
    def by_segment(self) -> pd.DataFrame:
        """Rows of the segments, without those of all customers."""
        return self.table[self.table.duplicated("offer")].reset_index(drop=True)

    def held(self) -> pd.DataFrame:
        """Return the share of would-be leavers held: a row per segment, a column per offer."""
        rows = self.by_segment if len(self.by_segment) else self.table
        segments, offers = rows["segment"].unique(), rows["offer"].unique()
        values = rows["held"].to_numpy(dtype=np.float64).reshape(len(offers), len(segments)).T
        return pd.DataFrame(values, index=pd.Index(segments, name="segment"), columns=offers)

    def held_draws(self, n: int = 2000, *, seed: int = 7) -> Floats:
        """Draw `held` from what the trial leaves open: rates from their Beta posteriors under Jeffreys' prior.

        Parameters
        ----------
        n : int
            Draws, at least 1.
        seed : int
            Of the draws.

        Returns
        -------
        ndarray, shape (n, segments, offers)
            In the order of `held()`; the control group of a segment is drawn once for all offers.

        Raises
        ------
        ParameterError
            An argument is out of its range.
        """
        check_all(lambda: check_whole("n", n, low=1), lambda: check_whole("seed", seed))
        rng = np.random.default_rng(int(seed))
        rows = self.by_segment if len(self.by_segment) else self.table
        segments, offers = rows["segment"].nunique(), rows["offer"].nunique()
        counts = {
            name: rows[name].to_numpy(dtype=np.float64).reshape(offers, segments).T
            for name in ("control_n", "control_kept", "offered_n", "offered_kept")
        }
        lost = counts["control_n"][:, 0] - counts["control_kept"][:, 0]
        without = rng.beta(lost + 0.5, counts["control_kept"][:, 0] + 0.5, (n, segments))
        lost = counts["offered_n"] - counts["offered_kept"]
        offered = rng.beta(lost + 0.5, counts["offered_kept"] + 0.5, (n, segments, offers))
        return np.asarray(1 - offered / without[:, :, None])

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say where which offer keeps most, or that none does beyond chance."""
        rows = self.by_segment if len(self.by_segment) else self.table
        sure = rows[rows["low"] > 0]
        if not len(sure):
            return t("No offer keeps more customers than the control group beyond chance.")
        best = sure.iloc[int(sure["uplift"].to_numpy().argmax())]
        words = {"offer": t(str(best["offer"])), "x": 100 * best["uplift"], "low": 100 * best["low"],
                 "high": 100 * best["high"]}  # fmt: skip
        if best["segment"] == ALL:
            return t("The offer \"{offer}\" keeps {x:.1f} more of 100 customers than the control group ({low:.1f} to "
                     "{high:.1f}).", **words)  # fmt: skip
        return t("Most is kept by the offer \"{offer}\" among \"{segment}\": {x:.1f} more of 100 customers than in the "
                 "control group ({low:.1f} to {high:.1f}).", segment=t(str(best["segment"])), **words)  # fmt: skip


def campaign_uplift(
    frame: pd.DataFrame,
    *,
    outcome: str,
    arm: str,
    control: str,
    segment: str | None = None,
    confidence: float = 0.95,
) -> UpliftResult:
    """Compare customers with an offer to a control group drawn at random, in all and by segment.

    Parameters
    ----------
    frame : DataFrame
        One row per customer of the campaign.
    outcome : str
        Column of 0 and 1: 1 stayed (or bought).
    arm : str
        Column that says which offer a customer got, or that nothing was offered.
    control : str
        The value of `arm` of the control group.
    segment : str, optional
        Column of segments known before the campaign.
    confidence : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    UpliftResult

    Raises
    ------
    DataError
        A column is missing or has gaps, an outcome is not 0 or 1, there is no control group or no offer, or an arm has
        nobody in a segment; all problems at once.
    ParameterError
        `confidence` is not between 0 and 1.

    Notes
    -----
    Only chance may have decided who got the offer. Then the rate of the control group says what would have happened
    anyway; without it, customers who stay by themselves look like a success of the offer. A segment found by looking
    at the outcome makes its uplift look too good.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10, for the intervals; Cochran (1954), Biometrics 10,
    101-129, for the test that segments are alike, with one customer added to each outcome of each group as in Agresti &
    Caffo (2000), The American Statistician 54, 280-288.

    Examples
    --------
    >>> kept = [1] * 56 + [0] * 14 + [1] * 48 + [0] * 32
    >>> trial = pd.DataFrame({"kept": kept, "arm": ["call"] * 70 + ["none"] * 80})
    >>> found = campaign_uplift(trial, outcome="kept", arm="arm", control="none").table
    >>> found[["uplift", "low", "high", "held"]].round(4).to_numpy().tolist()
    [[0.2, 0.0524, 0.3339, 0.5]]
    """
    check_fraction("confidence", confidence)
    kept, arms, groups = read_trial(frame, outcome, arm, control, segment)
    offers = [name for name in arms.names if name != control]
    names = groups.names if segment else []
    n, success = _counts(kept, arms, groups, [control, *offers], names)
    rows = [compare_arms(offer, [ALL, *names], n[:, [0, i + 1]], success[:, [0, i + 1]], confidence)
            for i, offer in enumerate(offers)]  # fmt: skip
    table = pd.concat(rows, ignore_index=True)
    inner = table["segment"] != ALL if segment else table["segment"] == ALL
    table["p_adjusted"] = np.nan
    table.loc[inner, "p_adjusted"] = holm(table.loc[inner, "p"])
    tests = pd.DataFrame(_tests(offers, n, success))
    return UpliftResult(table=table, tests=tests, confidence=confidence, notes=_notes(n))


def find_moderator(frame: pd.DataFrame, candidates: list[str], *, outcome: str, arm: str, control: str) -> pd.DataFrame:
    """Test for several columns whether the uplift differs between their values, adjusted for their number.

    Parameters
    ----------
    frame : DataFrame
        As for `campaign_uplift`.
    candidates : list of str
        Columns known before the campaign, at least one.
    outcome, arm, control : str
        As for `campaign_uplift`.

    Returns
    -------
    DataFrame
        A row per column, the clearest first: `attribute`, `chi2`, `df`, `p` (the smallest of the offers, times their
        number), `p_adjusted` (Holm, over the columns).

    Raises
    ------
    DataError
        As `campaign_uplift`.
    ParameterError
        There is no candidate.

    Examples
    --------
    >>> trial = pd.DataFrame({"kept": ([1] * 30 + [1] * 10 + [0] * 20) * 2, "arm": (["call"] * 30 + ["none"] * 30) * 2,
    ...                       "age": ["young"] * 60 + ["old"] * 60, "side": ["left", "right"] * 60})
    >>> trial.loc[60:89, "kept"] = [1] * 10 + [0] * 20
    >>> found = find_moderator(trial, ["side", "age"], outcome="kept", arm="arm", control="none")
    >>> found["attribute"].tolist()
    ['age', 'side']
    """
    if not candidates:
        raise ParameterError(Problem("candidates", t("none"), t("at least one")))
    rows = []
    for name in candidates:
        kept, arms, groups = read_trial(frame, outcome, arm, control, name)
        offers = [x for x in arms.names if x != control]
        tests = _tests(offers, *_counts(kept, arms, groups, [control, *offers], groups.names))
        first = min(tests, key=lambda test: np.nan_to_num(test["p"], nan=1.0))
        p = min(1.0, first["p"] * len(tests))
        rows.append({"attribute": name, "chi2": first["chi2"], "df": first["df"], "p": p})
    found = pd.DataFrame(rows)
    found["p_adjusted"] = holm(found["p"])
    return found.sort_values(["p", "chi2"], ascending=[True, False], kind="stable", ignore_index=True)


def _counts(kept: Floats, arms: Labels, groups: Labels, names: list[str], segments: list[str]) -> tuple[Ints, Ints]:
    """Count customers and successes by segment (that of all first) and arm (control first)."""
    arm = np.array([names.index(name) for name in arms.names])[arms.codes]
    place = groups.codes
    shape = (max(len(segments), 1), len(names))
    cells = place * shape[1] + arm
    n = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)
    success = np.bincount(cells, kept, minlength=shape[0] * shape[1]).reshape(shape).astype(np.int64)
    whole = [part.sum(axis=0, keepdims=True) for part in (n, success)]
    if not segments:
        return whole[0], whole[1]
    _check_filled(n, names, segments)
    return np.vstack([whole[0], n]), np.vstack([whole[1], success])


def compare_arms(offer: str, names: Sequence[object], n: Ints, success: Ints, confidence: float) -> pd.DataFrame:
    """Return rates, uplift, interval and test of one offer, a row per segment.

    Parameters
    ----------
    offer : str
    names : sequence
        Of the segments.
    n, success : ndarray of int, shape (segments, 2)
        Customers and how many of them stayed: control group, offered.
    confidence : float
        Of the intervals.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = success / n
        pooled = success.sum(axis=1) / n.sum(axis=1)
        error = np.sqrt(pooled * (1 - pooled) * (1 / n).sum(axis=1))
        uplift = rate[:, 1] - rate[:, 0]
        z = np.divide(uplift, error, out=np.zeros(len(n)), where=error > 0)
        held = np.where(rate[:, 0] < 1, 1 - (1 - rate[:, 1]) / (1 - rate[:, 0]), np.nan)
    low, high = two_share_interval(success[:, 1], n[:, 1], success[:, 0], n[:, 0], confidence=confidence)
    return pd.DataFrame(
        {
            "offer": offer,
            "segment": names,
            "control_n": n[:, 0],
            "control_kept": success[:, 0],
            "control_rate": rate[:, 0],
            "offered_n": n[:, 1],
            "offered_kept": success[:, 1],
            "offered_rate": rate[:, 1],
            "uplift": uplift,
            "low": low,
            "high": high,
            "p": 2 * ndtr(-np.abs(z)),
            "held": held,
        }
    )


def _tests(offers: list[str], n: Ints, success: Ints) -> list[dict[str, Any]]:
    """Test for every offer whether its uplift is the same in all segments, whose counts follow those of all."""
    return [{"offer": x, **_alike(n[1:, [0, i + 1]], success[1:, [0, i + 1]])} for i, x in enumerate(offers)]


def _alike(n: Ints, success: Ints) -> dict[str, float]:
    """Cochran's test that the uplift is the same in all segments."""
    df = max(len(n) - 1, 0)
    if df < 1:
        return {"chi2": float("nan"), "df": df, "p": float("nan")}
    rate = (success + 1) / (n + 2)
    weight = 1 / (rate * (1 - rate) / (n + 2)).sum(axis=1)
    uplift = rate[:, 1] - rate[:, 0]
    chi2 = float(weight @ (uplift - np.average(uplift, weights=weight)) ** 2)
    return {"chi2": chi2, "df": df, "p": float(chdtrc(df, chi2))}


def read_trial(
    frame: pd.DataFrame, outcome: str, arm: str, control: str, segment: str | None, *, offer: str = ""
) -> tuple[Floats, Labels, Labels]:
    """Return outcomes, arms and segments of a campaign.

    Raises
    ------
    DataError
        As `campaign_uplift`.
    """
    wanted = [name for name in (outcome, arm, segment) if name is not None]
    known = [str(name) for name in frame.columns]
    lost = [name for name in wanted if name not in frame.columns]
    if lost:
        raise DataError([Problem(column(name), t("missing"), fix=suggest(name, known)) for name in lost])
    problems = [
        Problem(column(name), tn("{n} value is missing", "{n} values are missing", gaps), t("a value in every row"))
        for name in wanted
        if (gaps := int(frame[name].isna().sum()))
    ]
    kept = pd.to_numeric(frame[outcome], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    if other := int((~np.isin(kept, (0, 1)) & frame[outcome].notna().to_numpy()).sum()):
        found = tn("{n} value is neither 0 nor 1", "{n} values are neither 0 nor 1", other)
        problems.append(Problem(column(outcome), found, t("1 for who stayed, 0 for who left")))
    arms = Labels.of(frame[arm])
    for name in [control] + ([offer] if offer else []):
        if name not in arms.names:
            found = t("nobody has {value}", value=repr(name))
            problems.append(Problem(column(arm), found, fix=suggest(name, arms.names)))
    if not problems and not set(arms.names) - {control}:
        problems.append(Problem(column(arm), t("only the control group"), t("customers with an offer, too")))
    if problems:
        raise DataError(problems)
    groups = Labels.of(frame[segment]) if segment else Labels(np.zeros(len(frame), dtype=np.int64), [ALL])
    return kept, arms, groups


def _check_filled(n: Ints, arms: list[str], segments: list[str]) -> None:
    empty = np.argwhere(n == 0)
    if not len(empty):
        return
    problems = [
        Problem(t("segment {name}", name=repr(segments[i])), t("nobody has {value}", value=repr(arms[j])),
                t("customers of every arm in every segment"), t("Merge small segments"))
        for i, j in empty
    ]  # fmt: skip
    raise DataError(problems)


def column(name: str) -> str:
    """Return how a column is named in a message."""
    return t("column {name}", name=repr(name))


def _notes(n: Ints) -> tuple[str, ...]:
    few = int((n < FEWEST).sum())
    if not few:
        return ()
    return (tn("{n} group of the trial has fewer than 20 customers: its rate says little.",
               "{n} groups of the trial have fewer than 20 customers: their rates say little.", few),)  # fmt: skip
