"""Small notebooks that do one thing, to run."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def write_notebook(path: Path, *sources: str, parameters: str = "x: int = 3") -> Path:
    cells = [new_code_cell(parameters, metadata={"tags": ["parameters"]}), *map(new_code_cell, sources)]
    nbformat.write(new_notebook(cells=cells, metadata=KERNEL), path)
    return path


CASE = {  # a case that tries its notebook
    "company": "<b>O'Neil</b> & {Söhne} 李 $x$",
    "seed": 987_654_321,
    "severity": "high",
    "size": "small",
}
PUBLISH = "from casework import publish\npublish('y', x * 2.0, unit='EUR')"
DIE = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
LOOP = "while True: pass"
