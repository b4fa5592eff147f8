from __future__ import annotations

import random
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.teach.quizzes.moodle_reader import read, split_path

from casework.core.errors import ParameterError
from casework.core.messages import t, use_language
from casework.teach.quizzes.bank import bank_names, get_bank
from casework.teach.quizzes.judge import judge
from casework.teach.quizzes.model import Question
from casework.teach.quizzes.moodle import _folder, moodle_xml

TYPES = {"true_false": "truefalse", "choice": "multichoice", "numeric": "numerical", "ordering": "ordering"}
GRADES = {100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20, 16.66667, 14.28571, 12.5, 11.11111}
GRADES |= {10, 5, 0}  # Moodle refuses any other fraction of a choice


def entries(xml: str) -> list[ET.Element]:
    root = ET.fromstring(xml.encode())
    assert root.tag == "quiz"
    return [entry for entry in root if entry.get("type") != "category"]


def plain(element: ET.Element, path: str) -> str:
    """Return a text as Moodle shows it: the HTML in it without its tags."""
    return "".join(ET.fromstring(f"<x>{element.findtext(path)}</x>").itertext())


def answers(entry: ET.Element) -> list[tuple[str, float]]:
    return [(plain(answer, "text"), float(answer.get("fraction", "nan"))) for answer in entry.findall("answer")]


def check(entry: ET.Element, question: Question) -> None:
    """Read a question back by the documented format, and hold it to the bank."""
    assert entry.get("type") == TYPES[question.kind]
    assert entry.findtext("name/text") == f"{question.module}: {question.id}"
    assert plain(entry, "questiontext/text").startswith(t(question.text))
    assert t(question.explanation) in plain(entry, "generalfeedback/text")
    assert {entry.find(name).get("format") for name in ("questiontext", "generalfeedback")} == {"html"}  # type: ignore[union-attr]
    assert float(entry.findtext("defaultgrade") or 0) == 1
    found = answers(entry)
    options = [t(option) for option in question.options]
    if question.kind == "true_false":
        assert found == [("true", 100.0 * bool(question.answer)), ("false", 100.0 * (not question.answer))]
    elif question.kind == "numeric":
        [(number, fraction)] = found
        assert float(number) == pytest.approx(question.number)
        assert fraction == 100
        assert float(entry.findtext("answer/tolerance") or 0) == pytest.approx(question.deviation)
        assert entry.findtext("showunits") == "3"
    elif question.kind == "ordering":
        assert [text for text, _ in found] == options
        assert entry.findtext("gradingtype") == "RELATIVE_NEXT_EXCLUDE_LAST"
        assert entry.findtext("selecttype") == "ALL"
    else:
        assert [text for text, _ in found] == options
        good = [place for place, (_, fraction) in enumerate(found) if fraction > 0]
        assert tuple(good) == question.places
        assert entry.findtext("single") == ("false" if question.several else "true")
        assert {abs(fraction) for _, fraction in found} <= GRADES
        assert sum(fraction for _, fraction in found if fraction > 0) == pytest.approx(100, abs=1e-3)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", ["voice", "satisfaction", "supply_chain", "credit"])
def test_every_bank_reads_back(name: str, lang: str) -> None:
    found = {entry.findtext("name/text"): entry for entry in entries(moodle_xml(name, lang=lang))}
    questions = get_bank(name).questions
    assert len(found) == len(questions)
    with use_language(lang):
        for question in questions:
            check(found[f"{name}: {question.id}"], question)


def test_hostile_texts_stay_texts(tmp_path: Path, text: str) -> None:
    path = tmp_path / "demo.toml"
    path.write_text(text.replace("1 < 2 & 3?", "a ]]> b <script> \\u0001 \\U0001F600 & c"), encoding="utf-8")
    bank = get_bank(str(path))
    found = {entry.findtext("name/text"): entry for entry in entries(moodle_xml(str(path)))}
    shown = plain(found["demo: truth"], "questiontext/text")
    assert shown.startswith("a ]]> b <script> \N{REPLACEMENT CHARACTER} \N{GRINNING FACE} & c")
    assert "&lt;script&gt;" in (found["demo: truth"].findtext("questiontext/text") or "")
    for question in bank.questions[1:]:
        check(found[f"demo: {question.id}"], question)


