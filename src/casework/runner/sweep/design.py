"""What was given for a sweep so far, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import prod
from typing import Any

from casework.core.checks import suggest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.runner.sweep.targets import Target


@dataclass(frozen=True)
class Piece:
    """Part of a case, and the place where it stands in a table."""

    given: dict[str, Any]
    place: str = ""


@dataclass
class Design:
    """What was given so far: each axis is combined with all others.

    Examples
    --------
    >>> from casework.runner.sweep.targets import find_target
    >>> design = Design(find_target("kano"))
    >>> design.vary(*design.claim(["threshold"], "grid"), [0.1, 0.2])
    >>> design.fix({"seed": 3}, "fixed")
    >>> design.size, design.fixed, design.owners
    (2, {'seed': 3}, {'threshold': 'grid', 'seed': 'fixed'})
    """

    target: Target
    fixed: dict[str, Any] = field(default_factory=dict)
    axes: list[list[Piece]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)
    origin: str = "grid"

    @property
    def size(self) -> int:
        """How many combinations there are."""
        return prod(map(len, self.axes))

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Go on after a problem, so that all are told at once."""
        try:
            yield
        except ParameterError as error:
            self.problems.extend(error.problems)

    def claim(self, names: Iterable[Any], owner: str, *, table: str = "", also: Sequence[str] = ()) -> list[str]:
        """Return the names that are parameters and not given elsewhere; the others are problems.

        Parameters
        ----------
        names : iterable
            Names of parameters, or whatever stands in their place.
        owner : str
            Where they are given, for messages.
        table : str
            Table of which they are columns.
        also : sequence of str
            Other names that may have been meant.
        """
        good = []
        for name in names:
            where = t("{where}, column {name}", where=table, name=repr(name)) if table else ""
            problem = self._obstacle(name, owner, where or t("parameter {name}", name=name), also)
            if problem is None:
                self.owners[name] = owner
                good.append(name)
            else:
                self.problems.append(problem)
        return good

    def _obstacle(self, name: Any, owner: str, where: str, also: Sequence[str]) -> Problem | None:
        if name not in self.target.kinds:
            found = t("{study} has no such parameter", study=self.target.name)
            return Problem(where, found, fix=suggest(str(name), [*self.target.kinds, *also]))
        if name in self.owners:
            found = t("it is given twice: {first}, {second}", first=self.owners[name], second=owner)
            return Problem(where, found, t("each parameter once"))
        return None

    def fix(self, values: Mapping[str, Any], owner: str) -> None:
        """Give parameters one value in all runs."""
        self.fixed |= {name: values[name] for name in self.claim(values, owner)}

    def vary(self, name: str, values: Sequence[Any]) -> None:
        """Give a parameter one value after the other; without any, raise a ParameterError."""
        if not values:
            raise ParameterError(Problem(t("parameter {name}", name=name), t("it has no values")))
        self.axes.append([Piece({name: value}) for value in values])
