"""Which runs a sweep makes: from words of the command line, a grid, a table of cases, or draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.runner.sweep.case_draws import add_draws
from casework.runner.sweep.case_grids import add_grid, add_zip, read_mapping, read_mappings, read_sections
from casework.runner.sweep.case_tables import LABEL, add_cases, add_table
from casework.runner.sweep.checking import check_cases
from casework.runner.sweep.design import Design
from casework.runner.sweep.draws import Method
from casework.runner.sweep.targets import find_target
from casework.runner.sweep.words import add_words

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Cases:
    """The runs of a sweep, in their order.

    Parameters
    ----------
    points : tuple of dict
        Parameters of each run as given (without defaults), in the types of the study. No two of them are the
        same run.
    varied : tuple of str
        Parameters whose values differ between runs.
    repeated : int
        How many cases were left out because they were the same run as an earlier one.
    origin : {'grid', 'cases', 'random', 'latin'}
        Where they come from: draws, else a table or list of cases, else a grid.
    """

    points: tuple[dict[str, Any], ...]
    varied: tuple[str, ...]
    repeated: int
    origin: str

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each run, numbered from 1, one column for each parameter that is given."""
        import pandas as pd

        names = dict.fromkeys(name for point in self.points for name in point)
        columns = {name: [point.get(name) for point in self.points] for name in names}
        index = pd.RangeIndex(1, len(self.points) + 1, name=LABEL)
        whole = {name for name in names if all(name in point for point in self.points)}
        return pd.DataFrame(
            {
                name: pd.Series(values, index=index, dtype=None if name in whole else object)
                for name, values in columns.items()
            },
            index=index,
        )


def make_cases(
    study: str | Path,
    *,
    words: Sequence[str] = (),
    grid: str | Path | Mapping[str, Any] | None = None,
    cases: str | Path | Sequence[Mapping[str, Any]] | None = None,
    draws: int | None = None,
    ranges: Mapping[str, Any] | None = None,
    method: Method = "latin",
    seed: int = 0,
    fixed: Mapping[str, Any] | None = None,
) -> Cases:
    """Work out and check the parameter sets of a sweep.

    What is given is combined: every value of every parameter with every case and every draw, the last named
    varying fastest.

    Parameters
    ----------
    study : str or Path
        Name of a study, or path of a notebook of the user's own.
    words : sequence of str
        As on the command line: `name=value` (fixed), `name=a,b,c` (texts with a comma in quotation marks),
        `name=10:50:10` (numbers from, to and with the end, by), `name=[1,2];[3,4]` (lists).
    grid : path or mapping, optional
        YAML or JSON file, or its content: `fixed`, `grid`, `zip`, `cases`, `draws`; or only names with their
        values. Values are one value, a list, or `{from, to, step}` or `{from, to, count, scale}`.
    cases : path or sequence of mapping, optional
        CSV or Excel file (`file.xlsx#Sheet2`): a row is a run, a column a parameter, an empty cell its default;
        a first column `case` is a label. Or one mapping for each run.
    draws : int, optional
        How many draws from `ranges`, 1 to 100,000.
    ranges : mapping, optional
        For each parameter to draw: None (its own range), `[low, high]`, `{low, high, scale}`, a list of values; or a
        text: `low:high`, `low:high:log`, `a,b,c`.
    method : {'latin', 'random'}
        How to draw.
    seed : int
        Seed of the draws, at least 0.
    fixed : mapping, optional
        Parameters that are the same in all runs. They and `words` go before what is `fixed` in the file.

    Raises
    ------
    ParameterError
        Unknown study, parameter or key; a value of the wrong type or out of range; a parameter given twice; no case,
        or more than 100,000: all problems at once, with case, row and column; the first 20 are shown.
    DataError
        The table of cases cannot be read.

    Examples
    --------
    >>> found = make_cases("kano", words=["threshold=0.02:0.06:0.02", "table=berger,pouliot"])
    >>> len(found.points), found.points[-1], found.varied
    (6, {'threshold': 0.06, 'table': 'pouliot'}, ('threshold', 'table'))
    """
    design = Design(find_target(study))
    sections = read_sections(design, grid)
    design.fix(fixed or {}, "fixed")
    add_words(design, words)
    _add_fixed(design, sections)
    add_grid(design, read_mapping(design, "grid", sections.get("grid")))
    for group in read_mappings(design, "zip", sections.get("zip")):
        add_zip(design, group)
    _add_listed(design, sections, cases)
    add_draws(design, sections.get("draws"), {"count": draws, "ranges": ranges, "method": method, "seed": seed})
    return _cases(design)


def _add_fixed(design: Design, sections: Mapping[str, Any]) -> None:
    """Add what is fixed in the file, unless the call says otherwise."""
    in_file = read_mapping(design, "fixed", sections.get("fixed"))
    design.fix({name: value for name, value in in_file.items() if name not in design.owners}, "fixed")


def _add_listed(design: Design, sections: Mapping[str, Any], cases: Any) -> None:
    if sections.get("cases") is not None:
        add_cases(design, sections["cases"])
    if isinstance(cases, (str, Path)):
        add_table(design, str(cases))
    elif cases is not None:
        add_cases(design, cases)


def _cases(design: Design) -> Cases:
    found = check_cases(design)
    return Cases(
        points=tuple(found.points.values()),
        varied=found.varied(),
        repeated=design.size - len(found.points),
        origin=design.origin,
    )
