import pytest

from casework.validation import credit_rating as methods
from casework.validation.register import cases


def test_every_method_has_a_case_and_the_reverse():
    assert {case.method for case in cases("credit") if case.part == "rating"} == set(methods.METHODS)


def test_a_limit_takes_the_names_of_its_factors():
    inputs = {"customer": {"equity": 100.0, "grade": "A"}, "factors": {"equity": 0.25}, "combine": "lowest"}
    assert methods.limit(inputs) == {"limit": 25.0, "binding_rule": "equity"}


def test_columns_are_counted_into_a_table():
    assert methods.somers({"x": [0, 0, 1, 1], "y": [1, 2, 3, 4]})["d"] == pytest.approx(1.0)
