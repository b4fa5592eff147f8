from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from casework.core.errors import DataError
from casework.datasets.databases import read_database
from casework.datasets.loading import read_table


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "sales.db")) as connection:
        connection.execute("CREATE TABLE customers (id TEXT, name TEXT, spend REAL)")
        connection.execute("INSERT INTO customers VALUES ('007', '=cmd()', 1.5), ('008', NULL, NULL)")
        connection.execute('CREATE TABLE "odd; name" (a INTEGER)')
        connection.execute('INSERT INTO "odd; name" VALUES (3)')
        connection.commit()
    return tmp_path


def test_a_table_and_a_query(sales):
    frame = read_database("sqlite:///sales.db#customers", sales)
    assert frame["id"].tolist() == ["007", "008"]
    assert frame["spend"].tolist()[0] == 1.5
    assert read_database("sqlite:///sales.db#SELECT id FROM customers WHERE name LIKE '%:c%' OR 1", sales).shape == (
        2,
        1,
    )
    assert read_database("sqlite:///sales.db#odd; name", sales)["a"].tolist() == [3]


def test_the_loaded_table_says_what_it_is(sales):
    table = read_table(f"sqlite:///{sales}/sales.db#customers")
    assert (table.kind, table.name, table.first_row) == ("sql", "sqlite:///sales.db#customers", 1)
    assert len(table.sha256) == 64


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("sqlite:///sales.db#custmers", "no table 'custmers'.*Did you mean 'customers'"),
        ("sqlite:///sales.db", "no table is named.*customers"),
        ("sqlite:///sales.db#customers; DROP TABLE customers", "no table|only read|database says"),
        ("sqlite:///sales.db#DELETE FROM customers", "does not only read"),
        ("sqlite:///sales.db#SELECT absent FROM customers", "the database says: no such column: absent"),
        ("sqlite:///sale.db#customers", r"no such file.*Did you mean 'sales\.db'"),
        ("sqlite://#customers", "names no database file"),
        ("sqlite:///text.db#customers", "not an SQLite database"),
        ("sqlite:///broken.db#customers", "the database says: file is not a database|malformed"),
        ("postgresql://ann:s3cret@localhost:x/db#t", "cannot be read|driver for postgresql"),
        ("mysql+pymysql://ann:s3cret@localhost/db?ssl_key=s3cret#t", "pip install 'PyMySQL'"),
        ("mssql+nodriver://ann:s3cret@localhost/db#t", "pip install 'pyodbc'"),
        ("nosuch://ann:s3cret@localhost/db#t", "driver for nosuch.*Install the package that offers it"),
    ],
)
def test_what_a_database_refuses(sales, address, message):
    (sales / "text.db").write_text("hello")
    (sales / "broken.db").write_bytes(b"SQLite format 3\x00" + b"\x07" * 600)
    with pytest.raises(DataError, match=message) as error:
        read_database(address, sales)
    assert "s3cret" not in str(error.value)
    assert len(error.value.problems) == 1


def test_nothing_is_written(sales):
    before = (sales / "sales.db").read_bytes()
    with pytest.raises(DataError, match="does not only read"):
        read_database("sqlite:///sales.db#INSERT INTO customers VALUES (1, 2, 3)", sales)
    with pytest.raises(DataError, match="the database says"):
        read_database("sqlite:///sales.db#WITH x AS (SELECT 1) INSERT INTO customers SELECT 1, 2, 3", sales)
    assert (sales / "sales.db").read_bytes() == before
    assert not (sales / "none.db").exists()


def test_a_locked_database(sales):
    with closing(sqlite3.connect(sales / "sales.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DataError, match=r"database is locked.*Close the program"):
            read_database("sqlite:///sales.db#customers", sales)


def test_a_table_without_rows(sales):
    with closing(sqlite3.connect(sales / "sales.db")) as connection:
        connection.execute("DELETE FROM customers")
        connection.commit()
    with pytest.raises(DataError, match="no rows of data"):
        read_database("sqlite:///sales.db#customers", sales)
