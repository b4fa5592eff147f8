"""Read a bank of questions from `quizzes/<module>.toml`, and say all that is wrong with it at once."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from casework.core.checks import nearest, suggest
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import t
from casework.core.paths import quizzes_folder
from casework.teach.quizzes.model import DIFFICULTIES, KINDS, Answer, Bank, Question

NAME = re.compile(r"[a-z][a-z0-9_]*")
BANK_KEYS = ("module", "title", "question")
COMMON = ("id", "kind", "text", "explanation", "topic")
KEYS = (*COMMON, "options", "answer", "tolerance", "unit", "difficulty", "study")
NEEDS = {
    "true_false": ("answer",),
    "choice": ("options", "answer"),
    "numeric": ("answer", "tolerance"),
    "ordering": ("options",),
}
FEWEST = {"choice": 2, "ordering": 3}
MOST_OPTIONS = 10


def bank_names() -> tuple[str, ...]:
    """Return the modules that have a bank of questions."""
    return tuple(sorted(path.stem for path in quizzes_folder().glob("*.toml")))


@lru_cache(maxsize=64)
def get_bank(name: str) -> Bank:
    """Return the bank of a module, or one from a file.

    Parameters
    ----------
    name : str
        Name of a module, or path of a file `.toml`.

    Raises
    ------
    ParameterError
        No such bank.
    DataError
        The file is not a bank: all problems at once.
    """
    own = name.endswith(".toml")
    path = Path(name) if own else quizzes_folder() / f"{name}.toml"
    if not path.is_file() or (not own and name not in bank_names()):
        found = t("no quiz is called {name}", name=repr(name))
        raise ParameterError(Problem(t("quiz"), found, fix=suggest(name, bank_names())))
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise DataError(Problem(path.name, t("the file is not text in UTF-8"))) from None
    return read_bank(text, where=path.name)


def read_bank(text: str, *, where: str = "quiz.toml") -> Bank:
    """Read a bank from its text.

    Parameters
    ----------
    text : str
        TOML: `module`, `title` and a table `[[question]]` for each question.
    where : str
        Name of the file; without its ending it is the module where the text names none.

    Raises
    ------
    DataError
        All problems of the text at once, each with the file and the question.

    Examples
    --------
    >>> bank = read_bank('''
    ... module = "demo"
    ... title = "Demo"
    ... [[question]]
    ... id = "sum"
    ... kind = "numeric"
    ... topic = "sums"
    ... text = "What is 1 + 1?"
    ... answer = 2
    ... tolerance = 0.1
    ... explanation = "One and one are two."
    ... ''')
    >>> bank.questions[0].number
    2.0
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(Problem(where, t("the file is not TOML: {reason}", reason=error))) from None
    problems = _unknown(content, BANK_KEYS, where)
    module = _text(content, "module", where, problems)
    title = _text(content, "title", where, problems)
    if module and not NAME.fullmatch(module):
        problems.append(Problem(where, t("module: {value}", value=repr(module)), t("small letters, digits and _")))
    listed = content.get("question", [])
    if not isinstance(listed, list) or not listed or not all(isinstance(item, dict) for item in listed):
        problems.append(Problem(where, t("there are no questions"), "[[question]]"))
        raise DataError(problems)
    questions = [_question(item, module, _at(where, place, item), problems) for place, item in enumerate(listed, 1)]
    problems += _twice([str(item.get("id")) for item in listed], where, t("the id {name} is there twice"))
    problems += _twice([str(item.get("text")) for item in listed], where, t("the text {name} is there twice"))
    if problems:
        raise DataError(problems)
    return Bank(module=module, title=title, questions=tuple(item for item in questions if item is not None))


def _at(where: str, place: int, item: Mapping[str, Any]) -> str:
    name = item.get("id")
    if isinstance(name, str) and name:
        return t("{file}, question {name}", file=where, name=name)
    return t("{file}, question number {place}", file=where, place=place)


def _unknown(item: Mapping[str, Any], known: tuple[str, ...], at: str) -> list[Problem]:
    return [
        Problem(at, t("{name} is not known", name=repr(key)), fix=suggest(key, known))
        for key in item
        if key not in known
    ]


def _twice(names: list[str], where: str, message: str) -> list[Problem]:
    seen = sorted({name for name in names if names.count(name) > 1 and name != "None"})
    return [Problem(where, message.format(name=repr(name))) for name in seen]


def _text(item: Mapping[str, Any], key: str, at: str, problems: list[Problem]) -> str:
    value = item.get(key, "")
    if not isinstance(value, str) or not value.strip():
        found = t("{key} is missing", key=key) if key not in item else t("{key}: {value}", key=key, value=repr(value))
        problems.append(Problem(at, found, t("a text")))
        return ""
    return value.strip()


