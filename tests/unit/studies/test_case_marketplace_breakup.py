import ast
import json

import pytest

from casework.core.errors import ParameterError
from casework.datasets.synthetic.marketplace_case import ACCEPT, GAIN_SHARE, RATE, YEAR, YEARS, generate
from casework.studies.case_marketplace_breakup import ALTERNATIVES, EDITIONS_A_YEAR, STUDY, TABLES
from casework.studies.parameters import validate


def cells(*, without: str):
    notebook = json.loads(STUDY.notebook.read_text(encoding="utf-8"))
    return [cell for cell in notebook["cells"] if without not in cell["metadata"].get("tags", [])]


def test_every_table_of_the_generator_has_a_caption_and_is_published():
    tables, _ = generate(seed=1, severity="low", size="small")
    assert set(TABLES) == set(tables)
    assert {item.name for item in STUDY.results if not item.answers} == set(tables)


def test_the_levers_are_those_for_which_the_generator_knows_the_best_path():
    defaults = STUDY.defaults()
    assert (defaults["rate"], defaults["years"], defaults["gain_share"]) == (RATE, YEARS, GAIN_SHARE)
    assert EDITIONS_A_YEAR == YEAR
    assert ACCEPT == "accept the offer"


def test_parameters_out_of_their_range_are_refused_together():
    with pytest.raises(ParameterError, match="revenue_sharing") as caught:
        validate(STUDY, {"contract": "revenue", "gain_share": 2, "rate": -1, "swing": 0})
    assert len(caught.value.problems) == 4


def test_what_students_execute_needs_no_name_of_the_instructor():
    names: set[str] = set()
    for cell in cells(without="instructor"):
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        made = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        made |= {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for alias in node.names
        }
        made |= {node.target.id for node in ast.walk(tree) if isinstance(node, ast.AnnAssign)}
        assert used - names - made <= set(dir(__builtins__)) | set(__builtins__) | {"float", "int", "len", "str"}
        names |= made


def test_students_see_neither_truth_nor_answers():
    text = "\n".join("".join(cell["source"]) for cell in cells(without="instructor"))
    assert "truth" not in text
    answers = [item.name for item in STUDY.results if item.answers]
    assert all(f'publish("{name}"' not in text for name in answers)
    instructor = "\n".join("".join(cell["source"]) for cell in cells(without="student"))
    assert all(f'publish("{name}"' in instructor for name in answers)
    assert all(name in instructor for name in ALTERNATIVES)
