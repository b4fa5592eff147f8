"""Stages of a chain from supplier to customer, and the cycles at their interfaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from casework.core.checks import nearest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.options import allowed

Role = Literal["supplier", "manufacturer", "distributor", "retailer", "customer"]
Flow = Literal["product", "information", "funds"]
CycleName = Literal["customer order", "replenishment", "manufacturing", "procurement"]
MacroName = Literal["supplier relationship", "internal supply chain", "customer relationship"]
Trigger = Literal["order", "forecast"]

ROLES = allowed(Role)
WORDS = (
    mark("supplier"),
    mark("manufacturer"),
    mark("distributor"),
    mark("retailer"),
    mark("customer"),
    mark("product"),
    mark("information"),
    mark("funds"),
    mark("customer order"),
    mark("replenishment"),
    mark("manufacturing"),
    mark("procurement"),
    mark("supplier relationship"),
    mark("internal supply chain"),
    mark("customer relationship"),
    mark("order"),
    mark("forecast"),
)
# Interface between two neighbours (upstream role) -> cycle: Chopra & Meindl, Supply Chain Management, chapter 1,
# cycle view.
INTERFACES: Mapping[str, str] = {
    "supplier": "procurement",
    "manufacturer": "manufacturing",
    "distributor": "replenishment",
    "retailer": "customer order",
}


@dataclass(frozen=True)
class Stages:
    """Stages in the order of the product: the source first, the customer last.

    Attributes
    ----------
    roles : tuple of (name, role)
        Role: one of supplier, manufacturer, distributor, retailer, customer; several stages may share one.
    """

    roles: tuple[tuple[str, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names in the order of the product."""
        return tuple(name for name, _ in self.roles)

    def role(self, name: str) -> str:
        """Role of a stage."""
        return dict(self.roles)[name]

    def place(self, name: str) -> int:
        """Place of a stage: 0 is the source."""
        return self.names.index(name)

    def cycles(self, first: str, second: str) -> tuple[str, ...]:
        """Cycles that lie between two stages, the one nearest to the customer first.

        Neighbouring roles have one cycle. Where a role between them is missing from the chain, its cycles are one
        (a maker who sells to customers directly runs customer order, replenishment and manufacturing as one).

        Examples
        --------
        >>> chain = read_stages(["supplier", "manufacturer", "customer"])
        >>> chain.cycles("supplier", "manufacturer"), chain.cycles("customer", "manufacturer")
        (('procurement',), ('customer order', 'replenishment', 'manufacturing'))
        """
        low, high = sorted((ROLES.index(self.role(first)), ROLES.index(self.role(second))))
        between = [INTERFACES[role] for role in ROLES[low : max(high, low + 1)] if role in INTERFACES]
        return tuple(reversed(between))


def read_stages(stages: Sequence[str] | Mapping[str, str]) -> Stages:
    """Read and check the stages of a chain.

    Parameters
    ----------
    stages : sequence of role, or mapping of name to role
        From the source to the customer. Roles in the same direction: supplier, manufacturer, distributor, retailer,
        customer; any may be missing, but the last stage is the customer.

    Raises
    ------
    ParameterError
        Fewer than two stages, a name that is empty or occurs twice, an unknown role, roles out of order, or a last
        stage that is not the customer: all of it at once.

    Examples
    --------
    >>> read_stages({"mill": "supplier", "plant": "manufacturer", "shopper": "customer"}).names
    ('mill', 'plant', 'shopper')
    """
    if isinstance(stages, str) or not isinstance(stages, (Mapping, Sequence)):
        raise ParameterError(Problem("stages", repr(stages), t("names of stages, or names with their roles")))
    pairs = list(stages.items()) if isinstance(stages, Mapping) else [(name, name) for name in stages]
    pairs = [(str(name).strip(), str(role).strip()) for name, role in pairs]
    names = [name for name, _ in pairs]
    problems = [
        Problem("stages", t("{name} occurs twice", name=repr(name)), t("each name once"))
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    problems += [Problem("stages", t("a stage without a name"))] if "" in names else []
    problems += [
        Problem(
            t("stage {name}", name=repr(name)),
            t("role {role} is not known", role=repr(role)),
            t("one of {values}", values=t(", ").join(ROLES)),
            nearest(role, ROLES),
        )
        for name, role in pairs
        if role not in ROLES
    ]
    if not problems:
        problems += _order(pairs)
    if problems:
        raise ParameterError(problems)
    return Stages(tuple(pairs))


def _order(pairs: list[tuple[str, str]]) -> list[Problem]:
    if len(pairs) < 2:
        return [Problem("stages", t("fewer than two stages"), t("at least a source and the customer"))]
    places = [ROLES.index(role) for _, role in pairs]
    problems = [
        Problem(
            t("stage {name}", name=repr(after[0])),
            t("{role} stands after {before}", role=after[1], before=before[1]),
            t("from the source to the customer"),
        )
        for before, after, i, j in zip(pairs, pairs[1:], places, places[1:], strict=False)
        if j < i
    ]
    if not problems and [role for _, role in pairs].count("customer") != 1:
        problems.append(Problem("stages", t("not exactly one customer"), t("the customer as the last stage, once")))
    return problems
