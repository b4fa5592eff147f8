from __future__ import annotations

import pytest

from casework.datasets.sources import content_of, redact_address, source_name, split_part


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("kano_phone_plan", "kano_phone_plan"),
        ("some/folder/survey.csv", "survey.csv"),
        ("C:\\data\\survey.xlsx#North", "survey.xlsx#North"),
        ("sqlite:////srv/data/sales.db#customers", "sqlite:///sales.db#customers"),
        (
            "postgresql://ann:s3cret@db.example.org:5432/sales#orders",
            "postgresql://***@db.example.org:5432/sales#orders",
        ),
        ("mysql://u:p@ss@h/d?ssl_key=s3cret#SELECT s3cret FROM t", "mysql://***@h/d#query"),
        ("bad\x1b[31m.csv", "bad\\x1b[31m.csv"),
    ],
)
def test_the_shown_name_has_no_folder_and_no_secret(source, shown):
    assert source_name(source) == shown


def test_split_part_knows_files_and_addresses(tmp_path):
    assert split_part("a.xlsx#Sheet 2") == ("a.xlsx", "Sheet 2")
    assert split_part("sqlite:///a.db#SELECT '#'") == ("sqlite:///a.db", "SELECT '#'")
    whole = tmp_path / "a#b.csv"
    whole.write_text("x")
    assert split_part(str(whole)) == (str(whole), "")


def test_addresses_lose_user_and_query():
    assert redact_address("mssql+pyodbc://u:p@host/db?driver=x") == "mssql+pyodbc://***@host/db"
    assert redact_address("mssql+pyodbc:///?odbc_connect=PWD%3Ds3cret") == "mssql+pyodbc:///"


@pytest.mark.parametrize(
    ("raw", "content"),
    [
        (b"a,b\n1,2\n", "text"),
        ("姓名\n".encode("utf-16"), "text"),
        ("姓名\n".encode("gb18030"), "text"),
        (b"PK\x03\x04" + b"anything", "zip"),
        (b"%PDF-1.7", "pdf"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"<?xml version='1.0'?>", "xml"),
        (b"\x00\x01\x02\x00" * 10, "binary"),
        (b"\x01\x02\x03\x04" * 10, "binary"),
    ],
)
def test_content_is_told_from_bytes(raw, content):
    assert content_of(raw) == content
