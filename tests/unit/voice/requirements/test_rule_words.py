import re

import pytest

from casework.core.errors import ParameterError
from casework.voice.requirements.rule_words import LISTS, _trie, normal, rule_words


def test_all_lists_are_filled_in_both_languages():
    lists = rule_words().lists
    assert set(lists) == set(LISTS)
    for name, words in lists.items():
        assert any(word.isascii() for word in words), name
        assert any(not word.isascii() for word in words), name


def test_a_tree_matches_what_a_list_matches():
    words = ["as soon as possible", "as well", "soon", "a+b", "尽快", "尽快些"]
    for word in words:
        assert re.fullmatch(_trie(words), word)
    assert not re.fullmatch(_trie(words), "as so")
    assert re.match(_trie([]), "") is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("within 30 seconds", "30 seconds"),
        ("at 65 °C", "65 °C"),
        ("三天内", "三天"),
        ("不超过2％", "2%"),
        ("by 9:00", "9:00"),
        ("a 24-hour line", None),
        ("专业一点", None),
        ("version 2", None),
        ("$ 5 off", "$ 5"),
    ],
)
def test_measures(text, found):
    hits = [hit for hit in rule_words().measure.findall(normal(text)) if hit]
    assert hits == ([found] if found else [])


def test_added_words():
    words = rule_words({"judged": ["snappy", "丝滑"]}, longest={"en": 12})
    assert words.lists["judged"][-2:] == ("snappy", "丝滑")
    assert words.longest == {"en": 12, "zh": 40}


@pytest.mark.parametrize(
    ("extra", "longest", "message"),
    [
        ({"jugded": ["x"]}, None, "'jugded' is not known. Did you mean 'judged'"),
        ({"judged": [""]}, None, "judged: ''"),
        ({"judged": [3]}, None, "judged: 3"),
        (None, {"fr": 3}, "'fr' is not known"),
        (None, {"en": 0}, "en: 0"),
    ],
)
def test_wrong_additions(extra, longest, message):
    with pytest.raises(ParameterError, match=message):
        rule_words(extra, longest=longest)
