"""`doctor`: what is installed, what is missing, and how to get it."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from casework.core.errors import CaseworkError

NEEDED = ("jupyterlab", "ipykernel", "papermill", "pandas", "pandera", "statsmodels", "seaborn", "ipywidgets")


def checkup() -> list[dict[str, Any]]:
    """Return one row for each thing looked at: ok, needed, what, found, fix."""
    rows = [
        _row(sys.version_info >= (3, 11), True, "Python", platform.python_version(), "install Python 3.11 or newer")
    ]
    rows += [_package(name) for name in NEEDED]
    return [*rows, _course(), _kernel(), _warm(), _font(), _chromium(), _pandoc()]


def _row(ok: bool, needed: bool, what: str, found: str, fix: str) -> dict[str, Any]:
    return {"ok": bool(ok), "needed": needed, "what": what, "found": found, "fix": "" if ok else fix}


def _package(name: str) -> dict[str, Any]:
    try:
        return _row(True, True, name, version(name), "")
    except PackageNotFoundError:
        return _row(False, True, name, "", "make .venv, or: pip install -r requirements.lock")


def _course() -> dict[str, Any]:
    from casework.core.paths import course_root

    try:
        return _row(True, True, "notebooks and data", course_root().name, "")
    except CaseworkError as error:
        return _row(False, True, "notebooks and data", str(error), "install casework again")


def _kernel() -> dict[str, Any]:
    from jupyter_client.kernelspec import KernelSpecManager

    found = KernelSpecManager().find_kernel_specs()
    return _row(
        "python3" in found,
        True,
        "Jupyter kernel python3",
        ", ".join(sorted(found)),
        "python -m ipykernel install --sys-prefix",
    )


def _warm() -> dict[str, Any]:
    import os

    from casework.runner.warm import client
    from casework.runner.warm.identity import fixed_environment

    reason = client.why_not()
    found = None if reason else client.ask("ping", fixed_environment(os.environ))
    running = f"template process {found['pid']}, {found['served']} served" if found else "starts with the first run"
    return _row(not reason, False, "warm starts", reason or running, "runs start normally, which takes longer")


def _font() -> dict[str, Any]:
    from casework.figures import style

    missing = style.missing_glyphs("客户满意度")
    return _row(
        not missing, True, "font with Chinese characters", "" if missing else "bundled", "install Noto Sans CJK"
    )


def _chromium() -> dict[str, Any]:
    from casework.report.pdf import check_browser

    try:
        return _row(True, False, "Chromium (for PDF)", Path(check_browser()).name, "")
    except CaseworkError as error:
        return _row(False, False, "Chromium (for PDF)", "", str(error))


def _pandoc() -> dict[str, Any]:
    from casework.report.docx import check_pandoc

    try:
        return _row(True, False, "pandoc (for DOCX)", str(check_pandoc().get_pandoc_version()), "")
    except CaseworkError as error:
        return _row(False, False, "pandoc (for DOCX)", "", str(error))
