"""The data of a run in its crate: the file where it may be copied, else what is known of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from casework.core.errors import DataError, RunError
from casework.core.messages import t
from casework.datasets.sources import split_part
from casework.runner.crate.files import safe_name
from casework.runner.crate.graph import Graph, local
from casework.runner.crate.sources import CrateRun
from casework.runner.crate.terms import licence
from casework.runner.hashing import sha256_file


def add_data(graph: Graph, run: CrateRun, out: Path, *, include_data: bool) -> tuple[list[Any], frozenset[str]]:
    """Add the data of a run, and return them with their licence: the file where it may be copied, else what is known.

    Bundled data are copied as long as they are the same; own data only where the caller wants it.

    Raises
    ------
    RunError
        Own data that were to be copied lie in a database, are not there any more, or are not the same.
    """
    if not run.data:
        return [], frozenset()
    own = run.data.get("kind") == "own"
    path = find_data(run, out)
    if own and include_data and path is None:
        raise _not_there(run)
    licences = frozenset({"" if own else str(run.data.get("licence") or "")})
    copied = path is not None and (include_data or not own)
    return [_data_file(graph, run, path) if copied and path else _data_card(graph, run, path)], licences


def _not_there(run: CrateRun) -> RunError:
    if "://" in str(run.data.get("location") or ""):
        return RunError(t("{name}: data of a database cannot be copied into a crate", name=run.data["name"]))
    return RunError(
        t("{name}: the data are not there any more, or are not the same; they cannot be copied", name=run.data["name"])
    )


def _data_file(graph: Graph, run: CrateRun, path: Path) -> Any:
    data, own = run.data, run.data.get("kind") == "own"
    stem = safe_name(f"{path.stem}-{data['sha256'][:8]}" if own else str(data["name"]))
    name = f"data/{stem}{path.suffix}"
    (graph.folder / "data").mkdir(exist_ok=True)
    shutil.copyfile(path, graph.folder / name)
    slot = graph.crate.get(local("input", "data"))
    if slot is not None:
        slot["additionalType"] = "File"
    stated = str(data.get("licence") or "")
    return graph.file(
        name,
        name=t(str(data["title"])),
        alternateName=data["name"],
        description=_size_of_table(run),
        license=licence(graph, stated) if stated else None,
        exampleOfWork=slot,
    )


def _data_card(graph: Graph, run: CrateRun, path: Path | None) -> Any:
    """Add what is known of data that are not in the crate: name, hash, size."""
    data = run.data
    return graph.add(
        local("data", str(data.get("sha256"))[:10]),
        "CreativeWork",
        name=data["name"],
        description=" ".join([_size_of_table(run), t("The data are not in this crate.")]),
        sha256=data.get("sha256"),
        contentSize=str(path.stat().st_size) if path else None,
    )


def _size_of_table(run: CrateRun) -> str:
    return t("Rows: {rows}; columns: {columns}.", rows=run.data.get("rows"), columns=run.data.get("columns"))


def find_data(run: CrateRun, out: Path) -> Path | None:
    """Return the file of a run's data, if it is still there and the same."""
    wanted = run.data.get("sha256")
    return next((path for path in _data_places(run, out) if path.is_file() and sha256_file(path) == wanted), None)


def _data_places(run: CrateRun, out: Path) -> list[Path]:
    if run.data.get("kind") != "own":
        from casework.datasets.cards import get_card

        try:
            return [get_card(str(run.data.get("name"))).data_file]
        except (DataError, RunError):
            return []
    location = str(run.data.get("location") or "")
    if not location or "://" in location:
        return []
    return [Path(split_part(str(root / location))[0]) for root in (run.folder.parent.parent, out)]
