"""Read an exercise from its text: prose, values, answers and checks, told apart by simple markers.

The head stands between two lines `---` (YAML). Fenced blocks `parameters`, `hidden`, `answer`, `checks` and `code`
have a meaning; `## name: Title` begins a task. Everything else is prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from casework.core.checks import suggest
from casework.core.errors import DataError, Problem
from casework.core.messages import t
from casework.teach.exercises.model import BEGIN, END, Check, Exercise, Mistake, Task

HEAD = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
TASK = re.compile(r"^## (?P<name>[a-z][a-z0-9_]*): (?P<title>.+)$")
FENCE = re.compile(r"^```(?P<kind>\w*)\s*$")
KINDS = ("parameters", "hidden", "answer", "checks", "code")
CHECK_KEYS = ("value", "call", "with", "points", "tolerance", "order", "partial", "hidden", "say", "mistakes")
HEAD_KEYS = ("name", "module", "title", "minutes", "studies")


def parse_exercise(text: str, *, where: str = "exercise") -> Exercise:
    """Read an exercise from its text.

    Parameters
    ----------
    text : str
        The text, in the format of `docs/teaching.md`.
    where : str
        Name for messages.

    Raises
    ------
    DataError
        All problems of the text at once, each with its line.
    """
    problems: list[Problem] = []
    head, body, first = _head(text, where, problems)
    sections = _sections(body, first, where, problems)
    exercise = _exercise(head, sections, where, problems)
    if problems:
        raise DataError(problems)
    return exercise


@dataclass
class _Section:
    """What stands between two task titles."""

    name: str
    title: str
    line: int
    prose: list[str]
    blocks: dict[str, list[tuple[int, str]]]

    def one(self, kind: str) -> str:
        return "\n\n".join(text for _, text in self.blocks.get(kind, []))


def _head(text: str, where: str, problems: list[Problem]) -> tuple[Mapping[str, Any], str, int]:
    import yaml

    found = HEAD.match(text.replace("\r\n", "\n"))
    if found is None:
        problems.append(Problem(where, t("the text has no head"), t("YAML between two lines ---")))
        return {}, text, 1
    try:
        head = yaml.safe_load(found[1]) or {}
    except yaml.YAMLError as error:
        problems.append(Problem(where, t("the head is not YAML"), str(error)[:200]))
        head = {}
    if not isinstance(head, dict):
        head = {}
    problems += [
        Problem(where, t("the head has an unknown line {name}", name=repr(key)), fix=suggest(str(key), HEAD_KEYS))
        for key in head
        if key not in HEAD_KEYS
    ]
    problems += [
        Problem(where, t("the head lacks {name}", name=key)) for key in ("name", "module", "title") if not head.get(key)
    ]
    return head, text[found.end() :], text[: found.end()].count("\n") + 1


def _sections(body: str, first: int, where: str, problems: list[Problem]) -> list[_Section]:
    sections = [_Section("", "", first, [], {})]
    prose: list[str] = []
    lines = iter(enumerate(body.splitlines(), start=first))

    def settle() -> None:
        text = "\n".join(prose).strip()
        if text:
            sections[-1].prose.append(text)
        prose.clear()

    for number, line in lines:
        title, fence = TASK.match(line), FENCE.match(line)
        if title:
            settle()
            sections.append(_Section(title["name"], title["title"].strip(), number, [], {}))
        elif fence and fence["kind"] in KINDS:
            settle()
            block = _block(lines, number, where, problems)
            sections[-1].blocks.setdefault(fence["kind"], []).append((number + 1, block))
        else:
            prose.append(line)
    settle()
    return sections


def _block(lines: Iterator[tuple[int, str]], start: int, where: str, problems: list[Problem]) -> str:
    kept: list[str] = []
    for _, line in lines:
        if line.rstrip() == "```":
            return "\n".join(kept)
        kept.append(line)
    problems.append(Problem(_at(where, start), t("a block is not closed"), t("a line ``` after it")))
    return "\n".join(kept)


def _at(where: str, line: int) -> str:
    return t("{name}, line {line}", name=where, line=line)


def _exercise(head: Mapping[str, Any], sections: list[_Section], where: str, problems: list[Problem]) -> Exercise:
    start, *rest = sections
    if not start.one("parameters"):
        problems.append(Problem(where, t("no values are given"), t("a block ```parameters before the first task")))
    if not rest:
        problems.append(Problem(where, t("there is no task"), t("a line such as `## lot: The best lot`")))
    names = [section.name for section in rest]
    problems += [
        Problem(where, t("two tasks are called {name}", name=name))
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    code = [(start.line, start.one("parameters")), (start.line, start.one("hidden"))]
    code += [block for section in rest for kind in ("answer", "code") for block in section.blocks.get(kind, [])]
    for line, text in code:
        _compiles(text, _at(where, line), problems)
    return Exercise(
        name=str(head.get("name", "")),
        module=str(head.get("module", "")),
        title=str(head.get("title", "")),
        minutes=int(head.get("minutes", 30)),
        studies=tuple(head.get("studies") or ()),
        prose=tuple(start.prose),
        parameters=start.one("parameters"),
        hidden=start.one("hidden"),
        tasks=tuple(_task(section, where, problems) for section in rest),
    )


def _compiles(text: str, where: str, problems: list[Problem]) -> None:
    try:
        compile(text, where, "exec")
    except SyntaxError as error:
        problems.append(Problem(where, t("the code is not Python: {reason}", reason=error.msg)))


def _task(section: _Section, where: str, problems: list[Problem]) -> Task:
    at, answer = _at(where, section.line), section.one("answer")
    if len(section.blocks.get("answer", [])) != 1:
        found = t("task {name} has {n} blocks of answers", name=section.name, n=len(section.blocks.get("answer", [])))
        problems.append(Problem(at, found, t("one block ```answer")))
    elif answer.count(BEGIN) != answer.count(END) or BEGIN not in answer:
        problems.append(Problem(at, t("the solution is not marked"), f"{BEGIN} ... {END}"))
    checks = [
        check for line, text in section.blocks.get("checks", []) for check in _checks(text, line, where, problems)
    ]
    if not checks:
        problems.append(Problem(at, t("task {name} has no check", name=section.name), t("a block ```checks")))
    return Task(
        name=section.name,
        title=section.title,
        prose=tuple(section.prose),
        code=tuple(text for _, text in section.blocks.get("code", [])),
        answer=answer,
        checks=tuple(checks),
    )


def _checks(text: str, line: int, where: str, problems: list[Problem]) -> list[Check]:
    import yaml

    at = _at(where, line)
    try:
        listed = yaml.safe_load(text) or []
    except yaml.YAMLError as error:
        problems.append(Problem(at, t("the checks are not YAML"), str(error)[:200]))
        return []
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        problems.append(Problem(at, t("the checks are not a list"), "- value: lot"))
        return []
    return [check for item in listed if (check := _check(item, at, problems)) is not None]


def _check(item: Mapping[str, Any], at: str, problems: list[Problem]) -> Check | None:
    found = [
        Problem(at, t("a check has an unknown line {name}", name=repr(key)), fix=suggest(str(key), CHECK_KEYS))
        for key in item
        if key not in CHECK_KEYS
    ]
    if bool(item.get("value")) == bool(item.get("call")):
        found.append(Problem(at, t("a check has neither or both of value and call"), t("one of them")))
    points = item.get("points", 1)
    if isinstance(points, bool) or not isinstance(points, int | float) or points <= 0:
        found.append(Problem(at, t("points: {value}", value=repr(points)), t("a number above 0")))
    tolerance, relative = _tolerance(item.get("tolerance", "0.1%"))
    if tolerance is None:
        found.append(
            Problem(at, t("tolerance: {value}", value=repr(item["tolerance"])), t("a number, or such as 0.5%"))
        )
    problems += found
    if found or tolerance is None:
        return None
    return Check(
        value=str(item.get("value", "")),
        call=str(item.get("call", "")),
        arguments=tuple(str(expression) for expression in item.get("with", [])),
        points=float(points),
        tolerance=tolerance,
        relative=relative,
        free_order=item.get("order") == "free",
        partial=bool(item.get("partial", False)),
        hidden=bool(item.get("hidden", False)),
        say=str(item.get("say", "")),
        mistakes=tuple(Mistake(value=str(wrong["value"]), say=str(wrong["say"])) for wrong in item.get("mistakes", [])),
    )


def _tolerance(value: Any) -> tuple[float | None, bool]:
    relative = isinstance(value, str) and value.strip().endswith("%")
    try:
        number = float(str(value).strip().rstrip("%"))
    except ValueError:
        return None, False
    return (number / 100 if relative else number), relative
