"""Hold an answer to what is expected: how much of it is right, and what to say, without telling the answer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from casework.core.messages import join_sentences, mark, t
from casework.teach.exercises.model import Check, Task
from casework.teach.exercises.solution import Expected
from casework.teach.exercises.values import Coded, Unknown, decode

MISSING: Coded = {"kind": "missing"}
FACTORS: tuple[tuple[float, str], ...] = (
    (-1.0, mark("the sign is turned around")),
    (100.0, mark("it is 100 times too large: a percentage instead of a share?")),
    (0.01, mark("it is 100 times too small: a share instead of a percentage?")),
    (12.0, mark("it is 12 times too large: a year instead of a month?")),
    (1 / 12, mark("it is 12 times too small: a month instead of a year?")),
    (52.0, mark("it is 52 times too large: a year instead of a week?")),
    (1 / 52, mark("it is 52 times too small: a week instead of a year?")),
    (365.0, mark("it is 365 times too large: a year instead of a day?")),
    (1 / 365, mark("it is 365 times too small: a day instead of a year?")),
    (1000.0, mark("it is 1,000 times too large: thousands?")),
    (0.001, mark("it is 1,000 times too small: thousands?")),
)
KINDS: tuple[tuple[Any, str], ...] = (
    (bool, "truth"),
    ((int, float), "number"),
    (str, "text"),
    (list, "list"),
    (frozenset, "set"),
    (Mapping, "mapping"),
)
NEAR = 20  # tolerances within which a value is said to be close
KIND_NAMES: dict[str, str] = {
    "none": mark("nothing"),
    "truth": mark("True or False"),
    "number": mark("a number"),
    "text": mark("a text"),
    "list": mark("a list"),
    "set": mark("a set"),
    "mapping": mark("names with values"),
    "frame": mark("a table"),
}


@dataclass(frozen=True, kw_only=True)
class Remark:
    """What is said to one check: how much of it was earned and why not all."""

    label: str
    points: float
    earned: float
    text: str
    hidden: bool = False


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What an answer to a task earns."""

    task: str
    points: float
    earned: float
    remarks: tuple[Remark, ...] = field(default=())
    open_points: float = 0.0  # of checks that are looked at only when graded


def judge_task(
    task: Task, expected: Sequence[Expected | None], answers: Sequence[Sequence[Coded]], *, blank: bool = False
) -> Verdict:
    """Judge the answers to one task.

    Parameters
    ----------
    task : Task
        The task.
    expected : sequence of Expected or None
        One for each check; None for one that is not looked at here.
    answers : sequence of sequences of dict
        For each check what the student's notebook made, encoded: one value, or one for each call.
    blank : bool
        The answer's cell is as it was handed out: nothing is earned.
    """
    remarks = [
        _remark(check, wanted, list(found), blank)
        for check, wanted, found in zip(task.checks, expected, answers, strict=True)
        if wanted is not None
    ]
    return Verdict(
        task=task.name,
        points=task.points,
        earned=sum(remark.earned for remark in remarks),
        remarks=tuple(remarks),
        open_points=sum(check.points for check, wanted in zip(task.checks, expected, strict=True) if wanted is None),
    )


def _remark(check: Check, expected: Expected, answers: list[Coded], blank: bool) -> Remark:
    found = [
        (0.0, t("nothing is filled in yet")) if blank else _compare(check, wanted, answer)
        for wanted, answer in zip(expected.values, answers + [MISSING] * len(expected.values), strict=False)
    ]
    shares = [share for share, _ in found]
    share = sum(shares) / len(shares) if check.partial or check.call else min(shares)
    say = next((text for _, text in found if text), "")
    if share < 1 and not blank:
        say = _hidden_text(check) if check.hidden else _open_text(check, say, _known_mistake(check, expected, answers))
    return Remark(
        label=check.label, points=check.points, earned=round(check.points * share, 6), text=say, hidden=check.hidden
    )


def _open_text(check: Check, say: str, mistake: str) -> str:
    """Return what is said to an answer that is not right: the mistake or what is wrong with it, and the hint."""
    said = mistake or say
    return join_sentences(part for part in (said and _sentence(said), t(check.say)) if part) if check.say else said


def _hidden_text(check: Check) -> str:
    """Return what is said where a hidden check does not hold: nothing of the values it was looked at with."""
    return t(check.say) if check.say else t("it does not hold for other values than the ones you were given")


def _sentence(text: str) -> str:
    """Return a text with a full stop, that of the language in force."""
    return text if text[-1:] in ".?!。？！" else t("{text}.", text=text)


def _known_mistake(check: Check, expected: Expected, answers: list[Coded]) -> str:
    """Return what the author says to a mistake that the answer shows."""
    if not answers:
        return ""
    for wrong, say in expected.mistakes:
        if _compare(check, wrong, answers[0])[0] == 1:
            return t(say)
    return ""


def _compare(check: Check, wanted: Coded, found: Coded) -> tuple[float, str]:
    """Return the share that is right, and what is wrong with the rest."""
    if found.get("kind") == "missing":
        return 0.0, t("{name} is not there", name=check.label)
    if found.get("kind") == "failed":
        return 0.0, t("{name} ends with an error: {reason}", name=check.label, reason=str(found.get("reason"))[:200])
    if found.get("kind") == "large":
        return 0.0, t("{name} is too large to be looked at", name=check.label)
    try:
        answer = decode(found)
    except ValueError:
        return 0.0, t("{name} cannot be read", name=check.label)
    return _match(check, decode(wanted), answer)


