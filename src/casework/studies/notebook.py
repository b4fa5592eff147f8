"""The parameters cell of a notebook: written from a study's model, read from a notebook of the user's own."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from casework.core.checks import suggest
from casework.core.errors import ParameterError, Problem
from casework.core.grammar import load_jsonschema
from casework.core.indented import indented
from casework.core.messages import t
from casework.studies.base import Study
from casework.studies.parameters import field_unit, type_name

TAG = "parameters"
TRANSIENT = ("orig_nbformat", "orig_nbformat_minor", "signature")
LINES = ("application/javascript", "image/svg+xml")  # kinds of output that are text, beside `text/...`
LINE_LENGTH = 120
PLAIN_TYPES: dict[str, type] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "list": list,
    "dict": dict,
}


def read_notebook(path: Path) -> Any:
    """Read a notebook file."""
    load_jsonschema()
    import nbformat

    return nbformat.read(path, as_version=4)


def read_cells(path: Path) -> Any:
    """Read the cells of a notebook file (kind, source, metadata) without loading nbformat, where its format is 4.

    Raises
    ------
    ValueError, OSError
        It is no notebook, or not there.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict) or content.get("nbformat") != 4:
        return read_notebook(path)
    try:
        cells = [
            SimpleNamespace(cell_type=cell["cell_type"], source="".join(cell["source"]), metadata=cell["metadata"])
            for cell in content["cells"]
        ]
        return SimpleNamespace(cells=cells, metadata=content["metadata"])
    except (KeyError, TypeError):
        raise ValueError("not a notebook") from None


def notebook_text(notebook: Any) -> str:
    """Return a notebook as the text of its file, as nbformat writes it."""
    if notebook.get("nbformat") == 4:
        try:
            return indented(_as_in_a_file(notebook)) + "\n"
        except (TypeError, KeyError, AttributeError):  # not what nbformat makes: it may know what to do
            pass
    load_jsonschema()
    import nbformat

    return str(nbformat.writes(notebook)) + "\n"


def _as_in_a_file(notebook: Any) -> dict[str, Any]:
    """Return a notebook with its texts in lines, and without what is not written down."""
    about = {name: value for name, value in notebook["metadata"].items() if name not in TRANSIENT}
    return {**notebook, "metadata": about, "cells": [_cell_in_a_file(cell) for cell in notebook["cells"]]}


def _cell_in_a_file(cell: Any) -> dict[str, Any]:
    made = {**cell, "metadata": {name: value for name, value in cell["metadata"].items() if name != "trusted"}}
    made["source"] = _lines(cell["source"])
    if "attachments" in cell:
        made["attachments"] = {name: _bundle(data) for name, data in cell["attachments"].items()}
    if cell["cell_type"] == "code":
        made["outputs"] = [_output_in_a_file(output) for output in cell["outputs"]]
    return made


def _output_in_a_file(output: Any) -> Any:
    if output["output_type"] in ("execute_result", "display_data") and "data" in output:
        return {**output, "data": _bundle(output["data"])}
    return {**output, "text": _lines(output["text"])} if output["output_type"] == "stream" else output


def _bundle(data: Any) -> dict[str, Any]:
    return {name: _lines(value) if name.startswith("text/") or name in LINES else value for name, value in data.items()}


def _lines(text: Any) -> Any:
    return text.splitlines(True) if isinstance(text, str) else text


def parameters_source(study: Study) -> str:
    """Return the source of a study's parameters cell, one line for each parameter, in the language in force."""
    defaults = study.defaults()
    return "\n".join(
        _line(name, type_name(field), defaults[name], field_unit(field), field.description or "")
        for name, field in study.parameters.model_fields.items()
    )


def _line(name: str, kind: str, value: Any, unit: str, description: str) -> str:
    comment = (f"[{t(unit)}] " if unit else "") + t(description)
    line = f"{name}: {kind} = {literal(value)}  # {comment}"
    if len(line) <= LINE_LENGTH or not (isinstance(value, (dict, list)) and value):
        return line
    return f"{name}: {kind} = {literal(value, room=0)}  # {comment}"


def literal(value: Any, *, room: int = LINE_LENGTH, indent: int = 0) -> str:
    """Return a plain value as source code, laid out as the formatter of the project does.

    Parameters
    ----------
    value : str, number, bool, None, list or dict
        The value.
    room : int
        Widest line; what does not fit is written one item a line.
    indent : int
        Spaces before the closing bracket.

    Examples
    --------
    >>> literal({"a": [1, "b"]})
    '{"a": [1, "b"]}'
    """
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)):
        return repr(value)
    ends = "{}" if isinstance(value, dict) else "[]"
    flat = ends[0] + ", ".join(_items(value, room=10**9, indent=0)) + ends[1]
    if not value or len(flat) + indent < room:
        return flat
    inner = " " * (indent + 4)
    lines = "".join(f"{inner}{item},\n" for item in _items(value, room=LINE_LENGTH, indent=indent + 4))
    return f"{ends[0]}\n{lines}{' ' * indent}{ends[1]}"


