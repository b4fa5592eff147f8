"""What a study is: a notebook, the model of its parameters, the contract of its data, its published results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from casework.core.options import InvalidAnswers
from casework.core.paths import notebooks_folder
from casework.datasets.contract import Contract

Level = Literal["introductory", "intermediate", "advanced"]
ResultKind = Literal["scalar", "table", "text"]


class NotebookParameters(BaseModel):
    """Base of all parameter models.

    Field order is the order of the notebook's parameters cell; `description` is the comment behind each line,
    `json_schema_extra={"unit": ...}` its unit.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True, validate_default=True)


class StudyParameters(NotebookParameters):
    """Parameters that every study of data has; a study adds its own."""

    data: str = Field(description="bundled data set, or a file or SQL address of your own", min_length=1)
    invalid: InvalidAnswers = Field("refuse", description="what to do with invalid answers: refuse, exclude")
    seed: int = Field(7, ge=0, le=2**32 - 1, description="random seed, at least 0")
    fast: bool = Field(False, description="smaller simulations, for tests")


@dataclass(frozen=True, kw_only=True)
class PublishedResult:
    """One named result that a study publishes: a scalar, a table or a text."""

    name: str
    kind: ResultKind
    title: str
    unit: str = ""
    key: bool = False  # shown first in the report and printed by `casework run`
    digits: int = 2
    answers: bool = False  # of a case: only in the instructor's version


ContractBuilder = Callable[[Any, Sequence[str]], Contract]


@dataclass(frozen=True, kw_only=True)
class Study:
    """One study: what can be run, without running it."""

    name: str
    module: str
    title: str
    question: str
    minutes: int
    level: Level
    parameters: type[NotebookParameters]
    contract: ContractBuilder | None
    layout: Callable[[Any, Sequence[str]], Any] | None = None  # which column plays which part, for the notebook
    results: tuple[PublishedResult, ...]
    methods: tuple[str, ...] = ()
    stem: str = ""  # of the notebook, where it is not the study's name

    @property
    def notebook(self) -> Path:
        """Path of the study's notebook."""
        return notebooks_folder() / self.module / f"{self.stem or self.name}.ipynb"

    def defaults(self) -> dict[str, Any]:
        """Return the default value of every parameter."""
        return self.parameters().model_dump()

    def result(self, name: str) -> PublishedResult | None:
        """Return the declaration of a published result, or None."""
        return next((item for item in self.results if item.name == name), None)


def given_columns(parameters: NotebookParameters) -> Mapping[str, Any]:
    """Return the parameters that differ from their defaults; a column that one of them names must exist."""
    defaults = type(parameters)().model_dump()
    return {name: value for name, value in parameters.model_dump().items() if value != defaults[name]}
