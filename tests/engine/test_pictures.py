"""Pictures that did not change are not drawn again, and nobody can tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from casework import run

pytestmark = pytest.mark.slow


def pictures(record: Any) -> list[str]:
    cells = json.loads((record.folder / "notebook.ipynb").read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return [output["data"]["image/png"] for output in outputs if "image/png" in output.get("data", {})]


def kept(cache: Path) -> set[Path]:
    return set((cache / "drawn").rglob("*.drawn"))


def test_a_run_draws_what_changed_only_and_looks_the_same(tmp_path: Path) -> None:
    cache, options = tmp_path / "cache", {"formats": ("notebook",), "update_index": False}

    def kano(place: str, cache: Path | None, **more: Any) -> Any:
        return run("kano", {"fast": True, **more}, out=tmp_path / place, cache=cache, **options)

    first = kano("a", cache)
    drawn = kept(cache)
    again = kano("b", cache, seed=8)
    new = kept(cache) - drawn
    alone = kano("c", None, seed=8)
    assert first.status == again.status == alone.status == "ok"
    assert pictures(again) == pictures(alone) != pictures(first)
    assert 0 < len(new) < len(drawn)
    assert len(drawn) <= len(pictures(first))
    assert again.manifest["hashes"]["outputs"] == alone.manifest["hashes"]["outputs"]


def test_a_fresh_run_takes_no_picture(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = run("kano", {"fast": True}, out=tmp_path / "a", cache=cache, update_index=False)
    for path in kept(cache):
        path.unlink()
    second = run("kano", {"fast": True}, out=tmp_path / "b", cache=cache, fresh=True, update_index=False)
    assert pictures(first) == pictures(second)
    assert not kept(cache)