def _question(item: Mapping[str, Any], module: str, at: str, problems: list[Problem]) -> Question | None:
    before = len(problems)
    problems += _unknown(item, KEYS, at)
    texts = {key: _text(item, key, at, problems) for key in COMMON}
    kind = texts["kind"]
    if texts["id"] and not NAME.fullmatch(texts["id"]):
        problems.append(Problem(at, t("id: {value}", value=repr(texts["id"])), t("small letters, digits and _")))
    if kind not in KINDS:
        if kind:
            expected = t("one of {values}", values=", ".join(KINDS))
            problems.append(Problem(at, t("kind: {value}", value=repr(kind)), expected, nearest(kind, KINDS)))
        return None
    problems += [Problem(at, t("{key} is missing", key=key)) for key in NEEDS[kind] if key not in item]
    surplus = {"options", "answer", "tolerance", "unit"} - set(NEEDS[kind]) - ({"unit"} if kind == "numeric" else set())
    problems += [
        Problem(at, t("{key} has no meaning for {kind}", key=key, kind=kind)) for key in sorted(surplus & set(item))
    ]
    options = _options(item.get("options", []), kind, at, problems) if "options" in NEEDS[kind] else ()
    answer = ANSWERS[kind](item.get("answer"), options, at, problems)
    tolerance, relative = _tolerance(item, answer, at, problems) if kind == "numeric" else (0.0, False)
    difficulty = _difficulty(item.get("difficulty", 1), at, problems)
    study = _study(item.get("study", ""), at, problems)
    unit = _text(item, "unit", at, problems) if "unit" in item and kind == "numeric" else ""
    if len(problems) > before:
        return None
    return Question(
        id=texts["id"],
        module=module,
        kind=kind,  # type: ignore[arg-type]
        text=texts["text"],
        options=options,
        answer=answer,
        tolerance=tolerance,
        relative=relative,
        unit=unit,
        explanation=texts["explanation"],
        topic=texts["topic"],
        difficulty=difficulty,
        study=study,
    )


def _options(value: Any, kind: str, at: str, problems: list[Problem]) -> tuple[str, ...]:
    fewest = FEWEST[kind]
    if not isinstance(value, list) or not all(isinstance(option, str) and option.strip() for option in value):
        problems.append(Problem(at, t("options: {value}", value=repr(value)[:80]), t("a list of texts")))
        return ()
    options = tuple(option.strip() for option in value)
    if not fewest <= len(options) <= MOST_OPTIONS:
        found = t("number of options: {n}", n=len(options))
        problems.append(Problem(at, found, t("{low} to {high}", low=fewest, high=MOST_OPTIONS)))
    problems += _twice([*options], at, t("the option {name} is there twice"))
    return options


def _truth(value: Any, _options: tuple[str, ...], at: str, problems: list[Problem]) -> Answer:
    if not isinstance(value, bool):
        problems.append(Problem(at, t("answer: {value}", value=repr(value)), "true, false"))
    return bool(value)


def _number(value: Any, _options: tuple[str, ...], at: str, problems: list[Problem]) -> Answer:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        problems.append(Problem(at, t("answer: {value}", value=repr(value)), t("a number")))
        return math.nan
    return float(value)


def _chosen(value: Any, options: tuple[str, ...], at: str, problems: list[Problem]) -> Answer:
    places = value if isinstance(value, list) else [value]
    fits = [type(place) is int and 1 <= place <= len(options) for place in places]
    if not places or not all(fits) or len(set(places)) < len(places):
        expected = t("numbers of options, from 1 to {n}, each once", n=len(options))
        problems.append(Problem(at, t("answer: {value}", value=repr(value)), expected))
        return ()
    if len(places) == len(options):
        problems.append(Problem(at, t("every option is right"), t("at least one that is wrong")))
    return tuple(sorted(place - 1 for place in places))


def _order(_value: Any, options: tuple[str, ...], _at: str, _problems: list[Problem]) -> Answer:
    return tuple(range(len(options)))


ANSWERS: dict[str, Callable[[Any, tuple[str, ...], str, list[Problem]], Answer]] = {
    "true_false": _truth,
    "choice": _chosen,
    "numeric": _number,
    "ordering": _order,
}


def _tolerance(item: Mapping[str, Any], answer: Answer, at: str, problems: list[Problem]) -> tuple[float, bool]:
    value = item.get("tolerance")
    if value is None:
        return 0.0, False
    relative = isinstance(value, str) and value.strip().endswith("%")
    try:
        number = float(value.strip().rstrip("%")) / 100 if isinstance(value, str) and relative else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, bool) or (isinstance(value, str) and not relative) or not 0 < number < math.inf:
        expected = t("a number above 0, or such as 0.5%")
        problems.append(Problem(at, t("tolerance: {value}", value=repr(value)), expected))
    elif relative and answer == 0:
        problems.append(Problem(at, t("a share of 0 is 0"), t("a number as tolerance")))
    return number, relative


def _difficulty(value: Any, at: str, problems: list[Problem]) -> int:
    if type(value) is not int or value not in DIFFICULTIES:
        problems.append(Problem(at, t("difficulty: {value}", value=repr(value)), ", ".join(map(str, DIFFICULTIES))))
        return 1
    return value


def _study(value: Any, at: str, problems: list[Problem]) -> str:
    from casework.studies.registry import studies

    if value and (not isinstance(value, str) or value not in studies()):
        problems.append(
            Problem(at, t("no study is called {name}", name=repr(value)), fix=suggest(str(value), studies()))
        )
        return ""
    return str(value)
