"""What the case studies share: their parameters, and the version for students."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from casework.core.options import Severity, Size, Variant
from casework.studies.base import NotebookParameters, Study

INSTRUCTOR, STUDENT = "instructor", "student"  # tags of cells that only this version has
KEPT_BACK = frozenset({"seed"})  # parameters that a student's version does not tell: who knows them has the answers


class CaseParameters(NotebookParameters):
    """Parameters that every case has; a case adds the levers of its decision."""

    company: str = Field("Company", description="name of the company in the story", min_length=1, max_length=80)
    seed: int = Field(7, ge=0, le=2**32 - 1, description="random seed, at least 0: another seed is another case")
    severity: Severity = Field("medium", description="how bad it is: low, medium, high")
    size: Size = Field("medium", description="how much there is to look at: small, medium, large")
    variant: Variant = Field("instructor", description="with the answers or without: instructor, student")
    fast: bool = Field(False, description="smaller simulations, for tests")


def of_variant(notebook: Any, study: Study | None, parameters: Mapping[str, Any]) -> Any:
    """Return a notebook without the cells that belong to the other version of a case.

    Parameters
    ----------
    notebook : NotebookNode
        It is not changed; that of a study which is no case is returned as it is.
    study : Study or None
        Whose notebook it is.
    parameters : mapping
        Those of the run.
    """
    if not is_case(study):
        return notebook
    other = INSTRUCTOR if is_student(study, parameters) else STUDENT
    chosen = copy.copy(notebook)
    chosen.cells = [cell for cell in notebook.cells if other not in cell.metadata.get("tags", [])]
    return chosen


def is_case(study: Study | None) -> bool:
    """Return whether a study is a case."""
    return study is not None and issubclass(study.parameters, CaseParameters)


def is_student(study: Study | None, parameters: Mapping[str, Any]) -> bool:
    """Return whether a run is a case's version for students."""
    return is_case(study) and parameters.get("variant") == STUDENT
