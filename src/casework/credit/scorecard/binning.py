"""Binning: classes of each variable with weight of evidence and information value, monotone where it is asked."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.errors import CaseworkWarning
from casework.core.messages import mark, tn
from casework.core.result import Result
from casework.credit.scorecard.bins import VariableBins
from casework.credit.scorecard.fitting import Fitted, Totals, fit_variables, weigh
from casework.credit.scorecard.notes import binning_notes
from casework.credit.scorecard.reading import count_unseen, holds_unseen, read_columns, read_training, unseen_warning
from casework.credit.scorecard.request import check_request
from casework.credit.scorecard.tables import bin_table, by_information, merge_table, variable_table

Floats = npt.NDArray[np.float64]
COLUMNS = (
    mark("event rate"),
    mark("bin"),
    mark("variable"),
    mark("woe"),
    mark("iv"),
    mark("share"),
    mark("events"),
    mark("count"),
    mark("strength"),
    mark("trend"),
    mark("asked"),
    mark("bins"),
    mark("merged"),
    mark("reason"),
    mark("missing share"),
)


@dataclass(frozen=True, kw_only=True)
class BinningResult(Result):
    """Bins of variables, ready to be applied to any table with the same columns.

    Attributes
    ----------
    table : DataFrame
        One row per filled bin: `variable`, `bin`, `count`, `events`, `share` (of all rows), `event_rate`, `woe` =
        ln(share of goods / share of bads) and `iv`.
    variables : DataFrame, index variable
        `iv`, `strength` (Siddiqi's word), `bins` (regular ones), `trend` (what the event rate does), `asked`,
        `missing_share`; most information first.
    merges : DataFrame
        `variable`, `bin`, `merged` (number of fine classes or categories in it) and `reason`.
    rules : dict of str to VariableBins
        Which value belongs to which bin.
    weights, values : dict of str to ndarray, shape (slots,)
        Weight of evidence of each slot of a rule, and what it adds to the information value.
    rows : dict of str to ndarray, shape (slots,)
        Training rows in each slot.
    target, event : str, object
        Column and value of the event.
    n, events : int
        Rows, and events among them.
    smoothing : float
        Constant that was added to counts.
    fits : dict of str to Fitted
        The bins as they were found, in the order of the columns; the tables are made of them when they are asked for.
    notes : tuple of str
        What must be read with care.
    """

    fits: dict[str, Fitted]
    rules: dict[str, VariableBins]
    weights: dict[str, Floats]
    values: dict[str, Floats]
    rows: dict[str, npt.NDArray[np.int64]]
    target: str
    event: object
    n: int
    events: int
    smoothing: float = 0.0
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row per filled bin."""
        return bin_table(self.fits, self.weights, self.values, self.n)

    @cached_property
    def variables(self) -> pd.DataFrame:
        """One row per variable, most information first."""
        return variable_table(self.fits, self.values, self.n)

    @cached_property
    def merges(self) -> pd.DataFrame:
        """One row per bin of several fine classes or categories."""
        return merge_table(self.fits)

    @property
    def iv(self) -> pd.Series[float]:
        """Information value of each variable, largest first."""
        return cast("pd.Series[float]", self.variables["iv"].copy())

    @property
    def trends(self) -> dict[str, str]:
        """What each event rate does: up, down, peak, valley, flat (one bin), none, or ordered (categories)."""
        return dict(self._trends)

    @cached_property
    def _trends(self) -> dict[str, str]:
        return {name: self.fits[name].trend for name in by_information(self.values)}

    @property
    def names(self) -> tuple[str, ...]:
        """The variables, in the order of the table."""
        return tuple(self.rules)

    def to_frame(self) -> pd.DataFrame:
        """One row per filled bin."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how many variables there are and which holds most information."""
        best = self.variables.iloc[0]
        return tn(
            "{n} variable binned on {rows:,} rows with {events:,} events ({share:.1%}); "
            "most information: {best} with an information value of {iv:.3f}.",
            "{n} variables binned on {rows:,} rows with {events:,} events ({share:.1%}); "
            "most information: {best} with an information value of {iv:.3f}.",
            len(self.rules),
            rows=self.n,
            events=self.events,
            share=self.events / self.n,
            best=self.variables.index[0],
            iv=float(best["iv"]),
        )

    def codes(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Slot of each value: regular bins from 0, then special values, missing, never seen.

        Raises
        ------
        DataError
            A column is missing, or holds text where numbers were: all problems at once.
        """
        return pd.DataFrame(read_columns(frame, self.rules), index=frame.index)

    def transform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Weight of evidence of each value, one row or a million.

        Returns
        -------
        DataFrame, shape (n, variables)
            On the frame's index. Missing and special values get the weight that was learned; what was never seen in
            training gets 0 (or the worst weight, as asked of `bin_variables`).

        Raises
        ------
        DataError
            As in `codes`.

        Warns
        -----
        CaseworkWarning
            Values that were never seen in training; `unseen` counts them.
        """
        codes = read_columns(frame, self.rules)
        if holds_unseen(codes, self.rows):
            said = unseen_warning(count_unseen(frame, codes, self.rules, self.rows))
            warnings.warn(said, CaseworkWarning, stacklevel=2)
        weights = np.empty((len(codes), len(frame)))
        for row, (name, code) in zip(weights, codes.items(), strict=True):
            np.take(self.weights[name], code, out=row, mode="clip")
        return pd.DataFrame(weights.T, index=frame.index, columns=list(codes), copy=False)

    def unseen(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Count values that nobody has seen in training: `variable`, `value`, `count`."""
        return count_unseen(frame, read_columns(frame, self.rules), self.rules, self.rows)

    def select(self, names: Iterable[str]) -> BinningResult:
        """Return the bins of some variables only, such as those that a stepwise choice kept."""
        from casework.core.checks import check_names

        kept = list(names)
        check_names("names", kept, self.names)
        inside = set(kept)
        return replace(
            self,
            fits={name: fit for name, fit in self.fits.items() if name in inside},
            rules={name: self.rules[name] for name in kept},
            weights={name: self.weights[name] for name in kept},
            values={name: value for name, value in self.values.items() if name in inside},
            rows={name: self.rows[name] for name in kept},
        )


def bin_variables(
    frame: pd.DataFrame,
    *,
    target: str,
    event: object = 1,
    variables: Sequence[str] | None = None,
    trend: str | Mapping[str, str] = "auto",
    max_bins: int | None = None,
    max_prebins: int = 20,
    min_share: float = 0.05,
    min_events: int | None = None,
    special: Mapping[str, Any] | None = None,
    cuts: Mapping[str, Any] | None = None,
    categorical: Iterable[str] = (),
    smoothing: float = 0.0,
    unseen: str = "neutral",
    thin: str = "join",
) -> BinningResult:
    """Sort the values of each variable into bins that tell events from non-events best.

    Parameters
    ----------
    frame : DataFrame
        One row per case. Columns of numbers are cut into ranges, all others into groups of categories.
    target : str
        Column with two values, none missing.
    event : object
        The value that is the event (the bad outcome), such as 1 or "bad". A target of texts needs it.
    variables : sequence of str, optional
        Columns to bin. Without it: all but the target; dates and texts that differ in most rows (names) are left out
        with a note.
    trend : {"auto", "monotone", "up", "down", "peak", "valley", "none"} or dict
        What the event rate may do from range to range, for all variables or by name (categories are always ordered by
        event rate). "monotone": up or down, whichever
        has the larger information value. "auto": the same, or a peak or a valley where the likelihood pays for the
        turn.
    max_bins : int, optional
        At most so many regular bins, at least 2.
    max_prebins : int
        Fine classes to begin with (leaves of the tree), 2 to 200.
    min_share : float
        Smallest share of a variable's regular rows in a fine class, 0 to 0.5.
    min_events : int, optional
        Events and non-events that each regular bin needs: 1, and 0 with smoothing. Bins with fewer are merged with a
        neighbour.
    special : dict, optional
        By variable: values that are codes, not amounts, each with a bin of its own: `{"bureau": [-1]}` or with labels
        `{"bureau": {"no file": [-1, -2]}}`.
    cuts : dict, optional
        By variable: cuts of your own. Numbers ascend, a value below a cut lies left of it: `{"age": [25, 40]}`;
        categories in groups: `{"job": [["A", "B"], ["C"]]}`, those not named are a group together; "each": a bin per
        category. They stay as they are but for bins with too few events, unless `trend` names the variable.
    categorical : sequence of str
        Columns of numbers that are names, such as codes of regions.
    smoothing : float
        Added to the goods and bads of each bin, 0 to 1000. Without it, bins with one class only that cannot be merged
        (missing, special) get 0.5, told in the notes.
    unseen : {"neutral", "worst"}
        Weight of what training has not seen: 0, or the worst of the variable.
    thin : {"join", "search"}
        What happens to fine classes with fewer than `min_events` events or non-events. "join": they join the next one
        before bins are searched for; "search": all ways to merge them are tried, which holds more information in the
        training data.

    Returns
    -------
    BinningResult

    Raises
    ------
    ParameterError
        Arguments out of range, names that do not exist: all problems at once.
    DataError
        The target has missing values, one class, more than two, or is text without the event named; a column is
        missing, empty, infinite, twice there, or holds dates: all problems at once.

    Notes
    -----
    Fine classes come from a best-first Gini tree; they are merged exactly (`optimal.merge_bins`). The information value
    is that of the data the bins were made from and so flatters them, most of all with many bins and few events: look at
    a sample that was kept apart.

    References
    ----------
    Siddiqi (2006), Credit risk scorecards, chapter 6; Navas-Palencia (2020), Optimal binning, arXiv:2001.08025.

    Examples
    --------
    >>> months = [6] * 100 + [18] * 100 + [36] * 100
    >>> bad = [1] * 10 + [0] * 90 + [1] * 25 + [0] * 75 + [1] * 40 + [0] * 60
    >>> result = bin_variables(pd.DataFrame({"months": months, "bad": bad}), target="bad")
    >>> result.table[["bin", "count", "events"]].to_numpy().tolist()
    [['< 12', 100, 10], ['[12, 27)', 100, 25], ['≥ 27', 100, 40]]
    >>> result.transform(pd.DataFrame({"months": [12]})).round(3).to_numpy().tolist()
    [[0.0]]
    """
    names = frozenset(categorical)
    training = read_training(frame, target=target, event=event, variables=variables, categorical=names)
    request = check_request(
        training.names,
        trend=trend,
        max_bins=max_bins,
        max_prebins=max_prebins,
        min_share=min_share,
        min_events=min_events,
        special=special,
        cuts=cuts,
        categorical=names,
        smoothing=smoothing,
        unseen=unseen,
        thin=thin,
    )
    bads = int(training.events.sum())
    totals = Totals(training.events, len(training.events) - bads, bads)
    fits = fit_variables(training.columns, totals, request)
    weights, values, lone = weigh(fits, totals, request.smoothing, request.unseen)
    return BinningResult(
        fits=fits,
        rules={name: fit.bins for name, fit in fits.items()},
        weights=weights,
        values=values,
        rows={name: fit.rows for name, fit in fits.items()},
        target=target,
        event=event,
        n=len(totals.events),
        events=bads,
        smoothing=request.smoothing,
        notes=binning_notes(fits, lone, by_information(values), training.left_out, smoothing=request.smoothing),
    )
