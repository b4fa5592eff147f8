"""Load `jsonschema`, which notebooks are checked with, without the grammar of addresses in all the world's letters.

To read that grammar takes longer than everything else of it, and no notebook holds what needs it. It is read when it is
asked for.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

GRAMMAR = "rfc3987_syntax"


def load_jsonschema() -> None:
    """Load `jsonschema`, unless it is there already; its checks of addresses load their grammar at the first use."""
    if "jsonschema" in sys.modules or GRAMMAR in sys.modules or find_spec(GRAMMAR) is None:
        return
    stand_in = ModuleType(GRAMMAR)
    vars(stand_in)["is_valid_syntax"] = is_valid_syntax
    sys.modules[GRAMMAR] = stand_in
    try:
        with suppress(ImportError):
            import_module("jsonschema")
    finally:
        if sys.modules.get(GRAMMAR) is stand_in:
            del sys.modules[GRAMMAR]


def is_valid_syntax(term: str, value: str) -> bool:
    """Return whether a text is an address of a kind, as the grammar's own function does."""
    return bool(import_module(GRAMMAR).is_valid_syntax(term, value))
