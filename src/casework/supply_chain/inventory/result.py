"""Results of inventory functions: one row per SKU, each measure a number for a scalar call and a column otherwise."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import suggest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.supply_chain.inventory.columns import Items

HEADINGS = (
    mark("sku"),
    mark("order quantity"),
    mark("cost"),
    mark("reorder point"),
    mark("safety stock"),
    mark("service level"),
    mark("fill rate"),
    mark("orders"),
    mark("rule"),
    mark("variant"),
    mark("policy"),
    mark("target of"),
    mark("demand mean"),
    mark("demand sd"),
    mark("lead time"),
    mark("lead time sd"),
    mark("unit cost"),
    mark("order cost"),
)


class Measure:
    """One measure of a result: a number for a scalar call, a Series on the callers' index for a column of SKUs."""

    def __init__(self, unit: str = "") -> None:
        self.unit = unit
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn the name of the measure."""
        self.name = name

    def __get__(self, result: Any, owner: type | None = None) -> Any:
        """Return the values of a result."""
        return self if result is None else result.value(self.name)


@dataclass(frozen=True, kw_only=True)
class ItemResult(Result):
    """What was found for one SKU or many.

    Attributes
    ----------
    index : Index
        Labels of the SKUs.
    single : bool
        Whether the call was one of scalars.
    values : mapping of measure to array
        What was found, one value per SKU.
    inputs : mapping of argument to array
        What it was computed from.
    notes : tuple of str
        What must be read with care.
    """

    index: pd.Index
    single: bool
    values: Mapping[str, npt.NDArray[Any]]
    inputs: Mapping[str, npt.NDArray[Any]]
    notes: tuple[str, ...] = ()

    def value(self, name: str) -> Any:
        """Return a measure by name: a number for a scalar call, else a Series.

        Raises
        ------
        ParameterError
            There is no such measure.
        """
        if name not in self.values:
            raise ParameterError(Problem("name", repr(name), fix=suggest(name, self.values)))
        array = self.values[name]
        return array[0].item() if self.single else pd.Series(array, index=self.index, name=name)

    def has(self, name: str) -> bool:
        """Return whether a measure was found for at least one SKU."""
        return name in self.values and bool(np.isfinite(self.array(name)).any())

    def array(self, name: str) -> npt.NDArray[np.float64]:
        """Return a measure as numbers, one per SKU."""
        return np.asarray(self.values[name], dtype=np.float64)

    def to_frame(self) -> pd.DataFrame:
        """One row per SKU, one column per measure."""
        return pd.DataFrame(dict(self.values), index=self.index)

    def pick(self, label: Hashable) -> Self:
        """Return the result of one SKU, as if it had been computed alone.

        Raises
        ------
        ParameterError
            No SKU, or more than one, has this label.
        """
        places = np.flatnonzero(np.asarray(self.index == label))
        if len(places) != 1:
            found = (
                t("there is no SKU {name}", name=repr(label)) if not len(places) else t("several SKUs have this label")
            )
            raise ParameterError(Problem("label", found, fix=suggest(str(label), map(str, self.index[:1000]))))
        return self.at(int(places[0]))

    def at(self, place: int) -> Self:
        """Return the result of the SKU in this place, as if it had been computed alone."""
        own = slice(place, place + 1)
        return replace(
            self,
            index=self.index[own],
            single=True,
            values={name: array[own] for name, array in self.values.items()},
            inputs={name: array[own] for name, array in self.inputs.items()},
        )

    def total(self, name: str) -> float:
        """Return the sum of a measure over all SKUs; what is missing counts nothing."""
        return float(np.nansum(np.asarray(self.values[name], dtype=float)))

    @property
    def label(self) -> str:
        """Name of the SKU where there is one."""
        return str(self.index[0])


def results_of(items: Items, **values: npt.NDArray[Any]) -> dict[str, Any]:
    """Return the fields that all results share."""
    return {
        "index": items.index,
        "single": items.single,
        "values": {name: np.asarray(array) for name, array in values.items()},
        "inputs": dict(items.arrays),
    }
