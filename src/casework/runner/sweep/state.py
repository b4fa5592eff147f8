"""What a sweep leaves on disk while it goes on: its definition, and one line for each run that is done."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from casework.core.errors import RunError
from casework.core.files import write_text
from casework.core.messages import t
from casework.runner.hashing import sha256_json

FOLDER = "sweeps"
DEFINITION = "sweep.json"
JOURNAL = "journal.jsonl"
SCHEMA = 1


def sweep_id(study: str, run_ids: Sequence[str]) -> str:
    """Return the name of a sweep: the same runs give the same name on every machine."""
    return f"{study}-{sha256_json(sorted(run_ids))[:10]}"


def write_definition(folder: Path, content: Mapping[str, Any]) -> None:
    """Write what the sweep is, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / DEFINITION, json.dumps({"schema": SCHEMA, **content}, indent=2, ensure_ascii=False) + "\n")


def read_definition(folder: Path) -> dict[str, Any]:
    """Return what a sweep is.

    Raises
    ------
    RunError
        There is no sweep in this folder, or its definition is damaged.
    """
    try:
        content = json.loads((folder / DEFINITION).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise RunError(t("{path}: there is no sweep here", path=folder)) from None
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise RunError(t("{path}: this sweep was made by another version", path=folder))
    return content


def newest(out: Path, study: str) -> Path | None:
    """Return the folder of the newest sweep of a study, or of a notebook of the user's own (a path)."""
    wanted = {study, str(Path(study).resolve())}
    found = [path for path in (out / FOLDER).glob(f"*/{DEFINITION}") if _sources(path) & wanted]
    return max(found, key=lambda path: path.stat().st_mtime).parent if found else None


def _sources(path: Path) -> set[str]:
    with suppress(OSError, ValueError, AttributeError):
        content = json.loads(path.read_text(encoding="utf-8"))
        return {str(content.get("study")), str(content.get("source"))}
    return set()


def note(folder: Path, line: Mapping[str, Any]) -> None:
    """Add one line to the journal."""
    with (folder / JOURNAL).open("ab+") as file:
        start = "" if _at_line_start(file) else "\n"
        file.write(f"{start}{json.dumps(dict(line))}\n".encode())


def _at_line_start(file: BinaryIO) -> bool:
    """Return whether the last line is whole; after a full disk or a crash it may not be."""
    if file.seek(0, os.SEEK_END) == 0:
        return True
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"


def read_journal(folder: Path) -> list[dict[str, Any]]:
    """Return the lines of the journal; one that was cut off counts as not written."""
    path = folder / JOURNAL
    found: list[dict[str, Any]] = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []:
        with suppress(ValueError):
            item = json.loads(line)
            if isinstance(item, dict) and "run_id" in item:
                found.append(item)
    return found
