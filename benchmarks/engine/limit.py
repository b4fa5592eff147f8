"""The pure-compute limit: `python -m engine.limit JOB`.

Two processes, forked from one that has imported everything and has run each notebook once, execute the cells with
plain `exec`, one run after another without a fork in between, and render every figure to PNG. Nothing is written,
isolated, recorded or reported. No engine that executes everything and draws it as matplotlib does can be faster with
as many processes: pictures are plain `savefig`. With `"quick": true` in the job they are drawn in casework's own,
quicker way: what runs would cost that need not be forked, kept apart, gathered and written. Nothing here is shared with
the engine.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import io
import json
import os
import struct
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

TOKEN = struct.Struct("!H")


class Page:
    """Takes what cells show, as text only counts, and pictures."""

    def __init__(self) -> None:
        self.pictures = 0

    def display(self, *things: Any, **options: Any) -> None:
        for thing in things:
            if options.get("raw"):
                self.pictures += "image/png" in thing
            else:
                self.value(thing)

    def value(self, thing: Any) -> None:
        if thing is not None:
            repr(thing)
            if hasattr(thing, "_repr_html_"):
                thing._repr_html_()

    def figures(self) -> None:
        """Render the open figures as kernels do after a cell: cut to what is drawn."""
        from matplotlib import pyplot as plt

        for number in plt.get_fignums():
            picture = io.BytesIO()
            plt.figure(number).savefig(picture, format="png", bbox_inches="tight")
            base64.b64encode(picture.getvalue()).decode("ascii")
            self.pictures += 1
        plt.close("all")


def draw_plainly() -> None:
    """Let matplotlib alone draw what casework shows."""
    from casework.figures import raster, shortcuts

    def png(figure: Any, *, dpi: float, crop: bool = True) -> tuple[bytes, tuple[int, int]]:
        picture = io.BytesIO()
        figure.savefig(picture, format="png", dpi=dpi, bbox_inches="tight" if crop else None)
        return picture.getvalue(), (0, 0)

    patched: Any = raster
    patched.png = png
    patched = shortcuts
    patched.shortcuts = contextlib.nullcontext


def run_notebook(path: str, parameters: dict[str, Any]) -> int:
    """Execute the cells of a notebook; return how many pictures it made."""
    import IPython.display

    page = Page()
    IPython.display.display = page.display
    names: dict[str, Any] = {"__name__": "__main__", "display": page.display}
    cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in cells:
            if cell["cell_type"] == "code":
                run_cell("".join(cell["source"]), names, page)
                if "parameters" in cell["metadata"].get("tags", []):
                    names.update(parameters)
    return page.pictures


def run_cell(source: str, names: dict[str, Any], page: Page) -> None:
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)
    if isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
        page.value(None if source.rstrip().endswith(";") else value)
    page.figures()


def work(tokens: int, runs: Sequence[dict[str, Any]], answers: int) -> None:
    """Take one run after another from a pipe, and say how many pictures they made."""
    pictures = 0
    while token := os.read(tokens, TOKEN.size):
        run = runs[TOKEN.unpack(token)[0]]
        pictures += run_notebook(run["notebook"], run["parameters"])
    os.write(answers, TOKEN.pack(pictures))


def main(job: dict[str, Any]) -> dict[str, Any]:
    import matplotlib as mpl

    mpl.use("agg")
    runs = job["runs"]
    if not job.get("quick"):
        draw_plainly()
    for path in dict.fromkeys(run["notebook"] for run in runs):
        run_notebook(path, {})
    tokens, fill = os.pipe()
    result, answers = os.pipe()
    os.write(fill, b"".join(TOKEN.pack(at) for at in range(len(runs))))
    start = time.perf_counter()
    children = [_fork(tokens, fill, runs, answers) for _ in range(job["workers"])]
    os.close(fill)
    ended = [os.wait4(pid, 0) for pid in children]
    wall = time.perf_counter() - start
    assert not any(status for _, status, _ in ended)
    pictures = sum(TOKEN.unpack(os.read(result, TOKEN.size))[0] for _ in children)
    return {"wall": wall, "cpu": sum(used.ru_utime + used.ru_stime for _, _, used in ended), "pictures": pictures}


def _fork(tokens: int, fill: int, runs: Sequence[dict[str, Any]], answers: int) -> int:
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.close(fill)
        work(tokens, runs, answers)
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
