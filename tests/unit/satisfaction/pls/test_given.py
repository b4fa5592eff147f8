import pytest

from casework.core.errors import ParameterError
from casework.satisfaction.pls.given import check_count, check_dominant, check_kind


@pytest.mark.parametrize(("value", "message"), [(1.5, "a whole number of at least 1"), (0, "at least 1"), ("x", "no")])
def test_counts(value, message):
    with pytest.raises(ParameterError, match=message):
        check_count("max_iterations", value, low=1)
    assert check_count("max_iterations", 3.0, low=1) == 3


def test_kinds():
    with pytest.raises(ParameterError, match=r"model: of type NoneType\. Expected: a text"):
        check_kind("model", None, str, "a text")
    with pytest.raises(ParameterError, match="dominant: of type list"):
        check_dominant(["a"])
    check_dominant(None)
    check_dominant({"A": "a"})
