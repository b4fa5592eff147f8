"""How far a chain has come: traditional logistics, modern logistics or synchronized chain, by a rubric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from casework.core.checks import check_number, suggest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.supply_chain.structure.tables import listing

LEVELS = (mark("traditional logistics"), mark("modern logistics"), mark("synchronized chain"))
HEADINGS = (mark("criterion"), mark("score"), mark("weight"), mark("level"), mark("next step"), mark("question"))


@dataclass(frozen=True)
class Criterion:
    """One line of the rubric: a question, and what each of the three levels looks like."""

    name: str
    question: str
    levels: tuple[str, str, str]


# The casework rubric. The order of the stages follows Stevens (1989): functions apart, one firm as a whole, firms
# together.
RUBRIC: tuple[Criterion, ...] = (
    Criterion(
        mark("scope"),
        mark("Who is responsible for the way of the goods?"),
        (
            mark("Each department for its own part: transport, warehouse, purchasing."),
            mark("One function of the firm, from purchasing to delivery."),
            mark("Partners together, from the first supplier to the last customer."),
        ),
    ),
    Criterion(
        mark("information"),
        mark("Who sees demand and stock?"),
        (
            mark("Each stage sees the orders that it receives."),
            mark("One system shows demand and stock of the whole firm."),
            mark("Partners see sales at the till and each other's stock as they change."),
        ),
    ),
    Criterion(
        mark("planning"),
        mark("Whose forecast are plans made from?"),
        (
            mark("Each department makes its own."),
            mark("One plan of sales and operations for the firm."),
            mark("One plan agreed with customers and suppliers."),
        ),
    ),
    Criterion(
        mark("inventory"),
        mark("Who decides on stock, and where?"),
        (
            mark("Each site, to protect itself."),
            mark("The firm, over all its sites."),
            mark("Partners, for the chain as a whole; information takes the place of stock."),
        ),
    ),
    Criterion(
        mark("measures"),
        mark("What is success measured by?"),
        (
            mark("Costs of each department."),
            mark("Total logistics cost and service of the firm."),
            mark("Service to the last customer and profit of the whole chain."),
        ),
    ),
    Criterion(
        mark("partnership"),
        mark("How do firms of the chain deal with each other?"),
        (
            mark("At arm's length, order by order, by price."),
            mark("With contracts over years and fewer partners."),
            mark("As partners who share risks and gains."),
        ),
    ),
    Criterion(
        mark("response"),
        mark("What starts production and transport?"),
        (
            mark("Forecasts and full lots."),
            mark("Forecasts corrected by orders; lots reduced."),
            mark("Actual demand, as far upstream as lead times allow."),
        ),
    ),
    Criterion(
        mark("improvement"),
        mark("Where do people look for improvement?"),
        (
            mark("Inside a department, when something went wrong."),
            mark("In processes across departments, by plan."),
            mark("In processes across firms, with common projects."),
        ),
    ),
)


@dataclass(frozen=True, kw_only=True)
class DevelopmentResult(Result):
    """Stage of development with the score of each criterion.

    Attributes
    ----------
    table : DataFrame
        criterion, question, score (1 to 3), weight (sums to 1), level, next_step (what the level above looks like).
    score : float
        Weighted mean, 1 to 3.
    level : str
        One of `LEVELS`.
    held_back : tuple of str
        Criteria that keep the chain below the level of its mean.
    """

    table: pd.DataFrame
    score: float
    level: str
    held_back: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a criterion."""
        return self.table.copy()

    def summary(self) -> str:
        """Say the stage and the mean."""
        return t("{level}: {score:.2f} on a scale from 1 to 3.", level=t(self.level), score=self.score)


def development_rubric(rubric: Sequence[Criterion] = RUBRIC) -> pd.DataFrame:
    """Return the rubric as a table: criterion, question, and what each of the three levels looks like.

    Examples
    --------
    >>> development_rubric()["criterion"].tolist()[:3]
    ['scope', 'information', 'planning']
    """
    rows = [(item.name, t(item.question), *(t(level) for level in item.levels)) for item in rubric]
    return pd.DataFrame(rows, columns=["criterion", "question", *(level.replace(" ", "_") for level in LEVELS)])


