import pytest

from casework.core.errors import ParameterError
from casework.teach.exercises.bank import exercise_names, get_exercise
from casework.teach.exercises.parsing import parse_exercise


def test_all_bundled_exercises_can_be_read():
    assert exercise_names()
    assert all(get_exercise(name).name == name for name in exercise_names())


def test_unknown_names_and_paths_are_refused(tmp_path):
    with pytest.raises(ParameterError, match="no exercise is called 'suply_chain'"):
        get_exercise("suply_chain")
    with pytest.raises(ParameterError, match="no exercise is called"):
        get_exercise("../README")


def test_a_file_of_one_s_own(tmp_path):
    from tests.unit.teach.exercises.test_parsing import GOOD

    (tmp_path / "demo.md").write_text(GOOD, encoding="utf-8")
    assert get_exercise(str(tmp_path / "demo.md")) == parse_exercise(GOOD, where="demo.md")
