from pathlib import Path

import pytest

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
