"""The arrows of docs/architecture.md: who may import whom."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "casework"
DOMAINS = {"supply_chain", "suppliers", "customers", "voice", "satisfaction", "credit", "accounts", "growth"}
MAY_IMPORT: dict[str, set[str]] = {
    "core": set(),
    "stats": {"core"},
    **{domain: {"core", "stats"} for domain in DOMAINS},
    "datasets": {"core"},
    "figures": {"core", "stats", *DOMAINS},
    "studies": {"core", "datasets"},
    "report": {"core", "stats", "figures", "studies", "datasets", *DOMAINS},
    "validation": {"core", "stats", *DOMAINS},
    "runner": {"core", "studies", "datasets", "report"},
    "teach": {"core", "stats", "runner", "report", "studies", "datasets", "figures", *DOMAINS},
    "cli": {"core", "studies", "datasets", "figures", "report", "runner", "teach", "validation"},
}
PLOTTING = {"matplotlib", "seaborn"}


def modules() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py") if "_course" not in path.parts)


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: write absolute imports"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def area(path: Path) -> str:
    relative = path.relative_to(SOURCE)
    return relative.parts[0] if len(relative.parts) > 1 else relative.stem


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_arrows_point_one_way(path: Path) -> None:
    own = area(path)
    if own in ("__init__", "__main__"):
        return
    used = {name.split(".")[1] for name in imported(path) if name.startswith("casework.")} - {
        own,
        "__version__",
    }
    if path.relative_to(SOURCE).as_posix() == "core/result.py":
        used -= {"figures"}
    assert used <= MAY_IMPORT[own], f"{own} must not import {sorted(used - MAY_IMPORT[own])}"


@pytest.mark.parametrize(
    "path", [path for path in modules() if area(path) in DOMAINS | {"stats"}], ids=lambda path: path.stem
)
def test_methods_do_not_draw_or_read(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    packages = {name.split(".")[0] for name in imported(path)}
    calls = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    readers = {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.startswith("read_")
    }
    assert not packages & PLOTTING
    assert not calls & {"open", "print"}
    assert not readers
