"""What `export` prints."""

from __future__ import annotations

from pathlib import Path

from casework.cli.terminal import out, out_json, printable
from casework.core.errors import ParameterError, Problem

MIB = 1 << 20


def export_run(
    run_name: str,
    *,
    crate: bool,
    to: Path | None = None,
    out_folder: Path,
    include_data: bool = False,
    agent: str = "",
    licence: str = "",
    as_json: bool = False,
) -> None:
    """Export a run or a sweep, and say where it is.

    Raises
    ------
    ParameterError
        No format is named.
    RunError
        There is no such run, or it cannot be exported.
    """
    if not crate:
        raise ParameterError(Problem("export", "no format is named", "--crate"))
    from casework.runner.crate import export_crate

    path = export_crate(run_name, out=out_folder, to=to, include_data=include_data, agent=agent, licence=licence)
    files, size = measure(path)
    if as_json:
        out_json({"crate": str(path), "files": files, "bytes": size})
    else:
        out(f"written: {printable(str(path))} ({files} files, {size / MIB:.1f} MiB)")


def measure(path: Path) -> tuple[int, int]:
    """Return the number of files in a crate and its size in bytes."""
    if path.is_dir():
        sizes = [item.stat().st_size for item in path.rglob("*") if item.is_file()]
        return len(sizes), sum(sizes)
    from zipfile import ZipFile

    with ZipFile(path) as archive:
        return len(archive.namelist()), path.stat().st_size
