"""A causal model: constructs, the indicators that measure them, and the paths between them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from casework.core.checks import nearest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.satisfaction.pls.structure import Structure
from casework.satisfaction.pls.text import Statement, read_statements, write_name

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Construct:
    """Something that is not asked directly but shows in its indicators.

    Parameters
    ----------
    name : str
        As a reader sees it.
    indicators : tuple of str
        Columns of the data.
    mode : {'A', 'B'}
        A: the indicators reflect the construct (`=~`); B: they form it (`<~`).
    """

    name: str
    indicators: tuple[str, ...]
    mode: str = "A"


@dataclass(frozen=True)
class PLSModel:
    """Constructs with their indicators, and the paths between the constructs; checked when it is made.

    Made by `parse_model` from a text, by `build_model` from data, or by `named_model`.

    Parameters
    ----------
    constructs : tuple of Construct
        In the order in which tables and figures show them.
    paths : tuple of (str, str)
        (from, to).
    name : str
        What to call the model, such as ECSI.

    Raises
    ------
    ParameterError
        A construct has no indicators or no path, a name is not known or stands twice, or a path closes a circle; all
        problems at once.
    """

    constructs: tuple[Construct, ...]
    paths: tuple[tuple[str, str], ...]
    name: str = ""
    lines: Mapping[object, int] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse what cannot be estimated."""
        if problems := list(_problems(self.constructs, self.paths, self.lines)):
            raise ParameterError(problems)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the constructs."""
        return tuple(construct.name for construct in self.constructs)

    @property
    def indicators(self) -> tuple[str, ...]:
        """All indicators, block after block."""
        return tuple(item for construct in self.constructs for item in construct.indicators)

    @property
    def targets(self) -> tuple[str, ...]:
        """Constructs that a path leads to."""
        ends = {end for _, end in self.paths}
        return tuple(name for name in self.names if name in ends)

    @property
    def parts(self) -> tuple[tuple[str, ...], ...]:
        """Groups of constructs that paths join; more than one where the inner model falls into pieces."""
        left, found = list(self.names), []
        while left:
            group = {left[0]}
            while more := {b for a, b in _both(self.paths) if a in group} - group:
                group |= more
            found.append(tuple(name for name in left if name in group))
            left = [name for name in left if name not in group]
        return tuple(found)

    def __getitem__(self, name: str) -> Construct:
        return next(construct for construct in self.constructs if construct.name == name)

    def predictors(self, target: str) -> tuple[str, ...]:
        """Return the constructs from which a path leads to `target`, in order."""
        starts = {start for start, end in self.paths if end == target}
        return tuple(name for name in self.names if name in starts)

    def levels(self) -> dict[str, int]:
        """Longest way to each construct: 0 where no path leads."""
        found: dict[str, int] = {}
        while len(found) < len(self.constructs):
            for name in self.names:
                before = self.predictors(name)
                if name not in found and all(item in found for item in before):
                    found[name] = 1 + max((found[item] for item in before), default=-1)
        return found

    def structure(self, scheme: str = "path") -> Structure:
        """Return the model as arrays for the numerical core, with an inner scheme."""
        return _structure(self, scheme)

    def without_path(self, start: str, end: str) -> tuple[tuple[str, str], ...]:
        """Return the paths but for one."""
        return tuple(path for path in self.paths if path != (start, end))

    def rename(self, columns: Mapping[str, str]) -> PLSModel:
        """Return the model on other columns: {indicator of the model: column of the data}.

        Raises
        ------
        ParameterError
            A name is no indicator of the model, or two would have one name.
        """
        unknown = [name for name in columns if name not in self.indicators]
        if unknown:
            raise ParameterError(
                [
                    Problem(name, t("is no indicator of the model"), fix=nearest(name, self.indicators))
                    for name in unknown
                ]
            )
        return replace(
            self,
            constructs=tuple(
                replace(item, indicators=tuple(columns.get(name, name) for name in item.indicators))
                for item in self.constructs
            ),
            lines={},
        )

    def to_text(self) -> str:
        """Return the model as a text that `parse_model` reads."""
        measured = [(item.name, "=~" if item.mode == "A" else "<~", item.indicators) for item in self.constructs]
        led = [(target, "~", self.predictors(target)) for target in self.targets]
        return "\n".join(
            f"{write_name(left)} {sign} {' + '.join(map(write_name, right))}" for left, sign, right in (*measured, *led)
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per indicator: `construct`, `mode`, `indicator`."""
        import pandas as pd

        rows = [(item.name, item.mode, name) for item in self.constructs for name in item.indicators]
        return pd.DataFrame(rows, columns=["construct", "mode", "indicator"])

    def __str__(self) -> str:
        """Return the text of the model."""
        return self.to_text()


@lru_cache(maxsize=64)
def _structure(model: PLSModel, scheme: str) -> Structure:
    place = {name: i for i, name in enumerate(model.names)}
    return Structure(
        sizes=tuple(len(construct.indicators) for construct in model.constructs),
        modes=tuple(construct.mode for construct in model.constructs),
        paths=tuple((place[start], place[end]) for start, end in model.paths),
        scheme=scheme,
    )


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
    statements, problems, lost = read_statements(text)
    if not statements and not problems:
        expected = t("statements such as {example}", example="Quality =~ q1 + q2")
        raise ParameterError(Problem(t("model"), t("the text is empty"), expected))
    constructs, paths, lines, more = _gather(statements)
    problems = [*problems, *more]
    if problems:
        everything = [*problems, *_problems(constructs, paths, lines, lost)]
        raise ParameterError(sorted(everything, key=_line))
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
        raise ParameterError([*wrong, *_problems(tuple(given), pairs, {})])
    return PLSModel(tuple(given), tuple(pairs), name)


