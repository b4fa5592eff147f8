"""What can be wrong with a model: found all at once, with the line where the model came from a text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from casework.core.checks import nearest
from casework.core.errors import Problem
from casework.core.messages import t
from casework.satisfaction.pls.construct import Construct
from casework.satisfaction.pls.text import write_name


def where_line(line: int) -> str:
    """Say where a problem of the text is."""
    return t("model, line {line}", line=line)


def _where(lines: Mapping[object, int], key: object, otherwise: str) -> str:
    return where_line(lines[key]) if key in lines else otherwise


def line_of(problem: Problem) -> int:
    """Return the line that a problem names, for sorting."""
    digits = "".join(char for char in problem.where if char.isdecimal())
    return int(digits) if digits else 10**9


def find_problems(
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
