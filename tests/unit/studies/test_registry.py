import pytest

from casework.core.errors import ParameterError
from casework.studies.registry import MODULES, READING, get_study, studies


def test_every_study_belongs_to_a_module_and_carries_its_own_name() -> None:
    assert all(study.module in MODULES and name == study.name for name, study in studies().items())


def test_the_order_is_that_of_the_course() -> None:
    order = [list(MODULES).index(study.module) for study in studies().values()]
    assert order == sorted(order)
    names = list(studies())
    assert set(READING) <= set(names)
    assert names.index("chain_structure") < names.index("bullwhip") < names.index("requirements") < names.index("kano")


def test_an_unknown_study_gives_the_nearest_spelling() -> None:
    with pytest.raises(ParameterError, match="Did you mean 'kano'"):
        get_study("knao")
