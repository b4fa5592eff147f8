"""Which runs a sweep makes: from words of the command line, a grid, a table of cases, or draws."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import islice, product
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.core.checks import nearest, suggest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t, tn
from casework.runner.sweep.draws import (
    MOST,
    Method,
    Options,
    Span,
    draw,
    own_range,
    plain_range,
    read_range,
    spaced,
    steps,
    too_many,
)

if TYPE_CHECKING:
    import pandas as pd

    from casework.datasets.loading import LoadedTable

SECTIONS = ("fixed", "grid", "zip", "cases", "draws")
DRAW_KEYS = ("count", "method", "seed", "ranges")
NUMBERS = ("int", "float")
TEXTS = ("str", "Path")
MAPPINGS = ("dict", "Mapping")
NESTED = ("list", "tuple", "set", "Sequence", *MAPPINGS)
LABEL = "case"  # first column of a table of cases that is no parameter
SHOWN = 20  # problems
SHOWN_CASES = 3  # of one problem
BETWEEN_LISTS = re.compile(r"(?<=[\]}])\s*;\s*(?=[\[{])")


@dataclass(frozen=True, kw_only=True)
class Cases:
    """The runs of a sweep, in their order.

    Parameters
    ----------
    points : tuple of dict
        Parameters of each run as given (without defaults), in the types of the study. No two of them are the
        same run.
    varied : tuple of str
        Parameters whose values differ between runs.
    repeated : int
        How many cases were left out because they were the same run as an earlier one.
    origin : {'grid', 'cases', 'random', 'latin'}
        Where they come from: draws, else a table or list of cases, else a grid.
    """

    points: tuple[dict[str, Any], ...]
    varied: tuple[str, ...]
    repeated: int
    origin: str

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each run, numbered from 1, one column for each parameter that is given."""
        import pandas as pd

        names = dict.fromkeys(name for point in self.points for name in point)
        columns = {name: [point.get(name) for point in self.points] for name in names}
        index = pd.RangeIndex(1, len(self.points) + 1, name=LABEL)
        whole = {name for name in names if all(name in point for point in self.points)}
        return pd.DataFrame(
            {
                name: pd.Series(values, index=index, dtype=None if name in whole else object)
                for name, values in columns.items()
            },
            index=index,
        )


def make_cases(
    study: str | Path,
    *,
    words: Sequence[str] = (),
    grid: str | Path | Mapping[str, Any] | None = None,
    cases: str | Path | Sequence[Mapping[str, Any]] | None = None,
    draws: int | None = None,
    ranges: Mapping[str, Any] | None = None,
    method: Method = "latin",
    seed: int = 0,
    fixed: Mapping[str, Any] | None = None,
) -> Cases:
    """Work out and check the parameter sets of a sweep.

    What is given is combined: every value of every parameter with every case and every draw, the last named
    varying fastest.

    Parameters
    ----------
    study : str or Path
        Name of a study, or path of a notebook of the user's own.
    words : sequence of str
        As on the command line: `name=value` (fixed), `name=a,b,c` (texts with a comma in quotation marks),
        `name=10:50:10` (numbers from, to and with the end, by), `name=[1,2];[3,4]` (lists).
    grid : path or mapping, optional
        YAML or JSON file, or its content: `fixed`, `grid`, `zip`, `cases`, `draws`; or only names with their
        values. Values are one value, a list, or `{from, to, step}` or `{from, to, count, scale}`.
    cases : path or sequence of mapping, optional
        CSV or Excel file (`file.xlsx#Sheet2`): a row is a run, a column a parameter, an empty cell its default;
        a first column `case` is a label. Or one mapping for each run.
    draws : int, optional
        How many draws from `ranges`, 1 to 100,000.
    ranges : mapping, optional
        For each parameter to draw: None (its own range), `[low, high]`, `{low, high, scale}`, a list of values; or a
        text: `low:high`, `low:high:log`, `a,b,c`.
    method : {'latin', 'random'}
        How to draw.
    seed : int
        Seed of the draws, at least 0.
    fixed : mapping, optional
        Parameters that are the same in all runs. They and `words` go before what is `fixed` in the file.

    Raises
    ------
    ParameterError
        Unknown study, parameter or key; a value of the wrong type or out of range; a parameter given twice; no case,
        or more than 100,000: all problems at once, with case, row and column; the first 20 are shown.
    DataError
        The table of cases cannot be read.

    Examples
    --------
    >>> found = make_cases("kano", words=["threshold=0.02:0.06:0.02", "table=berger,pouliot"])
    >>> len(found.points), found.points[-1], found.varied
    (6, {'threshold': 0.06, 'table': 'pouliot'}, ('threshold', 'table'))
    """
    design = _Design(_target(study))
    sections = _sections(design, grid)
    design.fix(fixed or {}, "fixed")
    _add_words(design, words)
    in_file = _mapping(design, "fixed", sections.get("fixed"))
    design.fix({name: value for name, value in in_file.items() if name not in design.owners}, "fixed")
    _add_grid(design, _mapping(design, "grid", sections.get("grid")))
    for group in _mappings(design, "zip", sections.get("zip")):
        _add_zip(design, group)
    for given in (sections.get("cases"), cases):
        if isinstance(given, (str, Path)) and given is cases:
            _add_table(design, str(given))
        elif given is not None:
            _add_cases(design, given)
    _add_draws(design, sections.get("draws"), {"count": draws, "ranges": ranges, "method": method, "seed": seed})
    return _checked(design)