def test_categories_come_before_their_questions() -> None:
    root = ET.fromstring(moodle_xml(["supply_chain"]).encode())
    paths = [entry.findtext("category/text") for entry in root if entry.get("type") == "category"]
    assert root[0].get("type") == "category"
    assert "$course$/top/casework/Supply chain/cycle view" in paths
    assert "$course$/top/casework/Supply chain/push//pull view" in paths


def test_id_numbers_are_unique() -> None:
    xml = moodle_xml(bank_names())
    numbers = [entry.findtext("idnumber") for entry in entries(xml)]
    assert len(set(numbers)) == len(numbers) > 56


def test_the_declaration_is_the_first_line() -> None:
    assert moodle_xml("voice").startswith('<?xml version="1.0" encoding="UTF-8"?>\n<quiz>')


def test_unknown_names() -> None:
    with pytest.raises(ParameterError, match="no quiz is called"):
        moodle_xml("voices")
    with pytest.raises(ParameterError, match="lang"):
        moodle_xml("voice", lang="de")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_moodle_imports_every_question_and_changes_none(lang: str) -> None:
    found = read(moodle_xml(bank_names(), lang=lang).encode())
    assert len(found) == sum(len(get_bank(name).questions) for name in bank_names())
    assert {one.kind for one in found} == set(TYPES.values())


@pytest.mark.parametrize("name", bank_names())
def test_moodle_gives_the_same_marks(name: str) -> None:
    found = {one.name: one for one in read(moodle_xml(name).encode())}
    rng = random.Random(1)
    for question in get_bank(name).questions:
        imported = found[f"{name}: {question.id}"]
        for response in responses(question, rng):
            expected = judge(question, response).share
            given = f"{response:.12g}" if question.kind == "numeric" else response
            assert imported.mark(given) == pytest.approx(expected, abs=1e-4), (question.id, response)


def responses(question: Question, rng: random.Random) -> list[Any]:
    """Return answers right, wrong, on the edge and in between."""
    places = range(len(question.options))
    if question.kind == "true_false":
        return [True, False]
    if question.kind == "numeric":
        return [question.number + factor * question.deviation for factor in (0, 0.99, -0.99, 1.01, -1.01, 30)]
    if question.kind == "ordering":
        return [tuple(places), tuple(places)[::-1], *(tuple(rng.sample(places, len(places))) for _ in range(6))]
    if not question.several:
        return [(place,) for place in places]
    return [tuple(place for place in places if rng.random() < 0.5) for _ in range(12)]


def test_a_hostile_bank_is_imported_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "demo.toml"
    hostile = (
        text.replace("logic", "/a <b>/ or //b/").replace('"truth"', f'"{"t" * 40}"').replace('"demo"', f'"{"m" * 60}"')
    )
    hostile = hostile.replace("1 < 2 & 3?", "]]> <![CDATA[ <script>alert(1)</script> &amp; @@PLUGIN \\u0000")
    path.write_text(hostile, encoding="utf-8")
    found = read(moodle_xml(str(path)).encode())
    assert len(found) == 5
    assert len(found[0].idnumber) == 100
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; @@PLUGIN" in found[0].text


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12))
def test_any_category_is_split_as_moodle_splits_it(name: str) -> None:
    wanted = " ".join(name.split()) or "-"
    assert split_path("/".join(["$course$", "top", _folder(name), "x"])) == ("$course$", "top", wanted, "x")


def test_steps_are_dragged_there() -> None:
    one = next(one for one in read(moodle_xml("supply_chain").encode()) if one.kind == "ordering")
    assert "Drag the steps" in one.text
    assert "from 1" not in one.text