def _texts(value: Sequence[str] | str) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(str(item) for item in value)


def _pairs(paths: Any) -> list[tuple[str, str]]:
    if isinstance(paths, Mapping):
        return [(str(start), end) for start, ends in paths.items() for end in _texts(ends)]
    rows = paths.iloc[:, :2].itertuples(index=False) if hasattr(paths, "iloc") else paths
    pairs = [tuple(str(item) for item in row) for row in rows]
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


def where_line(line: int) -> str:
    """Say where a problem of the text is."""
    return t("model, line {line}", line=line)


def _where(lines: Mapping[object, int], key: object, otherwise: str) -> str:
    return where_line(lines[key]) if key in lines else otherwise


def _line(problem: Problem) -> int:
    digits = "".join(char for char in problem.where if char.isdecimal())
    return int(digits) if digits else 10**9


def _both(paths: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    pairs = set(paths)
    return pairs | {(end, start) for start, end in pairs}


def _problems(
    constructs: Sequence[Construct],
    paths: Sequence[tuple[str, str]],
    lines: Mapping[object, int],
    lost: Collection[str] = (),
) -> Iterable[Problem]:
    """Find all that is wrong; names in `lost` stand in lines that could not be read, so nothing is said of them."""
    if not constructs and not lost:
        yield Problem(
            t("model"), t("no construct has indicators"), t("lines such as {example}", example="Quality =~ q1 + q2")
        )
    names = [item.name for item in constructs]
    yield from _measurement_problems(constructs, names, lines)
    yield from _path_problems(names, paths, lines, lost)
    circle = find_circle(names, [(a, b) for a, b in paths if a != b])
    if circle:
        key = (circle[-2], circle[-1])
        found = t("the paths go round in a circle: {way}", way=" -> ".join(circle))
        yield Problem(
            _where(lines, key, t("model")), found, t("paths that never come back"), t("Leave one of them out")
        )


def _measurement_problems(
    constructs: Sequence[Construct], names: Sequence[str], lines: Mapping[object, int]
) -> Iterable[Problem]:
    owner: dict[str, str] = {}
    for item in constructs:
        where = _where(lines, item.name, t("construct {name}", name=repr(item.name)))
        if names.count(item.name) > 1:
            yield Problem(where, t("{name} occurs twice", name=repr(item.name)))
        if not item.name.strip():
            yield Problem(where, t("a construct without a name"))
        if not item.indicators:
            yield Problem(where, t("{name} has no indicators", name=repr(item.name)), t("at least 1"))
        if item.mode not in ("A", "B"):
            yield Problem(where, t("mode {mode}", mode=repr(item.mode)), t("one of {values}", values="A, B"))
        for indicator in item.indicators:
            if indicator in owner:
                found = t(
                    "indicator {name} stands twice: it measures {first} already",
                    name=repr(indicator),
                    first=repr(owner[indicator]),
                )
                yield Problem(where, found, t("one construct for each indicator"))
            owner.setdefault(indicator, item.name)


def _path_problems(
    names: Sequence[str], paths: Sequence[tuple[str, str]], lines: Mapping[object, int], lost: Collection[str]
) -> Iterable[Problem]:
    told = set(lost)
    for i, (start, end) in enumerate(paths):
        where = _where(lines, (start, end), t("path {way}", way=f"{start} -> {end}"))
        for name in (start, end):
            if name not in names and name not in told:
                told.add(name)
                fix = nearest(name, names) or t(
                    "Say what measures it, as in {example}", example=f"{write_name(name)} =~ ..."
                )
                yield Problem(where, t("construct {name} has no indicators", name=repr(name)), fix=fix)
        if start == end:
            yield Problem(where, t("{name} leads to itself", name=repr(start)), t("paths between different constructs"))
        if paths[:i].count((start, end)) == 1:
            yield Problem(where, t("the path {way} stands twice", way=f"{start} -> {end}"))
    touched = {name for path in paths for name in path}.union(lost)
    for name in names:
        if name not in touched:
            where = _where(lines, name, t("construct {name}", name=repr(name)))
            yield Problem(where, t("no path touches {name}", name=repr(name)), t("a path from it or to it"))


def find_circle(names: Sequence[str], paths: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return one circle of paths, first name repeated at its end, or nothing.

    Examples
    --------
    >>> find_circle("abc", [("a", "b"), ("b", "c"), ("c", "a")])
    ('a', 'b', 'c', 'a')
    """
    left = set(paths)
    while True:  # take away what nothing leads to, and what leads to nothing
        starts, ends = {a for a, _ in left}, {b for _, b in left}
        kept = {(a, b) for a, b in left if a in ends and b in starts}
        if kept == left:
            break
        left = kept
    if not left:
        return ()
    order = [name for name in names if any(a == name for a, _ in left)] or sorted(a for a, _ in left)
    way = [order[0]]
    while way[-1] not in way[:-1]:
        way.append(next(b for a, b in paths if a == way[-1] and (a, b) in left))
    return tuple(way[way.index(way[-1]) :])
