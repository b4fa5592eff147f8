"""A trainee's own copy of the course: updates bring what is new and never overwrite the trainee's work."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from casework.core.errors import ParameterError, Problem, RunError
from casework.core.messages import COURSE_FILE, LANGUAGES, t
from casework.core.paths import notebooks_folder
from casework.report.glossary_link import PAGE
from casework.runner.hashing import sha256_text
from casework.studies.notebook import notebook_text, read_notebook
from casework.studies.registry import studies
from casework.studies.translation import translate_notebook
from casework.teach.exercises.bank import exercise_names, get_exercise
from casework.teach.exercises.compile import compile_notebook
from casework.teach.glossary_page import write_glossary

LEDGER = ".casework-copied.json"
ORIENTATION = "00_orientation.ipynb"


@dataclass(frozen=True, kw_only=True)
class CourseCopy:
    """What `start` did: files written, brought up to date, and kept because the trainee changed them."""

    folder: Path
    written: tuple[str, ...]
    updated: tuple[str, ...]
    kept: tuple[str, ...]

    def summary(self) -> str:
        """Say what was done."""
        lines = [
            t(
                "{folder}: {written} notebooks written, {updated} brought up to date, {kept} kept as you changed them.",
                folder=self.folder,
                written=len(self.written),
                updated=len(self.updated),
                kept=len(self.kept),
            )
        ]
        lines += [
            t("  the new version of {name} is beside yours: {new}", name=name, new=_beside(name)) for name in self.kept
        ]
        return "\n".join(lines)


def start_course(folder: str | Path, *, lang: str = "en") -> CourseCopy:
    """Write the course's notebooks and the glossary into a folder, or bring an older copy up to date.

    A notebook that the trainee changed is never written over: where the course has a new version it is put beside it.

    Parameters
    ----------
    folder : str or Path
        The trainee's folder.
    lang : {'en', 'zh'}
        Language of the prose, and of figures and messages when the notebooks run there.

    Raises
    ------
    ParameterError
        Unknown language.
    RunError
        The folder is a file or cannot be written.
    """
    if lang not in LANGUAGES:
        raise ParameterError(Problem("--lang", repr(lang), t("one of {values}", values=", ".join(LANGUAGES))))
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise RunError(t("{path}: it cannot be made; name another folder", path=target)) from None
    (target / COURSE_FILE).write_text(f'lang = "{lang}"\n', encoding="utf-8")
    ledger = _read_ledger(target)
    done: dict[str, list[str]] = {"written": [], "updated": [], "kept": []}
    for name, text in _course_files(lang).items():
        done[_place(target / name, name, text, ledger)].append(name)
    write_glossary(target / PAGE, lang=lang)
    (target / LEDGER).write_text(json.dumps(ledger, indent=1, sort_keys=True), encoding="utf-8")
    return CourseCopy(folder=target, **{key: tuple(names) for key, names in done.items() if key != "same"})


def _course_files(lang: str) -> dict[str, str]:
    by_path = {study.notebook: study for study in studies().values()}
    root = notebooks_folder()
    files = {}
    for path in sorted(root.rglob("*.ipynb")):
        if ".ipynb_checkpoints" in path.parts:
            continue
        notebook = translate_notebook(read_notebook(path), lang, by_path.get(path))
        files[path.relative_to(root).as_posix()] = notebook_text(notebook)
    for name in exercise_names():
        files[f"exercises/{name}.ipynb"] = notebook_text(compile_notebook(get_exercise(name), lang=lang))
    return files


def _place(path: Path, name: str, text: str, ledger: dict[str, str]) -> str:
    """Write one file unless the trainee changed it; say what was done."""
    new = sha256_text(text)
    if not path.exists():
        _write(path, text)
        ledger[name] = new
        return "written"
    untouched = sha256_text(path.read_text(encoding="utf-8")) == ledger.get(name)
    if untouched:
        _write(path, text)
        ledger[name] = new
        return "updated"
    if ledger.get(name) != new:
        _write(path.with_name(_beside(path.name)), text)
        ledger[name] = new
    return "kept"


def _beside(name: str) -> str:
    return name.removesuffix(".ipynb") + ".new.ipynb"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _read_ledger(target: Path) -> dict[str, str]:
    path = target / LEDGER
    try:
        content = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except ValueError:
        content = {}
    return dict(content)
