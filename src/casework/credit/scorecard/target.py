"""The column that says what happened: which rows are events, and what is wrong with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.errors import Problem
from casework.core.messages import t, tn

Bools = npt.NDArray[np.bool_]
SHOWN = 5  # values named in a message


def read_target(column: pd.Series[Any], *, event: object, where: str) -> tuple[Bools, list[Problem]]:
    """Read which rows are events.

    Parameters
    ----------
    column : Series, shape (n,)
        Two different values, none missing. Texts need `event` to name one of them.
    event : object
        The value that is the event, such as 1 or "bad".
    where : str
        Name of the column, for messages.

    Returns
    -------
    events : ndarray of bool, shape (n,)
    problems : list of Problem
        Missing values, text without the event named, one class, more than two classes, or no event.

    Examples
    --------
    >>> events, problems = read_target(pd.Series(["bad", "good"]), event="bad", where="class")
    >>> events.tolist(), problems
    ([True, False], [])
    >>> print(read_target(pd.Series(["bad", "good"]), event=1, where="class")[1][0])
    class: holds text: 'bad', 'good'. Expected: the label of the event. For example event='bad'.
    """
    cells = column.to_numpy() if isinstance(column.dtype, np.dtype) and column.dtype.kind in "biuf" else column
    lost = pd.isna(cells)
    missing = int(lost.sum())
    values = list(pd.unique(cells[~lost] if missing else cells))
    problems = []
    if missing:
        found = tn("{n} of {total} values is missing", "{n} of {total} values are missing", missing, total=len(column))
        problems.append(Problem(where, found, t("a known outcome in each row"), t("Leave rows without outcome out")))
    if problem := _class_problem(values, event, where):
        problems.append(problem)
    if problems:
        return np.zeros(len(column), dtype=bool), problems
    return np.asarray(cells == event, dtype=bool), []


def _class_problem(values: list[Any], event: object, where: str) -> Problem | None:
    named = ", ".join(repr(_plain(value)) for value in values[:SHOWN]) + (", ..." if len(values) > SHOWN else "")
    texts = [value for value in values if isinstance(value, str)]
    if texts and event not in texts:
        fix = t("For example event={label}", label=repr(min(texts)))
        return Problem(where, t("holds text: {values}", values=named), t("the label of the event"), fix)
    if len(values) > 2:
        found = tn("{n} different value: {values}", "{n} different values: {values}", len(values), values=named)
        return Problem(where, found, t("two: event and no event"))
    if len(values) == 1:
        return Problem(where, t("one class only: all rows hold {value}", value=named), t("events and non-events"))
    if not values:
        return Problem(where, t("no values"), t("events and non-events"))
    if not any(_same(value, event) for value in values):
        return Problem(
            where, t("no row holds the event {event}", event=repr(event)), t("one of {values}", values=named)
        )
    return None


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _same(value: Any, event: object) -> bool:
    return bool(value == event)
