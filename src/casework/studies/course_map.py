"""The map of the course, made from the studies themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.core.checks import check_names
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.studies.registry import MODULES, studies

if TYPE_CHECKING:
    import pandas as pd

HEADINGS = (
    mark("study"),
    mark("module"),
    mark("title"),
    mark("question"),
    mark("difficulty"),
    mark("minutes"),
    mark("data"),
    mark("parameter"),
    mark("default"),
    mark("takes"),
    mark("meaning"),
    mark("name"),
    mark("kind"),
    mark("rows"),
)
LEVELS = (mark("introductory"), mark("intermediate"), mark("advanced"))
KINDS = (mark("real"), mark("adapted"), mark("synthetic"))


@dataclass(frozen=True, kw_only=True)
class CourseMap(Result):
    """The studies that can be run, by module.

    Attributes
    ----------
    table : DataFrame
        One row a study: study, module, title, question, difficulty, minutes, data, notebook.
    """

    table: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return the map as a table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how much there is."""
        minutes = int(self.table["minutes"].sum())
        n = len(self.table)
        return tn("{n} study, {minutes} minutes in all.", "{n} studies, {minutes} minutes in all.", n, minutes=minutes)


def course_map(module: str = "") -> CourseMap:
    """Return the map of the course, or of one module.

    Parameters
    ----------
    module : str
        Name of a module; empty for all.

    Raises
    ------
    ParameterError
        There is no such module.

    Examples
    --------
    >>> "kano" in set(course_map("voice").to_frame()["study"])
    True
    """
    import pandas as pd

    if module:
        check_names("module", [module], [name for name in MODULES if name])
    rows = [
        {
            "study": study.name,
            "module": MODULES[study.module],
            "title": study.title,
            "question": study.question,
            "difficulty": study.level,
            "minutes": study.minutes,
            "data": str(study.defaults().get("data", "")),
        }
        for study in studies().values()
        if study.module and (not module or study.module == module)
    ]
    columns = ["study", "module", "title", "question", "difficulty", "minutes", "data"]
    return CourseMap(table=pd.DataFrame(rows, columns=columns))


def parameter_table(name: str) -> pd.DataFrame:
    """Return the parameters of a study as a table: parameter, default, what it takes, meaning."""
    import pandas as pd

    from casework.studies.parameters import describe_field
    from casework.studies.registry import get_study

    study = get_study(name)
    defaults = study.defaults()
    rows = [
        {
            "parameter": key,
            "default": str(defaults[key]),
            "takes": describe_field(field),
            "meaning": t(field.description or ""),
        }
        for key, field in study.parameters.model_fields.items()
    ]
    return pd.DataFrame(rows)


def card_table() -> pd.DataFrame:
    """Return the bundled data sets as a table: name, kind, rows, title."""
    import pandas as pd

    from casework.datasets.cards import list_cards

    rows = [{"name": card.name, "kind": card.kind, "rows": card.rows, "title": card.title} for card in list_cards()]
    return pd.DataFrame(rows, columns=["name", "kind", "rows", "title"])
