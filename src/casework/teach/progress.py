"""How far a trainee has come: studies read, exercises and quizzes with their best scores, and what is next.

It is read from the notes in the trainee's own copy of the course (`casework.core.journal`); nothing is sent anywhere.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from casework.core.errors import RunError
from casework.core.journal import FILE, FOLDER, course_home
from casework.core.messages import COURSE_FILE, join_sentences, mark, t, tn
from casework.core.paths import course_root
from casework.studies.registry import MODULES, studies
from casework.teach.exercises.bank import exercise_names, get_exercise

if TYPE_CHECKING:
    import pandas as pd

State = Literal["new", "begun", "done"]
STATES: dict[str, str] = {"new": mark("not begun"), "begun": mark("begun"), "done": mark("done")}
HEADINGS = (mark("module"), mark("step"), mark("kind"), mark("state"), mark("score"), mark("studies read"))
KINDS: dict[str, str] = {"study": mark("study"), "exercise": mark("exercise"), "quiz": mark("quiz")}
EPSILON = 1e-9
Notes = Mapping[tuple[str, str], dict[str, tuple[float | None, float | None]]]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the course: a study to read, an exercise or a quiz.

    Attributes
    ----------
    kind : {'study', 'exercise', 'quiz'}
        What it is.
    name, module, title : str
        What it is called and where it belongs.
    state : {'new', 'begun', 'done'}
        A study is done when its last cell has run, an exercise when all of its tasks are right, a quiz when it is
        answered.
    score, points : float or None
        Best score, and what could be had.
    open_tasks : tuple of str
        Tasks of an exercise that are not wholly right yet.
    """

    kind: Literal["study", "exercise", "quiz"]
    name: str
    module: str
    title: str
    state: State
    score: float | None = None
    points: float | None = None
    open_tasks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a trainee has come.

    Attributes
    ----------
    folder : Path
        The copy of the course.
    steps : tuple of Step
        All steps in the order of the course.
    """

    folder: Path
    steps: tuple[Step, ...]

    def next_step(self) -> Step | None:
        """Return what to do next: the first study that was begun, else the first step that is not done."""
        begun = (step for step in self.steps if step.kind == "study" and step.state == "begun")
        return next(begun, None) or next((step for step in self.steps if step.state != "done"), None)

    def summary(self) -> str:
        """Say in sentences what is done and what is next."""
        return join_sentences([self.counts(), self._next()])

    def counts(self) -> str:
        """Say in sentences what is done."""
        read = [step for step in self.steps if step.kind == "study"]
        done = sum(step.state == "done" for step in read)
        parts = [t("{done} of {all} studies read to their end.", done=done, all=len(read))]
        right = [step for step in self.steps if step.kind == "exercise" and step.score is not None]
        if right:
            score, points = sum(step.score or 0 for step in right), sum(step.points or 0 for step in right)
            parts.append(t("{score:g} of {points:g} points in the exercises begun.", score=score, points=points))
        answered = sum(step.kind == "quiz" and step.state == "done" for step in self.steps)
        if answered:
            parts.append(tn("{n} quiz answered.", "{n} quizzes answered.", answered))
        return join_sentences(parts)

    def _next(self) -> str:
        step = self.next_step()
        if step is None:
            return t("All is done.")
        if step.kind == "exercise":
            tasks = t(", ").join(step.open_tasks)
            return t("Next: exercise {name}, tasks {tasks}.", name=step.name, tasks=tasks)
        if step.kind == "quiz":
            return t("Next: quiz {name}.", name=step.name)
        return t("Next: study {name} ({title}).", name=step.name, title=t(step.title))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a step: module, step, kind, state, score."""
        import pandas as pd

        rows = [
            {
                "module": MODULES.get(step.module, step.module),
                "step": step.name,
                "kind": KINDS[step.kind],
                "state": STATES[step.state],
                "score": score_text(step),
            }
            for step in self.steps
        ]
        return pd.DataFrame(rows, columns=["module", "step", "kind", "state", "score"])

    def modules(self) -> pd.DataFrame:
        """Return one row a module: studies read, score of its exercises, score of its quiz."""
        import pandas as pd

        rows = []
        for module in dict.fromkeys(step.module for step in self.steps):
            own = [step for step in self.steps if step.module == module]
            rows.append({"module": MODULES.get(module, module), **_module_row(own)})
        return pd.DataFrame(rows, columns=["module", "studies read", "exercise", "quiz"])

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain data."""
        step = self.next_step()
        return {
            "folder": str(self.folder),
            "steps": [asdict(item) for item in self.steps],
            "next": asdict(step) if step else None,
        }


def _module_row(steps: list[Step]) -> dict[str, str]:
    read = [step for step in steps if step.kind == "study"]
    done = sum(step.state == "done" for step in read)
    scores = {kind: [score_text(step) for step in steps if step.kind == kind] for kind in ("exercise", "quiz")}
    shown = {kind: t(", ").join(score or "–" for score in found) or "–" for kind, found in scores.items()}
    return {"studies read": t("{done} of {all}", done=done, all=len(read)) if read else "–", **shown}


def score_text(step: Step) -> str:
    """Return the best score of a step; empty where there is none."""
    if step.score is None or not step.points:
        return ""
    return t("{score:.4g} of {points:.4g}", score=step.score, points=step.points)


def read_progress(folder: str | Path) -> Progress:
    """Return how far the trainee of a copy of the course has come.

    Parameters
    ----------
    folder : str or Path
        The copy of the course, or a folder in it.

    Raises
    ------
    RunError
        The folder lies in no copy of the course, or the notes cannot be read.
    """
    home = course_home(Path(folder))
    if home is None:
        raise RunError(
            t(
                "{path}: no copy of the course ({file}); make one with: casework start DIR",
                path=folder,
                file=COURSE_FILE,
            )
        )
    return Progress(folder=home, steps=tuple(_steps(_notes(home))))


def _notes(home: Path) -> Notes:
    """Return the scores by kind and name, and in them by part."""
    path = home / FOLDER / FILE
    notes: dict[tuple[str, str], dict[str, tuple[float | None, float | None]]] = {}
    if not path.is_file():
        return notes
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=5)) as book:
            rows = book.execute("SELECT kind, name, part, score, points FROM deeds").fetchall()
    except sqlite3.Error as error:
        reason = str(error)
        raise RunError(
            t("{path}: the notes cannot be read ({reason}); delete the file to begin anew", path=path, reason=reason)
        ) from None
    for kind, name, part, score, points in rows:
        notes.setdefault((kind, name), {})[part] = (score, points)
    return notes


def _steps(notes: Notes) -> Iterator[Step]:
    """Yield the steps in the order of the course: of each module its studies, its exercises, its quiz."""
    exercises = [get_exercise(name) for name in exercise_names()]
    quizzes = sorted(path.stem for path in (course_root() / "quizzes").glob("*.toml"))
    for module in MODULES:
        for study in studies().values():
            if study.module == module:
                yield _study_step(study.name, module, study.title, notes)
        for exercise in exercises:
            if exercise.module == module:
                yield _exercise_step(exercise, notes)
        if module in quizzes:
            yield _quiz_step(module, notes)


def _study_step(name: str, module: str, title: str, notes: Notes) -> Step:
    state: State = "done" if ("finished", name) in notes else "begun" if ("opened", name) in notes else "new"
    return Step(kind="study", name=name, module=module, title=title, state=state)


def _exercise_step(exercise: Any, notes: Notes) -> Step:
    found = notes.get(("task", exercise.name), {})
    tasks = [task.name for task in exercise.tasks]
    best = {name: found.get(name, (0.0, 0.0)) for name in tasks}
    undone = tuple(name for name, (score, points) in best.items() if not points or (score or 0) < points - EPSILON)
    state: State = "new" if not found else "begun" if undone else "done"
    return Step(
        kind="exercise",
        name=exercise.name,
        module=exercise.module,
        title=exercise.title,
        state=state,
        score=sum(score or 0 for score, _ in best.values()) if found else None,
        points=float(exercise.points),
        open_tasks=undone,
    )


def _quiz_step(module: str, notes: Notes) -> Step:
    score, points = notes.get(("quiz", module), {}).get("", (None, None))
    state: State = "done" if ("quiz", module) in notes else "new"
    return Step(kind="quiz", name=module, module=module, title=MODULES[module], state=state, score=score, points=points)


def show_progress() -> None:
    """Show in a notebook how far its trainee has come, with links; in a run or elsewhere, say where it would stand."""
    import os

    from casework.core.paths import RUN_VARIABLE
    from casework.report.display import tell
    from casework.teach.progress_panel import show_panel

    home = None if os.environ.get(RUN_VARIABLE) else course_home()
    if home is None:
        tell("In your own copy of the course, opened with casework lab, your progress stands here.", role="note")
        return
    progress = read_progress(home)
    show_panel(progress)
    tell(progress.counts(), role="finding")
    tell("It is kept in this folder only, in {file}; nothing is sent anywhere.", role="note", file=f"{FOLDER}/{FILE}")
