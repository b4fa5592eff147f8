"""JupyterLab, opened on the course map."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from casework.core.errors import RunError
from casework.core.messages import COURSE_FILE, t
from casework.runner import warm
from casework.runner.warm.client import warm_up
from casework.teach.course import ORIENTATION, start_course

DEFAULT_FOLDER = "casework-course"
WARM_KERNELS = Path(warm.__file__).resolve().parent / "jupyter"
SETTINGS = Path(__file__).resolve().parent / "jupyter" / "lab"


def lab_command(folder: Path, *, browser: bool, port: int) -> list[str]:
    """Return the command that starts JupyterLab in a trainee's folder."""
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{ORIENTATION}",
        f"--ServerApp.port={port}",
        "--LabApp.news_url=None",  # a course asks nobody on the network
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container; Jupyter refuses root otherwise
        command.append("--allow-root")
    return command if browser else [*command, "--no-browser"]


def lab_environment() -> dict[str, str]:
    """Return JupyterLab's environment: the ordinary Python kernel starts warm, and the page is a trainee's.

    The trainee's page starts without an instructor's menus and their long start, and what was played with is there
    again when a notebook is opened anew; what is set in JupyterLab's own settings goes before.
    """
    return {**os.environ, **_path_with("JUPYTER_PATH", WARM_KERNELS), **_path_with("JUPYTER_CONFIG_PATH", SETTINGS)}


def _path_with(name: str, own: Path) -> dict[str, str]:
    """Return a variable that lists folders, with one of ours at its head."""
    before = os.environ.get(name)
    return {name: f"{own}{os.pathsep}{before}" if before else str(own)}


def course_folder(folder: Path | None) -> Path:
    """Return the trainee's folder: the one named, else the current one if it is a course, else a new one."""
    if folder is not None:
        return folder
    here = Path.cwd()
    return here if (here / COURSE_FILE).is_file() else here / DEFAULT_FOLDER


def open_lab(folder: Path | None, *, lang: str | None = None, browser: bool = True, port: int = 8888) -> int:
    """Open JupyterLab on the course map; a folder without the course gets a copy first.

    Returns
    -------
    int
        Exit code of JupyterLab.

    Raises
    ------
    RunError
        The folder is a file.
    """
    target = course_folder(folder).resolve()
    if target.is_file():
        raise RunError(t("{path}: it is a file; name a folder", path=target))
    if not (target / COURSE_FILE).is_file():
        start_course(target, lang=lang or "en")
    warm_up()
    try:
        return subprocess.run(
            lab_command(target, browser=browser, port=port), env=lab_environment(), check=False
        ).returncode
    except KeyboardInterrupt:
        return 0
