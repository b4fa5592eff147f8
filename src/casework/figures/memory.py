"""What drawing remembers has a limit, and begins anew when it is full."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any


def make_room(memory: MutableMapping[Any, Any], most: int) -> None:
    """Forget all where a memory is full: what is used often is soon there again.

    Parameters
    ----------
    memory : mapping
        To which one more entry will be added.
    most : int
        Entries that it may hold; at least 1.

    Examples
    --------
    >>> known = {"a": 1, "b": 2}
    >>> make_room(known, 3)
    >>> len(known)
    2
    >>> make_room(known, 2)
    >>> len(known)
    0
    """
    if len(memory) >= most:
        memory.clear()
