"""The catalogues are complete, true to the source, and keep to the glossary."""

from __future__ import annotations

import importlib.util
import string
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = {
    "must-be": "必备",
    "one-dimensional": "期望",
    "attractive": "魅力",
    "indifferent": "无差异",
    "reverse": "反向",
    "questionable": "可疑",
    "respondent": "受访者",
    "confidence interval": "置信区间",
    "satisfaction index": "满意度指数",
    "synthetic": "合成",
    "attribute": "属性",
}


def load_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages_tool", ROOT / "tools" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = load_tool()


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def entries() -> list[tuple[str, str, bool, bool]]:
    return [
        (TOOL._first(entry.id), TOOL._first(entry.string), entry.fuzzy, not isinstance(entry.id, str))
        for entry in TOOL.read("zh")
        if entry.id
    ]


def test_nothing_is_untranslated() -> None:
    assert TOOL.missing("zh") == []


def test_nothing_is_orphaned() -> None:
    assert TOOL.orphaned("zh") == []


def test_nothing_is_fuzzy() -> None:
    assert [message for message, _, fuzzy, _ in entries() if fuzzy] == []


def test_translations_name_the_same_fields() -> None:
    wrong = []
    for message, translation, _, counted in entries():
        if "\n" in message or not ("{" in message and "}" in message):
            continue
        try:
            same = fields(message) | ({"n"} if counted else set()) == fields(translation) | (
                {"n"} if counted else set()
            )
        except ValueError:
            same = False
        if not same:
            wrong.append((message, translation))
    assert wrong == []


def test_every_translated_character_has_a_glyph() -> None:
    from casework.figures import style

    text = "".join(translation for _, translation, _, _ in entries())
    assert style.missing_glyphs(text) == style.missing_glyphs("")


@pytest.mark.parametrize(("term", "expected"), GLOSSARY.items())
def test_terms_follow_the_glossary(term: str, expected: str) -> None:
    import re

    wrong = [
        (message, translation)
        for message, translation, _, _ in entries()
        if re.search(rf"\b{re.escape(term)}s?\b", message, re.IGNORECASE)
        and expected not in translation
        and not message.startswith("## References")  # titles of books and papers stay as they are
    ]
    assert wrong == []


def test_notebooks_begin_with_the_title_of_their_study_in_every_language() -> None:
    from casework.core.messages import t, use_language
    from casework.studies.notebook import read_notebook
    from casework.studies.registry import studies
    from casework.studies.translation import translate_notebook

    for study in studies().values():
        for lang in ("en", "zh"):
            notebook = translate_notebook(read_notebook(study.notebook), lang, study)
            with use_language(lang):
                title = t(study.title)
            assert notebook.cells[0].source.splitlines()[0] == f"# {title}", (study.name, lang)
