"""The two versions of a case: which cells stay, and which runs are a student's."""

from __future__ import annotations

from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from casework.studies.base import NotebookParameters, Study
from casework.studies.cases import CaseParameters, is_case, is_student, of_variant


def study(parameters: type[NotebookParameters]) -> Study:
    return Study(
        name="case_of_test", module="cases", title="T", question="Q", minutes=1, level="introductory",
        parameters=parameters, contract=None, results=(),
    )  # fmt: skip


@pytest.fixture
def notebook() -> Any:
    tags: list[list[str]] = [[], ["instructor"], ["student"], ["solution", "instructor"], ["parameters"]]
    return new_notebook(cells=[new_code_cell(str(i), metadata={"tags": given}) for i, given in enumerate(tags)])


@pytest.mark.parametrize(("variant", "kept"), [("instructor", "0134"), ("student", "024")])
def test_each_version_has_its_cells(notebook: Any, variant: str, kept: str) -> None:
    chosen = of_variant(notebook, study(CaseParameters), {"variant": variant})
    assert "".join(cell.source for cell in chosen.cells) == kept
    assert len(notebook.cells) == 5


def test_what_is_no_case_stays_whole(notebook: Any) -> None:
    assert of_variant(notebook, None, {"variant": "student"}) is notebook
    assert of_variant(notebook, study(NotebookParameters), {}) is notebook


def test_who_is_a_student() -> None:
    assert is_case(study(CaseParameters))
    assert not is_case(study(NotebookParameters))
    assert is_student(study(CaseParameters), {"variant": "student"})
    assert not is_student(study(CaseParameters), {"variant": "instructor"})
    assert not is_student(None, {"variant": "student"})
