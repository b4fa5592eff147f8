"""How the folder of a run travels from a worker of a cluster to the reports here, whole or not at all."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casework.core.errors import RunError
from casework.core.files import write_text
from casework.core.messages import t
from casework.runner.cache.files import files_below, safe_names
from casework.runner.folders import MANIFEST, building, settle

STATUSES = ("ok", "failed", "timeout", "killed", "cancelled")

_told: set[str] = set()


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What is known here of a run that a worker does.

    Attributes
    ----------
    study, run_id : str
        Its name and its identity.
    parts : dict
        Parts of its cache key.
    location : str, optional
        Where the data are, as a run here would say it.
    out : Path
        Folder of the reports.
    cache : Path, optional
        Folder of the cache.
    """

    study: str
    run_id: str
    parts: dict[str, Any]
    location: str | None
    out: Path
    cache: Path | None = None


def pack(folder: Path) -> bytes:
    """Return all files of a run's folder as one archive, not compressed.

    Raises
    ------
    RunError
        It holds a link, or something else that is no file.
    """
    files = files_below(folder)
    if files is None:
        raise RunError(t("{path}: there is something else than files", path=folder.name))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for name, path in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name), path.read_bytes())
    return held.getvalue()


def unpack(content: bytes, folder: Path) -> None:
    """Write the files of an archive into an empty folder.

    Parameters
    ----------
    content : bytes
        What `pack` gave on a worker.
    folder : Path
        Where they go; nothing is written outside it.

    Raises
    ------
    RunError
        The archive is damaged, or a name in it reaches outside the folder.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> (folder / "a").mkdir(), (folder / "b").mkdir(), (folder / "a" / "log.txt").write_text("done")
    (None, None, 4)
    >>> unpack(pack(folder / "a"), folder / "b"), (folder / "b" / "log.txt").read_text()
    (None, 'done')
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = archive.infolist()
            names = [item.filename for item in found]
            stored = all(item.compress_type == zipfile.ZIP_STORED for item in found)
            if not stored or len(set(names)) < len(names) or not safe_names(names):
                raise RunError(t("what a worker sent is not the folder of a run"))
            for item in found:
                target = folder / item.filename
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(item))
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise RunError(t("what a worker sent is damaged")) from None


def receive(content: bytes, expected: Expected) -> tuple[str, Path]:
    """Put the run that a worker did into its place, and into the cache where it is ok.

    Parameters
    ----------
    content : bytes
        Its folder, packed.
    expected : Expected
        What is known of it here.

    Returns
    -------
    status : str
        How the run ended.
    place : Path
        Its folder; a run that is not ok has its status as ending.

    Raises
    ------
    RunError
        What came is damaged, or another run.
    """
    parent = expected.out / expected.study
    with building(parent, expected.run_id) as folder:
        unpack(content, folder)
        manifest = _settle_manifest(folder, expected)
        status = str(manifest["status"])
        if status == "ok" and expected.cache is not None:
            _keep(folder, manifest, expected, expected.cache)
        place = parent / (expected.run_id if status == "ok" else f"{expected.run_id}.{status}")
        settle(folder, place)
    return status, place


def _settle_manifest(folder: Path, expected: Expected) -> dict[str, Any]:
    """Return the manifest, with the place of the data as it is seen from here."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        same = content["run_id"] == expected.run_id and content["status"] in STATUSES
    except (OSError, ValueError, KeyError, TypeError):
        raise RunError(t("what a worker sent is damaged")) from None
    if not same:
        raise RunError(
            t("a worker did another run than it was given: casework or the notebook changed there; run it again")
        )
    if content.get("data"):
        content["data"]["location"] = expected.location
    write_text(folder / MANIFEST, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    found: dict[str, Any] = content
    return found


def _keep(folder: Path, manifest: dict[str, Any], expected: Expected, root: Path) -> None:
    """Keep a run; not one that used further files, which are not known here."""
    from casework.runner.cache.parts import cache_key, differing
    from casework.runner.cache.store import Store

    about = manifest["cache"]
    if about["opened"] or about["written"]:
        return
    if about["key"] != cache_key(expected.parts):
        _tell_once(", ".join(differing(expected.parts, about["parts"])))
        return
    Store(root).put(
        about["key"],
        folder,
        run_id=expected.run_id,
        study=expected.study,
        parts=about["parts"],
        inputs={},
        seconds=manifest["seconds"],
        cpu=manifest["cpu_seconds"] or 0.0,
        memory=manifest["memory_bytes"] or 0,
    )


def _tell_once(parts: str) -> None:
    if parts not in _told:
        _told.add(parts)
        message = t("runs are not kept in the cache, for workers differ from this machine in: {parts}", parts=parts)
        logging.getLogger("casework").warning(message)
