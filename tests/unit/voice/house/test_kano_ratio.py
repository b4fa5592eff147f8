import numpy as np
import pytest

from casework.core.errors import ParameterError
from casework.voice.house.kano_ratio import EXPONENTS, adjusted_ratio, check_exponents

LETTERS = ["M", "O", "A", "I", "R", "Q"]


def adjusted(kano, ratio, index=0.0, exponents=None):
    powers = check_exponents(kano, exponents)
    values = np.full(len(LETTERS), float(ratio))
    return adjusted_ratio(values, LETTERS, np.full(len(LETTERS), index), kano=kano, exponents=powers).tolist()


def test_tan_shen_squares_a_must_be_ratio_and_takes_the_root_of_an_attractive_one():
    assert adjusted("tan_shen", 2) == pytest.approx([4, 2, 2**0.5, 1, 0, 0], rel=1e-15)


def test_chaudha_favours_attractive_needs():
    assert adjusted("chaudha", 1.5, 0.44) == pytest.approx([1.8, 2.16, 2.592, 1.5, 0, 0], rel=1e-14)


def test_the_two_formulas_pull_in_opposite_directions():
    must, one, attractive = adjusted("tan_shen", 1.5)[:3]
    assert must > one > attractive
    must, one, attractive = adjusted("chaudha", 1.5, 0.6)[:3]
    assert must < one < attractive


def test_own_exponents_replace_the_published_ones():
    assert adjusted("tan_shen", 2, exponents={"M": 1 / 3})[0] == pytest.approx(8)
    assert check_exponents("chaudha", {"I": 0.2}) == {**EXPONENTS["chaudha"], "I": 0.2}


def test_without_improvement_tan_shen_changes_nothing():
    assert adjusted("tan_shen", 1)[:4] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("kano", "exponents", "message"),
    [
        ("tan_shen", {"R": 1}, "'R'.*one of M, O, A, I"),
        ("tan_shen", {"M": 0}, "above 0"),
        ("chaudha", {"A": -1}, "at least 0"),
        ("chaudha", {"A": float("nan")}, "exponents"),
        ("tontini", None, "one of tan_shen, chaudha"),
    ],
)
def test_wrong_exponents_are_refused(kano, exponents, message):
    with pytest.raises(ParameterError, match=message):
        check_exponents(kano, exponents)
