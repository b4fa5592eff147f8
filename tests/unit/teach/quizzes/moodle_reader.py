"""What Moodle's importer makes of a file, by its documented rules: refused where it would refuse, warn, or change.

Written from the rules of Moodle 4.x (question/format.php, question/format/xml/format.php, the question types), not from
`casework.teach.quizzes.moodle`; nothing of casework is used here.
"""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

FORMATS = {"html", "moodle_auto_format", "plain_text", "markdown"}
GRADES = {100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20, 16.66667, 14.28571, 12.5, 11.11111}
GRADES |= {10, 5, 0}
NUMBERING = {"abc", "ABCD", "123", "iii", "IIII", "none"}
GRADING = {"ALL_OR_NOTHING", "ABSOLUTE_POSITION", "RELATIVE_NEXT_EXCLUDE_LAST", "RELATIVE_NEXT_INCLUDE_LAST",
           "RELATIVE_ONE_PREVIOUS_AND_NEXT", "RELATIVE_ALL_PREVIOUS_AND_NEXT", "LONGEST_ORDERED_SUBSET",
           "LONGEST_CONTIGUOUS_SUBSET", "RELATIVE_TO_CORRECT"}  # fmt: skip
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
COMMON = {"name", "questiontext", "generalfeedback", "defaultgrade", "penalty", "hidden", "idnumber", "tags", "answer"}
KNOWN = {
    "truefalse": COMMON,
    "multichoice": COMMON
    | {"single", "shuffleanswers", "answernumbering", "showstandardinstruction"}
    | {"correctfeedback", "partiallycorrectfeedback", "incorrectfeedback", "shownumcorrect"},
    "numerical": COMMON | {"unitgradingtype", "unitpenalty", "showunits", "unitsleft", "units"},
    "ordering": COMMON
    | {"layouttype", "selecttype", "selectcount", "gradingtype", "showgrading", "numberingstyle", "shownumcorrect"}
    | {"correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"},
}


@dataclass
class Imported:
    """A question as it would stand in the question bank."""

    kind: str
    category: tuple[str, ...]
    name: str
    text: str
    feedback: str
    idnumber: str
    tags: list[str]
    answers: list[tuple[str, float]]
    options: dict[str, Any] = field(default_factory=dict)

    def mark(self, response: Any) -> float:
        """Return what Moodle gives: bool, number as text, set of places, or places in the order that was dragged."""
        fractions = [fraction / 100 for _, fraction in self.answers]
        if self.kind == "truefalse":
            return dict(zip((True, False), fractions, strict=True))[response]
        if self.kind == "numerical":
            number, tolerance = float(self.answers[0][0]), self.options["tolerance"]
            return float(abs(float(response) - number) <= tolerance + 1e-10)
        if self.kind == "multichoice":
            return min(1.0, max(0.0, sum(fractions[place] for place in response)))
        right = sum(after == before + 1 for before, after in pairwise(response))
        return right / (len(self.answers) - 1)


def read(data: bytes) -> list[Imported]:
    root = ET.fromstring(data.decode("utf-8"))
    assert root.tag == "quiz"
    category: tuple[str, ...] = ()
    found: list[Imported] = []
    for entry in root:
        assert entry.tag == "question"
        if entry.get("type") == "category":
            category = split_path(text_of(entry.find("category")))
            assert category[:2] == ("$course$", "top")
            assert all(0 < len(name) <= 255 for name in category)
        else:
            assert category, "a question without a category goes into the default one"
            found.append(question(entry, category))
    keys = [(one.category, one.idnumber) for one in found]
    assert len(set(keys)) == len(keys), "Moodle drops an idnumber that is there already"
    return found


def split_path(path: str) -> tuple[str, ...]:
    return tuple(part.replace("//", "/").strip() for part in re.split(r"(?<!/)/(?!/)", path))


def text_of(element: ET.Element | None) -> str:
    assert element is not None
    [text] = element.findall("text")
    assert len(text) == 0, "markup in a text that is not in CDATA makes the file invalid for Moodle"
    for file in element.findall("file"):
        assert file.get("name")
        assert file.get("encoding") == "base64"
        base64.b64decode(file.text or "", validate=True)
    shown = (text.text or "").strip()
    names = re.findall(r"@@PLUGINFILE@@/([^\"' ]+)", shown)
    assert set(names) <= {file.get("name") for file in element.findall("file")}
    return shown


def html_of(element: ET.Element | None) -> str:
    assert element is not None
    assert element.get("format") in FORMATS
    text = text_of(element)
    if element.get("format") == "html":
        assert_clean(text)
    return text


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("p", "em"), f"<{tag}> would be cleaned by Moodle"
        assert not attrs
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def assert_clean(text: str) -> None:
    """Assert that the HTML is whole and that Moodle's cleaning leaves it as it is."""
    parser = _Tags()
    parser.feed(text)
    parser.close()
    assert parser.open == []


