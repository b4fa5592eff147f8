"""The cases: tables and truth of an invented company, drawn from a seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from casework.core.checks import check_all, check_option, check_whole, suggest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.core.options import Severity, Size

if TYPE_CHECKING:
    import pandas as pd

GENERATORS: Mapping[str, str] = {  # case: its module in `datasets.synthetic`, which has `generate`
    "case_automaker_stoppage": "automaker_case",
    "case_food_safety": "food_case",
    "case_marketplace_breakup": "marketplace_case",
    "case_mobile_operator_crm": "operator_case",
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """What lies on the table of an invented company, and what is true of it.

    Attributes
    ----------
    name : str
        Name of the case.
    company : str
        Name of the company; any text.
    seed : int
        From which everything is drawn.
    severity : {'low', 'medium', 'high'}
        How bad it is.
    size : {'small', 'medium', 'large'}
        How much there is to look at.
    tables : mapping of str to DataFrame
        What the company has on its shelf.
    truth : mapping
        What the tables were drawn from: for the instructor's version only.
    """

    name: str
    company: str
    seed: int
    severity: Severity
    size: Size
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    truth: Mapping[str, Any] = field(repr=False)

    def table(self, name: str) -> pd.DataFrame:
        """Return a copy of one table.

        Raises
        ------
        ParameterError
            The case has no such table.
        """
        if name not in self.tables:
            found = t("{case} has no table {name}", case=self.name, name=repr(name))
            raise ParameterError(Problem("table", found, fix=suggest(name, self.tables)))
        return self.tables[name].copy()

    def describe(self) -> str:
        """Say in one sentence that the data are invented, and how many there are."""
        return t(
            "Invented data, drawn for this case alone: {tables} tables with {rows} rows in all. No real company,"
            " person or incident is meant.",
            tables=len(self.tables),
            rows=f"{sum(map(len, self.tables.values())):,}",
        )


def make_case(name: str, *, company: str, seed: int, severity: Severity = "medium", size: Size = "medium") -> Case:
    """Draw a case.

    Parameters
    ----------
    name : str
        Name of the case, such as `case_food_safety`.
    company : str
        Name of the company in the story; any text.
    seed : int
        0 to 2**32 - 1; the same seed, severity and size always give the same tables.
    severity : {'low', 'medium', 'high'}
        How bad it is.
    size : {'small', 'medium', 'large'}
        How much there is to look at.

    Raises
    ------
    ParameterError
        There is no such case, or a value lies outside its range: all at once.
    """
    check_all(
        lambda: check_case(name),
        lambda: check_whole("seed", seed, high=2**32 - 1),
        lambda: check_option("severity", severity, Severity),
        lambda: check_option("size", size, Size),
    )
    generate = import_module(f"casework.datasets.synthetic.{GENERATORS[name]}").generate
    tables, truth = generate(seed=int(seed), severity=severity, size=size)
    return Case(
        name=name,
        company=company,
        seed=int(seed),
        severity=severity,
        size=size,
        tables=MappingProxyType(tables),
        truth=MappingProxyType(truth),
    )


def check_case(name: str) -> None:
    """Refuse a name that no case has.

    Raises
    ------
    ParameterError
        The message gives the nearest name.
    """
    if name not in GENERATORS:
        found = t("no case is called {name}", name=repr(name))
        raise ParameterError(Problem("case", found, fix=suggest(name, GENERATORS)))
