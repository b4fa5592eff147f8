import pytest

from casework.teach.exercises import begin, live
from casework.teach.exercises.values import encode
from casework.teach.grading.student import answer, prepare


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(live, "_STATE", live._State())


def test_values_are_given_and_questions_answered():
    asked = prepare(exercise="supply_chain", seed=5, student="ann")
    values = begin("supply_chain")
    assert asked is answer
    question = {
        "checks": [{"value": "a", "call": "", "arguments": []}, {"value": "", "call": "f", "arguments": [encode([2])]}]
    }
    names = {"a": values[0], "f": lambda x: x + 1}
    assert answer(question, names) == {"answers": [[encode(values[0])], [encode(3)]]}
