from pathlib import Path

import pytest

from casework.core.errors import ParameterError, RunError
from casework.core.messages import COURSE_FILE
from casework.teach import course


def test_a_new_copy_holds_every_notebook(tmp_path: Path) -> None:
    made = course.start_course(tmp_path / "mine", lang="zh")
    assert course.ORIENTATION in made.written
    assert (tmp_path / "mine" / "voice" / "kano.ipynb").is_file()
    practice = (tmp_path / "mine" / "exercises" / "voice.ipynb").read_text(encoding="utf-8")
    assert "YOUR CODE HERE" in practice
    assert "SOLUTION" not in practice
    assert 'lang = "zh"' in (tmp_path / "mine" / COURSE_FILE).read_text(encoding="utf-8")


def test_work_is_never_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course, "_course_files", lambda lang: {"a.ipynb": "one", "b.ipynb": "one"})
    course.start_course(tmp_path)
    (tmp_path / "a.ipynb").write_text("my work", encoding="utf-8")
    again = course.start_course(tmp_path)
    assert (again.kept, again.updated) == (("a.ipynb",), ("b.ipynb",))
    assert not (tmp_path / "a.new.ipynb").exists()
    monkeypatch.setattr(course, "_course_files", lambda lang: {"a.ipynb": "two", "b.ipynb": "two"})
    course.start_course(tmp_path)
    assert (tmp_path / "a.ipynb").read_text(encoding="utf-8") == "my work"
    assert (tmp_path / "a.new.ipynb").read_text(encoding="utf-8") == "two"
    assert (tmp_path / "b.ipynb").read_text(encoding="utf-8") == "two"


def test_an_unknown_language_and_a_file(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="en, zh"):
        course.start_course(tmp_path / "x", lang="fr")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match="cannot be made"):
        course.start_course(tmp_path / "file")