def _match(check: Check, wanted: Any, found: Any) -> tuple[float, str]:
    if isinstance(wanted, bool) or isinstance(found, bool):
        return _plain(check, wanted, found, isinstance(wanted, bool) and isinstance(found, bool) and wanted == found)
    if isinstance(wanted, int | float):
        return _number(check, float(wanted), found)
    if isinstance(wanted, str):
        return _plain(check, wanted, found, isinstance(found, str) and _same_text(wanted, found))
    if isinstance(wanted, frozenset) or (check.free_order and isinstance(wanted, list)):
        return _free(check, list(wanted), found)
    if isinstance(wanted, list):
        return _list(check, wanted, found)
    if isinstance(wanted, Mapping):
        return _mapping(check, wanted, found)
    return _plain(check, wanted, found, wanted == found)


def _plain(check: Check, wanted: Any, found: Any, right: bool) -> tuple[float, str]:
    if right:
        return 1.0, ""
    if _kind(wanted) != _kind(found):
        return 0.0, _other_kind(check, wanted, found)
    return 0.0, t("{name} is not right", name=check.label)


def _other_kind(check: Check, wanted: Any, found: Any) -> str:
    return t("{name} is {found}; {wanted} is expected", name=check.label, found=_kind(found), wanted=_kind(wanted))


def _kind(value: Any) -> str:
    if isinstance(value, Unknown):
        return value.type
    if value is None:
        return t(KIND_NAMES["none"])
    for types, name in KINDS:
        if isinstance(value, types):
            return t(KIND_NAMES[name])
    return type(value).__name__


def _same_text(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _close(check: Check, wanted: float, found: float, times: float = 1.0) -> bool:
    if math.isnan(wanted) or math.isnan(found):
        return math.isnan(wanted) and math.isnan(found)
    if math.isinf(wanted) or math.isinf(found):
        return wanted == found
    return abs(found - wanted) <= times * (check.tolerance * abs(wanted) if check.relative else check.tolerance) + 1e-9


def _number(check: Check, wanted: float, found: Any) -> tuple[float, str]:
    if isinstance(found, list) and len(found) == 1 and isinstance(found[0], int | float):
        found = found[0]
    if isinstance(found, bool) or not isinstance(found, int | float):
        return 0.0, _other_kind(check, wanted, found)
    found = float(found)
    if _close(check, wanted, found):
        return 1.0, ""
    if math.isnan(found):
        return 0.0, t("{name} is not a number (NaN): something is missing or divided by zero", name=check.label)
    if _close(check, wanted, found, NEAR) and check.tolerance > 0:
        return 0.0, t("{name} is close, but not within the tolerance: rounded too early?", name=check.label)
    if wanted and not math.isinf(found):
        for factor, say in FACTORS:
            if _close(check, wanted * factor, found):
                return 0.0, t("{name}: {reason}", name=check.label, reason=t(say))
    return 0.0, t("{name} is not right", name=check.label)


def _list(check: Check, wanted: list[Any], found: Any) -> tuple[float, str]:
    if isinstance(found, Mapping):
        found = list(found.values())
    if not isinstance(found, list):
        return 0.0, _other_kind(check, wanted, found)
    if len(found) != len(wanted):
        return 0.0, t(
            "{name} has {found} items; {wanted} are expected", name=check.label, found=len(found), wanted=len(wanted)
        )
    right = [_match(check, one, other)[0] for one, other in zip(wanted, found, strict=True)]
    return _portion(check, right)


def _portion(check: Check, right: list[float]) -> tuple[float, str]:
    if not right or min(right) == 1:
        return 1.0, ""
    say = t("{n} of {all} in {name} are right", n=sum(x == 1 for x in right), all=len(right), name=check.label)
    return (sum(right) / len(right) if check.partial else 0.0), say


def _free(check: Check, wanted: list[Any], found: Any) -> tuple[float, str]:
    if isinstance(found, Mapping) or not isinstance(found, list | frozenset):
        return 0.0, _other_kind(check, wanted, found)
    left, hits = list(found), 0
    for one in wanted:
        place = next((k for k, other in enumerate(left) if _match(check, one, other)[0] == 1), None)
        if place is not None:
            left.pop(place)
            hits += 1
    return _portion(check, [1.0] * hits + [0.0] * (max(len(wanted), hits + len(left)) - hits))


def _mapping(check: Check, wanted: Mapping[Any, Any], found: Any) -> tuple[float, str]:
    if not isinstance(found, Mapping):
        return 0.0, _other_kind(check, wanted, found)
    names = {_name(key): key for key in found}
    lacking = [key for key in wanted if _name(key) not in names]
    if lacking and not check.partial:
        shown = ", ".join(str(key) for key in lacking[:5])
        return 0.0, t("{name} lacks {names}", name=check.label, names=shown)
    right = [
        _match(check, value, found[names[_name(key)]])[0] if _name(key) in names else 0.0
        for key, value in wanted.items()
    ]
    return _portion(check, right)


def _name(key: Any) -> Any:
    return key.casefold().strip() if isinstance(key, str) else key