def number(element: ET.Element, name: str) -> float:
    value = (element.findtext(name) or "").strip()
    assert NUMBER.fullmatch(value), (name, value)
    return float(value)


def question(entry: ET.Element, category: tuple[str, ...]) -> Imported:
    kind = entry.get("type") or ""
    assert kind in KNOWN
    assert {child.tag for child in entry} <= KNOWN[kind], "an element that the importer does not read"
    assert all(len(entry.findall(name)) == 1 for name in KNOWN[kind] & {c.tag for c in entry} - {"answer"})
    name = text_of(entry.find("name"))
    assert 0 < len(name) <= 255
    idnumber = entry.findtext("idnumber") or ""
    assert 0 < len(idnumber) <= 100
    assert idnumber == idnumber.strip()
    tags = [text_of(tag) for tag in entry.findall("tags/tag")]
    assert all(0 < len(tag) <= 50 for tag in tags)
    assert number(entry, "defaultgrade") == 1
    assert 0 <= number(entry, "penalty") <= 1
    text = html_of(entry.find("questiontext"))
    assert text
    answers = [one_answer(answer, kind) for answer in entry.findall("answer")]
    imported = Imported(
        kind=kind,
        category=category,
        name=name,
        text=text,
        feedback=html_of(entry.find("generalfeedback")),
        idnumber=idnumber,
        tags=tags,
        answers=answers,
    )
    {"truefalse": truth, "multichoice": choice, "numerical": numeric, "ordering": ordering}[kind](entry, imported)
    return imported


def one_answer(answer: ET.Element, kind: str) -> tuple[str, float]:
    assert {child.tag for child in answer} <= {"text", "feedback", "tolerance", "file"}
    if answer.find("feedback") is not None:
        html_of(answer.find("feedback"))
    shown = html_of(answer) if kind in ("multichoice", "ordering") else text_of(answer)
    assert shown, "Moodle leaves out an empty answer"
    fraction = answer.get("fraction") or ""
    assert NUMBER.fullmatch(fraction)
    return shown, float(fraction)


def truth(entry: ET.Element, one: Imported) -> None:
    assert [text for text, _ in one.answers] == ["true", "false"], "else Moodle warns of an old file"
    assert sorted(fraction for _, fraction in one.answers) == [0, 100]


def choice(entry: ET.Element, one: Imported) -> None:
    assert entry.findtext("single") in ("true", "false")
    assert entry.findtext("shuffleanswers") in ("true", "false")
    assert entry.findtext("answernumbering") in NUMBERING
    assert entry.findtext("showstandardinstruction") in ("0", "1")
    combined(entry)
    fractions = [fraction for _, fraction in one.answers]
    assert len(fractions) >= 2
    assert all(abs(fraction) in GRADES for fraction in fractions), "Moodle knows no other grades"
    if entry.findtext("single") == "true":
        assert sorted(fractions)[-2:] == [0, 100]
        assert min(fractions) == 0
    else:
        assert round(sum(fraction for fraction in fractions if fraction > 0) / 100, 2) == 1


def numeric(entry: ET.Element, one: Imported) -> None:
    [(value, fraction)] = one.answers
    assert NUMBER.fullmatch(value)
    assert fraction == 100
    one.options["tolerance"] = number(entry, "answer/tolerance")
    assert one.options["tolerance"] >= 0
    assert entry.find("units") is None
    assert (entry.findtext("showunits"), entry.findtext("unitgradingtype")) == ("3", "0")
    assert entry.findtext("unitsleft") in ("0", "1")
    assert 0 <= number(entry, "unitpenalty") <= 1


def ordering(entry: ET.Element, one: Imported) -> None:
    assert entry.findtext("layouttype") in ("VERTICAL", "HORIZONTAL")
    assert entry.findtext("selecttype") == "ALL"
    assert int(entry.findtext("selectcount") or 0) == len(one.answers) >= 2
    assert entry.findtext("gradingtype") in GRADING
    assert entry.findtext("gradingtype") == "RELATIVE_NEXT_EXCLUDE_LAST"
    assert entry.findtext("showgrading") in ("SHOW", "HIDE")
    assert entry.findtext("numberingstyle") in NUMBERING
    assert entry.findtext("shownumcorrect") in ("0", "1")
    combined(entry)
    texts = [text for text, _ in one.answers]
    assert len(set(texts)) == len(texts), "Moodle tells items apart by their text"


def combined(entry: ET.Element) -> None:
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        assert html_of(entry.find(name))
