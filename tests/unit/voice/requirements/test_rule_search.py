import pytest

from casework.voice.requirements import rule_search as find
from casework.voice.requirements.rule_words import rule_words

FINDER = find.search(rule_words())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The invoice must be correct.", []),
        ("It must be correct.", ["It"]),
        ("Everything should be fine.", ["Everything"]),
        ("We need the invoice within 2 days.", []),
        ("发票必须准确。", []),
        ("要快。", ["快"]),
        ("服务要好。", ["服务"]),
        ("应用打开速度要快。", []),
    ],
)
def test_output_is_named(text, words):
    assert find.unspecific(FINDER, text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The box has no dents and arrives in 2 days.", ["and"]),
        ("Between 2 and 4 samples are enclosed.", []),
        ("Terms and conditions are printed.", []),
        ("Calls must be free, staff must be polite.", ["must"]),
        ("外箱无凹痕,且3天内送达。", ["且"]),
        ("附2到4件样品。", []),
        ("合并发票在2天内寄出。", []),
    ],
)
def test_second_demands(text, words):
    assert find.several(FINDER, text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Delivery should be fast.", ["fast"]),
        ("Delivery is fast: at most 2 days.", []),
        ("Staff must be friendly within 2 days.", ["friendly"]),
        ("At least 90% of callers rate the agent friendly.", []),
        ("A fast food box holds 2 meals.", []),
        ("说明要清楚。", ["清楚"]),
        ("送货要快,不超过2天。", []),
    ],
)
def test_matters_of_opinion(text, words):
    assert find.unobservable(FINDER, text) == words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The report comes within 3 days.", None),
        ("The report comes in about 3 days.", ["about"]),
        ("The report comes.", []),
        ("No report is lost.", None),
        ("报告约周一发出。", []),
        ("报告3天左右发出。", ["左右"]),
    ],
)
def test_limits(text, found):
    assert find.unbounded(FINDER, text) == found


def test_padding_and_second_sentences():
    assert find.padded(FINDER, "Please send the report. We wait for it.") == ["Please", "We wait for it"]
    assert find.padded(FINDER, "申请在2天内批复。") == []


def test_a_reason_is_no_part_of_the_demand():
    assert FINDER.core("Ship it in 2 days because we wait.") == "Ship it in 2 days "
    assert FINDER.core("因为急,请2天内发货。") == "因为急,请2天内发货。"


def test_lengths():
    assert find.lengths(["送达 in 2 days", ""]) == [(2, 3), (0, 0)]


@pytest.mark.parametrize("name", find.SEARCHED)
def test_every_word_of_a_list_is_found_whatever_stands_around_it(name):
    neutral = set(FINDER.words.lists["neutral"])
    for word in FINDER.words.lists[name]:
        if word not in neutral:
            assert FINDER.found(name, f"x {word.upper()} y"), word


def test_skipping_a_search_changes_nothing():
    texts = ["The box has no dents and arrives in 2 days.", "App 打开要快, 而且 good", "5分钟内送达;免费", "", "ſoon"]
    for text in texts:
        for name in find.SEARCHED:
            direct = [word for word in FINDER.pattern(name, text).findall(text) if word]
            assert FINDER.found(name, text) == list(dict.fromkeys(direct))
