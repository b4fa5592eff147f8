"""The four ordinary ways to source a part: one supplier or two, with or without a reserve."""

from __future__ import annotations

from casework.core.checks import check_all, check_fraction, check_number, check_positive
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.suppliers.disruption import Source, Strategy

SINGLE, SINGLE_RESERVE = mark("Single source"), mark("Single source with a reserve")
DUAL, DUAL_RESERVE = mark("Dual source"), mark("Dual source with a reserve")
STRATEGIES = (SINGLE, SINGLE_RESERVE, DUAL, DUAL_RESERVE)


def sourcing_strategies(
    main: Source, second: Source, *, second_share: float, reserve_days: float, fixed_cost: float = 0.0
) -> list[Strategy]:
    """Set up one source or two, each with and without a reserve, for `compare_sourcing`.

    Parameters
    ----------
    main, second : Source
        The supplier of today and the one that could be added; names that differ.
    second_share : float
        Part of the need that the second source gets in quiet times, between 0 and 1.
    reserve_days : float
        Reserve of good parts [days of need], above 0.
    fixed_cost : float
        Of keeping the second source over the look ahead: tools, audits [currency], at least 0.

    Returns
    -------
    list of Strategy
        `Single source`, `Single source with a reserve`, `Dual source`, `Dual source with a reserve`.

    Raises
    ------
    ParameterError
        A number is out of its range, or both sources have one name.

    Examples
    --------
    >>> a = Source(name="A", price=10, failures_per_year=1, days_down=5)
    >>> b = Source(name="B", price=11, failures_per_year=1, days_down=5)
    >>> plans = sourcing_strategies(a, b, second_share=0.25, reserve_days=3, fixed_cost=1000)
    >>> [(dict(plan.shares), plan.cover_days, plan.fixed_cost) for plan in plans[1:3]]
    [({'A': 1.0}, 3.0, 0.0), ({'A': 0.75, 'B': 0.25}, 0.0, 1000.0)]
    """
    check_all(
        lambda: check_fraction("second_share", second_share),
        lambda: check_positive("reserve_days", reserve_days, unit="days"),
        lambda: check_number("fixed_cost", fixed_cost, low=0),
    )
    if main.name == second.name:
        found = t("names that repeat: {names}", names=main.name)
        raise ParameterError(Problem("second", found, t("names of their own")))
    one, two = {main.name: 1.0}, {main.name: 1.0 - second_share, second.name: float(second_share)}
    return [
        Strategy(name=SINGLE, shares=one),
        Strategy(name=SINGLE_RESERVE, shares=one, cover_days=float(reserve_days)),
        Strategy(name=DUAL, shares=two, fixed_cost=float(fixed_cost)),
        Strategy(name=DUAL_RESERVE, shares=two, cover_days=float(reserve_days), fixed_cost=float(fixed_cost)),
    ]
