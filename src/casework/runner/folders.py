"""Run folders: written beside, then renamed, so that none is ever half there; and finding them again."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, get_args

from casework.core.checks import suggest
from casework.core.errors import RunError
from casework.core.messages import t
from casework.core.options import RunStatus

MANIFEST = "run.json"
PARTIAL = ".partial"
ATTEMPTS = 3


def check_out(out: Path) -> Path:
    """Make the output folder, or say why it cannot be.

    Raises
    ------
    RunError
        It is a file, or cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise RunError(t("{path}: it is a file; name a folder with --out", path=out)) from None
    except OSError as error:
        raise RunError(t("{path}: it cannot be made ({reason})", path=out, reason=error.strerror or "")) from None
    if not os.access(out, os.W_OK):
        raise RunError(t("{path}: it cannot be written; name another folder with --out", path=out))
    return out.resolve()


@contextmanager
def building(parent: Path, name: str) -> Iterator[Path]:
    """Give a folder to build in, beside its later place; it is removed when the block raises."""
    parent.mkdir(parents=True, exist_ok=True)
    remove_stale(parent)
    folder = parent / f".{name}.{os.getpid()}{PARTIAL}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def settle(folder: Path, place: Path) -> None:
    """Move a finished folder to its place; what stood there is kept until the new one is whole.

    Another process may settle the same run at the same moment: the last one stays.
    """
    old = place.with_name(f".{place.name}.{os.getpid()}.old")
    for attempt in range(ATTEMPTS):
        if place.exists():
            with suppress(FileNotFoundError):
                place.rename(old)
        try:
            folder.rename(place)
            break
        except OSError:
            if not place.exists() and old.exists():
                old.rename(place)
            if attempt == ATTEMPTS - 1:
                raise
            shutil.rmtree(old, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def drop_other_outcomes(parent: Path, run_id: str, status: str) -> None:
    """Remove what earlier executions of a run left that did not end well; a good run is never removed."""
    for other in get_args(RunStatus):
        if other not in ("ok", status):
            shutil.rmtree(parent / f"{run_id}.{other}", ignore_errors=True)


def remove_stale(parent: Path) -> None:
    """Remove what processes that are gone have left behind."""
    for path in [*parent.glob(f".*{PARTIAL}"), *parent.glob(".*.old")]:
        pid = path.name.rsplit(".", 2)[-2]
        if pid.isdigit() and not _alive(int(pid)):
            shutil.rmtree(path, ignore_errors=True)


def _alive(pid: int) -> bool:
    if os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def read_manifests(out: Path) -> list[tuple[Path, dict[str, Any]]]:
    """Return folder and manifest of every run under an output folder, newest first."""
    found = []
    for path in out.glob(f"*/*/{MANIFEST}"):
        if path.parent.name.startswith("."):
            continue
        with suppress(OSError, ValueError):
            content = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(content, dict):
                found.append((path.parent, content))
    return sorted(found, key=lambda item: str(item[1].get("started", "")), reverse=True)


def find_run(name: str, out: Path) -> tuple[Path, dict[str, Any]]:
    """Return folder and manifest of a run, by its folder, its identifier, or the beginning of one.

    Raises
    ------
    RunError
        No run, or more than one, is meant.
    """
    direct = Path(name)
    if (direct / MANIFEST).is_file():
        return direct.resolve(), json.loads((direct / MANIFEST).read_text(encoding="utf-8"))
    runs = read_manifests(out)
    wanted = name.rpartition("/")[2]
    exact = [item for item in runs if item[0].name == wanted or f"{item[0].parent.name}/{item[0].name}" == name]
    near = exact or [item for item in runs if item[0].name.startswith(wanted) or item[0].name.endswith(wanted)]
    if len(near) == 1:
        return near[0]
    names = [f"{folder.parent.name}/{folder.name}" for folder, _ in (near or runs)]
    if near:
        raise RunError(t("{name} means several runs: {names}", name=name, names=", ".join(names[:8])))
    raise RunError(t("there is no run {name} in {out}.", name=name, out=out) + " " + suggest(name, names))
