"""Words that the results of this package share."""

from __future__ import annotations

from collections.abc import Iterable

from casework.core.messages import mark, t, tn
from casework.voice.kano_table import CATEGORY_NAMES

HEADINGS = (
    mark("attribute"),
    mark("respondent"),
    mark("segment"),
    mark("category"),
    mark("measure"),
    mark("estimate"),
    mark("low"),
    mark("high"),
    mark("quadrant"),
    mark("functional"),
    mark("case"),
    mark("trouble"),
    mark("respondents"),
    mark("share"),
    mark("true better"),
    mark("true mode"),
    mark("category at 5 percent"),
    mark("category at 6 percent"),
)


def listing(names: Iterable[object], *, most: int = 8) -> str:
    """Return names as a list for a sentence; of a long one the first, and how many more.

    Examples
    --------
    >>> listing(["price", "coverage"]), listing("abcd", most=3)
    ('price, coverage', 'a, b, c and 1 more')
    """
    all_names = [shown(name) for name in names]
    first = t(", ").join(all_names[:most])
    left = len(all_names) - most
    return tn("{names} and {n} more", "{names} and {n} more", left, names=first) if left > 0 else first


def shown(name: object) -> str:
    """Return a name of the data in the language in force, where the catalogue knows it; else as it is.

    Examples
    --------
    >>> shown("price per month"), shown(7)
    ('price per month', '7')
    """
    return t(str(name)) if str(name) else ""


def category_name(letter: str | None) -> str:
    """Return the name of a category letter in the language in force.

    Examples
    --------
    >>> category_name("M"), category_name(None)
    ('must-be', 'no category')
    """
    return t(CATEGORY_NAMES[letter]) if letter else t("no category")
