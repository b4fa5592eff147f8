"""A quiz on paper: one page that needs no network, with the key or without."""

from __future__ import annotations

import html

from casework.core.messages import t, tn, use_language
from casework.report import page
from casework.teach.quizzes.model import KIND_NAMES
from casework.teach.quizzes.paper import Item, Paper
from casework.teach.quizzes.wording import instruction, letter, number_text

BOX = '<span class="cw-quiz-box" aria-hidden="true">{}</span>'


def sheet_html(paper: Paper, *, lang: str, key: bool = False) -> str:
    """Return a sheet to print.

    Parameters
    ----------
    paper : Paper
        What is asked; the same paper gives sheet and key the same order.
    lang : {'en', 'zh'}
        Language.
    key : bool
        Mark what is right, and say why.

    Returns
    -------
    str
        A whole HTML document without scripts.

    Raises
    ------
    ParameterError
        Unknown language.
    """
    with use_language(lang):
        title = t("{titles}: key of the quiz", titles=paper.titles) if key else t("{titles}: quiz", titles=paper.titles)
        questions = "".join(_question(item, key) for item in paper.items)
        count = tn("{n} question, one point each", "{n} questions, one point each", len(paper.items))
        sheet = t("Sheet {label}", label=paper.label)
        body = ("" if key else _head(len(paper.items))) + f'<ol class="cw-quiz">{questions}</ol>'
        return page.render(title, body, lang, lead=count, eyebrow=sheet)


def _head(n: int) -> str:
    fields = (t("Name"), t("Date"), t("Points of {n}", n=n))
    lines = "".join(
        f'<span class="cw-quiz-field">{html.escape(label)}<span class="cw-quiz-line"></span></span>' for label in fields
    )
    return f'<p class="cw-quiz-head">{lines}</p>'


def _question(item: Item, key: bool) -> str:
    question = item.question
    parts = [
        f'<p class="cw-quiz-text">{html.escape(t(question.text))}</p>',
        f'<p class="cw-quiz-how">{html.escape(instruction(question))}</p>',
        ANSWERS[question.kind](item, key),
    ]
    if key:
        about = [t(KIND_NAMES[question.kind]), t(question.topic)]
        if question.study:
            about.append(t("study {study}", study=question.study))
        parts.append(f'<p class="cw-quiz-why">{html.escape(t(question.explanation))}</p>')
        parts.append(f'<p class="cw-quiz-about">{html.escape(" · ".join(about))}</p>')
    return f'<li class="cw-quiz-question">{"".join(parts)}</li>'


def _options(texts: list[str], marks: list[str], right: list[bool]) -> str:
    rows = "".join(
        f"<li{' class=cw-quiz-right' if good else ''}>{BOX.format(mark)}<span>{html.escape(text)}</span></li>"
        for text, mark, good in zip(texts, marks, right, strict=True)
    )
    return f'<ul class="cw-quiz-options">{rows}</ul>'


def _truth(item: Item, key: bool) -> str:
    right = [key and bool(item.question.answer), key and not item.question.answer]
    return _options([t("True"), t("False")], ["✓" if good else "" for good in right], right)


def _choice(item: Item, key: bool) -> str:
    right = [key and place in item.right for place in range(len(item.options))]
    texts = [f"{letter(place)}. {t(option)}" for place, option in enumerate(item.options)]
    return _options(texts, ["✓" if good else "" for good in right], right)


def _number(item: Item, key: bool) -> str:
    question = item.question
    if key:
        return f'<p class="cw-quiz-options cw-quiz-right">{html.escape(number_text(question))}</p>'
    unit = f" {html.escape(t(question.unit))}" if question.unit else ""
    return f'<p class="cw-quiz-options"><span class="cw-quiz-line cw-quiz-answer"></span>{unit}</p>'


def _order(item: Item, key: bool) -> str:
    marks = [str(place + 1) if key else "" for place in item.right]
    return _options([t(option) for option in item.options], marks, [key] * len(marks))


ANSWERS = {"true_false": _truth, "choice": _choice, "numeric": _number, "ordering": _order}
