"""Which template process serves whom: one for each user, interpreter, environment and state of the sources."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from casework.core.errors import RunError
from casework.core.messages import t
from casework.runner.hashing import package_sha256, sha256_json

SOCKET_LENGTH = 100  # a socket's path holds about 108 bytes
VARIABLES = ("CASEWORK_COURSE", "HOME", "LANG", "LANGUAGE", "MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
PREFIXES = ("PYTHON", "LC_", "OMP_", "OPENBLAS_", "MKL_", "NUMEXPR_", "VECLIB_")
ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
FIXED = {
    **dict.fromkeys(ONE_THREAD, "1"),
    "PYTHONHASHSEED": "0",
    "PYTHONIOENCODING": "utf-8",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "JUPYTER_PLATFORM_DIRS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # a process with a second thread cannot fork
}
SCRUBBED = ("MPLBACKEND", "PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONBREAKPOINT")


def fixed_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment with one thread for numerics, a fixed hash seed and no interactive start-up files.

    Examples
    --------
    >>> fixed_environment({"PATH": "/bin", "OMP_NUM_THREADS": "8"})["OMP_NUM_THREADS"]
    '1'
    """
    return {name: value for name, value in environment.items() if name not in SCRUBBED} | FIXED


def read_at_import(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that Python and its libraries read when they are loaded; a fork cannot change them."""
    return {name: environment[name] for name in sorted(environment) if name in VARIABLES or name.startswith(PREFIXES)}


def identity(environment: Mapping[str, str]) -> str:
    """Return the name of the template that can serve an environment.

    Two environments share a template when interpreter, installed packages, casework's own sources and the
    variables read at import are the same.
    """
    surroundings = sha256_json([interpreter(), read_at_import(environment)])
    return f"{surroundings[:10]}-{package_sha256()[:10]}"


@lru_cache(maxsize=1)
def interpreter() -> str:
    """Return the hash of interpreter, search path and installed distributions."""
    stdlib = sys.path[1:] if sys.path and not sys.path[0].endswith("site-packages") else sys.path
    folders = sorted({path for path in stdlib if path.endswith("-packages") and Path(path).is_dir()})
    names = [sorted(item for item in os.listdir(path) if item.endswith((".dist-info", ".pth"))) for path in folders]  # noqa: PTH208
    return sha256_json([sys.executable, sys.prefix, sys.version, folders, names])


def look_again() -> None:
    """Forget what was found of packages and sources: a process that lives for days meets upgrades."""
    interpreter.cache_clear()
    package_sha256.cache_clear()


def socket_path(environment: Mapping[str, str]) -> Path:
    """Return where the template for an environment listens: in a folder that only its user can enter."""
    return private_folder() / f"{identity(environment)}.sock"


def private_folder() -> Path:
    """Return the folder of sockets and locks of this user.

    Raises
    ------
    RunError
        It belongs to somebody else, or others may enter it.
    """
    name = f"casework-{os.getuid()}"
    candidates = [Path(base) for base in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp") if base]  # noqa: S108
    usable = (path for path in candidates if path.is_dir() and len(str(path / name)) + 30 <= SOCKET_LENGTH)
    folder = next(usable, Path("/tmp")) / name  # noqa: S108
    folder.mkdir(mode=0o700, exist_ok=True)
    about = folder.lstat()
    if not folder.is_dir() or folder.is_symlink() or about.st_uid != os.getuid() or about.st_mode & 0o077:
        raise RunError(t("{path}: this folder must belong to you alone; remove it", path=folder))
    return folder
