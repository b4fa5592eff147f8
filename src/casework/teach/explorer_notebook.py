"""A small notebook of a study's explorers alone: of the study's own cells only what the explorers need.

The statements are followed backwards: what gives a name that is needed stays, what only shows or publishes goes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from casework.core.errors import ParameterError, Problem
from casework.core.messages import t, use_language
from casework.studies.base import Study
from casework.studies.notebook import TAG, literal, read_notebook
from casework.studies.registry import studies
from casework.studies.translation import translate_notebook

PANELS = frozenset({"explore", "play"})
SHOWING = frozenset({"show", "tell", "publish", "versions"})
STEP = re.compile(r"^(#+ )(?:Step \d+: |第 ?\d+ ?步：)")  # of a heading: on a page of its own nothing is before it
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


@dataclass
class Part:
    """One explorer: the prose before it, the statements that it needs, its cell."""

    prose: str
    source: str
    setup: list[ast.stmt] = field(default_factory=list)


def explorer_notebook(study: Study, parameters: Mapping[str, Any], *, lang: str = "en") -> Any:
    """Return a notebook that has the explorers of a study and nothing else.

    Parameters
    ----------
    study : Study
        The study.
    parameters : mapping
        The value of each of its parameters.
    lang : {'en', 'zh'}
        Language of the prose.

    Raises
    ------
    ParameterError
        The study has no explorer.
    """
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    notebook = translate_notebook(read_notebook(study.notebook), lang, study)
    parts = explorer_parts(notebook.cells)
    if not parts:
        raise ParameterError(Problem(study.name, t("this study has no explorer"), _with_explorers()))
    with use_language(lang):
        title, question = t(study.title), t(study.question)
    given = "\n".join(f"{name} = {literal(value)}" for name, value in parameters.items())
    cells = [new_markdown_cell(f"# {title}\n\n{question}"), new_code_cell(given)]
    for part in parts:
        cells += [new_code_cell(_source(part.setup))] if part.setup else []
        cells += [new_markdown_cell(part.prose)] if part.prose else []
        cells.append(new_code_cell(part.source))
    return new_notebook(cells=cells, metadata={"kernelspec": dict(KERNEL), "title": title})


def _with_explorers() -> str:
    names = [study.name for study in studies().values() if explorer_parts(read_notebook(study.notebook).cells)]
    return t("one of {values}", values=", ".join(names))


def explorer_parts(cells: Iterable[Any]) -> list[Part]:
    """Return the explorers of a notebook, each with the statements before it that they need.

    Parameters
    ----------
    cells : iterable of cells
        Of the notebook, with `cell_type`, `source` and `metadata`.
    """
    parts: list[Part] = []
    before: list[ast.stmt] = []
    prose = ""
    for cell in cells:
        if cell.cell_type == "markdown":
            prose = STEP.sub(r"\1", cell.source)
        elif cell.cell_type == "code" and TAG not in cell.metadata.get("tags", []):
            statements = ast.parse(cell.source).body
            if _called(statements) & PANELS:
                parts.append(Part(prose=prose, source=cell.source, setup=before))
                before = []
            else:
                before = [*before, *statements]
    return _needed(parts)


def _called(statements: Iterable[ast.stmt]) -> set[str]:
    calls = (node.func for statement in statements for node in ast.walk(statement) if isinstance(node, ast.Call))
    return {function.id for function in calls if isinstance(function, ast.Name)}


def _needed(parts: list[Part]) -> list[Part]:
    """Keep of the statements before each explorer those that it or a later one needs."""
    wanted: set[str] = set()
    for part in reversed(parts):
        for statement in reversed(ast.parse(part.source).body):
            wanted = wanted - _bound(statement) | _read(statement)
        kept: list[ast.stmt] = []
        for statement in reversed(part.setup):
            if _changed(statement) & wanted:
                quiet = _Quiet().visit(statement)
                kept.append(quiet)
                wanted = wanted - _bound(quiet) | _read(quiet)
        part.setup = kept[::-1]
    return parts


def _read(node: ast.AST) -> set[str]:
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Load)}


def _bound(statement: ast.stmt) -> set[str]:
    """Return the names that a statement surely gives anew, so that what they were before is not needed."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in statement.names}
    if isinstance(statement, ast.FunctionDef):
        return {statement.name}
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets = [statement.target]
    plain = [item for target in targets for item in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return {item.id for item in plain if isinstance(item, ast.Name)}


def _changed(statement: ast.stmt) -> set[str]:
    """Return the names that a statement gives or may change: by assignment, within, or by a method."""
    names = _bound(statement)
    for node in ast.walk(statement):
        if isinstance(node, ast.Name | ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            names.add(_base(node))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            function = node.value.func
            names |= {_base(function)} if isinstance(function, ast.Attribute) else set()
    return names - {""}


def _base(node: ast.expr) -> str:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


class _Quiet(ast.NodeTransformer):
    """Take out what only shows."""

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in SHOWING:
            return ast.copy_location(ast.Pass(), node)
        return node


def _source(statements: list[ast.stmt]) -> str:
    """Return the statements as source; what was read is told, so that nobody takes synthetic data for real ones."""
    lines = [ast.unparse(statement) for statement in statements]
    for statement in statements:
        if isinstance(statement, ast.Assign) and _called([statement]) & {"load"} and (names := _bound(statement)):
            lines += ["from casework import tell", f'tell({min(names)}.describe(), role="note")']
            break
    return "\n".join(lines)
