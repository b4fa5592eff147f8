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


def kano(out: Path, cache: Path | None, *, fresh: bool = False, **given: Any) -> Any:
    record = run(
        "kano", {"fast": True, **given}, out=out, cache=cache, fresh=fresh, formats=("notebook",), update_index=False
    )
    assert record.status == "ok"
    return record


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path, set[Path]]:
    """Return a run, the cache that took its pictures, and the pictures there."""
    place = tmp_path_factory.mktemp("first")
    record = kano(place / "out", place / "cache")
    return record, place / "cache", kept(place / "cache")


def test_a_run_draws_what_changed_only_and_looks_the_same(tmp_path: Path, first: tuple[Any, Path, set[Path]]) -> None:
    before, cache, drawn = first
    again = kano(tmp_path / "b", cache, seed=8)
    new = kept(cache) - drawn
    alone = kano(tmp_path / "c", None, seed=8)
    assert pictures(again) == pictures(alone) != pictures(before)
    assert 0 < len(new) < len(drawn)
    assert len(drawn) <= len(pictures(before))
    assert again.manifest["hashes"]["outputs"] == alone.manifest["hashes"]["outputs"]


def test_a_fresh_run_takes_no_picture(tmp_path: Path, first: tuple[Any, Path, set[Path]]) -> None:
    before, cache, drawn = first
    for path in drawn:
        (tmp_path / "cache" / path.relative_to(cache)).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "cache" / path.relative_to(cache)).write_bytes(b"not a picture")
    second = kano(tmp_path / "b", tmp_path / "cache", fresh=True)
    assert pictures(second) == pictures(before)
    assert {path.read_bytes() for path in kept(tmp_path / "cache")} == {b"not a picture"}
