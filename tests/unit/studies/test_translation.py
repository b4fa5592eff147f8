from casework.studies.notebook import parameters_cell, read_notebook
from casework.studies.registry import get_study
from casework.studies.translation import translate_notebook


def test_prose_changes_and_code_does_not() -> None:
    study = get_study("orientation")
    source = read_notebook(study.notebook)
    chinese = translate_notebook(source, "zh", study)
    for before, after in zip(source.cells, chinese.cells, strict=True):
        if before.cell_type == "markdown":
            assert after.source != before.source
        elif before is not parameters_cell(source):
            assert after.source == before.source


def test_english_is_the_source() -> None:
    study = get_study("orientation")
    source = read_notebook(study.notebook)
    assert [cell.source for cell in translate_notebook(source, "en", study).cells] == [c.source for c in source.cells]
