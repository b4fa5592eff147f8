import pytest

from casework.core.errors import ParameterError
from casework.credit.scorecard.scaling import Scaling, check_scaling


def test_points_double_the_odds() -> None:
    scaling = Scaling(points=600, odds=50, pdo=20)
    p = scaling.probability([600, 620])
    assert (1 - p) / p == pytest.approx([50, 100])
    assert scaling.score(1 / 51) == pytest.approx(600)


def test_a_cut_off_needs_a_probability() -> None:
    with pytest.raises(ParameterError, match="above 0, below 1"):
        Scaling().score(1.0)


def test_all_problems_at_once() -> None:
    with pytest.raises(ParameterError, match="odds") as caught:
        check_scaling(points=float("nan"), odds=0, pdo=-1, digits=2.5)
    assert len(caught.value.problems) == 4
    assert check_scaling(points=600, odds=50, pdo=20, digits=None).digits is None
