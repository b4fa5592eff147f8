import json

import pytest
from pydantic import ValidationError

from casework.datasets.cases import make_case
from casework.studies.case_automaker_stoppage import FACTORS, STUDY, TABLES, AutomakerParameters
from casework.studies.cases import is_case


def test_it_is_a_case_without_data():
    assert is_case(STUDY)
    assert STUDY.contract is None
    assert STUDY.notebook.is_file()


def test_tables_and_causes_are_those_of_the_case():
    case = make_case("case_automaker_stoppage", company="X", seed=1, size="small")
    assert list(TABLES) == list(case.tables)
    assert set(FACTORS) <= set(case.table("measurements").columns)
    assert case.truth["cause"] in FACTORS.values()
    assert {item.name for item in STUDY.results if not item.answers} == set(TABLES)


def test_nothing_that_a_student_runs_needs_an_answer():
    """Names that the cells of the student's version read are made by cells of the student's version."""
    import ast
    import builtins

    cells = json.loads(STUDY.notebook.read_text(encoding="utf-8"))["cells"]
    known = set(dir(builtins)) | {"display"}
    for cell in cells:
        if cell["cell_type"] != "code" or "instructor" in cell["metadata"].get("tags", []):
            continue
        tree = ast.parse("".join(cell["source"]))
        made = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        made |= {alias.asname or alias.name for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))
                 for alias in node.names}  # fmt: skip
        read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        assert read <= known | made, read - known - made
        known |= made
        assert "truth" not in "".join(cell["source"])


@pytest.mark.parametrize("given", [{"margin_per_car": 0}, {"second_share": 0.9}, {"consumer_risk": 0}, {"company": ""}])
def test_levers_have_bounds(given):
    with pytest.raises(ValidationError, match=next(iter(given))):
        AutomakerParameters(**given)
