"""Quizzes: a bank of questions as data; asked in a notebook, printed on paper, taken along to an LMS."""

from casework.teach.quizzes.bank import bank_names, get_bank, read_bank
from casework.teach.quizzes.judge import QuizScore, Verdict, judge, score
from casework.teach.quizzes.model import Bank, Question
from casework.teach.quizzes.moodle import moodle_xml
from casework.teach.quizzes.paper import Item, Paper, draw_paper
from casework.teach.quizzes.sheet import sheet_html
from casework.teach.quizzes.widget import QuizPanel, quiz

__all__ = [
    "Bank",
    "Item",
    "Paper",
    "Question",
    "QuizPanel",
    "QuizScore",
    "Verdict",
    "bank_names",
    "draw_paper",
    "get_bank",
    "judge",
    "moodle_xml",
    "quiz",
    "read_bank",
    "score",
    "sheet_html",
]
