"""Make a model, from a text or from data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from casework.core.checks import nearest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.satisfaction.pls.construct import Construct
from casework.satisfaction.pls.given import check_kind
from casework.satisfaction.pls.model import PLSModel
from casework.satisfaction.pls.problems import find_problems, line_of, where_line
from casework.satisfaction.pls.text import Statement, read_statements

if TYPE_CHECKING:
    import pandas as pd


def parse_model(text: str, *, name: str = "") -> PLSModel:
    """Read a model from a text.

    Parameters
    ----------
    text : str
        One statement a line: `Image =~ IMAG1 + IMAG2` (the indicators reflect the construct, mode A),
        `Value <~ PERV1 + PERV2` (they form it, mode B), `Satisfaction ~ Image + Value` (paths from Image and Value to
        Satisfaction). `#` begins a comment; a line that ends with `+`, or the next one beginning with it, goes on;
        names with blanks or signs stand in quotes.
    name : str
        What to call the model.

    Returns
    -------
    PLSModel
        Constructs in the order of their measurement; several `~` lines for one construct add up.

    Raises
    ------
    ParameterError
        Something in the text cannot be read, or the model cannot be estimated: all problems at once, with line numbers.

    Notes
    -----
    Parts of the inner model that no path joins are allowed (each is estimated alone, and the fit says so); a construct
    that no path touches at all is refused, since nothing would determine its weights.

    Examples
    --------
    >>> model = parse_model('''
    ... Quality =~ q1 + q2      # what was delivered
    ... Satisfaction =~ s1
    ... Satisfaction ~ Quality
    ... ''')
    >>> model.names, model.paths
    (('Quality', 'Satisfaction'), (('Quality', 'Satisfaction'),))
    """
    check_kind("text", text, str, t("the text of a model"))
    statements, problems, lost = read_statements(text)
    if not statements and not problems:
        expected = t("statements such as {example}", example="Quality =~ q1 + q2")
        raise ParameterError(Problem(t("model"), t("the text is empty"), expected))
    constructs, paths, lines, more = _gather(statements)
    problems = [*problems, *more]
    if problems:
        everything = [*problems, *find_problems(constructs, paths, lines, lost)]
        raise ParameterError(sorted(everything, key=line_of))
    return PLSModel(tuple(constructs), tuple(paths), name, lines)


def build_model(
    constructs: Mapping[str, Sequence[str] | str] | Iterable[Construct],
    paths: Mapping[str, Sequence[str]] | Iterable[tuple[str, str]] | pd.DataFrame,
    *,
    formative: Iterable[str] = (),
    name: str = "",
) -> PLSModel:
    """Make a model from data.

    Parameters
    ----------
    constructs : mapping of str to sequence of str
        Indicators of each construct; one alone may stand as a text.
    paths : mapping of str to sequence of str, iterable of (str, str), or DataFrame
        {from: [to, ...]}, pairs (from, to), or a table whose first two columns are `from` and `to`.
    formative : iterable of str
        Constructs of mode B; the others are mode A.
    name : str
        What to call the model.

    Returns
    -------
    PLSModel

    Raises
    ------
    ParameterError
        As `PLSModel`; or `formative` names no construct.

    Examples
    --------
    >>> build_model({"Quality": ["q1", "q2"], "Satisfaction": "s1"}, {"Quality": ["Satisfaction"]}).indicators
    ('q1', 'q2', 's1')
    """
    forms = [formative] if isinstance(formative, str) else list(formative)
    if isinstance(constructs, Mapping):
        given = [Construct(str(key), _texts(value), "B" if key in forms else "A") for key, value in constructs.items()]
    else:
        given = [replace(item, mode="B") if item.name in forms else item for item in constructs]
    known = [item.name for item in given]
    wrong = [
        Problem("formative", t("{value} is not known", value=repr(x)), fix=nearest(str(x), known))
        for x in forms
        if x not in known
    ]
    pairs = _pairs(paths)
    if wrong:
        raise ParameterError([*wrong, *find_problems(tuple(given), pairs, {})])
    return PLSModel(tuple(given), tuple(pairs), name)


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str) or not isinstance(value, Iterable):
        return (str(value),)
    return tuple(str(item) for item in value)


def _pairs(paths: Any) -> list[tuple[str, str]]:
    if isinstance(paths, Mapping):
        return [(str(start), end) for start, ends in paths.items() for end in _texts(ends)]
    rows = paths.iloc[:, :2].itertuples(index=False) if hasattr(paths, "iloc") else paths
    pairs = [_texts(row) for row in rows]
    if wrong := [pair for pair in pairs if len(pair) != 2]:
        raise ParameterError([Problem("paths", repr(pair), t("pairs of two constructs: from, to")) for pair in wrong])
    return [(pair[0], pair[1]) for pair in pairs]


def _gather(
    statements: Sequence[Statement],
) -> tuple[list[Construct], list[tuple[str, str]], dict[object, int], list[Problem]]:
    constructs: dict[str, Construct] = {}
    paths: list[tuple[str, str]] = []
    lines: dict[object, int] = {}
    problems = []
    for statement in statements:
        if statement.operator == "~":
            for start in statement.right:
                paths.append((start, statement.left))
                lines.setdefault((start, statement.left), statement.line)
        elif statement.left in constructs:
            found = t(
                "{name} is measured twice, first in line {line}", name=repr(statement.left), line=lines[statement.left]
            )
            problems.append(Problem(where_line(statement.line), found, fix=t("Put all its indicators into one line")))
        else:
            mode = "A" if statement.operator == "=~" else "B"
            constructs[statement.left] = Construct(statement.left, statement.right, mode)
            lines[statement.left] = statement.line
    return list(constructs.values()), paths, lines, problems
