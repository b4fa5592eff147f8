from __future__ import annotations

import pytest

from casework.core.errors import DataError
from casework.datasets.delimited import find_separator, read_delimited


def read(text: str | bytes, ending: str = ".csv"):
    return read_delimited(text.encode("utf-8") if isinstance(text, str) else text, "t" + ending, ending)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_found(separator):
    table = read(separator.join("abc") + "\n" + separator.join(["1", "x y", "3"]) + "\n")
    assert table.separator == separator
    assert table.frame.to_dict("list") == {"a": [1], "b": ["x y"], "c": [3]}


def test_commas_in_text_do_not_win_over_semicolons():
    assert find_separator('name;remark\nA;"well, yes, no"\nB;no, yes\n') == ";"


def test_the_separator_named_in_the_first_line():
    table = read("sep=;\na;b\n1,5;2\n")
    assert (table.separator, table.first_row, table.frame["a"].tolist()) == (";", 3, [1.5])


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-32", "utf-32"),
        ("gb18030", "gb18030"),
    ],
)
def test_encodings_of_chinese_text(encoding, found):
    text = "姓名,城市,评分\n张三,北京,5\n李四,上海,4\n"
    table = read(text.encode(encoding))
    assert table.encoding == found
    assert table.frame.to_dict("list") == {"姓名": ["张三", "李四"], "城市": ["北京", "上海"], "评分": [5, 4]}


def test_western_text_is_not_taken_for_chinese():
    table = read("Name;Preis\nMüller;3,5\nGroß;12,25\n".encode("cp1252"))
    assert (table.encoding, table.decimal) == ("cp1252", ",")
    assert table.frame.to_dict("list") == {"Name": ["Müller", "Groß"], "Preis": [3.5, 12.25]}


def test_numbers_stay_numbers_and_text_stays_text():
    frame = read("id,name,score,long,yes\n007,NA,1,12345678901234567890,TRUE\n008,Li,NA,1,FALSE\n").frame
    assert frame["id"].tolist() == ["007", "008"]
    assert frame["name"].tolist() == ["NA", "Li"]
    assert frame["score"].dtype == float
    assert frame["long"].tolist() == ["12345678901234567890", "1"]
    assert frame["yes"].tolist() == ["TRUE", "FALSE"]


def test_a_number_column_with_one_word_keeps_every_cell():
    assert read("q\n1\n2\nfive\n").frame["q"].tolist() == ["1", "2", "five"]


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [("3,5|12,25", [3.5, 12.25]), ("1,234|5,678", ["1,234", "5,678"]), ("1,2,3|4,5", ["1,2,3", "4,5"])],
)
def test_decimal_commas_but_not_thousands_or_lists(cells, numbers):
    one, two = cells.split("|")
    assert read(f"a;b\n{one};1\n{two};2\n").frame["a"].tolist() == numbers


def test_blank_lines_keep_the_row_numbers():
    frame = read("a,b\n1,2\n\n3,4\n\n\n").frame
    assert frame["a"].tolist()[::2] == [1, 3]
    assert frame["a"].isna().tolist() == [False, True, False]


def test_quotes_newlines_and_old_line_ends():
    assert read('a,b\n"x ""y"", z","two\nlines"\n').frame.loc[0].tolist() == ['x "y", z', "two\nlines"]
    assert read(b"a,b\r1,2\r3,4\r").frame["b"].tolist() == [2, 4]
    assert read(b"a,b\r\n1,2\r\n").frame["b"].tolist() == [2]


def test_ragged_rows_are_told_together():
    message = (
        r"2 rows have another number of cells than the head \(row 3: 2, row 4: 4\)\. Expected: 3 cells in every row"
    )
    with pytest.raises(DataError, match=message):
        read("a,b,c\n1,2,3\n1,2\n1,2,3,4\n5,6,7\n")


def test_empty_cells_beyond_the_head_do_no_harm():
    assert read("a,b\n1,2,\n3,4,,\n").frame.shape == (2, 2)
    assert list(read("a,b,\n1,2,\n").frame.columns) == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b,a\n1,2,3\n", r"t\.csv, row 1: the column name 'a' stands there 2 times"),
        ("a,,c\n1,2,3\n", r"t\.csv, column B: the column has no name"),
        (",\n1,2\n", r"t\.csv, row 1: the row is empty"),
        ('a,b\n1,"x\n2,3\n', r"t\.csv, row 2: a quotation mark is opened"),
        ('a,"b\n1,2\n', r"t\.csv, row 1: a quotation mark is opened"),
        ('a,b\n1,"x\n2,"y\n3,4\n', r"t\.csv, row 2: a quotation mark is opened"),
        ("a,b\n1," + "x" * 200_000 + "\n", r"t\.csv, row 2: a cell holds 200,000 characters"),
        ("a,b\n1," + "x" * 20_000_000 + "\n", r"t\.csv, row 2: a cell holds"),
        ("a,b\n1,2\n3,4", None),
    ],
)
def test_broken_tables(text, message):
    if message is None:
        assert read(text).frame.shape == (2, 2)
        return
    with pytest.raises(DataError, match=message):
        read(text)


def test_damaged_utf8_is_not_guessed_at():
    raw = "名字,x\n张三,1\n李四李四李四李四,2\n".encode() + b"\xff\xfe,4\n"
    with pytest.raises(DataError, match=r"t\.csv, line 4: the byte 0xff is not UTF-8"):
        read(raw)


def test_utf16_cut_in_the_middle():
    with pytest.raises(DataError, match="not whole UTF-16"):
        read("姓名,评分\n张三,5\n".encode("utf-16")[:-1])
