"""A small bank of every kind, and its text."""

from __future__ import annotations

import pytest

from casework.teach.quizzes.bank import read_bank
from casework.teach.quizzes.model import Bank, Question

TEXT = """
module = "demo"
title = "Demo"

[[question]]
id = "truth"
kind = "true_false"
topic = "logic"
text = "1 < 2 & 3?"
answer = true
explanation = "Yes."

[[question]]
id = "one"
kind = "choice"
topic = "letters"
text = "Which is a vowel?"
options = ["a", "b", "c"]
answer = 1
explanation = "a is."
study = "kano"

[[question]]
id = "several"
kind = "choice"
topic = "letters"
difficulty = 2
text = "Which are vowels? ]]>"
options = ["a", "e", "x", "y & z", "<b>"]
answer = [1, 2]
explanation = "a and e are."

[[question]]
id = "number"
kind = "numeric"
topic = "sums"
text = "A third of 1,000?"
answer = 333.3333
tolerance = "0.1%"
unit = "units"
explanation = "1,000 / 3."

[[question]]
id = "order"
kind = "ordering"
topic = "sums"
difficulty = 3
text = "From small to large."
options = ["one", "two", "three", "four", "five", "six"]
explanation = "Count."
"""


@pytest.fixture
def text() -> str:
    return TEXT


@pytest.fixture
def bank() -> Bank:
    return read_bank(TEXT, where="demo.toml")


@pytest.fixture
def questions(bank: Bank) -> dict[str, Question]:
    return {question.id: question for question in bank.questions}
