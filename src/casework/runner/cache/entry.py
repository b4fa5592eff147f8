"""What the cache knows of one run it keeps."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from casework.runner.cache.files import is_sha256, safe_names

TEXTS = ("key", "run_id", "study")
NUMBERS = ("created", "used", "seconds", "cpu", "memory", "size")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One run in the cache.

    Attributes
    ----------
    key : str
        Cache key, a SHA-256 in hexadecimal.
    run_id, study : str
        What was run.
    parts : dict
        The parts that the key was made of.
    files : dict of str to str
        Relative name of each file of the run's folder, and the SHA-256 of its bytes.
    inputs : dict of str to str or None
        Absolute path of each further file that the run opened, and its SHA-256; None where there was no such file.
    created, used : float
        When it was put in and last used [s since 1970].
    seconds, cpu : float
        What the run took: by the clock and of the processor [s].
    memory, size : int
        Peak memory of the run, and size of its files [bytes].
    """

    key: str
    run_id: str
    study: str
    parts: dict[str, Any]
    files: dict[str, str]
    inputs: dict[str, str | None]
    created: float
    used: float
    seconds: float
    cpu: float
    memory: int
    size: int

    def to_json(self) -> dict[str, Any]:
        """Return what is written; when it was used is the time of the file."""
        return {name: value for name, value in asdict(self).items() if name != "used"}

    @property
    def blobs(self) -> set[str]:
        """SHA-256 of all its files."""
        return set(self.files.values())


def entry_from(content: Any, *, key: str, used: float) -> Entry | None:
    """Return the entry that was written, or None where it is damaged, foreign or would reach outside its folder."""
    try:
        entry = Entry(**content, used=used)
    except TypeError:
        return None
    return entry if entry.key == key and is_sound(entry) else None


def is_sound(entry: Entry) -> bool:
    """Say whether every field is what it should be, and every name stays inside the run's folder."""
    return (
        all(isinstance(getattr(entry, name), str) for name in TEXTS)
        and all(_is_number(getattr(entry, name)) for name in NUMBERS)
        and all(isinstance(value, dict) for value in (entry.parts, entry.files, entry.inputs))
        and is_sha256(entry.key)
        and bool(entry.files)
        and all(map(is_sha256, entry.files.values()))
        and safe_names(entry.files)
        and all(value is None or is_sha256(value) for value in entry.inputs.values())
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