@dataclass(frozen=True)
class _Target:
    """What is run: its parameters with their plain types and ranges, and how a set of them is checked."""

    name: str
    kinds: dict[str, str]
    own: dict[str, Span | Options | None]
    check: Callable[[dict[str, Any]], dict[str, Any]]  # gives all parameters, defaults too


@dataclass(frozen=True)
class _Piece:
    """Part of a case, and the place where it stands in a table."""

    given: dict[str, Any]
    place: str = ""


@dataclass
class _Design:
    """What was given so far: each axis is combined with all others."""

    target: _Target
    fixed: dict[str, Any] = field(default_factory=dict)
    axes: list[list[_Piece]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)
    origin: str = "grid"

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Go on after a problem, so that all are told at once."""
        try:
            yield
        except ParameterError as error:
            self.problems.extend(error.problems)

    def claim(self, names: Iterable[Any], owner: str, *, table: str = "", also: Sequence[str] = ()) -> list[str]:
        """Return the names that are parameters and not given elsewhere; the others are problems."""
        kinds, good = self.target.kinds, []
        for name in names:
            where = t("{where}, column {name}", where=table, name=repr(name)) if table else ""
            where = where or t("parameter {name}", name=name)
            if name not in kinds:
                found = t("{study} has no such parameter", study=self.target.name)
                self.problems.append(Problem(where, found, fix=suggest(str(name), [*kinds, *also])))
            elif name in self.owners:
                found = t("it is given twice: {first}, {second}", first=self.owners[name], second=owner)
                self.problems.append(Problem(where, found, t("each parameter once")))
            else:
                self.owners[name] = owner
                good.append(name)
        return good

    def fix(self, values: Mapping[str, Any], owner: str) -> None:
        """Give parameters one value in all runs."""
        self.fixed |= {name: values[name] for name in self.claim(values, owner)}

    def vary(self, name: str, values: Sequence[Any]) -> None:
        """Give a parameter one value after the other."""
        if not values:
            raise ParameterError(Problem(t("parameter {name}", name=name), t("it has no values")))
        self.axes.append([_Piece({name: value}) for value in values])


def _target(study: str | Path) -> _Target:
    from casework.studies.parameters import type_name, validate
    from casework.studies.registry import get_study, studies

    path = Path(study)
    if str(study) not in studies() and path.suffix == ".ipynb":
        return _own_target(path)
    found = get_study(str(study))
    fields = found.parameters.model_fields
    return _Target(
        found.name,
        {name: type_name(item) for name, item in fields.items()},
        {name: own_range(item) for name, item in fields.items()},
        lambda given: validate(found, given).model_dump(),
    )


def _own_target(path: Path) -> _Target:
    from casework.studies.notebook import read_own_parameters

    if not path.is_file():
        near = nearest(path.name, [item.name for item in path.parent.glob("*.ipynb")]) if path.parent.is_dir() else ""
        raise ParameterError(Problem(t("notebook {name}", name=path.name), t("there is no such file"), fix=near))
    known = read_own_parameters(path)
    if not known:
        fix = t("tag its first code cell and run again")
        raise ParameterError(Problem(path.name, t("it has no cell tagged 'parameters'"), fix=fix))
    kinds = {name: item.kind.partition("[")[0] for name, item in known.items()}
    own = {name: plain_range(kind) for name, kind in kinds.items()}
    return _Target(path.name, kinds, own, _own_check(path, {name: item.default for name, item in known.items()}))


def _own_check(path: Path, defaults: dict[str, Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return a check that reads the notebook once for each parameter and type, not for each case."""
    from casework.studies.notebook import check_own_parameters

    known: dict[tuple[str, str], tuple[Problem, ...]] = {}

    def faults(name: str, value: Any) -> tuple[Problem, ...]:
        fits, wrong = (name, type(value).__name__), (name, repr(value))
        if fits not in known and wrong not in known:
            try:
                check_own_parameters(path, {name: value})
                known[fits] = ()
            except ParameterError as error:
                known[wrong] = tuple(error.problems)
        return known.get(fits, known.get(wrong, ()))

    def check(given: dict[str, Any]) -> dict[str, Any]:
        if problems := [problem for name, value in given.items() for problem in faults(name, value)]:
            raise ParameterError(problems)
        return defaults | given

    return check


