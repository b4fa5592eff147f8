"""Are the outputs of every way to run a notebook the same, to the byte, pictures included?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.peers import papermill
from engine.studies import Case

WAYS = {"warm kernel": ("-k", "casework"), "in-process": ("--engine", "casework")}


def outputs(path: Path) -> str:
    """Return the hash of a notebook's outputs."""
    import nbformat

    from casework.runner.hashing import outputs_sha256

    return outputs_sha256(nbformat.read(path, as_version=4))


def pictures(path: Path) -> int:
    """Return how many pictures a notebook holds."""
    import nbformat

    cells = nbformat.read(path, as_version=4).cells
    return sum("image/png" in item.get("data", {}) for cell in cells for item in cell.get("outputs", []))


def hashes(case: Case, folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Run one case by papermill's command line in a normal kernel, in a warm one, and in process."""
    from casework.runner.warm.identity import fixed_environment

    folder.mkdir(parents=True, exist_ok=True)
    fixed = fixed_environment(environment)
    found = {}
    for name, options in {"cold": (), **WAYS}.items():
        _, path = papermill(case, folder / f"{case.notebook.stem}-{name.replace(' ', '-')}.ipynb", fixed, *options)
        found[name] = outputs(path)
    return found


def check(
    cases: Sequence[Case], made: Mapping[str, Sequence[Path]], folder: Path, environment: Mapping[str, str]
) -> dict[str, str]:
    """Return the verdict for each study; `made` are the notebooks that other ways made of the same cases."""
    verdicts = {}
    for at, case in enumerate(cases):
        found = hashes(case, folder, environment) | {way: outputs(paths[at]) for way, paths in made.items()}
        other = [name for name, value in found.items() if value != found["cold"]]
        verdicts[case.notebook.stem] = f"DIFFERENT: {', '.join(other)}" if other else "equal"
    return verdicts
