import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from casework.core.errors import ParameterError
from casework.studies.notebook import (
    check_own_parameters,
    notebook_text,
    parameters_source,
    read_own_parameters,
    sync,
)
from casework.studies.registry import get_study


def write(path: Path, source: str, tags: list[str]) -> Path:
    cell: Any = new_code_cell(source, metadata={"tags": tags})
    nbformat.write(new_notebook(cells=[cell]), path)
    return path


SOURCE = 'x: int = 3  # one = two\nname: str = "a # b"\nshare = 0.5\nmany: list[int] = [1]\nfound = len("a")\n'


def test_names_types_and_defaults_are_read(tmp_path: Path) -> None:
    own = read_own_parameters(write(tmp_path / "own.ipynb", SOURCE, ["parameters"]))
    assert {name: (item.kind, item.default) for name, item in own.items()} == {
        "x": ("int", 3),
        "name": ("str", "a # b"),
        "share": ("float", 0.5),
        "many": ("list[int]", [1]),
    }


def test_unknown_names_and_other_types_are_told_at_once(tmp_path: Path) -> None:
    path = write(tmp_path / "own.ipynb", SOURCE, ["parameters"])
    with pytest.raises(ParameterError) as caught:
        check_own_parameters(path, {"nane": "x", "x": "abc", "share": True})
    assert len(caught.value.problems) == 3
    assert "Did you mean 'name'?" in str(caught.value)


def test_parameters_need_a_tagged_cell(tmp_path: Path) -> None:
    path = write(tmp_path / "own.ipynb", SOURCE, [])
    assert check_own_parameters(path, {}) == {}
    with pytest.raises(ParameterError, match="no cell tagged 'parameters'"):
        check_own_parameters(path, {"x": 4})


def test_what_is_no_notebook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.ipynb"
    path.write_text("no json", encoding="utf-8")
    with pytest.raises(ParameterError, match="cannot be read as a notebook"):
        read_own_parameters(path)


def test_the_parameters_cell_can_be_read_back() -> None:
    study = get_study("kano")
    names: dict[str, Any] = {}
    exec(compile(parameters_source(study), "cell", "exec"), names)
    assert {name: names[name] for name in study.defaults()} == study.defaults()


def test_a_magic_in_the_parameters_cell_is_told(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "source": ["x = 1\n", "%matplotlib inline"], "metadata": {"tags": ["parameters"]}}
    path = tmp_path / "own.ipynb"
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ParameterError, match="no plain Python, line 2"):
        read_own_parameters(path)


def test_a_study_without_a_usable_notebook_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = get_study("kano")
    monkeypatch.setattr("casework.studies.base.notebooks_folder", lambda: tmp_path)
    with pytest.raises(ParameterError, match=r"study kano: its notebook voice/kano.ipynb is not there"):
        sync(study, write=True)
    study.notebook.parent.mkdir()
    study.notebook.write_text("no json", encoding="utf-8")
    with pytest.raises(ParameterError, match="cannot be read as a notebook"):
        sync(study, write=True)
    write(study.notebook, "x: int = 3", ["parameters"])
    assert not sync(study, write=True)
    assert sync(study, write=False)


OUTPUTS = [
    new_output("stream", name="stdout", text="a\nb\r\nc\u2028d"),
    new_output("error", ename="E", evalue="x\ny", traceback=["one\ntwo"]),
    new_output(
        "display_data",
        data={
            "text/html": "<p>\n供应</p>",
            "image/png": "AAAA\n",
            "image/svg+xml": "<svg>\n</svg>",
            "application/x+json": {"b": [1, None, float("nan")], "a": {}},
        },
        metadata={"casework": {"kind": "figure"}},
    ),
    new_output("execute_result", data={"text/plain": ["1\n", "2"], "application/json": "x\ny"}, execution_count=3),
]


def test_the_text_of_a_notebook_is_that_of_nbformat() -> None:
    cells = [
        new_markdown_cell("# A\ntext", attachments={"a.txt": {"text/plain": "x\ny"}}, metadata={"trusted": True}),
        new_raw_cell(""),
        new_code_cell(
            "x = 1\n'\udc80'\n", outputs=OUTPUTS, execution_count=3, metadata={"trusted": True, "tags": ["b", "a"]}
        ),
        new_code_cell(["already\n", "in lines"]),
    ]
    notebook = new_notebook(cells=cells, metadata={"signature": "x", "orig_nbformat": 3, "z": {"y": 1}})
    before = nbformat.from_dict(json.loads(json.dumps(notebook)))
    assert notebook_text(notebook) == nbformat.writes(notebook) + "\n"
    assert json.dumps(notebook) == json.dumps(before)
    assert notebook_text(new_notebook()) == nbformat.writes(new_notebook()) + "\n"


def test_the_text_of_another_notebook_is_nbformat_s_own_affair() -> None:
    older = nbformat.v3.new_notebook(worksheets=[nbformat.v3.new_worksheet(cells=[nbformat.v3.new_code_cell("1")])])
    assert notebook_text(older) == nbformat.writes(older) + "\n"
    odd = new_notebook(cells=[new_code_cell("1", metadata={"ascii": b"bytes"})])
    assert notebook_text(odd) == nbformat.writes(odd) + "\n"
