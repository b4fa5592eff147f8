"""papermill writes the whole notebook before and after every cell; here what comes close together is written once.

Nothing is lost by it: what has not been written for `SAVE_SECONDS` is written while the cells go on, and the end of the
notebook, also a bad one, is always written by papermill itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SAVE_SECONDS = 2.0


class Saver:
    """Takes the place of a notebook manager's `save`.

    Parameters
    ----------
    nb_man : papermill.engines.NotebookExecutionManager
        Whose notebook is written.
    seconds : float
        [s] between two writings, at least; above 0.
    """

    def __init__(self, nb_man: Any, *, seconds: float = SAVE_SECONDS) -> None:
        self._nb_man, self._save, self._seconds = nb_man, nb_man.save, seconds
        self._lock = threading.Lock()
        self._last = time.monotonic()
        self._timer: threading.Timer | None = None

    def __call__(self, **options: Any) -> None:
        """Write now where the last time is long ago, otherwise soon."""
        if options.get("nb"):
            self._nb_man.nb = options["nb"]
        with self._lock:
            if time.monotonic() - self._last >= self._seconds:
                self._stop()
                self._write()
            elif self._timer is None:
                self._start()

    def _start(self) -> None:
        self._timer = threading.Timer(self._seconds, self._late)
        self._timer.daemon = True
        self._timer.start()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _write(self) -> None:
        self._save()
        self._last = time.monotonic()

    def _late(self) -> None:
        with self._lock:
            if self._timer is not threading.current_thread():
                return  # written meanwhile
            self._timer = None
            try:
                self._write()
            except RuntimeError:  # an output came while the notebook was being copied
                self._start()

    def end(self) -> None:
        """Write no more: what comes last is papermill's own affair."""
        with self._lock:
            self._stop()


@contextmanager
def seldom(nb_man: Any, *, seconds: float = SAVE_SECONDS) -> Iterator[None]:
    """Let a notebook manager write what it has at most every so often, inside a `with` block.

    Parameters
    ----------
    nb_man : papermill.engines.NotebookExecutionManager
        Whose notebook is written.
    seconds : float
        [s] between two writings, at least; above 0.
    """
    own = vars(nb_man).get("save")
    saver = nb_man.save = Saver(nb_man, seconds=seconds)
    try:
        yield
    finally:
        saver.end()
        del nb_man.save
        if own is not None:
            nb_man.save = own
