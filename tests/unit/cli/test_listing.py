from pathlib import Path

import pytest

from casework.cli import listing
from casework.core.errors import ParameterError


def test_rows_of_one_module() -> None:
    assert {row["module"] for row in listing.study_rows("voice")} == {"voice"}
    with pytest.raises(ParameterError, match="Did you mean 'voice'"):
        listing.study_rows("voise")


def test_details_and_text_name_every_parameter() -> None:
    details = listing.study_details("kano")
    text = listing.study_text("kano")
    assert all(name in text for name in details["parameters"]["properties"])
    assert details["results"]
    assert listing.study_details("orientation")["data"] == []


def test_a_template_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    assert "t.csv" in listing.write_study_template("kano", path, {}, None)
    with pytest.raises(ParameterError, match="exists already"):
        listing.write_study_template("kano", path, {}, None)


def test_short_and_range() -> None:
    assert len(listing.short_repr("x" * 99, listing.DEFAULT_WIDTH)) == 32
    assert listing.column_range(1, 5) == "1..5"
    assert listing.column_range(None, None) == ""
