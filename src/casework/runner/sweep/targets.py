"""What a sweep runs: the parameters of a study, or of a notebook of the user's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casework.core.checks import nearest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.runner.sweep.spans import Options, Span, own_range, plain_range

NUMBERS = ("int", "float")
TEXTS = ("str", "Path")
MAPPINGS = ("dict", "Mapping")
NESTED = ("list", "tuple", "set", "Sequence", *MAPPINGS)


@dataclass(frozen=True)
class Target:
    """What is run: its parameters, and how a set of them is checked.

    Parameters
    ----------
    name : str
        Of the study, or of the notebook's file.
    kinds : dict
        Plain type of each parameter, as `int`, `str`, `list`.
    own : dict
        Range of each parameter; None where it has none.
    check : callable
        Takes a set of parameters, returns all parameters with the defaults, or raises a ParameterError.
    """

    name: str
    kinds: dict[str, str]
    own: dict[str, Span | Options | None]
    check: Callable[[dict[str, Any]], dict[str, Any]]


def find_target(study: str | Path) -> Target:
    """Return what a study, or a notebook by its path, takes.

    Raises
    ------
    ParameterError
        There is no such study or notebook, or the notebook has no cell of parameters.

    Examples
    --------
    >>> kano = find_target("kano")
    >>> kano.kinds["threshold"], kano.check({"seed": 3})["seed"]
    ('float', 3)
    """
    from casework.studies.parameters import type_name, validate
    from casework.studies.registry import get_study, studies

    path = Path(study)
    if str(study) not in studies() and path.suffix == ".ipynb":
        return _own_target(path)
    found = get_study(str(study))
    fields = found.parameters.model_fields
    return Target(
        found.name,
        {name: type_name(item) for name, item in fields.items()},
        {name: own_range(item) for name, item in fields.items()},
        lambda given: validate(found, given).model_dump(),
    )


def _own_target(path: Path) -> Target:
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
    return Target(path.name, kinds, own, _OwnCheck(path, {name: item.default for name, item in known.items()}))


class _OwnCheck:
    """A check that reads the notebook once for each parameter and type, not for each case."""

    def __init__(self, path: Path, defaults: dict[str, Any]) -> None:
        self.path, self.defaults = path, defaults
        self.known: dict[tuple[str, str], tuple[Problem, ...]] = {}

    def __call__(self, given: dict[str, Any]) -> dict[str, Any]:
        if problems := [problem for name, value in given.items() for problem in self._faults(name, value)]:
            raise ParameterError(problems)
        return self.defaults | given

    def _faults(self, name: str, value: Any) -> tuple[Problem, ...]:
        from casework.studies.notebook import check_own_parameters

        fits, wrong = (name, type(value).__name__), (name, repr(value))
        if fits not in self.known and wrong not in self.known:
            try:
                check_own_parameters(self.path, {name: value})
                self.known[fits] = ()
            except ParameterError as error:
                self.known[wrong] = tuple(error.problems)
        return self.known.get(fits, self.known.get(wrong, ()))
