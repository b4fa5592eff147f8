from __future__ import annotations

from pathlib import Path

import pytest

from casework.core.errors import DataError, ParameterError
from casework.studies.registry import studies
from casework.teach.quizzes.bank import bank_names, get_bank, read_bank
from casework.teach.quizzes.model import KINDS, Bank


def found_in(text: str) -> str:
    with pytest.raises(DataError, match="demo") as caught:
        read_bank(text, where="demo.toml")
    return str(caught.value)


def test_a_bank_is_read(bank: Bank) -> None:
    assert [question.kind for question in bank.questions] == ["true_false", "choice", "choice", "numeric", "ordering"]
    assert bank.questions[0].answer is True
    assert bank.questions[1].answer == (0,)
    assert bank.questions[3].relative
    assert bank.questions[4].answer == (0, 1, 2, 3, 4, 5)
    assert bank.questions[2].difficulty == 2
    assert {question.module for question in bank.questions} == {"demo"}


@pytest.mark.parametrize("name", ["voice", "satisfaction", "supply_chain", "credit"])
def test_every_bundled_bank_has_all_kinds_and_enough_questions(name: str) -> None:
    bank = get_bank(name)
    assert bank.module == name
    assert len(bank.questions) >= 14
    assert {question.kind for question in bank.questions} == set(KINDS)
    assert {question.study for question in bank.questions} <= set(studies())
    assert all(question.explanation and question.study for question in bank.questions)
    assert {question.difficulty for question in bank.questions} == {1, 2, 3}
    truths = [question.answer for question in bank.questions if question.kind == "true_false"]
    assert len(set(truths)) == 2, "true and false both occur"


def test_the_supply_chain_bank_covers_its_three_views() -> None:
    topics = [question.topic for question in get_bank("supply_chain").questions]
    for topic in ("cycle view", "push/pull view", "macro processes"):
        assert topics.count(topic) >= 3


def test_all_problems_are_told_at_once() -> None:
    told = found_in(
        """
module = "Demo!"
titel = "Demo"
[[question]]
id = "a b"
kind = "choise"
text = ""
topic = "x"
[[question]]
id = "c"
kind = "choice"
text = "?"
topic = "x"
options = ["same", "same"]
answer = [1, 3]
difficulty = 9
study = "kanoo"
explanation = "."
[[question]]
id = "c"
kind = "numeric"
text = "?"
topic = "x"
answer = "many"
tolerance = -1
options = ["a"]
explanation = "."
[[question]]
kind = "true_false"
text = "!"
topic = "x"
answer = 1
explanation = "."
"""
    )
    for part in (
        "'titel' is not known. Did you mean 'title'?",
        "title is missing",
        "module: 'Demo!'",
        "id: 'a b'",
        "kind: 'choise'",
        "Did you mean 'choice'?",
        "explanation is missing",
        "text: ''",
        "the option 'same' is there twice",
        "answer: [1, 3]",
        "difficulty: 9",
        "no study is called 'kanoo'",
        "answer: 'many'",
        "tolerance: -1",
        "options has no meaning for numeric",
        "question number 4: id is missing",
        "answer: 1",
        "the id 'c' is there twice",
        "the text '?' is there twice",
        "demo.toml, question c",
    ):
        assert part in told, part


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("answer = [1, 2]", "answer = [1, 2, 3, 4, 5]", "every option is right"),
        ("answer = [1, 2]", "answer = [1, 1]", "each once"),
        ("answer = [1, 2]", "answer = []", "from 1 to 5"),
        ("answer = [1, 2]", "answer = true", "answer: True"),
        ("answer = 333.3333", "answer = nan", "answer: nan"),
        ("answer = 333.3333", "answer = true", "answer: True"),
        ("answer = 333.3333", "answer = 0", "a share of 0 is 0"),
        ('tolerance = "0.1%"', 'tolerance = "about"', "tolerance: 'about'"),
        ('tolerance = "0.1%"', 'tolerance = "0.1"', "tolerance: '0.1'"),
        ('tolerance = "0.1%"', "tolerance = true", "tolerance: True"),
        ('tolerance = "0.1%"', "tolerance = inf", "tolerance: inf"),
        ('tolerance = "0.1%"', "", "tolerance is missing"),
        ('options = ["a", "b", "c"]', 'options = ["a", 2]', "a list of texts"),
        ('options = ["a", "b", "c"]', 'options = ["a"]', "number of options: 1"),
        ('"one", "two", "three", "four", "five", "six"', '"one", "two"', "number of options: 2"),
        ('module = "demo"', "module = 3", "module: 3"),
        ('[[question]]\nid = "truth"', '[question]\nid = "truth"', "not TOML"),
        ('module = "demo"', "module = ", "not TOML"),
    ],
)
def test_one_thing_is_wrong(text: str, old: str, new: str, told: str) -> None:
    assert old in text
    assert told in found_in(text.replace(old, new, 1))


@pytest.mark.parametrize("text", ["", 'module = "demo"\ntitle = "D"\nquestion = 3', 'module = "demo"\nquestion = []'])
def test_without_questions_there_is_no_bank(text: str) -> None:
    assert "there are no questions" in found_in(text)


def test_a_bank_of_ones_own_is_read_from_its_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    assert get_bank(str(path)).title == "Demo"


def test_names_that_are_not_there() -> None:
    with pytest.raises(ParameterError, match="Did you mean 'supply_chain'"):
        get_bank("suply_chain")
    with pytest.raises(ParameterError, match="no quiz is called"):
        get_bank("../quizzes/voice")
    with pytest.raises(ParameterError, match="no quiz is called"):
        get_bank("nowhere.toml")


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="not text in UTF-8"):
        get_bank(str(path))


def test_names_are_those_of_the_files() -> None:
    assert {"credit", "satisfaction", "supply_chain", "voice"} <= set(bank_names())
