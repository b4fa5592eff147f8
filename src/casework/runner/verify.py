"""Reproduce a run: execute it again from its manifest, and say what differs."""

from __future__ import annotations

import json
import math
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casework.core.errors import RunError
from casework.core.messages import t
from casework.runner import folders, gather
from casework.runner.hashing import lock_sha256, package_sha256
from casework.runner.run import REPORTS, RunRecord, run
from casework.runner.supervise import Progress
from casework.studies.registry import studies


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What reproducing a run showed.

    Attributes
    ----------
    same : bool
        All outputs are the same to the byte.
    same_results : bool
        All published values are the same.
    inputs : tuple of str
        Sentences on inputs that are not what they were: data, notebook, package, environment.
    results : tuple of str
        Sentences on published values that differ.
    """

    run_id: str
    same: bool
    same_results: bool
    inputs: tuple[str, ...]
    results: tuple[str, ...]

    def summary(self) -> str:
        """Say what the verification showed."""
        if self.same and not self.inputs:
            return t("{run}: reproduced, all outputs are the same.", run=self.run_id)
        if self.same:
            head = t("{run}: all outputs are the same, though inputs changed:", run=self.run_id)
        elif self.same_results:
            head = t("{run}: all published values are the same, but what is shown differs.", run=self.run_id)
        else:
            head = t("{run}: NOT reproduced.", run=self.run_id)
        return "\n".join([head, *(f"  - {line}" for line in (*self.inputs, *self.results))])


def verify(
    name: str, *, out: str | Path = REPORTS, data: str | None = None, progress: Progress | None = None
) -> Verification:
    """Execute a run again and compare its outputs.

    Parameters
    ----------
    name : str
        Folder or identifier of the run.
    out : str or Path
        Where the reports are.
    data : str, optional
        Where the data are now; by default where they were. Needed for addresses with a password.
    progress : callable, optional
        Called with (cells begun, cells in all).

    Raises
    ------
    RunError
        There is no such run, or it cannot be executed again.
    """
    folder, old = folders.find_run(name, Path(out).resolve())
    if old["study"] not in studies():
        raise RunError(t("{name} is a run of a notebook of your own; run it again with 'casework run'.", name=name))
    parameters = {key: value for key, value in old["parameters"].items() if key != "data"}
    with tempfile.TemporaryDirectory(prefix="casework-verify-") as scratch:
        new = run(
            old["study"],
            parameters,
            data=data or _where(old, folder),
            out=scratch,
            lang=old["lang"],
            with_code=old["with_code"],
            progress=progress,
            update_index=False,
            cache=None,
        )
        return _compare(folder, old, new)


def _where(old: dict[str, Any], folder: Path) -> str | None:
    location = (old.get("data") or {}).get("location")
    if location is None:
        named = old["parameters"].get("data")
        return None if named is None else str(named)
    return str(location) if "://" in location else str((folder.parent.parent / location).resolve())


def _compare(folder: Path, old: dict[str, Any], new: RunRecord) -> Verification:
    before, after = old["hashes"], new.manifest["hashes"]
    return Verification(
        run_id=f"{folder.parent.name}/{folder.name}",
        same=before["outputs"] == after["outputs"] and new.status == old["status"],
        same_results=before["results"] == after["results"],
        inputs=tuple(_changed_inputs(old, new.manifest)),
        results=tuple(_changed_results(folder, old, new)),
    )


def _changed_inputs(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    found: list[str] = []
    if old.get("data") and new.get("data") and old["data"]["sha256"] != new["data"]["sha256"]:
        from casework.datasets.fingerprint import compare_fingerprints

        changes = compare_fingerprints(old["data"]["fingerprint"], new["data"]["fingerprint"])
        name = new["data"]["name"]
        found += [t("data {name}: {change}", name=name, change=change) for change in changes] or [
            t("data {name}: the file changed, its values did not", name=name)
        ]
    if old["hashes"]["notebook"] != new["hashes"]["notebook"]:
        found.append(t("the notebook changed"))
    if old["hashes"]["package"] != package_sha256():
        found.append(t("the package casework changed"))
    if old["hashes"]["lock"] != lock_sha256():
        found.append(t("the locked environment changed"))
    return found + _changed_versions(old["environment"], new["environment"])


def _changed_versions(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    before = {"python": old["python"], "system": old["system"], **old["packages"]}
    after = {"python": new["python"], "system": new["system"], **new["packages"]}
    return [
        t("{name}: {old} then, {new} now", name=name, old=before.get(name, "–"), new=after.get(name, "–"))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def _changed_results(folder: Path, old: dict[str, Any], new: RunRecord) -> list[str]:
    if new.status != old["status"]:
        return [t("status: {old} then, {new} now", old=old["status"], new=new.status)]
    before = json.loads((folder / gather.RESULTS).read_text(encoding="utf-8"))
    found = []
    for name in dict.fromkeys((*before, *new.results)):
        then = before.get(name, {}).get("value")
        now = new.results.get(name, {}).get("value")
        if not _equal(then, now):
            found.append(t("{name}: {old} then, {new} now", name=name, old=then, new=now))
    return found + _changed_tables(folder, new.folder, new.manifest["hashes"]["results"] != old["hashes"]["results"])


def _changed_tables(old: Path, new: Path, differ: bool) -> list[str]:
    if not differ:
        return []
    names = {path.name for root in (old, new) for path in (root / gather.TABLES).glob("*.csv")}
    found = []
    for name in sorted(names):
        then, now = old / gather.TABLES / name, new / gather.TABLES / name
        if not (then.is_file() and now.is_file()) or then.read_bytes() != now.read_bytes():
            found.append(t("table {name}: {n} lines differ", name=name.removesuffix(".csv"), n=_lines(then, now)))
    return found


def _lines(then: Path, now: Path) -> int:
    first, second = (path.read_text(encoding="utf-8").splitlines() if path.is_file() else [] for path in (then, now))
    shared = sum(a == b for a, b in zip(first, second, strict=False))
    return max(len(first), len(second)) - shared


def _equal(then: Any, now: Any) -> bool:
    if isinstance(then, float) and isinstance(now, float) and math.isnan(then) and math.isnan(now):
        return True
    return bool(then == now)