def development_stage(
    answers: Mapping[str, float],
    *,
    weights: Mapping[str, float] | None = None,
    limits: tuple[float, float] = (5 / 3, 7 / 3),
    lag: float = 1.0,
    rubric: Sequence[Criterion] = RUBRIC,
) -> DevelopmentResult:
    """Tell how far a chain has come from answers to a rubric.

    Parameters
    ----------
    answers : mapping of criterion to score
        1 (traditional), 2 (modern), 3 (synchronized), or between, such as the mean of several people.
    weights : mapping of criterion to float, optional
        Above 0; what is not named has weight 1.
    limits : tuple of float
        Weighted mean from which a chain is modern, and synchronized; 1 < first < second < 3. Thirds of the scale as
        usual.
    lag : float
        How far [levels, above 0] a criterion may stay behind the level of the mean. A chain moves as one: where a
        criterion stays further behind, the stage is one lower.
    rubric : sequence of Criterion
        Another rubric than the own one.

    Returns
    -------
    DevelopmentResult

    Raises
    ------
    ParameterError
        A criterion is unknown (nearest spelling told) or has no answer, an answer is not between 1 and 3, a weight is
        not above 0, the limits are out of order, or `lag` is not above 0: all of it at once.

    Notes
    -----
    The rubric and its limits are choices, not measurements: they order a talk about where to go next.

    References
    ----------
    Stevens, G. C. (1989). Integrating the supply chain. International Journal of Physical Distribution & Materials
    Management 19(8), 3-8: stages of integration. The criteria are casework's own.

    Examples
    --------
    >>> development_stage({item.name: 2 for item in RUBRIC}).summary()
    'modern logistics: 2.00 on a scale from 1 to 3.'
    """
    problems: list[Problem] = []
    names = [item.name for item in rubric]
    score = _values("answers", answers, names, 1, 3, problems)
    weight = _values("weights", {**dict.fromkeys(names, 1.0), **(weights or {})}, names, 1e-12, np.inf, problems)
    if not 1 < limits[0] < limits[1] < 3:
        problems.append(Problem("limits", repr(tuple(limits)), t("two numbers in order, between 1 and 3")))
    if not (np.isfinite(lag) and lag > 0):
        problems.append(Problem("lag", f"{lag:g}", t("a number above 0")))
    if problems:
        raise ParameterError(problems)
    weight /= weight.sum()
    mean = float(score @ weight)
    place = int(mean >= limits[0] - 1e-12) + int(mean >= limits[1] - 1e-12)
    behind = tuple(name for name, x in zip(names, score, strict=True) if place and x < place + 1 - lag - 1e-12)
    table = pd.DataFrame(
        {
            "criterion": names,
            "question": [t(item.question) for item in rubric],
            "score": score,
            "weight": weight,
            "level": [LEVELS[int(x >= limits[0]) + int(x >= limits[1])] for x in score],
            "next_step": [
                t(item.levels[min(int(x), 2)]) if x < 3 else "" for item, x in zip(rubric, score, strict=True)
            ],
        }
    )
    notes = (
        (t("The mean alone would be one stage higher; held back by: {names}.", names=listing(behind)),)
        if behind
        else ()
    )
    return DevelopmentResult(table=table, score=mean, level=LEVELS[place - bool(behind)], held_back=behind, notes=notes)


def _values(
    where: str, given: Mapping[str, float], names: list[str], low: float, high: float, problems: list[Problem]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    problems += [
        Problem(where, t("{value} is not known", value=repr(str(name))), fix=suggest(str(name), names))
        for name in given
        if name not in names
    ]
    problems += [Problem(where, t("none for {name}", name=repr(name))) for name in names if name not in given]
    found = np.ones(len(names))
    for place, name in enumerate(names):
        if name in given:
            try:
                found[place] = check_number(f"{where}[{name!r}]", given[name], low=low, high=high)
            except ParameterError as error:
                problems += error.problems
    return found
