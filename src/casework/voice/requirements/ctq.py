"""From a critical customer requirement to what is critical to quality: a tree of need, drivers and measures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result

if TYPE_CHECKING:
    from casework.voice.requirements.ctq_capability import CtqCapability

FIELDS = ("unit", "lower", "upper", "target", "definition", "column")
NUMBERS = ("lower", "upper", "target")
YES_NO = ("yes or no", "yes/no")  # units of what is only met or not met
HEADINGS = (
    mark("need"),
    mark("driver"),
    mark("measure"),
    mark("unit"),
    mark("lower"),
    mark("upper"),
    mark("target"),
    mark("definition"),
    mark("limits"),
)


@dataclass(frozen=True, kw_only=True)
class CtqTree(Result):
    """A tree of needs, drivers and measures, each measure with its limits.

    Attributes
    ----------
    nodes : DataFrame
        In drawing order: name, parent (empty for a root), level (0 for a root), leaf.
    measures : DataFrame
        One row a measure: path (names from the root), measure, unit, lower, upper, target (not a number where there is
        none), definition, column (of the measurements).
    """

    nodes: pd.DataFrame
    measures: pd.DataFrame
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a measure: need, drivers, measure, unit, limits, target, definition."""
        paths = self.measures["path"]
        table = self.measures[["measure", "unit", "lower", "upper", "target", "definition"]].copy()
        table.insert(0, "need", [path[0] for path in paths])
        table.insert(1, "driver", [t(" > ").join(path[1:-1]) for path in paths])
        return table

    def summary(self) -> str:
        """Say how many needs there are and how many measures stand for them."""
        needs = tn("{n} need", "{n} needs", int((self.nodes["level"] == 0).sum()))
        measures = tn("{n} measure", "{n} measures", len(self.measures))
        return t("{needs}, {measures} with limits.", needs=needs, measures=measures)

    def capability(self, measurements: pd.DataFrame, **options: Any) -> CtqCapability:
        """Hold measurements to the limits; see `casework.voice.requirements.ctq_capability.ctq_capability`."""
        from casework.voice.requirements.ctq_capability import ctq_capability

        return ctq_capability(self, measurements, **options)


def ctq_tree(spec: Mapping[str, Any] | pd.DataFrame) -> CtqTree:
    """Read and check a tree from critical customer requirements to measures that are critical to quality.

    Parameters
    ----------
    spec : mapping or DataFrame
        Nested: need to drivers (to any depth) to measures, where a measure is a mapping of `unit`, `lower`, `upper`,
        `target`, `definition`, `column`; at least one of `lower` and `upper` is needed. As a table: `name`, `parent`
        (empty for a need) and the same fields on the rows of measures.

    Returns
    -------
    CtqTree

    Raises
    ------
    DataError
        No need; a cycle, a name twice, an unknown parent; a branch that ends without a measure; a measure without a
        limit or unit, with limits out of order or a target outside them, a limit that is no number: all of it at once.

    References
    ----------
    George, M. L., Rowlands, D., Price, M. & Maxey, J. (2005). The Lean Six Sigma Pocket Toolbook: CTQ tree.

    Examples
    --------
    >>> answer = {"unit": "s", "upper": 30, "definition": "ring to greeting"}
    >>> tree = ctq_tree({"quick help": {"reachable": {"time to answer": answer}}})
    >>> tree.summary()
    '1 need, 1 measure with limits.'
    """
    problems: list[Problem] = []
    if isinstance(spec, pd.DataFrame):
        spec = _nested(spec, problems)
    rows, measures = [], []
    for path, node in _walk((), spec, problems):
        rows.append((path[-1], path[-2] if len(path) > 1 else "", len(path) - 1, node is not None))
        if node is not None:
            measures.append(_measure(path, node, problems))
    if not rows and not problems:
        problems.append(Problem(t("tree"), t("no need"), t("at least one need with a driver and a measure")))
    names = [row[0] for row in rows]
    problems += [
        Problem(t("tree"), t("{name} occurs twice", name=repr(name)), t("each name once"))
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    if problems:
        raise DataError(problems)
    nodes = pd.DataFrame(rows, columns=["name", "parent", "level", "leaf"])
    table = pd.DataFrame(measures)
    return CtqTree(nodes=nodes, measures=table, notes=_notes(table))


def is_measure(node: object) -> bool:
    """Whether a part of a nested tree is a measure: a mapping of fields, none of which holds a part of its own.

    Examples
    --------
    >>> is_measure({"unit": "s", "upper": 30}), is_measure({"unit": {"upper": 30}}), is_measure({})
    (True, False, False)
    """
    if not isinstance(node, Mapping) or not node:
        return False
    return bool(set(node) & set(FIELDS)) and not any(isinstance(value, Mapping) for value in node.values())


def _walk(
    path: tuple[str, ...], spec: object, problems: list[Problem]
) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any] | None]]:
    """Yield every node with its path; the fields of a measure, None for what has parts."""
    if not isinstance(spec, Mapping) or (path and not spec):
        where = t(" > ").join(path) or t("tree")
        expected = t("a measure such as {example}", example='{"unit": "min", "upper": 30}')
        problems.append(Problem(where, t("ends without a measure"), expected))
        return
    for name, part in spec.items():
        own = (*path, str(name))
        yield own, part if is_measure(part) else None
        if not is_measure(part):
            yield from _walk(own, part, problems)


