"""The three studies of the benchmark, and what varies from run to run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Case:
    """One run: what the engine calls the study, its notebook, and its parameters."""

    study: str
    notebook: Path
    parameters: dict[str, Any]

    def plain(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"study": self.study, "notebook": str(self.notebook), "parameters": self.parameters}


def notebooks() -> dict[str, Path]:
    """Name of each study and its notebook."""
    from casework.core.paths import notebooks_folder

    return {
        "kano": notebooks_folder() / "voice" / "kano.ipynb",
        "satisfaction_index": notebooks_folder() / "satisfaction" / "satisfaction_index.ipynb",
        "structural_index": notebooks_folder() / "satisfaction" / "structural_index.ipynb",
    }


def parameters(study: str, number: int) -> dict[str, Any]:
    """What run `number` of a study is asked for: no two are the same."""
    varied: dict[str, dict[str, Any]] = {
        "kano": {"threshold": round(0.02 + 0.01 * (number % 9), 2), "resamples": 1000 + 250 * (number % 8)},
        "satisfaction_index": {"confidence": round(0.80 + 0.02 * (number % 9), 2), "resamples": 1500 + 100 * number},
        "structural_index": {
            "confidence": round(0.80 + 0.02 * (number % 9), 2),
            "resamples": 1000 + 100 * (number % 10),
            "permutations": 500 + 50 * (number % 5),
        },
    }
    return {"seed": number + 1, **varied[study]}


def cases(count: int) -> list[Case]:
    """Return so many runs, the three studies in turn."""
    known = notebooks()
    names = list(known)
    picked = [(names[at % len(names)], at // len(names)) for at in range(count)]
    return [Case(name, known[name], parameters(name, number)) for name, number in picked]


def sample(count: int) -> list[Case]:
    """Return so many runs of each study."""
    return cases(count * len(notebooks()))
