from __future__ import annotations

import pytest

from casework.core import paths
from casework.core.errors import RunError


@pytest.fixture(autouse=True)
def _fresh():
    paths.course_root.cache_clear()
    yield
    paths.course_root.cache_clear()


def test_the_checkout_is_the_course():
    root = paths.course_root()
    assert paths.notebooks_folder() == root / "notebooks"
    assert paths.datasets_folder() == root / "datasets"
    assert paths.datasets_folder().is_dir()


def test_the_environment_names_another_course(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "datasets").mkdir()
    monkeypatch.setenv(paths.COURSE_VARIABLE, str(tmp_path))
    assert paths.course_root() == tmp_path


def test_a_folder_without_a_course_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv(paths.COURSE_VARIABLE, str(tmp_path))
    with pytest.raises(RunError, match=r"no course \(notebooks/ and datasets/\) found"):
        paths.course_root()


def test_quizzes_and_exercises_lie_beside_the_notebooks():
    assert paths.quizzes_folder() == paths.course_root() / "quizzes"
    assert paths.exercises_folder() == paths.course_root() / "exercises"
