"""casework: how a company manages the partners it depends on, taught and practised in Jupyter.

Light on import: the names below are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from casework.report.display import publish, show, tell
    from casework.runner.run import run
    from casework.runner.sweep.sweep import sweep
    from casework.studies.inputs import load, load_case

__version__ = "0.1.0"
__all__ = ["__version__", "load", "load_case", "publish", "run", "show", "sweep", "tell"]

_LAZY = {
    "load": "casework.studies.inputs",
    "load_case": "casework.studies.inputs",
    "publish": "casework.report.display",
    "show": "casework.report.display",
    "tell": "casework.report.display",
    "run": "casework.runner.run",
    "sweep": "casework.runner.sweep.sweep",
}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'casework' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
