from __future__ import annotations

from pathlib import Path

import pytest

from casework.core.files import write_text


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")
    write_text(path, "新")
    assert path.read_text(encoding="utf-8") == "新"
    assert [item.name for item in tmp_path.iterdir()] == ["a.txt"]


def test_what_cannot_be_written_leaves_the_old(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError, match="surrogates"):
        write_text(path, "\ud800")
    assert path.read_text(encoding="utf-8") == "old"
