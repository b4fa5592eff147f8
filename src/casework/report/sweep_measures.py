"""Numeric results of a sweep over its runs, and sentences on them that are true for any data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from casework.core.messages import t
from casework.report.numbers import is_number, plain, result_texts
from casework.report.sweep import SweepPage, SweepResult, SweepRow, short
from casework.report.sweep_levels import ROUNDING, Effect, Factor, Floats, effects, make_factor

FEWEST_RUNS = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Measured:
    """A numeric result over the runs that published it, and what the parameters do to it."""

    result: SweepResult
    values: Floats
    factors: tuple[Factor, ...]
    effects: tuple[Effect, ...]

    @property
    def title(self) -> str:
        """Translated title."""
        return t(self.result.title)

    @property
    def unit(self) -> str:
        """Translated unit."""
        return t(self.result.unit) if self.result.unit else ""

    def factor(self, effect: Effect) -> Factor:
        """Return the parameter of an effect with all its levels."""
        return next(item for item in self.factors if item.name == effect.factor.name)


def measure(sweep: SweepPage, rows: Sequence[SweepRow]) -> tuple[list[Measured], list[tuple[str, str]]]:
    """Return the results that can be drawn, and the others with the reason."""
    factors = [make_factor(name, [row.parameters.get(name) for row in rows], sweep.unit(name)) for name in sweep.varied]
    found, left_out = [], []
    for result in sweep.ordered_results:
        values = numbers_of([row.values.get(result.name) for row in rows])
        if values is None:
            continue
        reason = _not_drawn(values[np.isfinite(values)], result, factors)
        if reason:
            left_out.append((t(result.title), reason))
        else:
            found.append(_measured(result, values, factors))
    return found, left_out


def numbers_of(values: Sequence[Any]) -> Floats | None:
    """Return the values of a numeric result, not-a-number where a run has none; None for texts."""
    values = [plain(value) for value in values]
    if not all(value is None or is_number(value) for value in values) or set(values) == {None}:
        return None
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _not_drawn(known: Floats, result: SweepResult, factors: Sequence[Factor]) -> str:
    if len(known) < FEWEST_RUNS:
        return t("fewer than two runs published it")
    if np.ptp(known) <= ROUNDING * np.abs(known).max():
        return t("the same in all runs: {value}", value=_text(known[0], result))
    return "" if factors else t("no parameter varies")


def _text(value: float, result: SweepResult) -> str:
    shown = value_texts([value], result)[0]
    return t("{value} {unit}", value=shown, unit=t(result.unit)) if result.unit else shown


def value_texts(values: Sequence[float], result: SweepResult) -> list[str]:
    """Return values that runs published: whole numbers without decimals."""
    plain_values = [float(value) for value in values]
    whole = all(value.is_integer() for value in plain_values)
    return result_texts(plain_values, 0 if whole else result.digits)


def _measured(result: SweepResult, values: Floats, factors: Sequence[Factor]) -> Measured:
    known = np.isfinite(values)
    own = tuple(factor.take(known) for factor in factors)
    return Measured(result=result, values=values[known], factors=own, effects=effects(own, values[known]))


def findings(item: Measured, varied: int) -> list[str]:
    """Return sentences that are true for any data."""
    strongest = item.effects[0]
    if varied == 1:
        return [_by_one(item, strongest)]
    if strongest.span == 0:
        return [_range(item), t("Its mean is the same at every level of each parameter.")]
    told = [_range(item), _by_strongest(item, strongest)]
    if not strongest.beyond_chance:
        told.append(t("That is no more than chance would make of runs dealt at random."))
    elif len(item.effects) > 1 and item.effects[1].beyond_chance:
        told.append(_second(item, item.effects[1]))
    return told


def _range(item: Measured) -> str:
    low, high = value_texts([item.values.min(), item.values.max()], item.result)
    return t("{title}: from {low} to {high} over all runs.", title=item.title, low=low, high=high)


def _by_one(item: Measured, effect: Effect) -> str:
    if effect.span == 0:
        return t(
            "{title}: its mean is the same for every {parameter}.",
            title=item.title,
            parameter=short(effect.factor.name),
        )
    return t(
        "{title}: lowest mean {low} at {parameter} = {low_level}, highest {high} at {parameter} = {high_level}.",
        title=item.title,
        **effect_texts(item, effect),
    )


def _by_strongest(item: Measured, effect: Effect) -> str:
    return t(
        "It moves most with {parameter}: its mean goes from {low} ({low_level}) to {high} ({high_level}).",
        **effect_texts(item, effect),
    )


def _second(item: Measured, effect: Effect) -> str:
    return t(
        "Next comes {parameter}: from {low} ({low_level}) to {high} ({high_level}).",
        **effect_texts(item, effect),
    )


def effect_texts(item: Measured, effect: Effect) -> dict[str, str]:
    """Return parameter, lowest and highest mean and where they are as texts, for the fields of a sentence."""
    low, high = result_texts([effect.low, effect.high], item.result.digits)
    return {
        "parameter": short(effect.factor.name),
        "low": low,
        "high": high,
        "low_level": short(effect.low_level),
        "high_level": short(effect.high_level),
    }
