"""The text of a model, statement by statement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from casework.core.errors import Problem
from casework.core.messages import t

OPERATORS = ("=~", "<~", "~")
TOKEN = re.compile(
    r"""(?P<blank>[^\S\n]+)|(?P<comment>\#[^\n]*)|(?P<end>[\n;])|(?P<operator>=~|<~|~)|(?P<plus>\+)"""
    r"""|`(?P<back>[^`\n]*)`|"(?P<double>[^"\n]*)"|'(?P<single>[^'\n]*)'|(?P<name>[^\s+~=<#`"';*:|()\[\]{}]+)|(?P<other>.)"""
)
PLAIN_NAME = re.compile(r"""[^\s+~=<#`"';*:|()\[\]{}]+""")
EXAMPLES = "Quality =~ q1 + q2; Value <~ v1 + v2; Value ~ Quality"


@dataclass(frozen=True)
class Statement:
    """One line of a model: a left name, an operator, right names."""

    line: int
    left: str
    operator: str
    right: tuple[str, ...]


@dataclass(frozen=True)
class Token:
    """A piece of the text: `name`, `operator`, `plus`, `end` or `other`."""

    kind: str
    text: str
    line: int


def read_statements(text: str) -> tuple[list[Statement], list[Problem], set[str]]:
    """Return the statements of a text, what in it cannot be read, and the names that stand there."""
    statements, problems, lost = [], [], set()
    for tokens in _sentences(list(_tokens(text))):
        found = _statement(tokens)
        if isinstance(found, Problem):
            problems.append(found)
            lost |= {token.text for token in tokens if token.kind == "name"}
        else:
            statements.append(found)
    return statements, problems, lost


def write_name(name: str) -> str:
    """Return a name as it stands in a text: in quotes where it must.

    Examples
    --------
    >>> write_name("q1"), write_name("perceived value")
    ('q1', '`perceived value`')
    """
    if PLAIN_NAME.fullmatch(name):
        return name
    quote = next((sign for sign in "`\"'" if sign not in name), "`")
    return f"{quote}{name}{quote}"


def _tokens(text: str) -> Iterator[Token]:
    line = 1
    for match in TOKEN.finditer(text.replace("\r\n", "\n").replace("\r", "\n")):
        kind, found = str(match.lastgroup), match.group()
        if kind in ("back", "double", "single"):
            yield Token("name", match.group(kind).strip(), line)
        elif kind not in ("blank", "comment"):
            yield Token(kind, found, line)
        line += found.count("\n")


def _sentences(tokens: list[Token]) -> Iterator[list[Token]]:
    """Cut at line ends, but not after or before a plus, nor after an operator."""
    sentence: list[Token] = []
    for i, token in enumerate(tokens):
        if token.kind != "end":
            sentence.append(token)
            continue
        following = next((item for item in tokens[i:] if item.kind != "end"), None)
        goes_on = (
            token.text == "\n"
            and sentence
            and (sentence[-1].kind == "plus" or (following is not None and following.kind == "plus"))
        )
        if sentence and not goes_on:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _statement(tokens: list[Token]) -> Statement | Problem:
    where = t("model, line {line}", line=tokens[0].line)
    strange = [token for token in tokens if token.kind == "other"]
    if strange:
        found = t("{sign} cannot be read", sign=repr(strange[0].text))
        return Problem(
            t("model, line {line}", line=strange[0].line),
            found,
            t("statements such as {example}", example=EXAMPLES),
            t("Put names with blanks or signs in quotes"),
        )
    operators = [token for token in tokens if token.kind == "operator"]
    if len(operators) != 1:
        found = t("{n} of the signs {signs}", n=len(operators), signs=", ".join(OPERATORS))
        return Problem(where, found, t("one in each line, such as {example}", example=EXAMPLES))
    cut = tokens.index(operators[0])
    left, right = tokens[:cut], tokens[cut + 1 :]
    if len(left) != 1 or left[0].kind != "name":
        found = t("{found} before {sign}", found=repr(_spell(left)), sign=operators[0].text)
        return Problem(where, found, t("the name of one construct"))
    if not _alternate(right):
        if not right and operators[0].text != "~":
            return Problem(where, t("{name} has no indicators", name=repr(left[0].text)), t("at least 1"))
        found = t("{found} after {sign}", found=repr(_spell(right)), sign=operators[0].text)
        return Problem(where, found, t("names with + between them"))
    return Statement(left[0].line, left[0].text, operators[0].text, tuple(item.text for item in right[::2]))


def _alternate(tokens: list[Token]) -> bool:
    kinds = [token.kind for token in tokens]
    return bool(kinds) and len(kinds) % 2 == 1 and set(kinds[::2]) == {"name"} and set(kinds[1::2]) <= {"plus"}


def _spell(tokens: list[Token]) -> str:
    return " ".join(token.text for token in tokens)
