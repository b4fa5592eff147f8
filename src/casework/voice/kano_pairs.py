"""From answers to categories: check the pairs of a Kano survey and classify them, column by column."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.errors import DataError, Problem
from casework.core.messages import t
from casework.voice.kano_table import CATEGORIES, INCOMPLETE, EvaluationTable

Codes = npt.NDArray[np.int8]
MOST_PROBLEMS = 100  # cells listed one by one; the rest is counted


def pair_codes(
    functional: pd.DataFrame, dysfunctional: pd.DataFrame, table: EvaluationTable
) -> Iterator[tuple[str, Codes]]:
    """Yield each attribute with the category code of every respondent (`INCOMPLETE` where an answer is missing).

    One column is held at a time, so that memory does not grow with the number of attributes.

    Raises
    ------
    DataError
        The two frames do not belong together, or answers lie outside the scale: all of them at once.
    """
    check_frames(functional, dysfunctional)
    lookup = _lookup(table)
    parts = ((functional, t("functional")), (dysfunctional, t("dysfunctional")))
    problems: list[Problem] = []
    hidden = 0
    for position, name in enumerate(functional.columns):
        answers = []
        for frame, part in parts:
            column = frame.iloc[:, position]
            values, bad = answer_levels(column, table.levels)
            shown = bad[: MOST_PROBLEMS - len(problems)]
            problems += _cell_problems(column, shown, part, table.levels) if len(shown) else []
            hidden += len(bad) - len(shown)
            answers.append(values)
        if not problems:
            yield str(name), lookup[answers[0], answers[1]]
    if problems:
        raise DataError([*problems, *_hidden_problem(hidden)])


def check_frames(functional: pd.DataFrame, dysfunctional: pd.DataFrame) -> None:
    """Check that two frames hold the same attributes of the same respondents.

    Raises
    ------
    DataError
        They do not; all reasons at once.
    """
    problems = []
    for frame, part in ((functional, "functional"), (dysfunctional, "dysfunctional")):
        if frame.shape[1] == 0:
            problems.append(Problem(part, t("no columns"), t("one column per attribute")))
        twice = frame.columns[frame.columns.duplicated()]
        problems += [Problem(part, t("column {name} occurs twice", name=repr(name))) for name in twice.unique()]
    if list(functional.columns) != list(dysfunctional.columns):
        found = t("the columns differ: {a} and {b}", a=_some(functional.columns), b=_some(dysfunctional.columns))
        fix = t("Give both frames the names of the attributes, in the same order")
        problems.append(Problem("functional, dysfunctional", found, fix=fix))
    if not functional.index.equals(dysfunctional.index):
        fix = t("Merge both parts by respondent first")
        problems.append(Problem("functional, dysfunctional", t("the rows differ"), fix=fix))
    if problems:
        raise DataError(problems)


def answer_levels(answers: pd.Series, levels: int) -> tuple[Codes, npt.NDArray[np.intp]]:
    """Return answers as 1..levels (0 where missing), and the positions of those outside the scale."""
    numbers = as_numbers(answers)
    missing = answers.isna().to_numpy()
    with np.errstate(invalid="ignore"):
        valid = (numbers >= 1) & (numbers <= levels) & (np.floor(numbers) == numbers)
    values = np.where(valid, numbers, 0).astype(np.int8)
    return values, np.flatnonzero(~valid & ~missing)


def as_numbers(answers: pd.Series) -> npt.NDArray[np.float64]:
    """Return a column as floats: not-a-number where a cell is missing or is no number."""
    if pd.api.types.is_bool_dtype(answers.dtype):
        return np.full(len(answers), np.nan)
    if not pd.api.types.is_numeric_dtype(answers.dtype):
        answers = pd.to_numeric(answers.astype(object), errors="coerce")
    return answers.to_numpy(dtype=np.float64, na_value=np.nan)


def count_categories(codes: Codes) -> npt.NDArray[np.int64]:
    """Count the categories M, O, A, I, R, Q and, last, the incomplete pairs."""
    return np.bincount(codes, minlength=INCOMPLETE + 1).astype(np.int64)


def categories_frame(codes: dict[str, Codes], index: pd.Index) -> pd.DataFrame:
    """Return codes as a frame of categorical columns, missing where a pair is incomplete."""
    columns = {
        name: pd.Categorical.from_codes(
            np.where(code == INCOMPLETE, -1, code).astype(np.int8), categories=pd.Index(CATEGORIES)
        )
        for name, code in codes.items()
    }
    return pd.DataFrame(columns, index=index)


def _lookup(table: EvaluationTable) -> Codes:
    """Return the table with a row and a column 0 for missing answers."""
    lookup = np.full((table.levels + 1, table.levels + 1), INCOMPLETE, dtype=np.int8)
    lookup[1:, 1:] = table.codes
    return lookup


def _cell_problems(column: pd.Series, bad: npt.NDArray[np.intp], part: str, levels: int) -> list[Problem]:
    expected = t("a whole number from 1 (like) to {levels} (dislike), or empty", levels=levels)
    return [
        Problem(
            t("{part} answers, column {column}, row {row}", part=part, column=column.name, row=column.index[i]),
            repr(_plain(column.iloc[i])),
            expected,
        )
        for i in bad
    ]


def _hidden_problem(hidden: int) -> list[Problem]:
    return [Problem("", t("{hidden} more answers outside the scale", hidden=hidden))] if hidden else []


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value


def _some(names: pd.Index) -> str:
    return ", ".join(str(name) for name in names[:4]) + (", ..." if len(names) > 4 else "")
