"""What a fit takes from the data: means, standard deviations and correlations of the indicators, checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from numbers import Number
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_option, suggest
from casework.core.errors import DataError, Problem
from casework.core.messages import t, tn
from casework.satisfaction.pls.given import check_count, check_kind
from casework.satisfaction.pls.linear import Floats
from casework.satisfaction.pls.model import PLSModel

Missing = Literal["listwise", "mean"]
NUMBERS = ("integer", "floating", "mixed-integer-float", "decimal", "boolean")
LEAST_ROWS = 3
TOLERATED = 1e-6  # of a correlation matrix typed from a paper


@dataclass(frozen=True, kw_only=True, eq=False)
class Moments:
    """Means, standard deviations and correlations of p indicators, and the rows behind them where there are any.

    Parameters
    ----------
    names : tuple of str, length p
        Indicators, in the order of the model.
    n : int
        Respondents used; 0 where not known.
    means, deviations : ndarray, shape (p,)
        In the units of the answers (n - 1 in the denominator); not a number where not known.
    correlations : ndarray, shape (p, p)
        Of the indicators.
    rows : ndarray, shape (n, p), optional
        The answers used, missing ones filled in where the rule says so.
    index : Index, optional
        Labels of those rows in the data.
    left_out : int
        Rows with a missing answer, left out.
    filled : dict of str to int
        Answers filled in with the mean, by indicator.
    middle : ndarray, shape (p,)
        Share of respondents who give the middle answer of an indicator; not a number without rows.
    """

    names: tuple[str, ...]
    n: int
    means: Floats
    deviations: Floats
    correlations: Floats
    rows: Floats | None = None
    index: pd.Index | None = None
    left_out: int = 0
    filled: dict[str, int] = field(default_factory=dict)
    middle: Floats

    def __post_init__(self) -> None:
        """Protect the arrays."""
        for array in (self.means, self.deviations, self.correlations, self.rows, self.middle):
            if array is not None:
                array.flags.writeable = False

    @property
    def covariance(self) -> Floats:
        """Covariances of the indicators, shape (p, p)."""
        result: Floats = self.correlations * np.outer(self.deviations, self.deviations)
        return result

    def notes(self) -> tuple[str, ...]:
        """Say what was done about missing answers."""
        found = []
        if self.left_out:
            found.append(
                tn(
                    "{n} respondent with a missing answer is left out; {used} are used.",
                    "{n} respondents with a missing answer are left out; {used} are used.",
                    self.left_out,
                    used=self.n,
                )
            )
        if self.filled:
            counts = ", ".join(f"{name} ({count})" for name, count in self.filled.items())
            found.append(t("Missing answers are replaced by the mean of the indicator: {counts}.", counts=counts))
        return tuple(found)


def moments_of(data: pd.DataFrame, model: PLSModel, *, missing: str = "listwise") -> Moments:
    """Take from a table what the fit of a model needs.

    Parameters
    ----------
    data : DataFrame, shape (n, columns)
        One row per respondent; other columns are left alone.
    model : PLSModel
        Names the columns.
    missing : {'listwise', 'mean'}
        Leave out respondents with a missing answer, or fill in the indicator's mean.

    Returns
    -------
    Moments

    Raises
    ------
    DataError
        A column is missing, stands twice, is not a number, is infinite or constant, or fewer than 3 respondents are
        left; all problems at once.
    ParameterError
        `data` is no table, or `missing` is not known.
    """
    check_option("missing", missing, Missing)
    check_kind("data", data, pd.DataFrame, t("a table with one column for each indicator"))
    names = model.indicators
    columns = {str(column): place for place, column in enumerate(data.columns)}
    problems = list(_column_problems(data, names))
    if problems:
        raise DataError(problems)
    values = _values(data, [columns[name] for name in names])
    rows, index, left_out, filled = _complete(values, data.index, names, missing)
    problems = [*_infinite(values, names), *_too_little(rows, values, names, left_out)]
    if problems:
        raise DataError(problems)
    rows = np.array(rows)
    centred = rows - (means := rows.mean(axis=0))
    covariance = centred.T @ centred / (len(rows) - 1)
    deviations = np.sqrt(np.diag(covariance))
    correlations = covariance / np.outer(deviations, deviations)
    np.fill_diagonal(correlations, 1.0)
    return Moments(
        names=names,
        n=len(rows),
        means=means,
        deviations=deviations,
        correlations=(correlations + correlations.T) / 2,
        rows=rows,
        index=index,
        left_out=left_out,
        filled=filled,
        middle=middle_share(rows),
    )


def _column_problems(data: pd.DataFrame, names: Sequence[str]) -> Iterable[Problem]:
    known = [str(column) for column in data.columns]
    kinds = list(data.dtypes)
    for name in names:
        count = known.count(name)
        if count == 1 and kinds[known.index(name)].kind in "iuf":
            continue
        where = t("column {name}", name=repr(name))
        if not count:
            yield Problem(where, t("is not in the data"), fix=suggest(name, known))
        elif count > 1:
            yield Problem(where, t("stands {n} times in the data", n=count), t("one column of this name"))
        elif (kind := _not_numbers(data.iloc[:, known.index(name)])) is not None:
            fix = t("Turn it into numbers first, for instance with pandas.to_numeric")
            yield Problem(where, kind, t("numbers"), fix)


def _values(data: pd.DataFrame, places: list[int]) -> Floats:
    """Numbers of some columns (n, p), missing ones as not a number."""
    kinds = list(data.dtypes)
    if len(kinds) <= 2 * len(places) and all(_plain(kind) for kind in kinds):
        return data.to_numpy(dtype=np.float64)[:, places]  # picking columns in numpy is ten times faster
    frame = data.iloc[:, places]
    if all(_plain(kinds[place]) for place in places):
        return frame.to_numpy(dtype=np.float64)
    columns = [frame.iloc[:, place].to_numpy(dtype=np.float64, na_value=np.nan) for place in range(len(places))]
    return np.column_stack(columns)


def _plain(kind: object) -> bool:
    return isinstance(kind, np.dtype) and kind.kind in "iuf"


def _not_numbers(column: pd.Series) -> str | None:
    """Say what stands in a column that does not hold numbers."""
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_complex_dtype(column.dtype):
        return None
    if isinstance(column.dtype, pd.CategoricalDtype):
        return t("categories, not numbers")
    inferred = pd.api.types.infer_dtype(column, skipna=True)
    if inferred in NUMBERS or (inferred == "empty" and column.dtype == object):
        return None
    odd = next((value for value in column.dropna() if not isinstance(value, Number)), None)
    shown = "" if odd is None else repr(odd)
    return t("text or other things that are not numbers, such as {value}", value=shown)


def _complete(
    values: Floats, index: pd.Index, names: Sequence[str], missing: str
) -> tuple[Floats, pd.Index, int, dict[str, int]]:
    gaps: npt.NDArray[np.bool_] = np.isnan(values)
    if not gaps.any():
        return values, index, 0, {}
    if missing == "listwise":
        whole = gaps.sum(axis=1) == 0
        return values[whole], index[whole], int((~whole).sum()), {}
    counts = gaps.sum(axis=0)
    present = np.maximum(len(values) - counts, 1)
    means = np.where(gaps, 0.0, values).sum(axis=0) / present
    filled = {name: int(count) for name, count in zip(names, counts, strict=True) if count}
    return np.where(gaps, means, values), index, 0, filled


def _infinite(values: Floats, names: Sequence[str]) -> Iterable[Problem]:
    for name, count in zip(names, np.isinf(values).sum(axis=0), strict=True):
        if count:
            found = tn("{n} infinite value", "{n} infinite values", int(count))
            yield Problem(t("column {name}", name=repr(name)), found, t("finite numbers"))


def _too_little(rows: Floats, values: Floats, names: Sequence[str], left_out: int) -> Iterable[Problem]:
    empty = np.flatnonzero((~np.isnan(values)).sum(axis=0) == 0).tolist() if len(values) else []
    for place in empty:
        yield Problem(t("column {name}", name=repr(names[place])), t("no answer"), t("at least 1"))
    if len(rows) < LEAST_ROWS and not empty:
        found = tn("{n} complete row", "{n} complete rows", len(rows))
        if left_out:
            found = t("{found}, {n} left out for missing answers", found=found, n=left_out)
        yield Problem(t("data"), found, t("at least {n} rows", n=LEAST_ROWS))
    if len(rows) < LEAST_ROWS:
        return
    finite = np.where(np.isfinite(rows), rows, np.nan)
    for place in np.flatnonzero(constant(finite)).tolist():
        found = t("every answer is {value}", value=f"{rows[0, place]:g}")
        fix = t("Leave the indicator out: what does not vary cannot be explained")
        yield Problem(t("column {name}", name=repr(names[place])), found, t("answers that vary"), fix)


def constant(rows: Floats) -> npt.NDArray[np.bool_]:
    """Which columns do not vary, but for rounding, shape (p,)."""
    spread = rows.max(axis=0) - rows.min(axis=0)
    found: npt.NDArray[np.bool_] = spread <= 1e-14 * np.abs(rows).max(axis=0)
    return found


def middle_share(rows: Floats) -> Floats:
    """Share of each column's middle value: that of the most frequent one, where more than half are the same.

    Examples
    --------
    >>> middle_share(np.array([[3.0], [3.0], [1.0], [3.0]])).tolist()
    [0.75]
    """
    half = len(rows) // 2
    share: Floats = (rows == np.partition(rows, half, axis=0)[half]).mean(axis=0)
    return share


def moments_from(
    correlations: pd.DataFrame,
    model: PLSModel,
    *,
    n: int = 0,
    means: pd.Series | None = None,
    deviations: pd.Series | None = None,
) -> Moments:
    """Take published correlations (and means and standard deviations) instead of rows.

    Parameters
    ----------
    correlations : DataFrame, shape (columns, columns)
        Rows and columns named after the indicators.
    model : PLSModel
        Names the indicators.
    n : int
        Respondents behind the numbers; 0: not known.
    means, deviations : Series, optional
        By indicator; needed for scores in the units of the answers.

    Returns
    -------
    Moments

    Raises
    ------
    DataError
        An indicator is missing, the matrix is not a correlation matrix, or a deviation is not above 0; all problems at
        once.
    """
    n = check_count("n", n, low=0)
    names = list(model.indicators)
    table = pd.DataFrame(correlations)
    table = table.set_axis([str(x) for x in table.index], axis=0).set_axis([str(x) for x in table.columns], axis=1)
    if problems := [*_name_problems(table, means, deviations, names)]:
        raise DataError(problems)
    matrix = table.loc[names, names].to_numpy(dtype=np.float64)
    spread = _by_name(deviations, names)
    if problems := [*_matrix_problems(matrix, names), *_spread_problems(spread, names, deviations is not None)]:
        raise DataError(problems)
    matrix = (matrix + matrix.T) / 2
    np.fill_diagonal(matrix, 1.0)
    return Moments(
        names=tuple(names),
        n=n,
        means=_by_name(means, names),
        deviations=spread,
        correlations=matrix,
        middle=np.full(len(names), np.nan),
    )


def _by_name(values: pd.Series | None, names: Sequence[str]) -> Floats:
    if values is None:
        return np.full(len(names), np.nan)
    return pd.Series(values).rename(str).reindex(list(names)).to_numpy(dtype=np.float64)


def _name_problems(
    table: pd.DataFrame, means: pd.Series | None, deviations: pd.Series | None, names: Sequence[str]
) -> Iterable[Problem]:
    places: dict[str, list[str]] = {t("rows of the correlations"): list(table.index)}
    places[t("columns of the correlations")] = list(table.columns)
    for label, values in (("means", means), ("deviations", deviations)):
        if values is not None:
            places[label] = [str(item) for item in pd.Series(values).index]
    for where, known in places.items():
        for name in names:
            if known.count(name) != 1:
                found = t("{name} stands there {n} times", name=repr(name), n=known.count(name))
                yield Problem(where, found, t("once"), suggest(name, known) if name not in known else "")


def _matrix_problems(matrix: Floats, names: Sequence[str]) -> Iterable[Problem]:
    where = t("correlations")
    for row, column in np.argwhere(~np.isfinite(matrix) | (np.abs(matrix) > 1 + TOLERATED)):
        if row <= column:
            pair = t("{first} with {second}", first=repr(names[row]), second=repr(names[column]))
            yield Problem(where, t("{pair}: {value}", pair=pair, value=f"{matrix[row, column]:g}"), t("from -1 to 1"))
    off = np.abs(np.diag(matrix) - 1) > TOLERATED
    for place in np.flatnonzero(off & np.isfinite(np.diag(matrix))).tolist():
        found = t("{name} with itself: {value}", name=repr(names[place]), value=f"{matrix[place, place]:g}")
        yield Problem(where, found, "1", t("Give correlations, and the standard deviations apart"))
    for row, column in np.argwhere(np.abs(matrix - matrix.T) > TOLERATED):
        if row < column:
            found = t(
                "{first} with {second} is {one}, the other way round {other}",
                first=repr(names[row]),
                second=repr(names[column]),
                one=f"{matrix[row, column]:g}",
                other=f"{matrix[column, row]:g}",
            )
            yield Problem(where, found, t("the same number"))


def _spread_problems(spread: Floats, names: Sequence[str], given: bool) -> Iterable[Problem]:
    for name, value in zip(names, spread, strict=True):
        if given and not value > 0:
            yield Problem(
                "deviations", t("{name} is {value}", name=repr(name), value=f"{value:g}"), t("a number above 0")
            )
