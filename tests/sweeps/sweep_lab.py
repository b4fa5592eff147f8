"""Sweeps as people start them: real commands, real forks, in folders of their own."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from helpers import write_notebook

SOURCE = Path(__file__).resolve().parents[2] / "src"
PARAMETERS = "x: int = 3\nname: str = 'a'\nact: str = ''\ndata: str = ''"
CELLS = (
    "import os, time\nimport matplotlib.pyplot as plt\nfrom casework import load, publish, show",
    "publish('double', x * 2.0, unit='EUR')\npublish('who', name)",
    "figure, axes = plt.subplots(figsize=(2, 1.5))\n_ = axes.plot([0, x])\nshow(figure, caption='Line', alt='A line')",
    "if act == 'fail':\n    raise ValueError('as asked <b>for</b>')",
    "if act == 'exit':\n    os._exit(3)",
    "while act == 'loop':\n    time.sleep(0.1)",
)
# Ctrl-C counts even where the tests themselves are run in the background
MAIN = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from casework.cli import main; main()"


def of_folder(folder: Path, *, word: bool = False) -> Iterator[psutil.Process]:
    """Find the processes that work in a folder, or (`word`) were started with a path in it."""
    for process in psutil.process_iter():
        try:
            texts = process.cmdline() if word else [process.cwd()]
            if any(text.startswith(str(folder)) for text in texts):
                yield process
        except psutil.Error:
            continue


def end(processes: list[psutil.Process]) -> None:
    for process in processes:
        try:
            process.terminate()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(processes, timeout=10)


@dataclass
class Lab:
    """A folder with a notebook, in which sweeps are started."""

    folder: Path
    environment: dict[str, str]
    notebook: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.notebook = write_notebook(self.folder / "own.ipynb", *CELLS, parameters=PARAMETERS)

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def words(self, *words: object) -> list[str]:
        return [sys.executable, "-c", MAIN, "sweep", *map(str, words)]

    def start(self, *words: object, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.words(*words),
            cwd=self.folder,
            env=self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def command(self, *words: object, **environment: str) -> subprocess.CompletedProcess[str]:
        with self.start(*words, **environment) as process:
            out, err = process.communicate(timeout=240)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def here(self, *words: object) -> tuple[int, str]:
        """Call the command in this process; return its exit code, and what it said of errors."""
        from casework.cli import main

        said = io.StringIO()
        before = signal.getsignal(signal.SIGTERM)
        code = 0
        try:
            with chdir(self.folder), redirect_stdout(io.StringIO()), redirect_stderr(said):
                main(["sweep", "own.ipynb", *map(str, words), "--out", "out"])
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        finally:
            signal.signal(signal.SIGTERM, before)
        return code, said.getvalue()

    def sweep(self, *words: object, code: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
        """Sweep the notebook into `out`, and look at the exit code."""
        done = self.command("own.ipynb", *words, "--out", "out", **environment)
        assert done.returncode == code, f"{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def result(self, study: str = "own") -> Path:
        """Return the folder of the only sweep."""
        found = list((self.out / "sweeps").glob(f"{study}-*"))
        assert len(found) == 1, found
        return found[0]

    def table(self, study: str = "own") -> Any:
        import pandas as pd

        return pd.read_csv(self.result(study) / "results.csv", keep_default_na=False)

    def working(self) -> list[psutil.Process]:
        return list(of_folder(self.folder))

    def wait_until_quiet(self, seconds: float = 20.0) -> None:
        until = time.monotonic() + seconds
        while (left := self.working()) and time.monotonic() < until:
            time.sleep(0.1)
        assert not left


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return the bytes and the time of every file."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }
