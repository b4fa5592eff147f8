from casework.core.messages import use_language
from casework.report.data_note import data_note


def test_made_data_say_so_in_both_languages() -> None:
    assert "synthetic" in data_note("synthetic")
    with use_language("zh"):
        assert "合成" in data_note("synthetic")


def test_an_unknown_kind_says_nothing() -> None:
    assert data_note("") == data_note("other") == ""
