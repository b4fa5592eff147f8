"""How runs use the cache: the parts of a run's key, what goes in, and what comes out again."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.core.files import write_text
from casework.runner.cache import facts
from casework.runner.cache.parts import cache_key, key_parts
from casework.runner.cache.store import Entry, Store
from casework.runner.folders import MANIFEST
from casework.runner.hashing import sha256_file
from casework.runner.opened import MOST

if TYPE_CHECKING:
    from casework.runner.plan import Plan
    from casework.runner.supervise import Outcome


def parts_of(plan: Plan) -> dict[str, Any]:
    """Return everything that the outputs of a planned run depend on."""
    request = plan.request
    return key_parts(
        study=request.name,
        notebook=plan.key["notebook"],
        parameters=plan.shown,
        data=plan.key["data"],
        package=plan.key["package"],
        lang=request.lang,
        formats=request.formats,
        with_code=request.with_code,
    )


def describe(plan: Plan, outcome: Outcome) -> dict[str, Any]:
    """Return what the manifest says of the cache: key, parts, the files that the run opened undeclared, and a tag.

    Files are named relative to the notebook's folder where they lie in it, otherwise by their name only.
    """
    parts = parts_of(plan)
    home = plan.request.notebook.parent
    return {
        "key": cache_key(parts),
        "parts": parts,
        "opened": [_name(path, home) for path in undeclared(plan, outcome)],
        "written": [_name(path, home) for path in outcome.opened.get("written", [])],
        "no_cache": not plan.cacheable,
    }


def undeclared(plan: Plan, outcome: Outcome) -> list[str]:
    """Return the files that a run read without declaring them."""
    declared = {os.path.realpath(_file(address)) for address in plan.data_sources.values()}
    if plan.data and not plan.data_sources:
        from casework.core.paths import datasets_folder

        declared |= {str(path) for path in (datasets_folder() / plan.data["name"]).rglob("*")}
    return [path for path in outcome.opened.get("read", []) if os.path.realpath(path) not in declared]


def _file(address: str) -> str:
    if "://" in address:
        return address.partition(":///")[2].partition("#")[0]
    return address if Path(address).exists() else address.rpartition("#")[0]


def _name(path: str, home: Path) -> str:
    inside = Path(path)
    return inside.relative_to(home).as_posix() if inside.is_relative_to(home) else inside.name


def keep(plan: Plan, outcome: Outcome, manifest: dict[str, Any], folder: Path, root: Path) -> bool:
    """Put a whole run into the cache.

    One that wrote files elsewhere cannot be given back, one that opened more files than are told is not known well
    enough, and one with a cell tagged `no-cache` asks not to be: none is kept.
    """
    read, written = outcome.opened.get("read", []), outcome.opened.get("written", [])
    if written or len(read) >= MOST or not plan.cacheable:
        return False
    inputs = {path: facts.current(path, root) for path in undeclared(plan, outcome)}
    about = manifest["cache"]
    return bool(
        Store(root).put(
            about["key"],
            folder,
            run_id=plan.run_id,
            study=plan.request.name,
            parts=about["parts"],
            inputs=inputs,
            seconds=manifest["seconds"],
            cpu=manifest["cpu_seconds"] or 0.0,
            memory=manifest["memory_bytes"] or 0,
        )
    )


def find(plan: Plan, root: Path) -> Entry | None:
    """Return the cached run that a plan would give again."""
    if not plan.cacheable:
        return None
    return Store(root).find(cache_key(parts_of(plan)))


def give_back(entry: Entry, place: Path, root: Path, location: str | None) -> bool:
    """Put a cached run into its place, unless it stands there unchanged; False where the cache is damaged.

    Parameters
    ----------
    entry : Entry
        What `find` gave.
    place : Path
        The run's folder.
    root : Path
        Folder of the cache.
    location : str, optional
        Where the data are, as the manifest says it: the one thing that may differ from the run in the cache.
    """
    store = Store(root)
    if _stands(entry, place, location):
        return True
    if not store.restore(entry, place):
        return False
    path = place / MANIFEST
    content = json.loads(path.read_text(encoding="utf-8"))
    if content.get("data") and content["data"].get("location") != location:
        content["data"]["location"] = location
        write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    return True


def _stands(entry: Entry, place: Path, location: str | None) -> bool:
    """Say whether a run stands in its place as it is in the cache."""
    names = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
    if names != set(entry.files):
        return False
    try:
        content = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        same_place = not content.get("data") or content["data"].get("location") == location
        rest = (digest == sha256_file(place / name) for name, digest in entry.files.items() if name != MANIFEST)
        return same_place and content["cache"]["key"] == entry.key and all(rest)
    except (OSError, ValueError, KeyError, TypeError):
        return False
