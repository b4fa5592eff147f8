import pandas as pd

from casework.voice.kano import evaluate_counts

LETTERS = list("MOAIRQ")


def notes(*rows, threshold=0.06):
    index = [f"attribute {i + 1}" for i in range(len(rows))]
    return " | ".join(evaluate_counts(pd.DataFrame(rows, index=index, columns=LETTERS), threshold=threshold).notes)


def test_a_clear_attribute_needs_no_note():
    assert notes([80, 10, 5, 5, 0, 0]) == ""


def test_no_answers():
    assert notes([0] * 6) == "No complete pair of answers, hence no category: attribute 1."


def test_all_questionable_is_explained():
    told = notes([0, 0, 0, 0, 0, 30])
    assert "the question was not understood: attribute 1" in told
    assert "better and worse are not defined: attribute 1" in told


def test_mixed_attributes_name_the_threshold():
    assert "at most 6.0% apart" in notes([40, 38, 12, 10, 0, 0])
    assert notes([40, 38, 12, 10, 0, 0], threshold=0.01) == ""


def test_few_answers_are_named():
    assert "Too few answers for the chi-square test" in notes([10, 2, 1, 1, 0, 0])


def test_a_name_with_braces_does_not_break_a_note():
    frame = pd.DataFrame([[0] * 6], index=["{oops}"], columns=LETTERS)
    assert "{oops}" in evaluate_counts(frame).notes[0]
