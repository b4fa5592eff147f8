import pytest

from casework.core.errors import ParameterError
from casework.supply_chain.structure import MACRO_RULES, WordRule
from casework.supply_chain.structure.rules import check_rules, first_word, match


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("negotiate contracts", "supplier relationship"),
        ("采购原材料", "supplier relationship"),
        ("handle complaints", "customer relationship"),
        ("set prices", "customer relationship"),
        ("demand forecast", "internal supply chain"),
        ("ship to customer", "internal supply chain"),
        ("unheard of", ""),
    ],
)
def test_words_of_names(name, label):
    assert match(name, MACRO_RULES)[0] == label


def test_the_earliest_word_decides():
    assert match("Sell what we produce", MACRO_RULES) == ("customer relationship", "sell")


def test_words_match_where_a_word_begins():
    assert first_word("rebuy", ("buy",)) == ""
    assert first_word("anything", ()) == ""


def test_signs_in_words_are_signs():
    assert first_word("a.b", ("a.",)) == "a."
    assert first_word("ab", ("a.",)) == ""


def test_bad_rules():
    with pytest.raises(ParameterError, match=r"class 'x' is not known(.|\n)*class 'a' has no word"):
        check_rules("rules", [WordRule("x", ("w",)), WordRule("a", ())], ["a"])
