"""Find studies: those of the course by name, and notebooks of the user's own by path."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from casework.core.checks import suggest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.studies.base import Study

MODULES: dict[str, str] = {
    "": mark("Orientation"),
    "supply_chain": mark("Supply-chain models"),
    "suppliers": mark("Suppliers"),
    "customers": mark("Customers"),
    "voice": mark("Voice of the customer"),
    "satisfaction": mark("Satisfaction"),
    "credit": mark("Credit"),
    "accounts": mark("Key accounts"),
    "growth": mark("Growth"),
    "cases": mark("Case studies"),
}
READING: tuple[str, ...] = (
    "chain_structure",
    "inventory_policies",
    "bullwhip",
    "multi_echelon",
    "network_design",
    "requirements",
    "kano",
    "house_of_quality",
    "satisfaction_index",
    "satisfaction_drivers",
    "structural_index",
    "credit_scorecard",
    "credit_rating",
    "early_warning",
    "loss_provisions",
)  # within a module what comes first is needed later


@lru_cache(maxsize=1)
def studies() -> dict[str, Study]:
    """Return all studies by name, in the order of the course: by module, then as one reads them, then as files sort."""
    folder = Path(__file__).parent
    found = []
    for info in iter_modules([str(folder)]):
        study = getattr(import_module(f"casework.studies.{info.name}"), "STUDY", None)
        if isinstance(study, Study):
            found.append(study)
    order, reading = list(MODULES), {name: place for place, name in enumerate(READING)}
    found.sort(key=lambda item: (order.index(item.module), reading.get(item.name, len(READING))))
    return {study.name: study for study in found}


def get_study(name: str) -> Study:
    """Return the study of that name.

    Raises
    ------
    ParameterError
        There is no such study; the message gives the nearest spelling.
    """
    known = studies()
    if name in known:
        return known[name]
    raise ParameterError(Problem("study", t("{name} is not known", name=repr(name)), fix=suggest(name, known)))
