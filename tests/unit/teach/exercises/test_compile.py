import ast

import nbformat
import pytest

from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.compile import BEGIN_HIDDEN, checksum, compile_notebook

EXERCISE = get_exercise("supply_chain")


@pytest.mark.parametrize("edition", ["source", "student"])
def test_nbgrader_takes_the_notebook_as_its_own(edition):
    utils = pytest.importorskip("nbgrader.utils")
    validator = pytest.importorskip("nbgrader.nbgraderformat").MetadataValidator()
    notebook = compile_notebook(EXERCISE, edition=edition)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        validator.validate_cell(cell)
        assert checksum(cell) == utils.compute_checksum(cell) == cell.metadata.nbgrader["checksum"]
    assert sum(utils.is_grade(cell) for cell in notebook.cells) == len(EXERCISE.tasks)


def test_the_student_s_edition_holds_no_solution_and_no_hidden_test():
    text = nbformat.writes(compile_notebook(EXERCISE))
    assert "SOLUTION" not in text
    assert BEGIN_HIDDEN not in text
    assert "hidden=True" not in text
    assert "raise NotImplementedError()" in text
    assert "hidden=True" in nbformat.writes(compile_notebook(EXERCISE, edition="source"))


def test_nbgrader_s_own_release_is_the_same():
    preprocessors = pytest.importorskip("nbgrader.preprocessors")
    source = compile_notebook(EXERCISE, edition="source")
    for name in ("ClearSolutions", "ClearHiddenTests"):
        source, _ = getattr(preprocessors, name)().preprocess(source, {"language": "python"})
    mine = compile_notebook(EXERCISE)
    assert [cell.source for cell in source.cells] == [cell.source for cell in mine.cells]


def test_points_stand_in_the_headings_and_identifiers_stay():
    notebook = compile_notebook(EXERCISE)
    assert [cell.id for cell in notebook.cells] == [cell.id for cell in compile_notebook(EXERCISE).cells]
    assert any("points)" in cell.source for cell in notebook.cells if cell.cell_type == "markdown")


@pytest.mark.parametrize("name", ["voice", "satisfaction", "supply_chain", "credit"])
def test_the_names_of_the_values_stand_in_lines_that_can_be_read(name):
    notebook = compile_notebook(get_exercise(name))
    source = next(cell.source for cell in notebook.cells if "begin(" in cell.source)
    assert max(map(len, source.splitlines())) <= 90
    target = ast.parse(source).body[-1].targets[0]
    assert tuple(item.id for item in target.elts) == get_exercise(name).given_names()
