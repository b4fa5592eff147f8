from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest

from casework.core.errors import DataError
from casework.datasets.loading import current_sha256, read_table
from casework.datasets.sources import SOURCES_VARIABLE


def write(folder: Path, name: str, content: bytes | str) -> str:
    path = folder / name
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return str(path)


def workbook(**sheets: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    with pd.ExcelWriter(buffer) as writer:
        for name, frame in sheets.items():
            frame.to_excel(writer, sheet_name=name, index=False)
    return buffer.getvalue()


def parquet(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


SMALL = pd.DataFrame({"id": ["007", "008"], "q1": [5, 3]})


@pytest.mark.parametrize(
    ("name", "content", "kind", "first_row"),
    [
        ("t.csv", "id,q1\n007,5\n008,3\n", "csv", 2),
        ("t.tsv", "id\tq1\n007\t5\n008\t3\n", "csv", 2),
        ("t.xlsx", workbook(Sheet1=SMALL), "excel", 2),
        ("t.parquet", parquet(SMALL), "parquet", 1),
    ],
)
def test_every_kind_of_file_gives_the_same_table(tmp_path, name, content, kind, first_row):
    table = read_table(write(tmp_path, name, content))
    assert (table.kind, table.first_row, table.name) == (kind, first_row, name)
    pd.testing.assert_frame_equal(table.frame, SMALL, check_dtype=False)
    assert table.frame["id"].tolist() == ["007", "008"]


def test_relative_paths_start_at_the_base(tmp_path):
    write(tmp_path, "t.csv", "a\n1\n")
    assert read_table("t.csv", base=tmp_path).frame["a"].tolist() == [1]


def test_bundled_data_come_with_their_card():
    table = read_table("kano_phone_plan")
    assert table.card is not None
    assert table.name == "kano_phone_plan"
    assert len(table.frame) == table.card.rows


PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
REFUSED = [
    ("empty.csv", b"", "the file is empty"),
    ("blank.csv", b" \n\n", "the file is empty"),
    ("head.csv", b"a,b\n", "no rows of data"),
    ("only_separators.csv", b"a,b\n,\n,\n", "no rows of data"),
    ("workbook.csv", workbook(Sheet1=SMALL), r"Excel workbook.*\.csv.*Rename it to end in \.xlsx"),
    ("text.xlsx", b"a,b\n1,2\n", r"text table.*Rename it to end in \.csv"),
    ("table.csv", parquet(SMALL), r"Parquet file.*Rename it to end in \.parquet"),
    ("picture.csv", PNG, "the file is an image"),
    ("noise.csv", bytes(range(256)) * 9, "the file is binary data"),
    ("page.xls", b"<html><table><tr><td>1</td></tr></table>", r"a web page.*save it as \.xlsx"),
    ("page.csv", b"\n <!DOCTYPE html><html>", "a web page"),
    ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), r"old \(\.xls\) or protected"),
    ("cut.xlsx", workbook(Sheet1=SMALL)[:900], "the workbook is broken"),
    ("cut.parquet", b"PAR1 and no more", "the Parquet file is broken"),
    ("sales.db", b"SQLite format 3\x00", "Name it as a database: sqlite:///sales.db#table"),
    ("data.json", b"{}", r"files ending in '\.json' are not read"),
    ("empty.xlsx", workbook(Sheet1=pd.DataFrame()), "is empty"),
    ("empty.parquet", parquet(SMALL.head(0)), "no rows of data"),
]


@pytest.mark.parametrize(("name", "content", "message"), REFUSED, ids=[name for name, *_ in REFUSED])
def test_what_cannot_be_read_is_one_clear_problem(tmp_path, name, content, message):
    with pytest.raises(DataError, match=message) as error:
        read_table(write(tmp_path, name, content))
    assert len(error.value.problems) == 1
    assert str(tmp_path) not in str(error.value)


def test_a_missing_file_gets_the_nearest_names(tmp_path):
    write(tmp_path, "survey.csv", "a\n1\n")
    with pytest.raises(DataError, match=r"survy\.csv: there is no such file.*Did you mean 'survey\.csv'"):
        read_table(str(tmp_path / "survy.csv"))


def test_a_missing_name_gets_the_nearest_bundled_one():
    with pytest.raises(DataError, match="Did you mean 'kano_phone_plan'"):
        read_table("kano_phone_plans")


def test_a_directory_is_told_with_its_tables(tmp_path):
    write(tmp_path, "survey.csv", "a\n1\n")
    with pytest.raises(DataError, match=r"this is a folder.*survey\.csv"):
        read_table(str(tmp_path))


@pytest.mark.parametrize("source", ["", "#", "  "])
def test_no_source_at_all(source):
    with pytest.raises(DataError, match="no data are named"):
        read_table(source)


@pytest.mark.parametrize("source", ["\x00.csv", "x" * 5000 + ".csv", "~nobody_here/x.csv"])
def test_odd_paths_are_not_found(source):
    with pytest.raises(DataError, match="there is no such file"):
        read_table(source)


