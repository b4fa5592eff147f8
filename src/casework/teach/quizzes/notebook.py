"""The quiz of a module as a notebook of its own, for a trainee's copy of the course."""

from __future__ import annotations

from typing import Any

from casework.core.messages import t, use_language
from casework.teach.exercises.compile import KERNEL
from casework.teach.quizzes.bank import get_bank

QUESTIONS = 12


def quiz_notebook(name: str, *, lang: str = "en") -> Any:
    """Return a notebook that asks the questions of a module.

    Parameters
    ----------
    name : str
        Name of a module that has a bank of questions.
    lang : {'en', 'zh'}
        Language of the prose.

    Raises
    ------
    ParameterError
        No such bank.
    DataError
        The bank cannot be read.
    """
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    with use_language(lang):
        bank = get_bank(name)
        n = len(bank.questions)
        head = t("# Quiz: {title}", title=t(bank.title))
        about = t(
            "Run the cell below (Shift+Enter): {asked} of {n} questions are asked, one after the other, and each "
            "answer is explained at once. Your best score is kept in this copy of the course. Once more with other "
            "questions: the button at the end, or another `seed`.",
            asked=min(QUESTIONS, n),
            n=n,
        )
    call = f'from casework.teach.quizzes import quiz\n\nquiz("{name}", questions={min(QUESTIONS, n)}, seed=1)'
    cells = [new_markdown_cell(f"{head}\n\n{about}", id="title"), new_code_cell(call, id="quiz")]
    return new_notebook(cells=cells, metadata={"kernelspec": dict(KERNEL)})
