import pytest

from casework.core.errors import ParameterError
from casework.studies.course_map import card_table, course_map, parameter_table
from casework.studies.registry import studies


def test_the_map_lists_every_study_but_itself() -> None:
    listed = set(course_map().to_frame()["study"])
    assert listed == {name for name, study in studies().items() if study.module}


def test_one_module_only() -> None:
    assert set(course_map("voice").to_frame()["module"]) == {"Voice of the customer"}
    assert "minutes" in course_map("voice").summary()


def test_an_unknown_module_is_refused() -> None:
    with pytest.raises(ParameterError, match="Did you mean 'voice'"):
        course_map("voic")


def test_parameters_and_cards_become_tables() -> None:
    assert {"data", "seed"} <= set(parameter_table("kano")["parameter"])
    assert set(card_table()["kind"]) <= {"real", "adapted", "synthetic"}
