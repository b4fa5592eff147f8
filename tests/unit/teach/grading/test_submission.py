import json

import pytest
from tests.unit.teach.grading.conftest import EXERCISE, answered

from casework.teach.exercises.bank import exercise_names, get_exercise
from casework.teach.exercises.compile import compile_notebook
from casework.teach.grading.submission import UnreadableError, arrange, read_submission

SOURCE = get_exercise(EXERCISE)
MASTER = compile_notebook(SOURCE)
TASKS = [task.name for task in SOURCE.tasks]


def arranged(cells):
    return arrange(cells, SOURCE, MASTER)


def of(cells, name):
    return next(cell for cell in cells if cell["metadata"]["nbgrader"]["grade_id"] == name)


def test_an_ordinary_submission_is_left_as_it_is():
    found = arranged(answered()["cells"])
    assert found.remarks == ()
    assert found.blank == frozenset()
    assert [step.task for step in found.steps if step.task] == TASKS
    assert [step.name for step in found.steps if step.own] == TASKS


def test_the_blank_notebook_is_known_as_blank():
    assert arranged([dict(cell) for cell in MASTER.cells]).blank == frozenset(TASKS)


def test_changed_tests_and_values_are_put_back():
    cells = answered()["cells"]
    of(cells, "lot_check")["source"] = "marks = 100"
    of(cells, "begin")["source"] = "demand = 1"
    found = arranged(cells)
    assert len(found.remarks) == 2
    assert "begin(" in next(step.code for step in found.steps if step.name == "begin")
    assert not any("100" in step.code for step in found.steps)


def test_deleted_cells_come_back_in_their_place():
    cells = [
        cell for cell in answered()["cells"] if cell["metadata"]["nbgrader"]["grade_id"] not in ("lot", "lot_check")
    ]
    found = arranged(cells)
    names = [step.name for step in found.steps]
    assert names.index("lot") + 1 == names.index("lot_check")
    assert names.index("begin") < names.index("lot")
    assert "lot" in found.blank
    assert sum("deleted" in remark for remark in found.remarks) == 2


def test_of_copies_the_last_counts_as_for_nbgrader():
    cells = answered()["cells"]
    place = cells.index(of(cells, "lot"))
    cells.insert(place + 1, {**of(cells, "lot"), "source": "lot = 5"})
    found = arranged(cells)
    assert next(step.code for step in found.steps if step.name == "lot") == "lot = 5"
    assert any("more than once" in remark for remark in found.remarks)


def test_cells_that_the_student_added_run_where_they_stand():
    cells = answered()["cells"]
    cells.insert(3, {"cell_type": "code", "metadata": {}, "source": ["a = 1\n", "b = 2"]})
    cells.insert(3, {"cell_type": "markdown", "metadata": {}, "source": "notes"})
    own = [step for step in arranged(cells).steps if step.own and not step.name]
    assert [step.code for step in own] == ["a = 1\nb = 2"]


@pytest.mark.parametrize(
    "text",
    ["", "PK\x03\x04", "[]", "{}", '{"cells": 3}', '{"cells": [3]}', "[" * 100_000, '{"cells": []}',
     '{"cells": [{"cell_type": "code", "metadata": {"nbgrader": {"grade_id": ["lot"]}}, "source": 3}]}'],
)  # fmt: skip
def test_what_is_not_a_notebook_of_the_exercise_has_a_named_reason(text, tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableError, match="it is not a notebook"):
        read_submission(path, SOURCE, MASTER)


def test_missing_files_links_folders_and_large_ones(tmp_path):
    (tmp_path / "big.ipynb").write_bytes(b" " * (17 << 20))
    (tmp_path / "link.ipynb").symlink_to("/etc/passwd")
    (tmp_path / "folder.ipynb").mkdir()
    for name, said in (("none", "no file"), ("big", "larger"), ("link", "no file"), ("folder", "no file")):
        with pytest.raises(UnreadableError, match=said):
            read_submission(tmp_path / f"{name}.ipynb", SOURCE, MASTER)


def test_a_notebook_of_another_exercise_is_named(tmp_path):
    other = next(name for name in exercise_names() if name != EXERCISE)
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps(compile_notebook(get_exercise(other))), encoding="utf-8")
    with pytest.raises(UnreadableError, match=f"a notebook of the exercise {other}"):
        read_submission(path, SOURCE, MASTER)


def test_one_from_an_earlier_text_is_told_once_and_nobody_is_blamed(tmp_path):
    notebook = answered()
    notebook["metadata"]["casework"]["text"] = "earlier"
    of(notebook["cells"], "begin")["source"] = "what stood there before"
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["metadata"]["nbgrader"]["grade_id"] != "lot_check"]
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    found = read_submission(path, SOURCE, MASTER)
    assert len(found.remarks) == 1
    assert "earlier text of the exercise" in found.remarks[0]
    assert "begin(" in next(step.code for step in found.steps if step.name == "begin")


def test_a_byte_order_mark_does_no_harm_and_another_name_is_told(tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps(answered()), encoding="utf-8-sig")
    assert read_submission(path, SOURCE, MASTER).remarks == ()
    with pytest.raises(UnreadableError, match=r"there is no file y\.ipynb, but there is x\.ipynb"):
        read_submission(tmp_path / "y.ipynb", SOURCE, MASTER)