def _items(value: dict[Any, Any] | list[Any], *, room: int, indent: int) -> list[str]:
    if isinstance(value, list):
        return [literal(item, room=room, indent=indent) for item in value]
    return [f"{literal(key)}: {literal(item, room=room, indent=indent)}" for key, item in value.items()]


def parameters_cell(notebook: Any) -> Any:
    """Return the cell tagged `parameters`, or None."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and TAG in cell.metadata.get("tags", []):
            return cell
    return None


@dataclass(frozen=True)
class OwnParameter:
    """One parameter of a notebook that has no definition here."""

    name: str
    kind: str
    default: Any


def read_own_parameters(path: Path) -> dict[str, OwnParameter]:
    """Return the parameters of a user's own notebook, read from its parameters cell.

    Raises
    ------
    ParameterError
        The file is no notebook.
    """
    try:
        notebook = read_cells(path)
        cell = parameters_cell(notebook)
    except Exception:
        raise ParameterError(Problem(path.name, t("it cannot be read as a notebook"), t("an .ipynb file"))) from None
    try:
        return {} if cell is None else {item.name: item for item in _assignments(cell.source)}
    except SyntaxError as error:
        raise ParameterError(
            Problem(
                path.name,
                t("its parameters cell is no plain Python, line {line}", line=error.lineno or 1),
                t("assignments such as  seed = 7"),
            )
        ) from None


def _assignments(source: str) -> list[OwnParameter]:
    found = []
    for node in ast.parse(source).body:
        target: ast.expr | None = node.target if isinstance(node, ast.AnnAssign) else None
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
        if not isinstance(target, ast.Name) or node.value is None:  # type: ignore[attr-defined]
            continue
        try:
            default = ast.literal_eval(node.value)  # type: ignore[attr-defined]
        except ValueError:
            continue
        annotation = ast.unparse(node.annotation) if isinstance(node, ast.AnnAssign) else type(default).__name__
        found.append(OwnParameter(target.id, annotation, default))
    return found


def check_own_parameters(path: Path, given: dict[str, Any]) -> dict[str, Any]:
    """Check values for a user's own notebook by the names and plain types of its parameters cell.

    Raises
    ------
    ParameterError
        Unknown names, other types, or parameters for a notebook without a tagged cell: all at once.
    """
    known = read_own_parameters(path)
    if given and not known:
        raise ParameterError(
            Problem(
                path.name,
                t("it has no cell tagged 'parameters'"),
                fix=t("tag its first code cell and run again"),
            )
        )
    problems = []
    for name, value in given.items():
        where = t("parameter {name}", name=name)
        if name not in known:
            problems.append(
                Problem(where, t("{study} has no such parameter", study=path.name), fix=suggest(name, known))
            )
        elif not _fits(value, known[name].kind):
            problems.append(Problem(where, repr(value), known[name].kind))
    if problems:
        raise ParameterError(problems)
    return {name: item.default for name, item in known.items()} | dict(given)


def _fits(value: Any, kind: str) -> bool:
    expected = PLAIN_TYPES.get(kind.split("[")[0])
    if expected is None:
        return True
    if expected is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, expected) and (expected is not int or not isinstance(value, bool))


def sync(study: Study, *, write: bool) -> bool:
    """Hold the parameters cell of a study's notebook to its model.

    Parameters
    ----------
    study : Study
        The study.
    write : bool
        Write the cell where it differs.

    Returns
    -------
    bool
        Whether the cell was equal to the model already.

    Raises
    ------
    ParameterError
        The study has no notebook yet, or its file is none or has no cell tagged `parameters`.
    """
    try:
        notebook = read_notebook(study.notebook)
    except FileNotFoundError:
        raise ParameterError(_no_notebook(study)) from None
    except Exception:
        where = study.notebook.name
        raise ParameterError(Problem(where, t("it cannot be read as a notebook"), t("an .ipynb file"))) from None
    cell = parameters_cell(notebook)
    if cell is None:
        raise ParameterError(Problem(study.notebook.name, t("it has no cell tagged 'parameters'")))
    source = parameters_source(study)
    if cell.source == source:
        return True
    if write:
        cell.source = source
        study.notebook.write_text(notebook_text(notebook), encoding="utf-8")
    return False


def _no_notebook(study: Study) -> Problem:
    found = t("its notebook {file} is not there", file=f"{study.module}/{study.notebook.name}")
    return Problem(t("study {name}", name=study.name), found, fix=t("Write the notebook, or remove the study."))