def test_web_addresses_are_not_read():
    with pytest.raises(DataError, match="an address of the web"):
        read_table("https://example.org/a.csv")


def test_a_file_without_permission(tmp_path, monkeypatch):
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    source = write(tmp_path, "t.csv", "a\n1\n")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DataError, match=r"t\.csv: the file may not be read"):
        read_table(source)


def test_other_failures_of_the_disk(tmp_path, monkeypatch):
    def refuse(self: Path) -> bytes:
        raise OSError(5, "Input/output error")

    source = write(tmp_path, "t.csv", "a\n1\n")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DataError, match="cannot be read: Input/output error"):
        read_table(source)


def test_the_environment_gives_the_place_behind_a_shown_name(tmp_path, monkeypatch):
    place = write(tmp_path, "secret place.csv", "a\n1\n")
    monkeypatch.setenv(SOURCES_VARIABLE, json.dumps({"survey.csv": place}))
    table = read_table("survey.csv")
    assert (table.name, table.frame["a"].tolist()) == ("survey.csv", [1])
    assert str(tmp_path) not in repr(table)


def test_a_broken_environment_is_told(monkeypatch):
    monkeypatch.setenv(SOURCES_VARIABLE, "{not json")
    with pytest.raises(DataError, match=SOURCES_VARIABLE):
        read_table("survey.csv")


def test_a_file_with_a_number_sign_in_its_name(tmp_path):
    assert read_table(write(tmp_path, "no#1.csv", "a\n1\n")).frame["a"].tolist() == [1]


def test_parquet_keeps_types_and_flattens_what_is_no_cell(tmp_path):
    import decimal

    frame = pd.DataFrame(
        {
            "price": [decimal.Decimal("1.50"), None],
            "group": pd.Categorical(["a", "b"]),
            "list": [[1, 2], None],
            "text": ["=cmd()", None],
        }
    )
    read = read_table(write(tmp_path, "t.parquet", parquet(frame))).frame
    assert read["price"].tolist()[0] == 1.5
    assert read["group"].tolist() == ["a", "b"]
    assert read["list"].tolist()[0] == "[1, 2]"


def make_bundled(folder: Path, rows: int = 2, columns: tuple[str, ...] = ("id", "q1")) -> None:
    import hashlib

    (folder / "notebooks").mkdir()
    place = folder / "datasets" / "tiny"
    place.mkdir(parents=True)
    raw = b"id,q1\n1,5\n2,3\n"
    (place / "data.csv").write_bytes(raw)
    described = "".join(
        f'[[columns]]\nname = "{name}"\ntype = "integer"\nmissing = "no"\ndescription = "d"\n' for name in columns
    )
    (place / "card.toml").write_text(
        f'name = "tiny"\ntitle = "Tiny"\nkind = "synthetic"\nunit_of_observation = "respondent"\nrows = {rows}\n'
        'period = "2020"\ncurrency = ""\nsource = "own"\nlicence = "MIT"\nretrieved = ""\ngenerated_by = "seed 1"\n'
        f'sha256 = "{hashlib.sha256(raw).hexdigest()}"\nknown_issues = []\nused_by = []\n{described}',
        encoding="utf-8",
    )


@pytest.fixture
def bundled(tmp_path, monkeypatch):
    from casework.core import paths

    monkeypatch.setenv(paths.COURSE_VARIABLE, str(tmp_path))
    paths.course_root.cache_clear()
    yield tmp_path
    paths.course_root.cache_clear()


def test_a_changed_data_file_is_refused(bundled):
    make_bundled(bundled)
    assert len(read_table("tiny").frame) == 2
    (bundled / "datasets" / "tiny" / "data.csv").write_bytes(b"id,q1\n1,5\n2,4\n")
    with pytest.raises(DataError, match=r"tiny/data\.csv: its SHA-256 is .* the card says"):
        read_table("tiny")


def test_no_card_no_load(bundled):
    make_bundled(bundled)
    (bundled / "datasets" / "tiny" / "card.toml").unlink()
    with pytest.raises(DataError, match="tiny: the data set has no card"):
        read_table("tiny")


def test_data_unlike_their_card_are_refused_whole(bundled):
    make_bundled(bundled, rows=3, columns=("id", "q9"))
    with pytest.raises(DataError, match="the card says 3") as error:
        read_table("tiny")
    assert [problem.found for problem in error.value.problems] == [
        "the data have 2 rows",
        "the card does not describe it",
        "the data do not have it",
    ]


def test_the_hash_now_is_that_of_reading(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("x\n1\n", encoding="utf-8")
    assert current_sha256(str(path)) == read_table(str(path)).sha256
    before = current_sha256(str(path))
    path.write_text("x\n2\n", encoding="utf-8")
    assert current_sha256(str(path)) != before
    path.unlink()
    with pytest.raises(DataError, match="there is no such file"):
        current_sha256(str(path))
