"""A class set of a case: a variant of one's own for every student, its handout, and the instructor's key to it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.core.errors import ParameterError, Problem
from casework.core.files import write_text
from casework.core.messages import t, tn
from casework.studies.base import Study
from casework.studies.cases import STUDENT, is_case
from casework.studies.registry import get_study, studies
from casework.teach.exercises.variant import make_variant, read_salt
from casework.teach.grading.class_list import read_students

if TYPE_CHECKING:
    from casework.runner.sweep.record import SweepRecord

KEYS = "keys"
ANSWERS = "answer_key"  # the table that a case's version for instructors publishes
SEEDS = 2**32


@dataclass(frozen=True, kw_only=True)
class HandedOut:
    """What was put into the course folder.

    Attributes
    ----------
    case : str
        Name of the case.
    folder : Path
        The course.
    students : tuple of str
        Who has a handout.
    missing : tuple of str
        Whose run is not there, or not whole: run the sweep again.
    """

    case: str
    folder: Path
    students: tuple[str, ...]
    missing: tuple[str, ...] = field(default=())

    def summary(self) -> str:
        """Say it in a sentence."""
        done = tn(
            "{case}: a case of one's own for {n} student in {folder}",
            "{case}: a case of one's own for each of {n} students in {folder}",
            len(self.students),
            case=self.case,
            folder=self.folder,
        )
        if not self.missing:
            return done
        return done + "\n" + t("not whole, run the same command again: {names}", names=", ".join(self.missing))


def class_points(folder: str | Path, case: str) -> list[dict[str, Any]]:
    """Return the runs of a class set: for each student both versions of a case, from a seed of one's own.

    Parameters
    ----------
    folder : path
        The course.
    case : str
        Name of a case.

    Returns
    -------
    list of dict
        `seed` and `variant` of each run; the seed comes from the course's salt, the student and the case, so that the
        same course gives the same cases.

    Raises
    ------
    ParameterError
        This is no case.
    DataError
        The folder is no course, it has no students yet, or the list of students is not right.
    """
    check_is_case(case)
    return [
        {"seed": seed, "variant": variant}
        for seed in seeds(folder, case).values()
        for variant in ("student", "instructor")
    ]


def check_is_case(name: str) -> Study:
    """Return the study of a case.

    Raises
    ------
    ParameterError
        There is no such study, or it is no case.
    """
    study = get_study(name)
    if not is_case(study):
        known = ", ".join(one.name for one in studies().values() if is_case(one))
        raise ParameterError(
            Problem("--class", t("{name} is no case study", name=name), t("one of {values}", values=known))
        )
    return study


def seeds(folder: str | Path, case: str) -> dict[str, int]:
    """Return the seed of each student of a course, in the order of its list.

    Raises
    ------
    DataError
        The folder is no course, it has no students yet, or the list of students is not right.
    """
    from casework.core.errors import DataError

    place = Path(folder)
    salt, students = read_salt(place), read_students(place)
    if not students:
        fix = t("take in a class list: casework class new DIR --students FILE")
        raise DataError(Problem(str(place), t("the course has no students yet"), fix=fix))
    return {row["id"]: make_variant(case, row["id"], salt=salt).seed % SEEDS for row in students}


def hand_out(folder: str | Path, case: str, record: SweepRecord, *, out: str | Path) -> HandedOut:
    """Put each student's case into `handout/STUDENT/CASE`, and its key into `keys/CASE`.

    Parameters
    ----------
    folder : path
        The course.
    case : str
        Name of the case.
    record : SweepRecord
        The sweep of its `class_points`.
    out : path
        Where the sweep's runs are.

    Returns
    -------
    HandedOut
        A handout holds the story as a page (`CASE.html`), its tables (`data/*.csv`) and a notebook to answer in
        (`CASE.ipynb`); nothing in it holds an answer or the seed. `keys/CASE/STUDENT.html` is the instructor's version,
        `keys/CASE/answers.csv` holds the answers of all.
    """
    place, root = Path(folder), Path(out)
    runs = {_point(row): root / row["folder"] for row in record.rows if row["status"] == "ok"}
    done, missing, keys = [], [], []
    for student, seed in seeds(folder, case).items():
        theirs, ours = runs.get((seed, "student")), runs.get((seed, "instructor"))
        if theirs is None or ours is None:
            missing.append(student)
            continue
        _hand_out(theirs, place / "handout" / student / case, case)
        keys.append(_key(ours, place / KEYS / case, student))
        done.append(student)
    if keys:
        _write_answers(keys, place / KEYS / case / "answers.csv")
    return HandedOut(case=case, folder=place, students=tuple(done), missing=tuple(missing))


def _point(row: Mapping[str, Any]) -> tuple[int, str]:
    return int(row["parameters"]["seed"]), str(row["parameters"].get("variant", "instructor"))


def _hand_out(run: Path, target: Path, case: str) -> None:
    """Write a student's page, tables and notebook; what the student's folder held of them is replaced."""
    tables = sorted((run / "tables").glob("*.csv"))
    shutil.rmtree(target / "data", ignore_errors=True)
    (target / "data").mkdir(parents=True)
    shutil.copyfile(run / "report.html", target / f"{case}.html")
    for path in tables:
        shutil.copyfile(path, target / "data" / path.name)
    write_text(target / f"{case}.ipynb", answer_sheet(run / "notebook.ipynb", case, [path.stem for path in tables]))


def answer_sheet(executed: Path, case: str, tables: Sequence[str]) -> str:
    """Return the notebook that a student answers in, as the text of its file.

    Parameters
    ----------
    executed : Path
        The executed notebook of the student's version: its title and its cells for answers are taken.
    case : str
        Name of the case.
    tables : sequence of str
        Names of the tables in `data/`.
    """
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    from casework.studies.notebook import notebook_text, read_notebook

    cells = read_notebook(executed).cells
    title = next((cell.source.splitlines()[0] for cell in cells if cell.cell_type == "markdown" and cell.source), "")
    about = t("The story and the questions are in `{page}`, the tables in the folder `data`.", page=f"{case}.html")
    reading = ["import pandas as pd", "", *(f'{name} = pd.read_csv("data/{name}.csv")' for name in tables)]
    sheet = [new_markdown_cell(f"{title}\n\n{about}"), new_code_cell("\n".join(reading))]
    for cell in cells:
        if STUDENT in cell.metadata.get("tags", []) and cell.cell_type == "markdown":
            sheet += [new_markdown_cell(cell.source), new_code_cell(""), new_markdown_cell(f"**{t('Answer:')}** ")]
    for place, cell in enumerate(sheet):
        cell["id"] = f"sheet-{place}"
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return notebook_text(new_notebook(cells=sheet, metadata={"kernelspec": kernel}))


def _key(run: Path, target: Path, student: str) -> Any:
    """Copy the instructor's page, and return the answers with the student's name before them."""
    import pandas as pd

    target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(run / "report.html", target / f"{student}.html")
    answers = pd.read_parquet(run / "tables" / f"{ANSWERS}.parquet")
    answers.insert(0, "student", student)
    return answers


def _write_answers(keys: Sequence[Any], path: Path) -> None:
    import pandas as pd

    from casework.datasets.export import write_csv

    write_csv(pd.concat(keys, ignore_index=True), path)
