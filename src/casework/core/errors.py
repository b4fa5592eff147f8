"""What casework raises and warns with.

Bad input is told once, whole and without a traceback: every problem says where it is, what was found,
what was expected and how to mend it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ENDS = (".", "?", "!", "\u3002", "\uff1f", "\uff01")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with the input.

    Parameters
    ----------
    where : str
        File, sheet, row, column or parameter, as a person would look for it.
    found : str
        What stands there now.
    expected : str
        What may stand there: range, unit, allowed values.
    fix : str
        What to do about it.
    """

    where: str
    found: str
    expected: str = ""
    fix: str = ""

    def __str__(self) -> str:
        """One line: where, found, expected, fix."""
        from casework.core.messages import join_sentences, t

        parts = [f"{self.where}: {self.found}" if self.where else self.found]
        if self.expected:
            parts.append(t("Expected: {what}", what=self.expected))
        if self.fix:
            parts.append(self.fix[0].upper() + self.fix[1:])
        return join_sentences(part if part.endswith(ENDS) else part + t(".") for part in parts)


class CaseworkError(Exception):
    """Base of everything that casework raises on purpose."""


class InputError(CaseworkError, ValueError):
    """Input that cannot be used; carries all problems found, not only the first."""

    def __init__(self, problems: Problem | str | Iterable[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem("", problems)
        if isinstance(problems, Problem):
            problems = [problems]
        self.problems: Sequence[Problem] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class DataError(InputError):
    """The data (file, table, column, cell) cannot be used as they are."""


class ParameterError(InputError):
    """A parameter is unknown, of the wrong type or out of its range."""


class RunError(CaseworkError):
    """A run could not be started, found, read or written."""


class CaseworkWarning(UserWarning):
    """The answer exists but is to be read with care."""
