"""Where the pictures of a cache lie: those that one state of casework and its libraries drew, see `figures.drawn`."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from pathlib import Path

from casework.core.errors import RunError
from casework.core.paths import DRAWN_VARIABLE
from casework.runner.cache.parts import environment_sha256
from casework.runner.cache.store import default_root
from casework.runner.hashing import package_sha256, sha256_json

DRAWN = "drawn"


def pictures_folder(root: Path) -> Path:
    """Return the folder of the pictures that this state of casework and its libraries draws.

    Parameters
    ----------
    root : Path
        Folder of the cache.
    """
    state = [package_sha256(), environment_sha256(), platform.python_version(), platform.machine()]
    return root / DRAWN / sha256_json(state)[:16]


def with_pictures(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a kernel that may take pictures from the user's cache, unless it says where from."""
    try:
        return {DRAWN_VARIABLE: str(pictures_folder(default_root())), **environment}
    except RunError:  # the user has no place for a cache
        return dict(environment)
