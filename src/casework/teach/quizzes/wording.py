"""What notebook, sheet and LMS say alike: how to answer, and what is right."""

from __future__ import annotations

from casework.core.messages import t
from casework.teach.quizzes.model import Question

DIGITS = 10  # of a number as it is shown


def instruction(question: Question) -> str:
    """Say how the question is answered."""
    if question.kind == "true_false":
        return t("True or false?")
    if question.kind == "ordering":
        return t("Number the steps in their order, from 1.")
    if question.kind == "numeric":
        return t("Give a number in {unit}.", unit=t(question.unit)) if question.unit else t("Give a number.")
    return t("Several are right.") if question.several else t("One is right.")


def answer_text(question: Question) -> str:
    """Say what is right."""
    if question.kind == "true_false":
        return t("True") if question.answer else t("False")
    if question.kind == "numeric":
        return number_text(question)
    if question.kind == "ordering":
        return " → ".join(t(option) for option in question.options)
    return t("; ").join(t(question.options[place]) for place in question.places)


def number_text(question: Question) -> str:
    """Return the right number with its unit and tolerance."""
    number = f"{question.number:,.{DIGITS}g}"
    tolerance = f"{question.deviation:.3g}"
    if question.unit:
        return t("{number} {unit} (± {tolerance})", number=number, unit=t(question.unit), tolerance=tolerance)
    return t("{number} (± {tolerance})", number=number, tolerance=tolerance)


def letter(place: int) -> str:
    """Return the letter of an option: A, B, C.

    Examples
    --------
    >>> letter(0), letter(2)
    ('A', 'C')
    """
    return chr(ord("A") + place)
