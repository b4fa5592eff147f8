from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from casework.cli.app import app
from casework.core.errors import ParameterError

RUN = CliRunner()


def call(*words: object) -> Any:
    return RUN.invoke(app, ["quiz", *map(str, words)], catch_exceptions=False)


def test_banks_and_questions_are_listed() -> None:
    assert "supply_chain" in call("list").output
    rows = json.loads(call("list", "voice", "--questions", "--json").output)
    assert {row["module"] for row in rows} == {"voice"}
    assert {"question", "kind", "difficulty", "topic", "study"} < set(rows[0])


def test_banks_are_checked(tmp_path: Path) -> None:
    assert "nothing is wrong" in call("check").output
    assert json.loads(call("check", "credit", "--json").output)[0]["module"] == "credit"
    path = tmp_path / "mine.toml"
    path.write_text('module = "mine"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="title is missing"):
        call("check", path)


def test_sheets_are_written(tmp_path: Path) -> None:
    done = call("sheet", "credit", "--questions", 3, "--seed", 5, "--out", tmp_path / "new" / "folder")
    names = {Path(line).name for line in done.output.splitlines()}
    assert names == {"credit-3-5.html", "credit-3-5-key.html"}
    assert all(Path(line).is_file() for line in done.output.splitlines())
    assert len(call("sheet", "credit", "--questions", 0, "--no-key", "--out", tmp_path).output.splitlines()) == 1
    with pytest.raises(ParameterError, match="from 1 to"):
        call("sheet", "credit", "--questions", 300, "--out", tmp_path)


def test_moodle_xml_is_written(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "all.xml"
    call("moodle", "--file", path, "--lang", "zh")
    assert len(ET.parse(path).getroot()) > 56
