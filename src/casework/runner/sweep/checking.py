"""Every combination of what was given: each checked, and without those that are the same run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product
from typing import Any

from casework.core.errors import ParameterError, Problem
from casework.core.messages import t, tn
from casework.runner.sweep.design import Design, Piece
from casework.runner.sweep.inputs import MOST, too_many

SHOWN = 20  # problems
SHOWN_CASES = 3  # of one problem


@dataclass
class Checked:
    """Cases that were checked: by the hash of the whole run, and what is wrong in which."""

    points: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: dict[Problem, list[int]] = field(default_factory=dict)
    first: dict[str, Any] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)

    def add(self, given: Iterable[str], full: dict[str, Any]) -> None:
        """Add a case by the names that were given and all its parameters.

        Examples
        --------
        >>> checked = Checked()
        >>> for x in (1, 2, 2):
        ...     checked.add(["x"], {"x": x, "y": 0})
        >>> list(checked.points.values()), checked.varied()
        ([{'x': 1}, {'x': 2}], ('x',))
        """
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


def check_cases(design: Design) -> Checked:
    """Return the combinations of a design.

    Raises
    ------
    ParameterError
        All problems of the design and of its cases; no case, or more than 100,000.

    Examples
    --------
    >>> from casework.runner.sweep.targets import find_target
    >>> design = Design(find_target("kano"), fixed={"seed": 3})
    >>> design.vary("low", [1, 2, 2.0])
    >>> list(check_cases(design).points.values())
    [{'seed': 3, 'low': 1.0}, {'seed': 3, 'low': 2.0}]
    """
    told = dict.fromkeys([*design.problems, *_size_problems(design)])
    found = Checked() if design.size > MOST else _check_each(design)
    if problems := [*told, *found.told()]:
        raise ParameterError(_first(problems))
    return found


def _size_problems(design: Design) -> list[Problem]:
    if design.size > MOST:
        return [too_many("", design.size)]
    if design.axes or design.fixed or design.problems:
        return []
    fix = t("Write {example}", example="-p name=a,b,c")
    return [Problem("", t("no values are given"), t("at least one case"), fix)]


def _check_each(design: Design) -> Checked:
    found = Checked()
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


def _placed(problem: Problem, pieces: Sequence[Piece], study: str) -> Problem:
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
