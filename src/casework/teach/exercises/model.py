"""An exercise: its prose, the values it gives, its tasks with their answers and checks."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from casework.core.checks import suggest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """A wrong way that many take: an expression in the names of the solution, and what to say to who took it."""

    value: str
    say: str


@dataclass(frozen=True, kw_only=True)
class Check:
    """What is looked at in an answer, and what it is worth.

    Attributes
    ----------
    value : str
        Expression in the names of the answer, usually a name.
    call : str
        Name of a function of the answer, instead of `value`; it is called with each of `arguments`.
    arguments : tuple of str
        Expressions of argument lists, in the names of the parameters and of the hidden values.
    points : float
        What it is worth.
    tolerance : float
        Largest deviation; relative where `relative`.
    free_order : bool
        The items may come in any order.
    partial : bool
        Each right item earns its share.
    hidden : bool
        Looked at when graded, not in the notebook.
    say : str
        What to say where it does not hold; never the answer.
    """

    value: str = ""
    call: str = ""
    arguments: tuple[str, ...] = ()
    points: float
    tolerance: float = 0.001
    relative: bool = True
    free_order: bool = False
    partial: bool = False
    hidden: bool = False
    say: str = ""
    mistakes: tuple[Mistake, ...] = ()

    @property
    def label(self) -> str:
        """What the check is of, as a student knows it."""
        return self.value or f"{self.call}()"


@dataclass(frozen=True, kw_only=True)
class Task:
    """One task: its prose, the cell to fill in with its solution, and its checks."""

    name: str
    title: str
    prose: tuple[str, ...]
    code: tuple[str, ...] = ()
    answer: str = field(repr=False)
    checks: tuple[Check, ...]

    @property
    def points(self) -> float:
        """Points of all checks."""
        return sum(check.points for check in self.checks)

    @property
    def blank(self) -> str:
        """The cell as a student gets it: the solution is taken out."""
        return blank(self.answer)


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """An exercise with its tasks.

    Attributes
    ----------
    name, module, title : str
        What it is called and where it belongs.
    minutes : int
        How long it takes.
    prose : tuple of str
        What stands before the first task.
    parameters : str
        Code that draws the student's values with `rng`; its public names are given to the student.
    hidden : str
        Code that draws values for hidden checks.
    tasks : tuple of Task
        In their order.
    """

    name: str
    module: str
    title: str
    minutes: int
    studies: tuple[str, ...] = ()
    prose: tuple[str, ...] = ()
    parameters: str = field(repr=False)
    hidden: str = field(default="", repr=False)
    tasks: tuple[Task, ...]

    @property
    def points(self) -> float:
        """Points of all tasks."""
        return sum(task.points for task in self.tasks)

    def task(self, name: str) -> Task:
        """Return a task by its name.

        Raises
        ------
        ParameterError
            No such task.
        """
        for task in self.tasks:
            if task.name == name:
                return task
        names = [task.name for task in self.tasks]
        raise ParameterError(
            Problem(self.name, t("no task is called {name}", name=repr(name)), fix=suggest(name, names))
        )

    def given_names(self) -> tuple[str, ...]:
        """Names that the parameters give to a student, in their order."""
        names: dict[str, None] = {}
        for node in ast.parse(self.parameters).body:
            targets = node.targets if isinstance(node, ast.Assign) else []
            for target in targets:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name) and not name.id.startswith("_"):
                        names[name.id] = None
        return tuple(names)


def blank(answer: str) -> str:
    """Return an answer's cell without its solution, with the stub of nbgrader in its place."""
    kept: list[str] = []
    inside = False
    for line in answer.splitlines():
        mark = line.strip()
        if mark == BEGIN:
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            kept += [f"{indent}# YOUR CODE HERE", f"{indent}raise NotImplementedError()"]
        elif mark == END:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept)