def _sections(design: _Design, grid: str | Path | Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what a grid file holds by its sections; a file of names and values only is a grid."""
    from casework.studies.parameters import read_parameter_file

    if grid is None:
        return {}
    content = dict(grid) if isinstance(grid, Mapping) else read_parameter_file(grid)
    if not set(content) & set(SECTIONS):
        return {"grid": content}
    for key in content:
        if key not in SECTIONS:
            fix = nearest(str(key), SECTIONS)
            fix = t("Write it below 'grid' or 'fixed'") if key in design.target.kinds else fix
            expected = t("one of {values}", values=", ".join(SECTIONS))
            design.problems.append(Problem("grid", t("{value} is not known", value=repr(key)), expected, fix))
    return content


def _mapping(design: _Design, where: str, given: Any) -> Mapping[str, Any]:
    if given is None or isinstance(given, Mapping):
        return given or {}
    design.problems.append(Problem(where, _shown(given), t("names with their values")))
    return {}


def _mappings(design: _Design, where: str, given: Any) -> list[Mapping[str, Any]]:
    items = [given] if isinstance(given, Mapping) else given
    if items is None:
        return []
    if not isinstance(items, Sequence) or isinstance(items, str):
        design.problems.append(Problem(where, _shown(given), t("a list of names with their values")))
        return []
    return [_mapping(design, where, item) for item in items]


def _shown(value: object) -> str:
    from casework.studies.parameters import short_repr

    return short_repr(value)


def _add_words(design: _Design, words: Sequence[str]) -> None:
    """Add `name=...` words: one value is fixed, several are varied."""
    from casework.studies.parameters import parse_assignment

    for word in words:
        with design.collecting():
            name, text = parse_assignment(word, [word.partition("=")[0].strip()])
            for _ in design.claim([name], "-p"):
                values = _read_values(name, design.target.kinds[name], text)
                if len(values) == 1:
                    design.fixed[name] = values[0]
                else:
                    design.vary(name, values)


def _read_values(name: str, kind: str, text: str) -> list[Any]:
    """Read one value or several, as the command line writes them."""
    if kind in NESTED or (kind not in (*NUMBERS, *TEXTS) and text.lstrip().startswith(("[", "{"))):
        return [_read_value(name, kind, part) for part in BETWEEN_LISTS.split(text)]
    return [value for part in _at_commas(name, text) for value in _read_part(name, kind, part)]


def _at_commas(name: str, text: str) -> list[str]:
    try:
        return next(csv.reader([text], strict=True), []) or [""]
    except csv.Error:
        expected = t("quotation marks around a whole text, as in {example}", example='"a,b",c')
        raise ParameterError(Problem(t("parameter {name}", name=name), _shown(text), expected)) from None


def _read_part(name: str, kind: str, text: str) -> list[Any]:
    if kind not in NUMBERS or ":" not in text:
        return [_read_value(name, kind, text)]
    ends = [_read_value(name, kind, part) for part in text.split(":")]
    if len(ends) != 3:
        problem = Problem(t("parameter {name}", name=name), _shown(text), t("from:to:step"))
        raise ParameterError(problem)
    return list(steps(name, *ends))


def _read_value(name: str, kind: str, text: str) -> Any:
    """Read one value by the type of its parameter."""
    from casework.studies.parameters import parse_assignment

    if kind in NUMBERS:
        for number in (int, float):
            with suppress(ValueError):
                return number(text)
        if ":" in text:  # YAML takes 1:30 for ninety
            return text
    try:
        return parse_assignment(f"{name}={text}", (name,) if kind in TEXTS else ())[1]
    except ParameterError:
        raise
    except (ValueError, RecursionError):  # YAML: a 13th month, 5000 digits, brackets without end
        expected = t("a value in YAML or JSON notation")
        raise ParameterError(Problem(t("parameter {name}", name=name), _shown(text), expected)) from None


def _add_grid(design: _Design, section: Mapping[str, Any]) -> None:
    for name in design.claim(section, "grid", also=SECTIONS):
        with design.collecting():
            values = _listed(design, name, section[name])
            design.vary(name, values)


def _listed(design: _Design, name: str, given: Any) -> list[Any]:
    """Return the values that stand behind a name: a list, a range, or one value."""
    kind = design.target.kinds[name]
    if isinstance(given, Mapping) and kind not in MAPPINGS:
        return list(spaced(name, given, whole=kind == "int"))
    if hasattr(given, "tolist"):  # an array
        given = given.tolist()
    return list(given) if isinstance(given, (list, tuple, range)) else [given]


def _add_zip(design: _Design, group: Mapping[str, Any]) -> None:
    """Add parameters that change together: the first values of all, the second values of all, and so on."""
    with design.collecting():
        columns = {name: _listed(design, name, group[name]) for name in design.claim(group, "zip")}
        lengths = {name: len(values) for name, values in columns.items()}
        if len(set(lengths.values())) > 1 or 0 in lengths.values():
            found = t(", ").join(t("{name}: {n} values", name=name, n=n) for name, n in lengths.items())
            raise ParameterError(Problem("zip", found, t("lists of one length")))
        if columns:
            rows = zip(*columns.values(), strict=True)
            design.axes.append([_Piece(dict(zip(columns, row, strict=True))) for row in rows])


def _add_cases(design: _Design, given: Any) -> None:
    rows = _mappings(design, "cases", given)
    known = design.claim(dict.fromkeys(name for row in rows for name in row), "cases")
    _add_rows(design, [_Piece({name: row[name] for name in known if name in row}) for row in rows])


def _add_rows(design: _Design, rows: list[_Piece]) -> None:
    design.origin = "cases"
    if rows:
        design.axes.append(rows)
    else:
        design.problems.append(Problem("cases", t("there is no case"), t("at least one case")))


def _add_table(design: _Design, source: str) -> None:
    """Add the rows of a table; cells are read as the command line would read them."""
    from casework.datasets.loading import read_table

    table = read_table(source)
    head, *rows = _text_rows(table)
    names = [name.strip() for name in head]
    if names[0] == LABEL and LABEL not in design.target.kinds:
        names[0] = ""
    known = design.claim(filter(None, names), "cases", table=table.name)
    pieces = []
    for number, row in enumerate(rows, start=table.first_row):
        if any(map(str.strip, row)):
            cells = {name: cell for name, cell in zip(names, row, strict=False) if name in known and cell.strip()}
            place = t("{where}, row {row}", where=table.name, row=number)
            pieces.append(_Piece(_read_cells(design, cells, place, table.decimal == ","), place))
    _add_rows(design, pieces)


def _text_rows(table: LoadedTable) -> list[list[str]]:
    """Return the cells as they are written, head first: a frame would make 1.1 of the text 1.10."""
    if table.card is None and table.kind == "csv":
        text = Path(table.location).read_bytes().decode(str(table.encoding))
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=str(table.separator)))
        return rows[table.first_row - 2 :]
    if table.kind == "excel":
        return _sheet_rows(table.location, str(table.sheet))
    found = t("it is no table of text")
    raise ParameterError(Problem(table.name, found, t("a CSV or Excel file")))


def _sheet_rows(location: str, sheet: str) -> list[list[str]]:
    import warnings

    from openpyxl import load_workbook

    from casework.datasets.texts import cell_text

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and validations that openpyxl does not read
        book = load_workbook(location, read_only=True, data_only=True)
        chosen = book[sheet]
        chosen.reset_dimensions()  # programs write wrong ones
        rows = [list(map(cell_text, row)) for row in chosen.iter_rows(values_only=True)]
        book.close()
    return rows


def _read_cells(design: _Design, cells: Mapping[str, str], place: str, comma: bool) -> dict[str, Any]:
    values = {}
    for name, cell in cells.items():
        kind = design.target.kinds[name]
        try:
            values[name] = _read_value(name, kind, cell.replace(",", ".") if comma and kind in NUMBERS else cell)
        except ParameterError as error:
            where = t("{where}, column {name}", where=place, name=repr(name))
            design.problems.extend(replace(problem, where=where) for problem in error.problems)
    return values


def _add_draws(design: _Design, section: Any, given: dict[str, Any]) -> None:
    """Add draws: those of the file or those of the call."""
    called = given["count"] is not None or given["ranges"] is not None
    if section is None and not called:
        return
    if section is not None and called:
        found = t("it is given twice: {first}, {second}", first="draws", second="grid")
        design.problems.append(Problem("draws", found, t("draws once")))
    plan = given if called else given | _draw_section(design, section)
    ranges = _mapping(design, "ranges", plan["ranges"])
    spans = {}
    for name in design.claim(ranges, "draws"):
        with design.collecting():
            spans[name] = read_range(name, design.target.own[name], _range_text(design, name, ranges[name]))
    with design.collecting():
        if spans or not ranges:
            drawn = draw(spans, plan["count"], method=plan["method"], seed=plan["seed"])
            design.axes.append([_Piece(values) for values in drawn])
            design.origin = plan["method"]


def _draw_section(design: _Design, section: Any) -> dict[str, Any]:
    given = _mapping(design, "draws", section)
    for key in given:
        if key not in DRAW_KEYS:
            expected = t("one of {values}", values=", ".join(DRAW_KEYS))
            found = t("{value} is not known", value=repr(key))
            design.problems.append(Problem("draws", found, expected, nearest(str(key), DRAW_KEYS)))
    return {key: value for key, value in given.items() if key in DRAW_KEYS}


def _range_text(design: _Design, name: str, given: Any) -> Any:
    """Read a range that is written as on the command line; other forms stay as they are."""
    if not isinstance(given, str):
        return given
    kind = design.target.kinds[name]
    if kind in NUMBERS and ":" in given:
        low, high, *scale = given.split(":", 2)
        ends = {"low": _read_value(name, kind, low), "high": _read_value(name, kind, high)}
        return ends | ({"scale": scale[0]} if scale else {})
    return {"options": _read_values(name, kind, given)}


def _checked(design: _Design) -> Cases:
    """Return the combinations, each checked, without those that are the same run."""
    total = prod(map(len, design.axes))
    if total > MOST:
        design.problems.append(too_many("", total))
    if not (design.axes or design.fixed or design.problems):
        fix = t("Write {example}", example="-p name=a,b,c")
        design.problems.append(Problem("", t("no values are given"), t("at least one case"), fix))
    found = _Points() if total > MOST else _check_points(design)
    problems = [*dict.fromkeys(design.problems), *found.told()]
    if problems:
        raise ParameterError(_first(problems))
    return Cases(
        points=tuple(found.points.values()),
        varied=found.varied(),
        repeated=total - len(found.points),
        origin=design.origin,
    )


@dataclass
class _Points:
    """Cases that were checked: by the hash of the whole run, and what is wrong in which."""

    points: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: dict[Problem, list[int]] = field(default_factory=dict)
    first: dict[str, Any] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)

    def add(self, given: Iterable[str], full: dict[str, Any]) -> None:
        """Add a case by the names that were given and all its parameters."""
        from casework.runner.hashing import sha256_json

        self.first = self.first or full
        point = {name: full[name] for name in given}
        if self.points.setdefault(sha256_json(full), point) is point:
            self.changed |= {name for name in full if _differ(full[name], self.first[name])}

    def varied(self) -> tuple[str, ...]:
        """Return the names whose values differ, in the order in which they first stand in a case."""
        names = dict.fromkeys(name for point in self.points.values() for name in point)
        return tuple(name for name in names if name in self.changed)

    def told(self) -> list[Problem]:
        """Return one problem for each fault, with the cases that have it."""
        return [replace(problem, where=_in_cases(problem.where, cases)) for problem, cases in self.faults.items()]


def _differ(one: Any, other: Any) -> bool:
    return type(one) is not type(other) or one != other


def _check_points(design: _Design) -> _Points:
    found = _Points()
    for number, pieces in enumerate(product(*design.axes), start=1):
        given = dict(design.fixed)
        for piece in pieces:
            given |= piece.given
        try:
            found.add(given, design.target.check(given))
        except ParameterError as error:
            for problem in error.problems:
                found.faults.setdefault(_placed(problem, pieces, design.target.name), []).append(number)
    return found


def _placed(problem: Problem, pieces: Sequence[_Piece], study: str) -> Problem:
    """Return a problem with the row and column of the table where its value stands, if it stands in one."""
    row = next((piece for piece in pieces if piece.place), None)
    if row is None:
        return problem
    for name in row.given:
        if re.match(re.escape(t("parameter {name}", name=name)) + r"(\.|$)", problem.where):
            return replace(problem, where=t("{where}, column {name}", where=row.place, name=repr(name)))
    whole = problem.where == t("parameter {name}", name=study)  # the parameters do not fit together
    return replace(problem, where=row.place) if whole else problem


def _in_cases(where: str, cases: Sequence[int]) -> str:
    if len(cases) == 1:
        return t("case {number}, {where}", number=cases[0], where=where)
    numbers = t(", ").join(map(str, cases[:SHOWN_CASES]))
    left = len(cases) - SHOWN_CASES
    if left > 0:
        numbers = tn("{names} and {n} more", "{names} and {n} more", left, names=numbers)
    return t("cases {numbers}, {where}", numbers=numbers, where=where)


def _first(problems: Sequence[Problem]) -> list[Problem]:
    left = len(problems) - SHOWN
    rest = [Problem("", tn("and {n} more problem", "and {n} more problems", left))] if left > 0 else []
    return [*islice(problems, SHOWN), *rest]
