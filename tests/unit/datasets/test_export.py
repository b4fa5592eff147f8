from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from casework.core.errors import ParameterError
from casework.datasets.export import neutral, neutral_frame, write_csv, write_excel, write_parquet
from casework.datasets.loading import read_table

BAD = pd.DataFrame({"=name": ["=cmd()", "+1", "-x", "@f", "\ttab", "\rcr", "plain", None], "n": range(-4, 4)})


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_formulas_get_an_apostrophe_once(text):
    assert neutral(text) == "'" + text == neutral(neutral(text))


def test_a_table_is_made_neutral_without_touching_numbers_or_the_input():
    safe = neutral_frame(BAD)
    assert list(safe.columns) == ["'=name", "n"]
    assert safe["n"].tolist() == list(range(-4, 4))
    assert all(value is None or pd.isna(value) or value[0] in "'p" for value in safe["'=name"])
    assert list(BAD.columns) == ["=name", "n"]


def test_csv_is_plain_utf8_or_marked_for_excel(tmp_path):
    frame = pd.DataFrame({"名字": ["张三"], "x": [0.1]})
    assert write_csv(frame, tmp_path / "a.csv").read_bytes() == "名字,x\n张三,0.1\n".encode()
    assert write_csv(frame, tmp_path / "b.csv", excel=True).read_bytes()[:3] == b"\xef\xbb\xbf"


def test_excel_holds_text_never_formulas(tmp_path):
    path = write_excel(BAD.assign(c="a\x01b", d=datetime(2024, 1, 1, tzinfo=UTC)), tmp_path / "t.xlsx")
    cells = [cell for row in load_workbook(path).active.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert cells[0].value == "'=name"
    assert "a\\x01b" in [cell.value for cell in cells]


def test_parquet_is_exact(tmp_path):
    path = write_parquet(BAD.assign(mixed=[1, "a"] * 4), tmp_path / "t.parquet")
    assert read_table(str(path)).frame["=name"].tolist()[0] == "=cmd()"


def test_a_sheet_has_its_limits(tmp_path):
    with pytest.raises(ParameterError, match=r"at most 1,048,575 rows.*CSV"):
        write_excel(pd.DataFrame({"a": range(1_048_576)}), tmp_path / "t.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_file_and_no_rest(tmp_path, monkeypatch):
    path = write_csv(pd.DataFrame({"a": [1]}), tmp_path / "t.csv")

    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        write_csv(pd.DataFrame({"a": [2]}), path)
    assert path.read_text() == "a\n1\n"
    assert [item.name for item in tmp_path.iterdir()] == ["t.csv"]
