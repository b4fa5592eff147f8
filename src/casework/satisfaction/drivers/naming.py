"""Other names for drivers in a finished result, such as the labels of the questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

import pandas as pd

from casework.core.result import Result

NAMED_COLUMNS = ("driver", "cause", "effect")
NAMED_TEXTS = ("outcome",)
AnyResult = TypeVar("AnyResult", bound="NamedResult")


class NamedResult(Result):
    """A result whose tables hold names of drivers."""

    def rename(self: AnyResult, names: Mapping[str, str]) -> AnyResult:
        """Return the result with other names for some drivers; sentences in `notes` stay as they are.

        Parameters
        ----------
        names : mapping of name to new name
            Names that are not in it stay.
        """
        changed: dict[str, Any] = {}
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, pd.DataFrame):
                changed[field.name] = _renamed(value, names)
            elif field.name in NAMED_TEXTS:
                changed[field.name] = names.get(value, value)
            elif hasattr(value, "renamed"):
                changed[field.name] = value.renamed(names)
        return replace(self, **changed)  # type: ignore[type-var]


def _renamed(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    columns = [column for column in NAMED_COLUMNS if column in table.columns]
    new = {column: [names.get(name, name) for name in table[column]] for column in columns}
    return table.assign(**new)
