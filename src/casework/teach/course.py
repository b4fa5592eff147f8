"""A trainee's own copy of the course: updates bring what is new and never overwrite the trainee's work."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from casework.core.errors import ParameterError, Problem, RunError
from casework.core.messages import COURSE_FILE, LANGUAGES, t, tn, use_language
from casework.core.paths import notebooks_folder
from casework.report.course_links import EXERCISES, PAGE, QUIZZES
from casework.runner.hashing import sha256_text
from casework.studies.notebook import notebook_text, read_notebook
from casework.studies.registry import studies
from casework.studies.translation import translate_notebook
from casework.teach.exercises.bank import exercise_names, get_exercise
from casework.teach.exercises.compile import compile_notebook
from casework.teach.glossary_page import write_glossary
from casework.teach.quizzes.bank import bank_names
from casework.teach.quizzes.notebook import quiz_notebook

LEDGER = ".casework-copied.json"
ORIENTATION = "00_orientation.ipynb"
SOLUTION = "solution"  # tag of a cell
FOLDED = "jp-MarkdownHeadingCollapsed"  # by which JupyterLab folds a heading and what is below it


@dataclass(frozen=True, kw_only=True)
class CourseCopy:
    """What `start` did with the notebooks of a copy of the course.

    Attributes
    ----------
    folder : Path
        The copy.
    written, updated, same : tuple of str
        Notebooks that are new, that were brought up to date, and that were so already.
    kept : tuple of str
        Notebooks that the trainee changed and that stay as they are.
    beside : tuple of (str, str)
        Those of them that have a new version, and the name of the new version beside it.
    lang : str
        Language of the copy, in which `summary` speaks.
    """

    folder: Path
    lang: str = "en"
    written: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    beside: tuple[tuple[str, str], ...] = ()

    def summary(self) -> str:
        """Say what was done, and how to go on."""
        with use_language(self.lang):
            return self._told()

    def _told(self) -> str:
        counts = (
            tn("{n} notebook written", "{n} notebooks written", len(self.written)),
            tn("{n} brought up to date", "{n} brought up to date", len(self.updated)),
            tn("{n} as before", "{n} as before", len(self.same)),
            tn("{n} kept as you changed it", "{n} kept as you changed them", len(self.kept)),
        )
        known = zip(counts, (self.written, self.updated, self.same, self.kept), strict=True)
        parts = t(", ").join(text for text, names in known if names)
        lines = [t("{folder}: {parts}.", folder=self.folder, parts=parts)]
        lines += [
            t("  the new version of {name} is beside yours: {new}", name=old, new=new) for old, new in self.beside
        ]
        return "\n".join([*lines, t("Go on with: casework lab {folder}", folder=self.folder)])


def start_course(folder: str | Path, *, lang: str | None = None) -> CourseCopy:
    """Write the course's notebooks and the glossary into a folder, or bring an older copy up to date.

    A notebook that the trainee changed is never written over: where the course has a new version it is put beside it.
    Running the cells of a notebook is no change, writing in one is.

    Parameters
    ----------
    folder : str or Path
        The trainee's folder.
    lang : {'en', 'zh'}, optional
        Language of the prose, and of figures and messages when the notebooks run there; by default that of the copy
        that is there, and English for a new one.

    Raises
    ------
    ParameterError
        Unknown language.
    RunError
        The folder is a file or cannot be written.
    """
    if lang is not None and lang not in LANGUAGES:
        raise ParameterError(Problem("--lang", repr(lang), t("one of {values}", values=", ".join(LANGUAGES))))
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise RunError(t("{path}: it cannot be made; name another folder", path=target)) from None
    lang = lang or copy_language(target)
    (target / COURSE_FILE).write_text(f'lang = "{lang}"\n', encoding="utf-8")
    ledger = _read_ledger(target)
    done: dict[str, list[str]] = {"written": [], "updated": [], "same": [], "kept": []}
    beside = []
    for name, text in _course_files(lang).items():
        state, new = _place(target, name, text, ledger)
        done[state].append(name)
        beside += [(name, new)] if new else []
    write_glossary(target / PAGE, lang=lang)
    (target / LEDGER).write_text(json.dumps(ledger, indent=1, sort_keys=True), encoding="utf-8")
    states = {key: tuple(names) for key, names in done.items()}
    return CourseCopy(folder=target, lang=lang, beside=tuple(beside), **states)


def copy_language(folder: Path) -> str:
    """Return the language of a copy of the course; English where there is none yet."""
    try:
        named = tomllib.loads((folder / COURSE_FILE).read_text(encoding="utf-8")).get("lang")
    except (OSError, ValueError):
        return "en"
    return str(named) if named in LANGUAGES else "en"


def _course_files(lang: str) -> dict[str, str]:
    by_path = {study.notebook: study for study in studies().values()}
    root = notebooks_folder()
    files = {}
    for path in sorted(root.rglob("*.ipynb")):
        if ".ipynb_checkpoints" in path.parts:
            continue
        notebook = translate_notebook(read_notebook(path), lang, by_path.get(path))
        files[path.relative_to(root).as_posix()] = notebook_text(_folded(notebook, lang))
    for name in exercise_names():
        files[f"{EXERCISES}/{name}.ipynb"] = notebook_text(compile_notebook(get_exercise(name), lang=lang))
    for name in bank_names():
        files[f"{QUIZZES}/{name}.ipynb"] = notebook_text(quiz_notebook(name, lang=lang))
    return files


def _folded(notebook: Any, lang: str) -> Any:
    """Put a folded heading before the solutions, so that nobody reads them by chance."""
    from nbformat.v4 import new_markdown_cell

    with use_language(lang):
        text = t("### Solutions: try first, then click the arrow on the left")
    cells: list[Any] = []
    within = False
    for cell in notebook.cells:
        solves = SOLUTION in cell.metadata.get("tags", ())
        if solves and not within:
            folded = {"tags": [SOLUTION], FOLDED: True}
            cells.append(new_markdown_cell(text, id=f"solutions-{len(cells)}", metadata=folded))
        within = solves
        cells.append(cell)
    notebook.cells = cells
    return notebook


def _place(target: Path, name: str, text: str, ledger: dict[str, str]) -> tuple[str, str]:
    """Write one notebook unless the trainee changed it; say what was done, and what the new one beside it is called."""
    path, new = target / name, fingerprint(text)
    known, ledger[name] = ledger.get(name), new
    if not path.exists():
        _write(path, text)
        return "written", ""
    if _untouched(path, known):
        if known != new:
            _write(path, text)
        return ("same" if known == new else "updated"), ""
    if known == new:
        return "kept", ""
    beside = _beside(target, name, ledger)
    _write(target / beside, text)
    ledger[beside] = new
    return "kept", beside


def fingerprint(text: str) -> str:
    """Return what a notebook says as a short text: kinds and sources of its cells, without outputs and settings.

    Parameters
    ----------
    text : str
        Its file; what is no notebook stands for itself.
    """
    try:
        cells = [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(text)["cells"]]
    except (ValueError, KeyError, TypeError):
        return sha256_text(text)
    return sha256_text(json.dumps(cells))


def _untouched(path: Path, known: str | None) -> bool:
    text = path.read_text(encoding="utf-8", errors="replace")
    return known in (fingerprint(text), sha256_text(text))  # the second: copies made before cells were compared


def _beside(target: Path, name: str, ledger: dict[str, str]) -> str:
    """Return a name for the new version: one that is free, or that nobody wrote in."""
    stem = name.removesuffix(".ipynb")
    tries = (f"{stem}.new{number or ''}.ipynb" for number in count())
    return next(one for one in tries if not (target / one).exists() or _untouched(target / one, ledger.get(one)))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _read_ledger(target: Path) -> dict[str, str]:
    path = target / LEDGER
    try:
        content = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except ValueError:
        content = {}
    return dict(content) if isinstance(content, dict) else {}
