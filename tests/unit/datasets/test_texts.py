from __future__ import annotations

import pyarrow as pa
import pytest

from casework.core.errors import DataError
from casework.datasets.texts import cell_text, decode, find_encoding, shorten, typed_column


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1", "2"], [1, 2]),
        (["+1", "-2"], [1, -2]),
        ([" 1.50", ".5", "2.", "1e3"], [1.5, 0.5, 2.0, 1000.0]),
        (["01", "2"], ["01", "2"]),
        (["1", "one"], ["1", "one"]),
        (["0x1A", "inf"], ["0x1A", "inf"]),
        (["NA", "NA"], ["NA", "NA"]),
        (["１", "2"], ["１", "2"]),
        (["0", "-0.5"], [0, -0.5]),
    ],
)
def test_a_column_is_numbers_only_where_every_cell_is_one(cells, values):
    assert typed_column(pa.array(cells)).tolist() == values


def test_empty_cells_are_missing():
    numbers, texts = typed_column(pa.array(["1", ""])), typed_column(pa.array(["a", ""]))
    assert numbers.isna().tolist() == texts.isna().tolist() == [False, True]
    assert typed_column(pa.array(["", " "])).dtype == float


def test_an_unknown_encoding_of_western_languages_is_guessed():
    raw = "имя,оценка\nАнна,хорошо\nИван,плохо, но быстро\n".encode("cp1251")
    assert find_encoding(raw, "t.csv") == "cp1251"


def test_utf16_without_a_mark():
    assert find_encoding("name,x\nAnna,5\n".encode("utf-16-le"), "t.csv") == "utf-16-le"
    assert find_encoding("name,x\nAnna,5\n".encode("utf-16-be"), "t.csv") == "utf-16-be"


def test_decoding_tells_the_line():
    with pytest.raises(DataError, match=r"t\.csv, line 2: the text is not whole UTF-8"):
        decode(b"a\n\xff", "utf-8", "t.csv")


def test_cells_and_messages():
    assert [cell_text(value) for value in (None, float("nan"), 5.0, b"\x01", 2**60)] == ["", "", "5", "01", str(2**60)]
    assert shorten("\x1b[31m\u202e") == "'\\x1b[31m\\u202e'"
    assert shorten(3.5) == "3.5"
    assert len(shorten("x" * 1000)) < 50
