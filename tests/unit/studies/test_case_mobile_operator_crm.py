import pytest

from casework.core.errors import ParameterError
from casework.datasets.cases import GENERATORS, make_case
from casework.datasets.synthetic import operator_case
from casework.studies import case_mobile_operator_crm as plan
from casework.studies.cases import is_case
from casework.studies.parameters import validate
from casework.studies.registry import studies


def test_it_is_a_case_of_the_course():
    assert studies()[plan.STUDY.name] is plan.STUDY
    assert is_case(plan.STUDY)
    assert GENERATORS[plan.STUDY.name] == "operator_case"


def test_tables_columns_and_dates_are_those_of_the_generator():
    case = make_case(plan.STUDY.name, company="x", seed=3, size="small")
    assert set(case.tables) == set(plan.TABLES)
    assert str(operator_case.TODAY) == plan.TODAY
    assert set(plan.ATTRIBUTES) == set(operator_case.LEVELS)
    assert plan.QUESTIONS == operator_case.QUESTIONS
    assert (plan.HALF_YEAR, plan.SLOW) == (operator_case.HALF_YEAR, operator_case.SLOW_DAYS)


def test_tables_are_for_both_versions_and_what_is_found_is_for_the_instructor():
    answers = {item.name for item in plan.STUDY.results if item.answers}
    assert {item.name for item in plan.STUDY.results} - answers == set(plan.TABLES)
    assert "answer_key" in answers


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(ParameterError, match="margin") as error:
        validate(plan.STUDY, {"margin": 2, "capacity": 0, "call_cost": -1, "severity": "awful"})
    assert len(error.value.problems) == 4
