"""What a template process loads before it forks, and what it must leave untouched.

Only libraries and casework itself are loaded, never a module of the user's project: that must be read anew by
each run. After the imports the paths that are slow the first time are walked once.
"""

from __future__ import annotations

import builtins
import gc
import importlib.util
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import SimpleNamespace

KERNEL = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.interactiveshell",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "sqlite3",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.debugger",
    "ipykernel.comm",
    "debugpy",
    "jedi",
    "tornado.platform.asyncio",
)
STUDIES = (
    "numpy",
    "pandas",
    "pandas.core.methods.to_dict",
    "pandas.core.reshape.reshape",
    "scipy.stats",
    "scipy.optimize",
    "statsmodels.api",
    "statsmodels.formula.api",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "seaborn",
    "sklearn.decomposition",
    "sklearn.feature_extraction.text",
    "sklearn.linear_model",
    "sklearn.model_selection",
    "networkx",
    "openpyxl",
    "ipywidgets",
)
RUNNER = (
    "nbformat",
    "nbclient",
    "papermill",
    "papermill.iorw",
    "bleach",
    "jinja2",
    "markdown_it",
    "pygments.lexers.python",
    "pygments.formatters.html",
    "latex2mathml.converter",
    "fontTools.subset",
    "babel.messages.pofile",
    "pyarrow.csv",
    "pyarrow.parquet",
)
CASEWORK = (
    "casework",
    "casework.datasets.checking",
    "casework.datasets.delimited",
    "casework.datasets.loading",
    "casework.datasets.workbooks",
    "casework.datasets.export",
    "casework.datasets.synthetic",
    "casework.figures",
    "casework.report.display",
    "casework.report.html",
    "casework.runner.job",
    "casework.runner.reporting",
    "casework.runner.run",
    "casework.runner.warm.shell",
    "casework.studies.inputs",
    "casework.studies.registry",
    "casework.teach.explorer",
)
OWN = (
    "stats",
    "supply_chain",
    "suppliers",
    "customers",
    "voice",
    "satisfaction",
    "credit",
    "accounts",
    "growth",
    "studies",
    "datasets.synthetic",
)


def preload() -> list[str]:
    """Import everything, walk the slow first paths, and freeze the heap; return what could not be imported."""
    from casework.report.exercise import exercise
    from casework.runner.manifest import environment
    from casework.runner.warm import modules

    with _as_in_a_kernel(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        missing = [name for name in (*KERNEL, *STUDIES, *RUNNER, *CASEWORK, *_own()) if not _load(name)]
        exercise()
    environment()  # read once for all forks
    gc.collect()
    modules.remember()
    gc.freeze()
    return missing


def _load(name: str) -> bool:
    try:
        import_module(name)
    except Exception:  # a broken library is the run's own affair: it will say so
        return False
    return True


def _own() -> Iterator[str]:
    """List every module of the methods, of the studies and of the synthetic data, as the package holds them."""
    import pkgutil

    import casework

    for area in OWN:
        name = f"casework.{area}"
        if importlib.util.find_spec(name) is None:
            continue
        yield name
        roots = [os.path.join(root, *area.split(".")) for root in casework.__path__]  # noqa: PTH118
        yield from (f"{name}.{item.name}" for item in pkgutil.iter_modules(roots))


@contextmanager
def _as_in_a_kernel() -> Iterator[None]:
    """Libraries ask at import whether they are in a kernel (pandas: how wide a frame prints); they are, later."""
    before = os.environ.get("MPLBACKEND")
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    builtins.get_ipython = lambda: SimpleNamespace(kernel=True, config={})  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del builtins.get_ipython  # type: ignore[attr-defined]
        if before is None:
            del os.environ["MPLBACKEND"]


def threads() -> int:
    """Return how many threads this process has; a process that forks must have one."""
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208
    except OSError:
        import threading

        return threading.active_count()


def pristine() -> bool:
    """Return whether nothing was configured that belongs to a run."""
    return "matplotlib_inline.backend_inline" not in sys.modules and "get_ipython" not in vars(builtins)
