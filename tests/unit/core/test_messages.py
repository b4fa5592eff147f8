from __future__ import annotations

import pytest

from casework.core import messages
from casework.core.errors import ParameterError
from casework.core.messages import language, mark, set_language, t, tn, use_language


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    folder = tmp_path / "zh" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "casework.po").write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
        'msgid "{n} of {total} answers"\nmsgstr "{total} 个回答中的 {n} 个"\n\n'
        'msgid "{n} answer"\nmsgid_plural "{n} answers"\nmsgstr[0] "{n} 个回答"\n\n'
        '#, fuzzy\nmsgid "yes"\nmsgstr "也许"\n\n'
        'msgid "no"\nmsgstr ""\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(messages, "LOCALE_FOLDER", tmp_path)
    messages.catalogue.cache_clear()
    yield
    messages.catalogue.cache_clear()


def test_english_is_the_source():
    assert t("{n} of {total} answers", n=3, total=7) == "3 of 7 answers"
    assert tn("{n} answer", "{n} answers", 1) == "1 answer"
    assert tn("{n} answer of {name}", "{n} answers of {name}", 0, name="Li") == "0 answers of Li"
    assert mark("as it stands") == "as it stands"


def test_messages_without_fields_keep_their_braces():
    assert t("a {brace}") == "a {brace}"


def test_chinese_takes_the_catalogue_and_its_one_plural(catalogue):
    with use_language("zh"):
        assert t("{n} of {total} answers", n=3, total=7) == "7 个回答中的 3 个"
        assert tn("{n} answer", "{n} answers", 1) == "1 个回答"
        assert tn("{n} answer", "{n} answers", 5) == "5 个回答"
    assert language() == "en"


def test_what_is_fuzzy_or_not_translated_stays_english(catalogue):
    with use_language("zh"):
        assert (t("yes"), t("no"), t("not there")) == ("yes", "no", "not there")
        assert tn("{n} row", "{n} rows", 2) == "2 rows"


def test_the_language_is_the_one_set_else_the_environments(monkeypatch):
    monkeypatch.setenv(messages.LANGUAGE_VARIABLE, "zh")
    assert language() == "zh"
    set_language("en")
    assert language() == "en"


def test_the_course_folder_names_its_language(tmp_path, monkeypatch):
    (tmp_path / "casework.toml").write_text('lang = "zh"\n')
    (tmp_path / "inner").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "casework.toml").write_text("lang =")
    messages._course_language.cache_clear()
    assert messages._course_language(str(tmp_path / "inner")) == "zh"
    assert messages._course_language(str(tmp_path / "broken")) == "en"
    monkeypatch.chdir(tmp_path)
    assert language() == "zh"


def test_an_unknown_language_is_refused():
    with pytest.raises(ParameterError, match=r"lang: 'fr'. Expected: one of en, zh"):
        set_language("fr")


def test_use_language_puts_back_even_after_an_error():
    with pytest.raises(RuntimeError, match="stop"), use_language("zh"):
        raise RuntimeError("stop")
    assert language() == "en"


def test_sentences_are_joined_as_the_language_does():
    assert messages.join_sentences(["A.", "B."]) == "A. B."
    with messages.use_language("zh"):
        assert messages.join_sentences(["甲。", "乙。"]) == "甲。乙。"
