"""A chain of equations from a readable text: which variable is explained by which."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from casework.core.errors import ParameterError, Problem
from casework.core.messages import t

NAME = re.compile(r"\s*(?:`([^`]*)`|([^`+~]*))\s*")


@dataclass(frozen=True)
class ChainModel:
    """Equations of a chain, causes before effects: pairs of an effect and its causes."""

    equations: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def effects(self) -> tuple[str, ...]:
        """Variables that are explained, causes before effects."""
        return tuple(effect for effect, _ in self.equations)

    @property
    def starts(self) -> tuple[str, ...]:
        """Variables that explain and are not explained."""
        causes = dict.fromkeys(cause for _, causes in self.equations for cause in causes)
        return tuple(cause for cause in causes if cause not in self.effects)

    @property
    def names(self) -> tuple[str, ...]:
        """All variables, causes before effects."""
        return (*self.starts, *self.effects)

    def renamed(self, names: Mapping[str, str]) -> ChainModel:
        """Return the chain with other names for some variables."""
        new = {name: names.get(name, name) for name in self.names}
        return ChainModel(
            tuple((new[effect], tuple(new[cause] for cause in causes)) for effect, causes in self.equations)
        )

    @property
    def levels(self) -> dict[str, int]:
        """How many steps each variable lies behind the starts, by the longest way."""
        found = dict.fromkeys(self.starts, 0)
        for effect, causes in self.equations:
            found[effect] = 1 + max(found[cause] for cause in causes)
        return found


def chain_model(model: str | Iterable[str] | Mapping[str, Sequence[str]] | ChainModel) -> ChainModel:
    """Read a chain of regressions.

    Parameters
    ----------
    model : str, sequence of str, mapping or ChainModel
        Equations such as `value ~ quality + productivity`, one per line (or item); names with `+` or `~` in
        backticks; what follows `#` is a comment. Or a mapping of each effect to its causes.

    Returns
    -------
    ChainModel
        Equations in causal order.

    Raises
    ------
    ParameterError
        An equation cannot be read, a variable is explained twice or by itself, or the chain runs in a circle; all
        problems at once.

    Examples
    --------
    >>> chain = chain_model("loyalty ~ satisfaction" + chr(10) + "satisfaction ~ value + `price + extras`")
    >>> chain.names
    ('value', 'price + extras', 'satisfaction', 'loyalty')
    """
    if isinstance(model, ChainModel):
        return model
    problems: list[Problem] = []
    found: dict[str, tuple[str, ...]] = {}
    for where, effect, causes in _equations(model, problems):
        problems += _faults(where, effect, causes, found)
        found.setdefault(effect, tuple(causes))
    if not found and not problems:
        problems.append(Problem(t("chain"), t("no equation"), t("lines such as {example}", example="value ~ quality")))
    if problems:
        raise ParameterError(problems)
    return ChainModel(tuple(_in_order(found)))


def _equations(
    model: str | Iterable[str] | Mapping[str, Sequence[str]], problems: list[Problem]
) -> Iterator[tuple[str, str, list[str]]]:
    """Yield where, effect and causes of every equation that can be read; what cannot goes to the problems."""
    if isinstance(model, Mapping):
        for effect, given in model.items():
            causes = [given] if isinstance(given, str) else [str(cause) for cause in given]
            yield t("chain, {name}", name=repr(str(effect))), str(effect), causes
        return
    lines = model.splitlines() if isinstance(model, str) else [str(line) for line in model]
    for number, line in enumerate(lines, start=1):
        text = line.split("#")[0].strip()
        if not text:
            continue
        where = t("chain, line {n}", n=number)
        parsed = _parse(text)
        if parsed is None:
            example = t("one effect, ~ and its causes with + between them, such as {example}", example="a ~ b + c")
            problems.append(Problem(where, repr(text), example))
        else:
            yield where, parsed[0], parsed[1]


def _parse(text: str) -> tuple[str, list[str]] | None:
    """Effect and causes of one equation, or None."""
    names, place, signs = [], 0, ""
    while True:
        match = NAME.match(text, place)
        name = (match.group(1) or match.group(2) or "").strip() if match else ""
        if not match or not name:
            return None
        names.append(name)
        place = match.end()
        if place == len(text):
            break
        signs += text[place]
        place += 1
    return (names[0], names[1:]) if re.fullmatch(r"~\+*", signs) else None


def _faults(where: str, effect: str, causes: Sequence[str], found: Mapping[str, object]) -> Iterator[Problem]:
    if not causes:
        yield Problem(where, t("no cause"), t("at least one"))
    if effect in found:
        yield Problem(where, t("{name} is explained twice", name=repr(effect)), t("one equation for each effect"))
    if effect in causes:
        yield Problem(where, t("{name} explains itself", name=repr(effect)), t("other causes"))
    for cause in dict.fromkeys(causes):
        if list(causes).count(cause) > 1:
            yield Problem(where, t("{name} stands there twice", name=repr(cause)), t("each cause once"))


def _in_order(found: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the equations with causes before effects."""
    left = dict(found)
    while left:
        ready = [effect for effect, causes in left.items() if not any(cause in left for cause in causes)]
        if not ready:
            circle = " -> ".join(_circle(left))
            raise ParameterError(Problem(t("chain"), t("it runs in a circle: {path}", path=circle), t("no way back")))
        for effect in ready:
            yield effect, left.pop(effect)


def _circle(left: Mapping[str, tuple[str, ...]]) -> list[str]:
    """One circle, in the direction of the effects."""
    path = [next(iter(left))]
    while path.count(path[-1]) < 2:
        path.append(next(cause for cause in left[path[-1]] if cause in left))
    return path[path.index(path[-1]) :][::-1]
