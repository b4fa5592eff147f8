"""Banks as Moodle XML, to be imported into an LMS (question bank, Import, Moodle XML format)."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Iterable, Sequence

from casework.core.messages import t, use_language
from casework.teach.quizzes.bank import get_bank
from casework.teach.quizzes.model import Bank, Question
from casework.teach.quizzes.wording import answer_text, instruction

ROOT = "$course$/top/casework"
LONGEST_IDENTIFIER, LONGEST_TAG = 100, 50  # characters, in Moodle's database
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def moodle_xml(modules: str | Sequence[str], *, lang: str = "en") -> str:
    """Return banks as Moodle XML, each module and topic a category.

    Parameters
    ----------
    modules : str or sequence of str
        Modules, or paths of banks `.toml`.
    lang : {'en', 'zh'}
        Language of the questions.

    Returns
    -------
    str
        A document in UTF-8. Marks are those of `judge`: one point each, wrong choices take points away.

    Raises
    ------
    ParameterError
        No such bank or language.
    DataError
        A bank cannot be read.

    References
    ----------
    Moodle documentation, *Moodle XML format*; its importer (`question/format/xml/format.php`, `question/format.php`);
    orderings as the question type `ordering` (in Moodle from 4.4 on, the plugin `qtype_ordering` before that) writes
    and reads them.
    """
    names = [modules] if isinstance(modules, str) else list(modules)
    with use_language(lang):
        body = "".join(_bank(get_bank(name), lang) for name in names)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{body}</quiz>\n'


def _bank(bank: Bank, lang: str) -> str:
    parts = []
    for topic in bank.topics:
        parts.append(_category(bank, topic))
        parts += [_question(question, lang) for question in bank.questions if question.topic == topic]
    return "".join(parts)


def _category(bank: Bank, topic: str) -> str:
    path = "/".join([ROOT, _folder(t(bank.title)), _folder(t(topic))])
    return f'<question type="category">\n<category>{_text(path)}</category>\n</question>\n'


def _folder(name: str) -> str:
    """Return the name of a category as Moodle splits paths: a slash in it is doubled, at its ends with a space."""
    plain = " ".join(name.split()) or "-"
    before, after = (" " if edge == "/" else "" for edge in (plain[0], plain[-1]))
    return before + plain.replace("/", "//") + after


def _question(question: Question, lang: str) -> str:
    kind, inner = TYPES[question.kind]
    tags = "".join(f"<tag>{_text(tag[:LONGEST_TAG])}</tag>" for tag in (question.module, question.study) if tag)
    text = f"<p>{html.escape(t(question.text))}</p>\n<p><em>{html.escape(_instruction(question))}</em></p>"
    why = f"<p>{html.escape(answer_text(question))}</p>\n<p>{html.escape(t(question.explanation))}</p>"
    return (
        f'<question type="{kind}">\n<name>{_text(f"{question.module}: {question.id}")}</name>\n'
        f'<questiontext format="html">{_text(text)}</questiontext>\n'
        f'<generalfeedback format="html">{_text(why)}</generalfeedback>\n'
        "<defaultgrade>1.0000000</defaultgrade>\n<penalty>0.3333333</penalty>\n<hidden>0</hidden>\n"
        f"<idnumber>{_escape(_identifier(question, lang))}</idnumber>\n"
        f"{inner(question)}<tags>{tags}</tags>\n</question>\n"
    )


def _instruction(question: Question) -> str:
    """Say how the question is answered in Moodle, where steps are dragged and not numbered."""
    return t("Drag the steps into their right order.") if question.kind == "ordering" else instruction(question)


def _identifier(question: Question, lang: str) -> str:
    """Return what Moodle knows the question by when it is imported again; its column holds 100 characters."""
    name = f"casework-{question.module}-{question.id}-{lang}"
    if len(name) <= LONGEST_IDENTIFIER:
        return name
    digest = hashlib.sha256(name.encode("utf-8")).hexdigest()[:16]
    return f"{name[: LONGEST_IDENTIFIER - len(digest) - 1]}-{digest}"


def _truth(question: Question) -> str:
    return "".join(
        _answer(value, fraction="100" if question.answer is (value == "true") else "0", form="moodle_auto_format")
        for value in ("true", "false")
    )


def _choice(question: Question) -> str:
    right = len(question.places)
    wrong = len(question.options) - right
    good, bad = _percent(100 / right), _percent(-100 / wrong) if question.several else "0"
    answers = [
        _answer(_paragraph(option), fraction=good if place in question.places else bad)
        for place, option in enumerate(question.options)
    ]
    single = "false" if question.several else "true"
    return (
        f"<single>{single}</single>\n<shuffleanswers>true</shuffleanswers>\n<answernumbering>ABCD</answernumbering>\n"
        f"<showstandardinstruction>0</showstandardinstruction>\n{_combined_feedback()}{''.join(answers)}"
    )


def _numeric(question: Question) -> str:
    tolerance = f"<tolerance>{question.deviation:.10g}</tolerance>"
    return (
        _answer(f"{question.number:.12g}", fraction="100", form="moodle_auto_format", inner=tolerance)
        + "<unitgradingtype>0</unitgradingtype>\n<unitpenalty>0.1000000</unitpenalty>\n<showunits>3</showunits>\n"
        "<unitsleft>0</unitsleft>\n"
    )


def _ordering(question: Question) -> str:
    answers = "".join(_answer(_paragraph(option), fraction="1.0000000") for option in question.options)
    return (
        "<layouttype>VERTICAL</layouttype>\n<selecttype>ALL</selecttype>\n"
        f"<selectcount>{len(question.options)}</selectcount>\n<gradingtype>RELATIVE_NEXT_EXCLUDE_LAST</gradingtype>\n"
        "<showgrading>SHOW</showgrading>\n<numberingstyle>none</numberingstyle>\n"
        f"{_combined_feedback()}<shownumcorrect>1</shownumcorrect>\n{answers}"
    )


TYPES: dict[str, tuple[str, Callable[[Question], str]]] = {
    "true_false": ("truefalse", _truth),
    "choice": ("multichoice", _choice),
    "numeric": ("numerical", _numeric),
    "ordering": ("ordering", _ordering),
}


def _answer(text: str, *, fraction: str, form: str = "html", inner: str = "") -> str:
    empty = '<feedback format="html"><text></text></feedback>'
    return f'<answer fraction="{fraction}" format="{form}">{_text(text)}{inner}{empty}</answer>\n'


def _combined_feedback() -> str:
    said: Iterable[tuple[str, str]] = (
        ("correctfeedback", t("Right.")),
        ("partiallycorrectfeedback", t("Partly right.")),
        ("incorrectfeedback", t("Not right.")),
    )
    return "".join(f'<{name} format="html">{_text(_paragraph(text, done=True))}</{name}>\n' for name, text in said)


def _paragraph(text: str, *, done: bool = False) -> str:
    return f"<p>{html.escape(text if done else t(text))}</p>"


def _percent(number: float) -> str:
    """Return a grade as Moodle lists it: five decimals at most."""
    return f"{number:.5f}".rstrip("0").rstrip(".")


def _text(text: str) -> str:
    """Return a text element; markup goes into CDATA, whose own end is split in two."""
    clean = NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)
    if "<" in clean or "&" in clean:
        return f"<text><![CDATA[{clean.replace(']]>', ']]]]><![CDATA[>')}]]></text>"
    return f"<text>{_escape(clean)}</text>"


def _escape(text: str) -> str:
    return html.escape(NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text), quote=False)
