"""The improvement ratio of a need, adjusted to its Kano category: the formulas, by their authors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from casework.core.checks import check_number, check_option
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.voice.kano_table import CATEGORIES

Floats = npt.NDArray[np.float64]
KanoMethod = Literal["tan_shen", "chaudha"]

# Tan & Shen (2000): k of s = c p^k. Chaudha et al. (2011): k of (1 + m)^k. Indifferent is not in Tan & Shen.
EXPONENTS: Mapping[str, Mapping[str, float]] = {
    "tan_shen": {"M": 0.5, "O": 1.0, "A": 2.0},
    "chaudha": {"M": 0.5, "O": 1.0, "A": 1.5, "I": 0.0},
}
UNWANTED = ("R", "Q")


def check_exponents(kano: str, exponents: Mapping[str, float] | None) -> dict[str, float]:
    """Return the exponents of a formula, with own ones laid over them.

    Parameters
    ----------
    kano : {'tan_shen', 'chaudha'}
        Formula.
    exponents : mapping of category letter to float, optional
        Above 0 for tan_shen, at least 0 for chaudha.

    Raises
    ------
    ParameterError
        A letter is not a category that can be adjusted, or an exponent is out of range.

    Examples
    --------
    >>> check_exponents("tan_shen", {"A": 3})
    {'M': 0.5, 'O': 1.0, 'A': 3.0}
    """
    check_option("kano", kano, KanoMethod)
    given = dict(exponents or {})
    letters = [letter for letter in CATEGORIES if letter not in UNWANTED]
    unknown = [letter for letter in given if letter not in letters]
    if unknown:
        raise ParameterError(
            [Problem("exponents", repr(letter), t("one of {values}", values=", ".join(letters))) for letter in unknown]
        )
    own = {
        letter: check_number(f"exponents[{letter!r}]", value, low=0, low_open=kano == "tan_shen", high=100)
        for letter, value in given.items()
    }
    return {**EXPONENTS[kano], **own}


def adjusted_ratio(
    ratio: Floats, category: Sequence[str], index: Floats, *, kano: str, exponents: Mapping[str, float]
) -> Floats:
    """Adjust improvement ratios to Kano categories.

    Parameters
    ----------
    ratio : array, shape (n,)
        Improvement ratios, above 0.
    category : sequence of str, length n
        Kano letters.
    index : array, shape (n,)
        max(|better|, |worse|), 0 to 1; chaudha only.
    kano : {'tan_shen', 'chaudha'}
        Formula, as in `need_weights`.
    exponents : mapping of category letter to float
        As `check_exponents` returns them.

    Returns
    -------
    array, shape (n,)
        0 for reverse and questionable needs.

    Examples
    --------
    A ratio of 4 / 2 = 2: squared for a must-be need, its root for an attractive one.

    >>> powers, two = check_exponents("tan_shen", None), np.full(3, 2.0)
    >>> adjusted_ratio(two, ["M", "O", "A"], np.zeros(3), kano="tan_shen", exponents=powers).round(3).tolist()
    [4.0, 2.0, 1.414]
    """
    k = np.array([exponents.get(letter, np.nan) for letter in category], dtype=np.float64)
    if kano == "tan_shen":
        powers = np.where(np.isnan(k), 0.0, 1.0 / np.where(np.isnan(k), 1.0, k))
        adjusted = ratio**powers
    else:
        adjusted = ratio * (1.0 + index) ** np.where(np.isnan(k), 0.0, k)
    return np.where(np.isin(category, UNWANTED), 0.0, adjusted)
