"""What users do today: the command lines of papermill and nbconvert, one run after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.place import Cost, command, run
from engine.studies import Case


def papermill(case: Case, output: Path, environment: Mapping[str, str], *options: str) -> tuple[Cost, Path]:
    """Execute one run by `papermill IN OUT -p name value ...`."""
    words = [word for name, value in case.parameters.items() for word in ("-p", name, str(value))]
    cost, _ = run([command("papermill"), str(case.notebook), str(output), *words, *options], environment)
    return cost, output


def nbconvert(notebook: Path, environment: Mapping[str, str]) -> Cost:
    """Make the page of an executed notebook by `jupyter nbconvert --to html`."""
    cost, _ = run([command("jupyter"), "nbconvert", "--to", "html", str(notebook)], environment)
    return cost


def loop(cases: Sequence[Case], folder: Path, environment: Mapping[str, str]) -> list[tuple[str, Cost, Cost]]:
    """Do some runs and their pages one after another; return name of the notebook, cost of the run, of the page."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for at, case in enumerate(cases):
        cost, output = papermill(case, folder / f"{case.notebook.stem}-{at}.ipynb", environment)
        found.append((case.notebook.stem, cost, nbconvert(output, environment)))
    return found


def scaled(measured: Sequence[tuple[str, Cost, Cost]], wanted: Sequence[Case]) -> tuple[Cost, Cost]:
    """Return the cost of the runs and of the pages of all wanted runs: each costs what its study cost on average."""
    runs, pages = Cost(0, 0), Cost(0, 0)
    for name in dict.fromkeys(name for name, _, _ in measured):
        mine = [item for item in measured if item[0] == name]
        factor = sum(case.notebook.stem == name for case in wanted) / len(mine)
        for _, cost, page in mine:
            runs, pages = runs + cost.times(factor), pages + page.times(factor)
    return runs, pages
