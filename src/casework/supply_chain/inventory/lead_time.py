"""Demand over a lead time: first- and second-order losses, normal and Poisson, one value per SKU."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt

from casework.supply_chain.inventory.demand import (
    Floats,
    PoissonDemand,
    ndtr,
    ndtri,
    normal_loss,
    normal_loss_2,
    settle,
)

Test = Callable[[Floats], npt.NDArray[np.bool_]]
HALVINGS = 200  # at most; each halves the interval that holds the answer
FAR = 40.0  # standard deviations beyond which a normal level is as good as certain


class LeadTimeDemand(Protocol):
    """What a reorder point has to cover."""

    @property
    def mean(self) -> Floats:
        """Expected demand over the lead time."""

    def cover(self, level: Floats) -> Floats:
        """Probability that demand is at most the level."""

    def loss(self, level: Floats) -> Floats:
        """Return the expected shortage."""

    def backlog(self, reorder: Floats, quantity: Floats) -> Floats:
        """Mean backorders while the inventory position moves evenly between the reorder point and a lot above."""

    def quantile(self, probability: Floats) -> Floats:
        """Return the smallest level that covers demand with this probability."""

    def reorder_for_fill(self, quantity: Floats, fill: Floats) -> Floats:
        """Return the smallest reorder point that meets this share of demand at once."""


class NormalLeadTime:
    """Normal lead-time demand; a standard deviation of 0 is certain demand."""

    def __init__(self, mean: Floats, sd: Floats) -> None:
        self.mean = mean
        self.sd = sd
        self.scale = np.maximum(sd, 1e-9 * np.maximum(np.abs(mean), 1.0))  # certain demand: as good as certain

    def standard(self, level: Floats) -> Floats:
        """Return a level in standard deviations from the mean."""
        return (level - self.mean) / self.scale

    def cover(self, level: Floats) -> Floats:
        """Probability that demand is at most the level."""
        return np.where(self.sd > 0, ndtr(self.standard(level)), (level >= self.mean) * 1.0)

    def loss(self, level: Floats) -> Floats:
        """Return the expected shortage."""
        return self.scale * normal_loss(self.standard(level))

    def backlog(self, reorder: Floats, quantity: Floats) -> Floats:
        """Mean backorders over positions between the reorder point and a lot above."""
        low, width = self.standard(reorder), quantity / self.scale
        return self.scale * (normal_loss_2(low) - normal_loss_2(low + width)) / width

    def quantile(self, probability: Floats) -> Floats:
        """Level that covers demand with this probability."""
        return self.mean + self.sd * ndtri(probability)

    def reorder_for_fill(self, quantity: Floats, fill: Floats) -> Floats:
        """Where the shortage per cycle is the share of a lot that may be short."""
        width = quantity / self.scale
        target = (1 - fill) * width
        z = halve(lambda x: normal_loss(x) - normal_loss(x + width) < target, -width - FAR, np.full_like(width, FAR))
        return self.mean + self.scale * z


class PoissonLeadTime(PoissonDemand):
    """Poisson lead-time demand."""

    def backlog(self, reorder: Floats, quantity: Floats) -> Floats:
        """Mean backorders over the whole positions above the reorder point, up to a lot above."""
        return (self.shortages(reorder + 1) - self.shortages(reorder + quantity + 1)) / quantity

    def shortages(self, level: Floats) -> Floats:
        """Sum of the expected shortages at this level and all above: E[(D - y)+ (D - y + 1)] / 2."""
        y = np.maximum(level, 0.0)
        tail, before, second = 1 - self.cover(y), 1 - self.cover(y - 1), 1 - self.cover(y - 2)
        first = self.mean * before
        square = self.mean**2 * second + first - 2 * y * first + y**2 * tail
        found = np.maximum((square + first - y * tail) / 2, 0.0)
        below = np.maximum(-level, 0.0)
        total: Floats = found + below * self.mean + below * (below + 1) / 2
        return total

    def reorder_for_fill(self, quantity: Floats, fill: Floats) -> Floats:
        """Smallest whole reorder point whose shortage per cycle is small enough."""
        target = (1 - fill) * quantity * (1 + 1e-12)
        start = np.floor(NormalLeadTime(self.mean, np.sqrt(self.mean)).reorder_for_fill(quantity, fill))
        return _settle_any(start, lambda r: self.loss(r) - self.loss(r + quantity) <= target)


def _settle_any(level: Floats, enough: Test) -> Floats:
    """Smallest whole level, below 0 too, that is enough."""
    shift = np.floor(level.min()) - 1000 if level.size else 0.0
    return settle(level - shift, lambda moved: enough(moved + shift)) + shift


def halve(high_enough: Test, low: Floats, high: Floats) -> Floats:
    """Smallest number that is high enough, by halving from `low` (not) to `high` (is)."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        there = high_enough(middle)
        low, high = np.where(there, low, middle), np.where(there, middle, high)
        if np.all(high - low <= 4e-15 * (1 + np.abs(middle))):
            break
    return (low + high) / 2
