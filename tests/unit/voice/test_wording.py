import pytest

from casework.voice.wording import category_name, listing


@pytest.mark.parametrize(
    ("names", "told"),
    [([], ""), (["a"], "a"), (list("abcd"), "a, b, c and 1 more"), (list("abcde"), "a, b, c and 2 more")],
)
def test_listing_names_the_first_and_counts_the_rest(names, told):
    assert listing(names, most=3) == told


def test_names_with_braces_stay_text():
    assert listing(["{x}", "100 %"]) == "{x}, 100 %"


def test_category_names():
    assert [category_name(letter) for letter in ("Q", None)] == ["questionable", "no category"]
