import json
from pathlib import Path

import nbformat
import pytest

from casework.core.errors import ParameterError, RunError
from casework.core.messages import COURSE_FILE
from casework.runner.hashing import sha256_text
from casework.teach import course


def test_a_new_copy_holds_every_notebook(tmp_path: Path) -> None:
    made = course.start_course(tmp_path / "mine", lang="zh")
    assert course.ORIENTATION in made.written
    assert (tmp_path / "mine" / "voice" / "kano.ipynb").is_file()
    practice = (tmp_path / "mine" / "exercises" / "voice.ipynb").read_text(encoding="utf-8")
    assert "YOUR CODE HERE" in practice
    assert "SOLUTION" not in practice
    assert 'lang = "zh"' in (tmp_path / "mine" / COURSE_FILE).read_text(encoding="utf-8")


def test_a_copy_has_a_quiz_of_each_module_and_solutions_are_folded(tmp_path: Path) -> None:
    course.start_course(tmp_path)
    quiz = nbformat.read(tmp_path / "quizzes" / "credit.ipynb", as_version=4)
    assert 'quiz("credit"' in quiz.cells[-1].source
    kano = nbformat.read(tmp_path / "voice" / "kano.ipynb", as_version=4)
    nbformat.validate(kano)
    headings = [place for place, cell in enumerate(kano.cells) if cell.metadata.get(course.FOLDED)]
    solutions = [place for place, cell in enumerate(kano.cells) if "solution" in cell.metadata.get("tags", ())]
    assert headings == solutions[:1]
    assert solutions == list(range(solutions[0], solutions[-1] + 1))
    assert kano.cells[solutions[0]].source.startswith("### ")
    assert kano.cells[solutions[-1] + 1].source.startswith("## ")  # where the fold ends


def test_work_is_never_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course, "_course_files", lambda lang: {"a.ipynb": "one", "b.ipynb": "one"})
    first = course.start_course(tmp_path)
    assert first.summary().splitlines() == [f"{tmp_path}: 2 notebooks written.", f"Go on with: casework lab {tmp_path}"]
    (tmp_path / "a.ipynb").write_text("my work", encoding="utf-8")
    again = course.start_course(tmp_path)
    assert (again.kept, again.same, again.beside) == (("a.ipynb",), ("b.ipynb",), ())
    assert "beside yours" not in again.summary()
    assert not (tmp_path / "a.new.ipynb").exists()
    monkeypatch.setattr(course, "_course_files", lambda lang: {"a.ipynb": "two", "b.ipynb": "two"})
    newer = course.start_course(tmp_path)
    assert (newer.updated, newer.beside) == (("b.ipynb",), (("a.ipynb", "a.new.ipynb"),))
    assert "1 brought up to date, 1 kept as you changed it." in newer.summary()
    assert (tmp_path / "a.ipynb").read_text(encoding="utf-8") == "my work"
    assert (tmp_path / "a.new.ipynb").read_text(encoding="utf-8") == "two"
    assert (tmp_path / "b.ipynb").read_text(encoding="utf-8") == "two"


def test_work_in_a_new_version_beside_is_not_written_over_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("one", "two", "three", "four"):
        monkeypatch.setattr(course, "_course_files", lambda lang, text=text: {"a.ipynb": text})
        course.start_course(tmp_path)
        if text == "one":
            (tmp_path / "a.ipynb").write_text("my work", encoding="utf-8")
        if text == "two":
            (tmp_path / "a.new.ipynb").write_text("more work", encoding="utf-8")
    assert (tmp_path / "a.ipynb").read_text(encoding="utf-8") == "my work"
    assert (tmp_path / "a.new.ipynb").read_text(encoding="utf-8") == "more work"
    assert (tmp_path / "a.new1.ipynb").read_text(encoding="utf-8") == "four"


def notebook(*sources: str, outputs: int = 0) -> str:
    cells = [
        {"cell_type": "code", "source": [source], "outputs": [{}] * outputs, "metadata": {"trusted": bool(outputs)}}
        for source in sources
    ]
    return json.dumps({"cells": cells, "metadata": {"outputs": outputs}})


def test_running_a_notebook_is_no_change_and_writing_in_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course, "_course_files", lambda lang: {"a.ipynb": notebook("x"), "b.ipynb": notebook("x")})
    course.start_course(tmp_path)
    (tmp_path / "a.ipynb").write_text(notebook("x", outputs=2), encoding="utf-8")
    (tmp_path / "b.ipynb").write_text(notebook("x", "mine"), encoding="utf-8")
    again = course.start_course(tmp_path)
    assert (again.same, again.kept) == (("a.ipynb",), ("b.ipynb",))
    assert (tmp_path / "a.ipynb").read_text(encoding="utf-8") == notebook("x", outputs=2)
    monkeypatch.setattr(course, "_course_files", lambda lang: {"a.ipynb": notebook("y"), "b.ipynb": notebook("y")})
    newer = course.start_course(tmp_path)
    assert (newer.updated, newer.kept) == (("a.ipynb",), ("b.ipynb",))


def test_a_copy_keeps_its_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course, "_course_files", lambda lang: {"a.ipynb": lang})
    course.start_course(tmp_path, lang="zh")
    again = course.start_course(tmp_path)
    assert course.copy_language(tmp_path) == "zh"
    assert (again.written, again.updated, again.kept, again.lang) == ((), (), (), "zh")
    (tmp_path / COURSE_FILE).write_text("lang = [broken", encoding="utf-8")
    assert course.copy_language(tmp_path) == "en"


def test_copies_made_before_cells_were_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = notebook("x")
    (tmp_path / "a.ipynb").write_text(old, encoding="utf-8")
    (tmp_path / course.LEDGER).write_text(json.dumps({"a.ipynb": sha256_text(old)}), encoding="utf-8")
    monkeypatch.setattr(course, "_course_files", lambda lang: {"a.ipynb": notebook("y")})
    assert course.start_course(tmp_path).updated == ("a.ipynb",)


def test_an_unknown_language_and_a_file(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="en, zh"):
        course.start_course(tmp_path / "x", lang="fr")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match="cannot be made"):
        course.start_course(tmp_path / "file")
