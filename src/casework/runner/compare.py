"""Two or more runs beside each other: parameters, results with differences, tables, figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from casework.core.errors import ParameterError, Problem, RunError
from casework.core.files import write_text
from casework.core.messages import t, tn, use_language
from casework.runner import compare_values as values
from casework.runner import folders
from casework.runner.compare_tables import table_frame
from casework.runner.compare_values import Side
from casework.runner.hashing import sha256_text
from casework.runner.run import REPORTS

if TYPE_CHECKING:
    import pandas as pd

COMPARISONS = "comparisons"
PAGE = "comparison.html"
TABLE = "comparison.csv"
LABELS = "ABCDEFGHIJKL"
FEWEST, MOST = 2, len(LABELS)


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """What compared runs show.

    Attributes
    ----------
    runs : tuple of Side
        The runs, labelled A, B, ... in the order in which they were named; differences are to A.
    parameters : DataFrame
        `parameter`, `kind` (parameter, or input: hashes and language, where they differ), `differs`, and the
        value in each run under its label.
    results : DataFrame
        `result`, `title`, `unit`, `differs`, the value in each run under its label, and for each run after the
        first `difference B` and `relative B` (numbers only).
    tables : DataFrame
        `table`, `run`, `cells`, `differing`: cells of each published table that are not as in A; only tables
        of A that differ somewhere, and only runs that published them.
    place : Path
        Folder that `write` writes to.
    lang : str
        Language of page and summary.
    """

    runs: tuple[Side, ...]
    parameters: pd.DataFrame
    results: pd.DataFrame
    tables: pd.DataFrame
    place: Path
    lang: str = "en"

    def to_frame(self) -> pd.DataFrame:
        """Return everything as one tidy table: kind, name, unit, run, value, difference, relative."""
        return values.long_frame(self.runs, self.parameters, self.results, self.tables)

    def summary(self) -> str:
        """Say what differs, a sentence a line."""
        with use_language(self.lang):
            return "\n".join(self.findings())

    def findings(self) -> list[str]:
        """Return what differs as sentences in the language in force."""
        return [_statuses(self.runs), *_studies(self.runs), *_parameters(self), *_results(self), *_tables(self)]

    def write(self, folder: str | Path | None = None) -> Path:
        """Write `comparison.html`, one offline page, and `comparison.csv`; return the page's path.

        Parameters
        ----------
        folder : str or Path, optional
            Where to; by default `place`.

        Raises
        ------
        RunError
            The folder cannot be made or written.
        """
        from casework.datasets.export import write_csv
        from casework.report.comparison import render_comparison
        from casework.runner.compare_page import comparison_page

        target = folders.check_out(Path(folder or self.place))
        with use_language(self.lang):
            page = render_comparison(comparison_page(self, target), self.lang)
        write_csv(self.to_frame(), target / TABLE)
        write_text(target / PAGE, page)
        return target / PAGE


def compare(
    names: Sequence[str], *, out: str | Path = REPORTS, place: Path | None = None, lang: str = "en"
) -> Comparison:
    """Compare two or more runs.

    Runs of different studies may be compared: results belong together that have the same name. Runs that are
    not ok are compared by what they published, and marked.

    Parameters
    ----------
    names : sequence of str
        2 to 12 runs: folder, identifier, or the beginning of one; differences are to the first.
    out : str or Path
        Folder of the reports.
    place : Path, optional
        Where `write` writes to; by default `comparisons/` in the folder of the reports.
    lang : {'en', 'zh'}
        Language of page and summary.

    Raises
    ------
    ParameterError
        Fewer than 2 or more than 12 runs, one of them twice, or an unknown language.
    RunError
        A run is not there or cannot be read; all of them are named.

    Examples
    --------
    >>> compare(["kano/a", "kano/b"], out="reports").write()  # doctest: +SKIP
    """
    with use_language(lang):
        root = Path(out).resolve()
        sides = _sides(names, root)
        named = sha256_text("\n".join(str(side.folder) for side in sides))[:10]
        return Comparison(
            runs=sides,
            parameters=values.parameter_frame(sides),
            results=values.result_frame(sides),
            tables=table_frame(sides),
            place=place or root / COMPARISONS / named,
            lang=lang,
        )


def _sides(names: Sequence[str], out: Path) -> tuple[Side, ...]:
    if not FEWEST <= len(names) <= MOST:
        raise ParameterError(_wrong_number(len(names)))
    found, problems = [], []
    for label, name in zip(LABELS, names, strict=False):
        try:
            found.append(values.read_side(label, *folders.find_run(name, out)))
        except RunError as error:
            problems.append(str(error))
        except (OSError, ValueError):
            problems.append(t("{name}: its run.json cannot be read", name=name))
    if problems:
        raise RunError("\n".join(problems))
    _check_once(found)
    return tuple(found)


def _wrong_number(count: int) -> Problem:
    fix = t("compare many runs on the page of a sweep: casework sweep") if count > MOST else t("name one more run")
    return Problem(
        t("runs to compare"),
        tn("{n} run", "{n} runs", count),
        t("{low} to {high} runs", low=FEWEST, high=MOST),
        fix if count else t("name the runs; 'casework runs' lists them"),
    )


def _check_once(sides: Sequence[Side]) -> None:
    folders_seen = [side.folder for side in sides]
    twice = [side for place, side in enumerate(sides) if side.folder in folders_seen[:place]]
    if twice:
        raise ParameterError(
            Problem(t("runs to compare"), t("{name} is named twice", name=side.name), fix=t("name each run once"))
            for side in twice
        )


def _statuses(sides: Sequence[Side]) -> str:
    from casework.report.status import status_label

    wrong = [t("{run} ({status})", run=side.label, status=status_label(side.status)) for side in sides if not side.ok]
    if not wrong:
        return t("All {n} runs are complete.", n=len(sides))
    return t("Not complete: {runs}. Results that a run did not publish are missing.", runs=t(", ").join(wrong))


def _studies(sides: Sequence[Side]) -> list[str]:
    if not values.several_studies(sides):
        return []
    return [t("The runs are of different studies; what only one study has is not counted as a difference.")]


def _parameters(comparison: Comparison) -> list[str]:
    frame = comparison.parameters[comparison.parameters["differs"]]
    given = frame.loc[frame["kind"] == "parameter", "parameter"]
    inputs = frame.loc[frame["kind"] == "input", "parameter"]
    if frame.empty:
        return [t("Parameters, data and code are the same.")]
    told = [t("Parameters that differ: {names}.", names=t(", ").join(given))] if len(given) else []
    if len(inputs):
        told.append(t("Also not the same: {names}.", names=t(", ").join(values.input_title(name) for name in inputs)))
    return told


def _results(comparison: Comparison) -> list[str]:
    frame = comparison.results
    differing = int(frame["differs"].sum())
    if frame.empty:
        return [t("No run published a result.")]
    if not differing:
        return [t("All {n} results are the same.", n=len(frame))]
    head = t("{n} of {total} results differ.", n=differing, total=len(frame))
    return [head, *values.largest_changes(comparison.runs, frame)]


def _tables(comparison: Comparison) -> list[str]:
    names = list(dict.fromkeys(comparison.tables["table"]))
    if not names:
        return []
    return [t("Published tables that differ: {names}.", names=t(", ").join(names))]
