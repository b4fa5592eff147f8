import pandas as pd
import pytest

from casework.core.messages import use_language
from casework.voice.comments.texts import chinese_words, language_of, mask_personal, masked_count, stop_words, terms


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to jane.doe+x@mail.example.com!", "write to [e-mail]!"),
        ("邮箱buyer12@example.com谢谢", "邮箱[e-mail]谢谢"),
        ("我的电话13800001234。", "我的电话[number]。"),
        ("call +49 (0)30 123-4567 now", "call [number] now"),
        ("card 4111 1111 1111 1111", "card [number]"),
        ("see https://example.com/a?b=1 please", "see [link] please"),
        ("since 2024-05-06 or 06.05.2024", "since 2024-05-06 or 06.05.2024"),
        ("order 12345, 3.5 stars, 1,000 parcels", "order 12345, 3.5 stars, 1,000 parcels"),
    ],
)
def test_masking(text, masked):
    assert mask_personal(pd.Series([text])).tolist() == [masked]


def test_masking_keeps_the_index_and_what_is_empty():
    masked = mask_personal(pd.Series(["a", None], index=["x", "y"]))
    assert masked.index.tolist() == ["x", "y"]
    assert masked.isna().tolist() == [False, True]


def test_masks_follow_the_language_and_are_no_terms():
    with use_language("zh"):
        text = mask_personal(pd.Series(["电话13800001234"])).iloc[0]
    assert "1380" not in text
    assert "号码" not in terms(text, language="zh", stops=frozenset())
    assert masked_count(pd.Series(["a@example.com", "b", None, "138 0000 1234"])) == 2


def test_language_by_script():
    assert language_of(pd.Series(["Slow App", "App 很慢很慢", "!!", None, "ok"])).tolist() == ["en", "zh", "", "", "en"]


def test_terms_and_stop_words():
    stops = stop_words(["Courier"])
    assert terms("The COURIER didn't ring", language="en", stops=stops["en"]) == ["didn't", "ring"]
    assert terms("快递很慢", language="zh", stops=stops["zh"]) == ["快递"]
    assert terms("", language="zh", stops=stops["zh"]) == []


def test_words_have_many_neighbours():
    texts = [f"{before}快递{after}" for before in "甲乙丙丁" for after in "子丑寅卯"]
    words = chinese_words(texts, stops=frozenset())
    assert "快递" in words
    assert not {"甲快", "递子"} & words
