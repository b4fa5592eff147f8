"""`load`: the one call by which a notebook reads and checks its data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from casework.core.errors import DataError, Problem
from casework.core.journal import note
from casework.core.messages import t, tn
from casework.core.options import Severity, Size
from casework.studies.base import NotebookParameters, Study, given_columns
from casework.studies.current import loaded
from casework.studies.parameters import validate
from casework.studies.registry import get_study

if TYPE_CHECKING:
    import pandas as pd

    from casework.datasets.cards import Card
    from casework.datasets.cases import Case
    from casework.datasets.checking import Exclusion
    from casework.datasets.loading import LoadedTable


@dataclass(frozen=True, kw_only=True)
class StudyData:
    """Data that were read, checked and, where asked, cleaned; what was left out is counted.

    Attributes
    ----------
    frame : DataFrame
        The rows that can be used, in the order of the file.
    layout : object
        Which column plays which part, as the study defines it.
    labels : dict
        Column name to the name a reader sees.
    exclusions : tuple of Exclusion
        What was left out, why, and how often.
    missing : dict
        Empty cells by column; columns without are left out.
    """

    name: str
    frame: pd.DataFrame
    card: Card | None
    layout: Any = None
    labels: Mapping[str, str] = field(default_factory=dict)
    exclusions: tuple[Exclusion, ...] = ()
    missing: Mapping[str, int] = field(default_factory=dict)
    rows_read: int = 0

    def pick(self, columns: Mapping[str, str]) -> pd.DataFrame:
        """Return the columns named on the right under the names on the left."""
        chosen = self.frame[list(columns.values())]
        return chosen.set_axis(list(columns), axis=1)

    def describe(self) -> str:
        """Say in one sentence what was read: name, rows, kind, source, and what was left out."""
        if self.card is not None:
            return self.card.describe()
        return tn(
            "{name}: {n} row of your own data.",
            "{name}: {n} rows of your own data.",
            len(self.frame),
            name=self.name,
        )

    def excluded(self) -> pd.DataFrame:
        """Return a table of what was left out: where, how many, why."""
        import pandas as pd

        rows = [(item.where, item.count, item.reason) for item in self.exclusions]
        return pd.DataFrame(rows, columns=["where", "count", "reason"])


def load(data: str, *, study: str | None = None, **parameters: Any) -> StudyData:
    """Read and check data for a study.

    Parameters
    ----------
    data : str
        Name of a bundled data set, path of a CSV, Excel or Parquet file, or an SQL address such as
        `sqlite:///sales.db#customers`.
    study : str, optional
        The study whose contract the data must meet; without it the data are only read.
    **parameters : object
        The study's parameters; what is not given takes its default.

    Raises
    ------
    DataError
        The data cannot be read, or break the contract: all problems at once.
    ParameterError
        A parameter is unknown or out of range.

    Examples
    --------
    >>> load("kano_phone_plan").frame.shape[0]
    600
    """
    from casework.datasets.loading import read_table

    if study is None:
        table = read_table(data)
        return StudyData(name=table.name, frame=table.frame, card=table.card, rows_read=len(table.frame))
    definition = get_study(study)
    checked = check_for_study(definition, validate(definition, {"data": data, **parameters}), read_table(data))
    loaded(study)
    note("opened", study)
    return checked


def load_case(name: str, *, company: str, seed: int, severity: Severity = "medium", size: Size = "medium") -> Case:
    """Draw the data of a case study.

    Parameters
    ----------
    name : str
        Name of the case, such as `case_food_safety`.
    company : str
        Name of the company in the story; any text.
    seed : int
        0 to 2**32 - 1; the same seed, severity and size always give the same case.
    severity : {'low', 'medium', 'high'}
        How bad it is.
    size : {'small', 'medium', 'large'}
        How much there is to look at.

    Raises
    ------
    ParameterError
        There is no such case, or a value lies outside its range: all at once.
    """
    from casework.datasets.cases import make_case

    case = make_case(name, company=company, seed=seed, severity=severity, size=size)
    loaded(name)
    note("opened", name)
    return case


def check_for_study(study: Study, parameters: NotebookParameters, table: LoadedTable) -> StudyData:
    """Hold a table to the contract of a study.

    Raises
    ------
    DataError
        The table breaks the contract: all problems at once.
    """
    from casework.datasets.checking import check_frame

    if study.contract is None:
        raise DataError(Problem(study.name, t("this study reads no data")))
    columns = [str(name) for name in table.frame.columns]
    contract = study.contract(parameters, columns)
    checked = check_frame(
        table.frame,
        contract,
        where=table.name,
        invalid=getattr(parameters, "invalid", "refuse"),
        given=frozenset(given_columns(parameters)),
        first_row=table.first_row,
    )
    labels = {column.name: column.label for column in table.card.columns if column.label} if table.card else {}
    return StudyData(
        name=table.name,
        frame=checked.frame,
        card=table.card,
        layout=study.layout(parameters, list(checked.frame.columns)) if study.layout else None,
        labels=labels,
        exclusions=checked.exclusions,
        missing=checked.missing,
        rows_read=len(table.frame),
    )
