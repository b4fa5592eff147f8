"""What must be read with care after a binning, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from casework.core.messages import t, tn
from casework.credit.scorecard.woe import LONE_SMOOTHING, STRENGTHS

if TYPE_CHECKING:
    from casework.credit.scorecard.fitting import Fitted

SHOWN = 6


def binning_notes(
    fits: Mapping[str, Fitted],
    lone: Mapping[str, npt.NDArray[np.bool_]],
    worth: Mapping[str, float],
    left_out: Sequence[str],
    *,
    smoothing: float = 0.0,
) -> tuple[str, ...]:
    """Return the notes of a binning: bins merged or smoothed, variables without or with too much information."""
    from casework.credit.scorecard.fitting import TOO_FEW

    merged = [name for name, fit in fits.items() if any(reason == TOO_FEW for _, _, reason in fit.merges)]
    smoothed = [
        f"{name}: {fits[name].bins.labels[slot]}"
        for name, found in lone.items()
        if found.any()
        for slot in np.flatnonzero(found)
    ]
    single = [name for name, fit in fits.items() if np.count_nonzero(fit.rows) <= 1]
    suspicious = [name for name, value in worth.items() if value > STRENGTHS[-1]]
    said = [
        tn("{n} column left out because it holds names or dates: {list}.",
           "{n} columns left out because they hold names or dates: {list}.",
           len(left_out), list=_listed(left_out)) if left_out else "",
        tn("In {n} variable bins had too few events or non-events and were merged with a neighbour: {list}.",
           "In {n} variables bins had too few events or non-events and were merged with a neighbour: {list}.",
           len(merged), list=_listed(merged)) if merged else "",
        tn("{n} bin holds one class only; its weight was computed with {constant} added to both counts: {list}.",
           "{n} bins hold one class only; their weights were computed with {constant} added to both counts: {list}.",
           len(smoothed), list=_listed(smoothed), constant=LONE_SMOOTHING) if smoothed else "",
        tn("{n} variable has one bin only and tells nothing about the event: {list}.",
           "{n} variables have one bin only and tell nothing about the event: {list}.", len(single),
           list=_listed(single)) if single else "",
        tn("{n} variable has an information value above {limit}; was it known before the outcome? {list}.",
           "{n} variables have an information value above {limit}; were they known before the outcome? {list}.",
           len(suspicious), list=_listed(suspicious), limit=STRENGTHS[-1]) if suspicious else "",
    ]  # fmt: skip
    if smoothing:
        said.insert(0, t("{constant:g} was added to the events and the non-events of each bin.", constant=smoothing))
    return tuple(sentence for sentence in said if sentence)


def _listed(names: Sequence[str]) -> str:
    more = t(" and {n} more", n=len(names) - SHOWN) if len(names) > SHOWN else ""
    return t(", ").join(str(name) for name in names[:SHOWN]) + more
