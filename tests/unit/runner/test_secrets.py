from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.runner.secrets import redact, redact_file, secrets_of


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("postgresql://ann:secret@db/x", ("secret",)),
        ("postgresql://ann:p%40s@db/x", ("p%40s", "p@s")),
        ("sqlite:///a.db#t", ()),
        ("file.csv", ()),
        ("http://[bad", ()),
    ],
)
def test_secrets_are_found(address: str, expected: tuple[str, ...]) -> None:
    assert secrets_of(address) == expected


def test_known_and_unknown_passwords_are_masked(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    log.write_text("mysql://u:abc@h and hunter2", encoding="utf-8")
    redact_file(log, ("hunter2",))
    assert log.read_text(encoding="utf-8") == "mysql://u:***@h and ***"
    assert redact("nothing: here @ all") == "nothing: here @ all"


@pytest.mark.parametrize("scheme", ["mysql", "postgresql+psycopg", "HTTP", "mssql+pyodbc"])
def test_passwords_in_addresses_of_any_scheme_are_masked(scheme: str) -> None:
    assert redact(f"('{scheme}://ann:s3:cret@db/x')") == f"('{scheme}://ann:***@db/x')"


@pytest.mark.parametrize("text", ["https://example.org/a:b@c", "see :// u:p@h", "sqlite:///a.db", "a://b@c"])
def test_addresses_without_password_stay(text: str) -> None:
    assert redact(text) == text


@given(head=st.text(max_size=12), tail=st.text("abc /@:\n", max_size=6))
def test_masking_twice_changes_nothing_more(head: str, tail: str) -> None:
    once = redact(f"{head} db://u:p@{tail}")
    assert "db://u:***@" in once
    assert redact(once) == once
