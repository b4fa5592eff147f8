"""Rules of the house: every module has its test, notebooks have their parts, set-up files agree, docs are true."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "casework"
NOTEBOOKS = sorted(path for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONDA_NAMES = {"matplotlib": "matplotlib-base"}
PATH_OF_A_MACHINE = re.compile(r"(?<![\w.])/(?:home|Users|root|work|tmp)/|[A-Z]:\\\\")


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def tagged(notebook: dict[str, Any], tag: str) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if tag in cell["metadata"].get("tags", [])]


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(SOURCE.rglob("*.py")) if path.name != "__init__.py" and "_course" not in path.parts],
    ids=lambda path: path.relative_to(SOURCE).as_posix(),
)
def test_every_module_has_its_test(path: Path) -> None:
    expected = ROOT / "tests" / "unit" / path.relative_to(SOURCE).parent / f"test_{path.stem}.py"
    assert expected.is_file(), f"write {expected.relative_to(ROOT)}"


def test_every_test_has_its_module() -> None:
    unit = ROOT / "tests" / "unit"
    lost = [
        path.relative_to(unit).as_posix()
        for path in unit.rglob("test_*.py")
        if not (SOURCE / path.relative_to(unit).parent / f"{path.stem.removeprefix('test_')}.py").is_file()
        and not (SOURCE / path.relative_to(unit).parent / path.stem.removeprefix("test_") / "__init__.py").is_file()
    ]
    assert not lost


def test_notebooks_are_found() -> None:
    assert len(NOTEBOOKS) >= 3


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_anatomy(path: Path) -> None:
    notebook = read(path)
    cells = notebook["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    headings = "\n".join(source(cell) for cell in cells if cell["cell_type"] == "markdown")
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code), "strip the outputs"
    assert len(tagged(notebook, "parameters")) == 1
    assert code[0] is tagged(notebook, "parameters")[0], "parameters come first"
    for heading in ("# ", "## Learning goals", "## Limits", "## Try it yourself", "## References"):
        assert re.search(rf"^{heading}", headings, re.MULTILINE), heading
    assert tagged(notebook, "versions")
    assert all(cell.get("id") for cell in cells)
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_cells_are_short_and_define_nothing(path: Path) -> None:
    notebook = read(path)
    parameters = tagged(notebook, "parameters")[0]
    for cell in notebook["cells"]:
        text = source(cell)
        assert not PATH_OF_A_MACHINE.search(text), text
        assert "pip install" not in text
        if cell["cell_type"] != "code" or cell is parameters:
            continue
        assert len(text.splitlines()) <= 20, text
        defined = [node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
        assert not defined or {"lesson", "explorer"} & set(cell["metadata"].get("tags", [])), text
        assert "#" not in re.sub(r"""(["']).*?\1""", "", text), f"no comments in code cells: {text}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_has_a_study_and_its_parameters(path: Path) -> None:
    from casework.studies.notebook import sync
    from casework.studies.registry import studies

    study = {item.notebook: item for item in studies().values()}[path]
    assert sync(study, write=False), "run: casework sync"


def test_studies_have_unique_names_and_notebooks() -> None:
    from casework.studies.registry import studies

    assert {study.notebook for study in studies().values()} == set(NOTEBOOKS)


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~\[; ]", item)[0].lower().replace("_", "-") for item in requirements}


def locked() -> set[str]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return {line.split("==")[0].lower().replace("_", "-") for line in lines if re.match(r"[A-Za-z0-9]", line)}


def test_lock_holds_every_requirement_with_hashes_and_no_host() -> None:
    extras = PYPROJECT["project"]["optional-dependencies"]
    wanted = names(PYPROJECT["project"]["dependencies"]) | names([item for extra in extras.values() for item in extra])
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert wanted <= locked()
    assert "://" not in text
    assert "--index" not in text
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    assert all("--hash=sha256:" in block for block in blocks if "==" in block)


def test_conda_environment_names_the_same_packages_and_bounds() -> None:
    import yaml

    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    listed = [item for item in environment["dependencies"] if isinstance(item, str)]
    wanted = {
        re.sub(r"^[A-Za-z0-9_\-]+", lambda found: CONDA_NAMES.get(found[0].lower(), found[0].lower()), item)
        for item in PYPROJECT["project"]["dependencies"]
    }
    assert wanted <= set(listed)
    assert f"python{PYPROJECT['project']['requires-python']}" in listed


@pytest.mark.parametrize("path", sorted((ROOT / "datasets").glob("*/card.toml")), ids=lambda path: path.parent.name)
def test_cards_are_complete_and_used(path: Path) -> None:
    from casework.datasets.cards import get_card
    from casework.datasets.loading import read_table
    from casework.studies.registry import studies

    card = get_card(path.parent.name)
    frame = read_table(card.name).frame
    assert len(frame) == card.rows
    assert [column.name for column in card.columns] == list(frame.columns)
    assert set(card.used_by) <= set(studies())
    assert card.kind != "synthetic" or card.generated_by


def text_files() -> list[Path]:
    suffixes = {".py", ".md", ".toml", ".yml", ".yaml", ".ipynb", ".j2", ".css", ".po", ".cfg", ""}
    skipped = {
        ".git",
        ".venv",
        "reports",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".hypothesis",
        "build",
        "dist",
    }
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file() and path.suffix in suffixes and not skipped & set(path.relative_to(ROOT).parts)
    ]


def test_no_path_of_a_machine_stands_in_the_tree() -> None:
    for path in text_files():
        if "tests" in path.relative_to(ROOT).parts:
            continue
        found = PATH_OF_A_MACHINE.search(path.read_text(encoding="utf-8", errors="replace"))
        assert not found, f"{path.relative_to(ROOT)}: {found[0] if found else ''}"


def test_messages_are_constants() -> None:
    """A message glued from pieces cannot be translated."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"t", "tn", "tell", "mark"}
            ):
                glued = [item for item in node.args[:1] if isinstance(item, (ast.JoinedStr, ast.BinOp))]
                assert not glued, f"{path.relative_to(ROOT)}:{node.lineno}"


def test_readme_commands_and_files_exist() -> None:
    from casework.cli.app import app

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    known = {item.name for item in (*app.registered_commands, *app.registered_groups)}
    used = set(re.findall(r"casework ([a-z]+)", " ".join(re.findall(r"^ *casework .*$", readme, re.MULTILINE))))
    assert used <= known
    for target in re.findall(r"\]\((?!http|#)([^)]+)\)", readme):
        assert (ROOT / target.split("#")[0]).exists(), target
    for named in re.findall(r"`((?:src|notebooks|datasets|tests|examples|docs|tools|benchmarks)/[\w./-]*)`", readme):
        assert (ROOT / named).exists(), named


def test_readme_lists_every_study_and_data_set() -> None:
    from casework.datasets.cards import list_cards
    from casework.studies.registry import studies

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in studies() if f"`{name}`" not in readme] == []
    assert [card.name for card in list_cards() if f"`{card.name}`" not in readme] == []
