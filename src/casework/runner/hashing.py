"""Hashes: of what goes into a run (its identity) and of what comes out (its proof)."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from casework.core.paths import course_root
from casework.report.display import RESULT_MIME

CHUNK = 1 << 20
PACKAGE = Path(__file__).resolve().parents[1]
SOURCE_SUFFIXES = (".py", ".po", ".toml", ".j2", ".css")
SETTLED = 2_000_000_000  # [ns] after which a file that changes again has another time

Source = tuple[str, str, int, int, int, int]

_read: dict[str, object] = {}  # the sources as they were last read, and their hash


def sha256_text(text: str) -> str:
    """Return the SHA-256 of a text in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def sha256_json(value: Any) -> str:
    """Return the SHA-256 of a value's canonical JSON."""
    return sha256_text(json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=str))


def sha256_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


@lru_cache(maxsize=1)
def package_sha256() -> str:
    """Return the hash of the package's own sources: code, catalogues, templates."""
    began = time.time_ns()
    sources = sorted(_sources(str(PACKAGE), ""))
    if _read.get("sources") == sources:  # each start of a kernel waits for this
        return str(_read["digest"])
    found = _digest(sources)
    if all(max(written, changed) < began - SETTLED for *_, written, changed in sources):
        _read.update(sources=sources, digest=found)
    return found


def _digest(sources: Sequence[Source]) -> str:
    digest = hashlib.sha256()
    for name, path, *_ in sources:
        with open(path, "rb") as file:  # noqa: PTH123
            digest.update(name.encode() + b"\0" + file.read() + b"\0")
    return digest.hexdigest()


def _sources(folder: str, inside: str) -> Iterator[Source]:
    """Give the sources in a folder of the package: name inside the package, path, and what changes with the content."""
    with os.scandir(folder) as items:
        for item in items:
            name = f"{inside}{item.name}"
            if item.name.endswith(SOURCE_SUFFIXES):
                about = item.stat()
                yield name, item.path, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns
            elif item.name != "__pycache__" and name != "_course" and item.is_dir():
                yield from _sources(item.path, f"{name}/")


def lock_sha256() -> str | None:
    """Return the hash of the lock file of the checkout, or None where there is none."""
    path = course_root() / "requirements.lock"
    return sha256_file(path) if path.is_file() else None


def notebook_sha256(notebook: Any) -> str:
    """Return the hash of a notebook's cells (kind, source, tags), whatever its outputs."""
    return sha256_json(
        [[cell.cell_type, cell.source, sorted(cell.metadata.get("tags", []))] for cell in notebook.cells]
    )


def outputs_sha256(notebook: Any) -> str:
    """Return the hash of all outputs of a notebook without what is volatile.

    Left out: execution counts, times, identifiers, the standard error stream (it names temporary files) and
    the output of cells tagged `volatile`. Pictures count to the byte.
    """
    return sha256_json([_outputs(cell) for cell in notebook.cells if cell.cell_type == "code"])


def _outputs(cell: Any) -> list[Any]:
    if "volatile" in cell.metadata.get("tags", []):
        return []
    kept: list[Any] = []
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            if output.name == "stdout":
                kept.append(["stdout", output.text])
        elif output.output_type == "error":
            kept.append(["error", output.ename, output.evalue])
        else:
            kept.append([dict(output.data), dict(output.get("metadata", {}))])
    return kept


def results_sha256(notebook: Any) -> str:
    """Return the hash of what a notebook publishes; the same in every language."""
    return sha256_json(published(notebook))


def published(notebook: Any) -> list[dict[str, Any]]:
    """Return what a notebook publishes, in its order; a name published twice counts with its last value."""
    found: dict[str, dict[str, Any]] = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []) if cell.cell_type == "code" else []:
            payload = output.get("data", {}).get(RESULT_MIME) if output.output_type == "display_data" else None
            if payload:
                found[payload["name"]] = dict(payload)
    return list(found.values())
