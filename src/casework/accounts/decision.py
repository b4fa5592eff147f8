"""Decision trees: choices, chances, costs and time; every strategy with its distribution, the best by folding back."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_all, check_number, check_positive, suggest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result

Floats = npt.NDArray[np.float64]
SUM_ERROR = 1e-6  # by which chances may miss 1
MOST = 4096  # strategies that are listed
STEP_MARK = " > "
COLUMNS = (
    mark("strategy"), mark("expected value"), mark("sd"), mark("worst"), mark("best"), mark("chance of loss"),
    mark("expected cost"), mark("expected months"), mark("certainty equivalent"), mark("chance"), mark("value"),
)  # fmt: skip


@dataclass(frozen=True)
class End:
    """End of a path: what is received there [currency]."""

    value: float
    name: str = ""


@dataclass(frozen=True)
class Branch:
    """Way on from a choice or a chance.

    Attributes
    ----------
    name : str
    then : End, Choice or Chance
    chance : float
        Probability, where it leaves a chance; not used where it leaves a choice.
    cost : float
        Paid when the branch is entered [currency].
    months : float
        Until what follows.
    """

    name: str
    then: Node
    chance: float = 0.0
    cost: float = 0.0
    months: float = 0.0


@dataclass(frozen=True)
class Choice:
    """Point at which one decides."""

    name: str
    branches: tuple[Branch, ...]


@dataclass(frozen=True)
class Chance:
    """Point at which something happens with given probabilities."""

    name: str
    branches: tuple[Branch, ...]


Node: TypeAlias = "End | Choice | Chance"


@dataclass(frozen=True, kw_only=True)
class Strategy:
    """What is chosen at each choice that can be reached, and all ways in which it can end.

    Attributes
    ----------
    choices : tuple of (str, str)
        Choice and branch, in the order in which they can come.
    chance, value, cost, months : ndarray, shape (ends,)
        Probability, net present value [currency], costs paid [currency], time taken.
    ends : tuple of str
        Names of the ends.
    """

    choices: tuple[tuple[str, str], ...]
    chance: Floats
    value: Floats
    cost: Floats
    months: Floats
    ends: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        """Branches chosen, one after another."""
        return STEP_MARK.join(branch for _, branch in self.choices)

    @property
    def expected(self) -> float:
        """Mean of the value."""
        return float(self.chance @ self.value)

    @property
    def sd(self) -> float:
        """Standard deviation of the value."""
        return float(np.sqrt(max(float(self.chance @ (self.value - self.expected) ** 2), 0.0)))

    def certainty_equivalent(self, risk_tolerance: float) -> float:
        """Sure sum that is as good as the strategy, with exponential utility; the larger the tolerance, the nearer."""
        shift = float(self.value.min())
        return shift - risk_tolerance * float(np.log(self.chance @ np.exp(-(self.value - shift) / risk_tolerance)))

    def profile(self) -> pd.DataFrame:
        """Return the risk profile: each `value` once, with its `chance`."""
        values, places = np.unique(np.round(self.value, 9), return_inverse=True)
        return pd.DataFrame({"value": values, "chance": np.bincount(places, weights=self.chance)})


@dataclass(frozen=True, kw_only=True)
class TreeResult(Result):
    """A solved decision tree.

    Attributes
    ----------
    table : DataFrame
        A row per strategy, the best first: `strategy`, `expected_value`, `sd`, `worst`, `best`, `chance_of_loss`,
        `expected_cost` (not discounted), `expected_months`, and, with a risk tolerance, `certainty_equivalent`.
    strategies : tuple of Strategy
        In the order of the table.
    value : float
        Of the best strategy: expected, or certainty equivalent.
    tree : End, Choice or Chance
    rate : float
    risk_tolerance : float or None
    """

    table: pd.DataFrame
    strategies: tuple[Strategy, ...]
    value: float
    tree: Node
    rate: float
    risk_tolerance: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def best(self) -> Strategy:
        """The best strategy."""
        return self.strategies[0]

    def to_frame(self) -> pd.DataFrame:
        """Return the table of strategies."""
        return self.table.copy()

    def summary(self) -> str:
        """Say what the best strategy is worth, and how far the next one is behind."""
        names = STEP_MARK.join(t(branch) for _, branch in self.best.choices) or t("no choice")
        if len(self.table) == 1:
            return t("The only strategy is worth {x:,.6g}: {name}.", x=self.value, name=names)
        column = "expected_value" if self.risk_tolerance is None else "certainty_equivalent"
        gap = self.value - float(self.table[column].iloc[1])
        return t("Best of {n} strategies, worth {x:,.6g}: {name}. The next one is worth {gap:,.6g} less.",
                 n=len(self.table), x=self.value, name=names, gap=gap)  # fmt: skip


def solve_tree(tree: Node, *, rate: float = 0.0, risk_tolerance: float | None = None) -> TreeResult:
    """Value every strategy of a decision tree, and find the best.

    Parameters
    ----------
    tree : End, Choice or Chance
        Larger values are better.
    rate : float
        Of interest a year, above -1: what comes later counts less.
    risk_tolerance : float, optional
        Of an exponential utility [currency], above 0; without it the expected value decides.

    Returns
    -------
    TreeResult

    Raises
    ------
    ParameterError
        A number out of its range, chances that do not add up to 1, a point without branches, branches of one point
        with the same name, or more than 4,096 strategies.

    Notes
    -----
    A strategy says what to choose at every choice that it can reach. Each is valued by all its ends, so that its
    distribution is known and any utility can be used; with expected values the best one is what folding back gives.

    References
    ----------
    Raiffa (1968), Decision analysis, chapter 2; Clemen & Reilly (2001), Making hard decisions, chapter 4 (Texaco
    versus Pennzoil: 4.63 billion dollars).

    Examples
    --------
    Pennzoil may accept 2 billion dollars, or ask for 5:

    >>> court = Chance("court", (Branch("all", End(10.3), 0.2), Branch("half", End(5), 0.5),
    ...                          Branch("none", End(0), 0.3)))
    >>> answer = Choice("answer", (Branch("refuse", court), Branch("take 3", End(3))))
    >>> texaco = Chance("Texaco", (Branch("accepts", End(5), 0.17), Branch("refuses", court, 0.5),
    ...                            Branch("offers 3", answer, 0.33)))
    >>> found = solve_tree(Choice("now", (Branch("accept 2", End(2)), Branch("ask for 5", texaco))))
    >>> round(found.value, 2), found.best.name
    (4.63, 'ask for 5 > refuse')
    """
    check_all(
        lambda: check_number("rate", rate, low=-1, low_open=True),
        lambda: check_positive("risk_tolerance", 1.0 if risk_tolerance is None else risk_tolerance),
    )
    check_tree(tree)
    found = list(strategies(tree, rate=rate))
    worth = [item.expected if risk_tolerance is None else item.certainty_equivalent(risk_tolerance) for item in found]
    order = np.argsort(-np.array(worth), kind="stable")
    ranked = tuple(found[place] for place in order)
    table = pd.DataFrame([_row(item) for item in ranked])
    if risk_tolerance is not None:
        table["certainty_equivalent"] = [worth[place] for place in order]
    return TreeResult(
        table=table,
        strategies=ranked,
        value=float(worth[order[0]]),
        tree=tree,
        rate=float(rate),
        risk_tolerance=None if risk_tolerance is None else float(risk_tolerance),
    )


def fold_back(tree: Node, *, rate: float = 0.0) -> float:
    """Return the expected value of a tree if every choice is made for the best.

    Examples
    --------
    >>> coin = Chance("coin", (Branch("heads", End(10), 0.5), Branch("tails", End(0), 0.5)))
    >>> fold_back(Choice("play", (Branch("yes", coin, cost=4), Branch("no", End(0)))))
    1.0
    """
    if isinstance(tree, End):
        return float(tree.value)
    worth = [-item.cost + discount(item.months, rate) * fold_back(item.then, rate=rate) for item in tree.branches]
    if isinstance(tree, Choice):
        return max(worth)
    return float(sum(item.chance * x for item, x in zip(tree.branches, worth, strict=True)))


def strategies(tree: Node, *, rate: float = 0.0) -> Iterator[Strategy]:
    """List every strategy of a tree that has been checked, in the order of its branches."""
    if isinstance(tree, End):
        yield Strategy(choices=(), chance=np.ones(1), value=np.array([float(tree.value)]), cost=np.zeros(1),
                       months=np.zeros(1), ends=(tree.name,))  # fmt: skip
        return
    below = [[_before(item, later, rate) for later in strategies(item.then, rate=rate)] for item in tree.branches]
    if isinstance(tree, Choice):
        for item, options in zip(tree.branches, below, strict=True):
            for later in options:
                yield replace(later, choices=((tree.name, item.name), *later.choices))
        return
    chances = [item.chance for item in tree.branches]
    for combination in itertools.product(*below):
        yield _together(chances, combination)


def vary_chance(tree: Node, chance: str, branch: str, probability: float) -> Node:
    """Return the tree with another probability of a branch, at every chance of that name; the others keep their ratio.

    Raises
    ------
    ParameterError
        The tree has no such chance or branch.
    """
    known = chance_branches(tree)
    if chance not in known:
        raise ParameterError(Problem("chance", repr(chance), fix=suggest(chance, list(known))))
    if branch not in known[chance]:
        raise ParameterError(Problem("branch", repr(branch), fix=suggest(branch, list(known[chance]))))
    return _varied(tree, chance, branch, check_number("probability", probability, low=0, high=1))


def chance_branches(tree: Node) -> dict[str, dict[str, float]]:
    """Return the chances of a tree, with their branches and probabilities."""
    found: dict[str, dict[str, float]] = {}
    for node in _nodes(tree):
        if isinstance(node, Chance):
            found.setdefault(node.name, {}).update({item.name: item.chance for item in node.branches})
    return found


def check_tree(tree: Node) -> None:
    """Refuse a tree that cannot be solved.

    Raises
    ------
    ParameterError
        All that is wrong with it at once.
    """
    problems = [problem for node in _nodes(tree) for problem in _problems(node)]
    if problems:
        raise ParameterError(list(dict.fromkeys(problems)))
    if (n := count_strategies(tree)) > MOST:
        raise ParameterError(Problem("tree", t("{n:,} strategies", n=n), t("at most {n:,}", n=MOST)))


def count_strategies(tree: Node) -> int:
    """Return how many strategies a tree has."""
    if isinstance(tree, End):
        return 1
    below = [count_strategies(item.then) for item in tree.branches]
    return sum(below) if isinstance(tree, Choice) else int(np.prod(below, dtype=object))


def discount(months: float, rate: float) -> float:
    """Return what one unit of money after some months is worth now."""
    return float((1 + rate) ** (-months / 12))


def _before(branch: Branch, later: Strategy, rate: float) -> Strategy:
    """Strategy as it looks from before the branch is entered."""
    return replace(
        later,
        value=discount(branch.months, rate) * later.value - branch.cost,
        cost=later.cost + branch.cost,
        months=later.months + branch.months,
    )


def _together(chances: Sequence[float], parts: Sequence[Strategy]) -> Strategy:
    choices = tuple(dict.fromkeys(item for part in parts for item in part.choices))
    return Strategy(
        choices=choices,
        chance=np.concatenate([p * part.chance for p, part in zip(chances, parts, strict=True)]),
        value=np.concatenate([part.value for part in parts]),
        cost=np.concatenate([part.cost for part in parts]),
        months=np.concatenate([part.months for part in parts]),
        ends=tuple(name for part in parts for name in part.ends),
    )


def _row(item: Strategy) -> dict[str, object]:
    likely = item.chance > 0
    return {
        "strategy": item.name,
        "expected_value": item.expected,
        "sd": item.sd,
        "worst": float(item.value[likely].min()),
        "best": float(item.value[likely].max()),
        "chance_of_loss": float(item.chance[item.value < 0].sum()),
        "expected_cost": float(item.chance @ item.cost),
        "expected_months": float(item.chance @ item.months),
    }


def _nodes(tree: Node) -> Iterator[Node]:
    """Every node once, although several branches may lead to the same one."""
    seen: set[int] = set()
    waiting: list[Node] = [tree]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if not isinstance(node, End):
            waiting += [item.then for item in reversed(node.branches)]


def _problems(node: Node) -> Iterator[Problem]:
    where = t("end") if isinstance(node, End) else str(node.name)
    if isinstance(node, End):
        if not np.isfinite(node.value):
            yield Problem(where, f"{node.value}", t("a finite number"))
        return
    if not node.branches:
        yield Problem(where, t("no branch"), t("at least one"))
        return
    names = [item.name for item in node.branches]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        yield Problem(where, t("{name} occurs twice", name=repr(twice[0])))
    for item in node.branches:
        if not (np.isfinite(item.cost) and np.isfinite(item.months) and item.months >= 0):
            found = t("cost {cost}, months {months}", cost=item.cost, months=item.months)
            yield Problem(f"{where}, {item.name}", found, t("finite numbers, months at least 0"))
    if isinstance(node, Chance):
        chances = np.array([item.chance for item in node.branches], dtype=np.float64)
        if not ((chances >= 0) & (chances <= 1)).all() or abs(chances.sum() - 1) > SUM_ERROR:
            found = ", ".join(f"{x:g}" for x in chances)
            yield Problem(where, found, t("chances from 0 to 1 that add up to 1"))


def _varied(tree: Node, chance: str, branch: str, probability: float) -> Node:
    if isinstance(tree, End):
        return tree
    below = tuple(replace(item, then=_varied(item.then, chance, branch, probability)) for item in tree.branches)
    if isinstance(tree, Chance) and tree.name == chance:
        rest = sum(item.chance for item in below if item.name != branch)
        others = max(len(below) - 1, 1)
        spread = [(item.chance / rest if rest > 0 else 1 / others) * (1 - probability) for item in below]
        below = tuple(
            replace(item, chance=probability if item.name == branch else x)
            for item, x in zip(below, spread, strict=True)
        )
    return replace(tree, branches=below)