def _measure(path: tuple[str, ...], fields: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    where = t(" > ").join(path)
    known = ", ".join(FIELDS)
    problems += [
        Problem(where, t("{value} is not known", value=repr(name)), t("one of {values}", values=known))
        for name in fields
        if name not in FIELDS
    ]
    numbers = {name: _number(where, name, fields.get(name), problems) for name in NUMBERS}
    lower, upper, target = numbers.values()
    if np.isnan(lower) and np.isnan(upper):
        problems.append(Problem(where, t("no limit"), t("lower, upper or both")))
    if lower > upper:
        found = t("lower {low:g} above upper {high:g}", low=lower, high=upper)
        problems.append(Problem(where, found, t("limits in order")))
    elif target < lower or target > upper:
        problems.append(Problem(where, t("target {x:g} outside the limits", x=target)))
    if not _text(fields.get("unit")):
        problems.append(Problem(where, t("no unit"), t("a unit, such as min, days, % or yes/no")))
    texts = {name: _text(fields.get(name)) for name in ("unit", "definition", "column")}
    return {"path": path, "measure": path[-1], **numbers, **texts}


def _number(where: str, name: str, value: object, problems: list[Problem]) -> float:
    if _text(value) in ("", "nan", "<NA>"):
        return float("nan")
    try:
        number = float(str(value)) if not isinstance(value, bool) else float("nan")
    except ValueError:
        number = float("nan")
    if not np.isfinite(number):
        problems.append(Problem(f"{where}, {name}", t("{value} is not a number", value=repr(value))))
        return float("nan")
    return number


def _text(value: object) -> str:
    return "" if value is None or (isinstance(value, float) and np.isnan(value)) else str(value).strip()


def _nested(frame: pd.DataFrame, problems: list[Problem]) -> dict[str, Any]:
    """Nested form of a table of names and parents."""
    lacking = [name for name in ("name", "parent") if name not in frame.columns]
    if lacking:
        problems += [Problem(t("column {name}", name=repr(name)), t("there is no such column")) for name in lacking]
        return {"": {"unit": "-", "upper": 0}}
    names, parents = ([_text(value) for value in frame[column]] for column in ("name", "parent"))
    problems += [Problem(t("row {n}", n=place + 1), t("no name")) for place, name in enumerate(names) if not name]
    problems += [
        Problem(t("parent {name}", name=repr(parent)), t("there is no row of that name"))
        for parent in dict.fromkeys(parents)
        if parent and parent not in names
    ]
    twice = [name for name in dict.fromkeys(names) if name and names.count(name) > 1]
    problems += [Problem(t("tree"), t("{name} occurs twice", name=repr(name)), t("each name once")) for name in twice]
    up = dict(zip(names, parents, strict=True))
    if cycle := _cycle(up):
        problems.append(Problem(t("tree"), t("a cycle: {names}", names=t(" > ").join(cycle))))
    if problems:
        raise DataError(problems)
    given = [column for column in FIELDS if column in frame.columns]
    fields = {
        name: {key: value for key, value in row.items() if _text(value)}
        for name, row in zip(names, frame[given].to_dict("records"), strict=True)
    }
    return {name: _children(name, up, fields) for name in names if not up[name]}


def _children(name: str, up: Mapping[str, str], fields: Mapping[str, Any]) -> dict[str, Any]:
    own = [child for child, parent in up.items() if parent == name]
    return {child: _children(child, up, fields) for child in own} if own else dict(fields[name])


def _cycle(up: Mapping[str, str]) -> list[str]:
    """Names of a cycle of parents, or nothing."""
    for name in up:
        seen = [name]
        while parent := up.get(seen[-1], ""):
            if parent in seen:
                return [*seen[seen.index(parent) :], parent]
            seen.append(parent)
    return []


def _notes(measures: pd.DataFrame) -> tuple[str, ...]:
    vague = measures.loc[measures["definition"] == "", "measure"].tolist()
    if not vague:
        return ()
    return (t("No operational definition, so two people may measure differently: {names}.", names=t(", ").join(vague)),)
