"""Grids of cases: the sections of a grid file, with values that are combined or change together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from casework.core.checks import nearest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.runner.sweep.design import Design, Piece
from casework.runner.sweep.inputs import shown
from casework.runner.sweep.steps import spaced
from casework.runner.sweep.targets import MAPPINGS

SECTIONS = ("fixed", "grid", "zip", "cases", "draws")


def read_sections(design: Design, grid: str | Path | Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what a grid file holds by its sections; a file of names and values only is a grid.

    Examples
    --------
    >>> from casework.runner.sweep.targets import find_target
    >>> read_sections(Design(find_target("kano")), {"seed": [1, 2]})
    {'grid': {'seed': [1, 2]}}
    """
    from casework.studies.parameters import read_parameter_file

    if grid is None:
        return {}
    content = dict(grid) if isinstance(grid, Mapping) else read_parameter_file(grid)
    if not set(content) & set(SECTIONS):
        return {"grid": content}
    design.problems.extend(_section_problem(design, key) for key in content if key not in SECTIONS)
    return content


def _section_problem(design: Design, key: Any) -> Problem:
    is_parameter = key in design.target.kinds
    fix = t("Write it below 'grid' or 'fixed'") if is_parameter else nearest(str(key), SECTIONS)
    expected = t("one of {values}", values=", ".join(SECTIONS))
    return Problem("grid", t("{value} is not known", value=repr(key)), expected, fix)


def read_mapping(design: Design, where: str, given: Any) -> Mapping[str, Any]:
    """Return names with their values; anything else is a problem, and gives none."""
    if given is None or isinstance(given, Mapping):
        return given or {}
    design.problems.append(Problem(where, shown(given), t("names with their values")))
    return {}


def read_mappings(design: Design, where: str, given: Any) -> list[Mapping[str, Any]]:
    """Return a list of names with their values; a single one is a list of one."""
    items = [given] if isinstance(given, Mapping) else given
    if items is None:
        return []
    if not isinstance(items, Sequence) or isinstance(items, str):
        design.problems.append(Problem(where, shown(given), t("a list of names with their values")))
        return []
    return [read_mapping(design, where, item) for item in items]


def add_grid(design: Design, section: Mapping[str, Any]) -> None:
    """Add parameters whose values are combined with all others."""
    for name in design.claim(section, "grid", also=SECTIONS):
        with design.collecting():
            design.vary(name, _listed(design, name, section[name]))


def add_zip(design: Design, group: Mapping[str, Any]) -> None:
    """Add parameters that change together: the first values of all, the second values of all, and so on."""
    with design.collecting():
        columns = {name: _listed(design, name, group[name]) for name in design.claim(group, "zip")}
        _check_lengths({name: len(values) for name, values in columns.items()})
        if columns:
            rows = zip(*columns.values(), strict=True)
            design.axes.append([Piece(dict(zip(columns, row, strict=True))) for row in rows])


def _check_lengths(lengths: Mapping[str, int]) -> None:
    if len(set(lengths.values())) > 1 or 0 in lengths.values():
        found = t(", ").join(t("{name}: {n} values", name=name, n=n) for name, n in lengths.items())
        raise ParameterError(Problem("zip", found, t("lists of one length")))


def _listed(design: Design, name: str, given: Any) -> list[Any]:
    """Return the values that stand behind a name: a list, a range, or one value."""
    kind = design.target.kinds[name]
    if isinstance(given, Mapping) and kind not in MAPPINGS:
        return list(spaced(name, given, whole=kind == "int"))
    if hasattr(given, "tolist"):  # an array
        given = given.tolist()
    return list(given) if isinstance(given, (list, tuple, range)) else [given]
