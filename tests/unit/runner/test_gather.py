from pathlib import Path

import pandas as pd
from nbformat.v4 import new_code_cell, new_notebook, new_output

from casework.report.display import RESULT_MIME
from casework.report.formats import table_payload
from casework.runner.gather import gather, to_frame, write_tables
from casework.studies.registry import get_study

FRAME = pd.DataFrame({"name": ["a", "=1+1"], "n": [1, 2], "x": [0.5, None], "ok": [True, False]})


def notebook(*payloads: dict[str, object]) -> object:
    outputs = [new_output("display_data", data={RESULT_MIME: payload}) for payload in payloads]
    return new_notebook(cells=[new_code_cell("", outputs=outputs)])


def test_scalars_tables_and_disagreements() -> None:
    study = get_study("orientation")
    book = notebook(
        {"name": "n_studies", "kind": "scalar", "value": 3},
        {"name": "other", "kind": "table", "table": table_payload(FRAME)},
    )
    scalars, tables, problems = gather(book, study)
    assert scalars["n_studies"] == {
        "value": 3,
        "unit": "studies",
        "title": "Studies that can be run",
        "kind": "scalar",
    }
    assert list(tables) == ["other"]
    assert any("published but not declared: other" in line for line in problems)
    assert any("declared but not published: course_map" in line for line in problems)


def test_tables_keep_their_types_and_disarm_formulas(tmp_path: Path) -> None:
    table = table_payload(FRAME)
    assert list(map(str, to_frame(table).dtypes)) == ["str", "Int64", "float64", "boolean"]
    write_tables({"t": table}, tmp_path)
    assert "'=1+1" in (tmp_path / "tables" / "t.csv").read_text(encoding="utf-8")
    assert pd.read_parquet(tmp_path / "tables" / "t.parquet")["n"].tolist() == [1, 2]
