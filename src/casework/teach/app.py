"""A study's explorers as a page of their own: a small notebook without code, served by voila on this machine only."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from casework.core.errors import ParameterError, Problem, RunError
from casework.core.messages import LANGUAGE_VARIABLE, t
from casework.datasets.sources import SOURCES_VARIABLE
from casework.runner.plan import Plan, make_plan, make_request
from casework.runner.warm.client import warm_up
from casework.studies.base import Study
from casework.studies.notebook import notebook_text
from casework.teach.explorer_notebook import explorer_notebook
from casework.teach.lab import lab_environment

HOST = "127.0.0.1"
START_SECONDS = 90.0
STOP_SECONDS = 10.0
LOG = "voila.log"
ON_A_PAGE = (  # the other extensions need the whole JupyterLab
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager7",
    "@voila-dashboards/widgets-manager8",
)
TEMPLATES = Path(__file__).resolve().parent / "jupyter"


@dataclass(frozen=True, kw_only=True)
class App:
    """A page that is served: its address with the key, and the server's process."""

    address: str
    process: subprocess.Popen[bytes]


def serve(
    study: str,
    *,
    parameters: Mapping[str, Any] | None = None,
    data: str | None = None,
    lang: str = "en",
    port: int | None = None,
    ready: Callable[[str], None] | None = None,
) -> int:
    """Serve the explorers of a study until Ctrl-C.

    Parameters
    ----------
    study : str
        Name of the study.
    parameters : mapping, optional
        Values of its parameters; the others have their defaults.
    data : str, optional
        Data of your own.
    lang : {'en', 'zh'}
        Language of the page.
    port : int, optional
        By default one that is free.
    ready : callable, optional
        Called with the address once the page can be opened.

    Returns
    -------
    int
        0 where it was ended by Ctrl-C, else the server's exit code.

    Raises
    ------
    ParameterError
        Unknown study, parameter or language; a study without an explorer; a port that is taken.
    DataError
        The data cannot be read or break the study's contract.
    RunError
        voila is not installed or does not start.
    """
    with started(study, parameters=parameters, data=data, lang=lang, port=port) as app:
        if ready is not None:
            ready(app.address)
        try:
            return app.process.wait()
        except KeyboardInterrupt:
            return 0


@contextmanager
def started(
    study: str,
    *,
    parameters: Mapping[str, Any] | None = None,
    data: str | None = None,
    lang: str = "en",
    port: int | None = None,
) -> Iterator[App]:
    """Give the served page; server and temporary folder go at the end. What can be wrong: see `serve`."""
    if find_spec("voila") is None:
        raise RunError(t("the page needs voila: pip install 'casework[teach]'"))
    request = make_request(study, parameters=parameters, data=data, lang=lang)
    if request.study is None:
        raise ParameterError(Problem(t("study"), t("a notebook of your own cannot be served; name a study")))
    plan = make_plan(request)
    warm_up()
    with tempfile.TemporaryDirectory(prefix="casework-app-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        own, key = _free_port(port), secrets.token_urlsafe(24)
        notebook = write_app(folder, request.study, plan, key)
        process = _start(folder, notebook, own, plan, lang)
        try:
            _wait(own, process, folder / LOG)
            yield App(address=f"http://{HOST}:{own}/?token={key}", process=process)
        finally:
            _stop(process)


def write_app(folder: Path, study: Study, plan: Plan, key: str) -> Path:
    """Write the notebook and the server's settings into a private folder; return the notebook's path.

    The key is in a file that only its owner can read, not in the command line that everybody on the machine sees.
    """
    notebook = folder / f"{study.name}.ipynb"
    cells = explorer_notebook(study, plan.shown, lang=plan.request.lang)
    notebook.write_text(notebook_text(cells), encoding="utf-8")
    settings: dict[str, dict[str, Any]] = {"Voila": {"token": key, "ip": HOST, "open_browser": False}}
    settings["VoilaConfiguration"] = {
        "strip_sources": True,
        "show_tracebacks": True,
        "template": "casework",
        "extension_allowlist": list(ON_A_PAGE),
    }
    (folder / "voila.json").write_text(json.dumps(settings), encoding="utf-8")
    (folder / "voila.json").chmod(0o600)
    return notebook


def _free_port(port: int | None) -> int:
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port or 0))
        except OSError:
            raise ParameterError(Problem("--port", str(port), t("a port that is free"))) from None
        return int(probe.getsockname()[1])


def _start(folder: Path, notebook: Path, port: int, plan: Plan, lang: str) -> subprocess.Popen[bytes]:
    environment = lab_environment() | {
        LANGUAGE_VARIABLE: lang,
        SOURCES_VARIABLE: json.dumps(dict(plan.data_sources)),
    }
    environment["JUPYTER_PATH"] = os.pathsep.join([str(TEMPLATES), environment["JUPYTER_PATH"]])
    command = [sys.executable, "-m", "voila", notebook.name, f"--port={port}", "--no-browser"]
    with (folder / LOG).open("wb") as log:
        return subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, close_fds=True
        )


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server takes calls."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:] or [""]
    raise RunError(t("the page could not be served: {reason}", reason=last[0]))


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server; its kernels end with it."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def open_browser(address: str) -> bool:
    """Open a page in the browser where there is one; say whether that was tried."""
    import webbrowser

    screen = {"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ)
    if sys.platform.startswith("linux") and not screen:
        return False
    return webbrowser.open(address)
