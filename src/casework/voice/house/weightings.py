"""The same needs weighed in several ways: how much the formula decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from casework.core.messages import mark, t
from casework.core.result import Result
from casework.voice.house.needs import NeedWeights, need_weights
from casework.voice.wording import shown

WANTED: Mapping[str, set[str]] = {"tan_shen": {"category"}, "chaudha": {"category", "better", "worse"}}
HEADINGS = (mark("raw"), mark("tan shen"), mark("chaudha"), mark("span"))


@dataclass(frozen=True, kw_only=True)
class WeightingComparison(Result):
    """Weights of the needs by each way of weighing that the data allow.

    Attributes
    ----------
    frame : DataFrame, one row per need
        One column for each way (importance, raw, tan_shen, chaudha): shares that add up to 1; `span`: largest less
        smallest.
    notes : tuple of str
        Which way is left out, and why.
    """

    frame: pd.DataFrame
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row per need."""
        return self.frame.copy()

    def summary(self) -> str:
        """Name the need whose weight depends most on the formula."""
        if self.frame["span"].max() < 1e-9:
            return t("Every formula gives the needs the same weights.")
        place = int(self.frame["span"].to_numpy().argmax())
        top, row = self.frame.index[place], self.frame.drop(columns="span").iloc[place]
        return t(
            "The formula matters most for {name}: its weight lies between {low:.0%} and {high:.0%}.",
            name=shown(top),
            low=float(row.min()),
            high=float(row.max()),
        )


def compare_weightings(needs: pd.DataFrame, *, attributes: pd.DataFrame | None = None) -> WeightingComparison:
    """Weigh the needs by importance alone, by the raw weight, and by both Kano formulas where they can be used.

    Parameters
    ----------
    needs, attributes
        As for `need_weights`.

    Raises
    ------
    DataError
        As `need_weights`.

    Examples
    --------
    >>> needs = pd.DataFrame({"importance": [1, 1], "current": [2, 2], "goal": [4, 4], "category": ["M", "A"]},
    ...                      index=["brakes", "colour"])
    >>> compare_weightings(needs).to_frame().round(2).to_dict("list")
    {'importance': [0.5, 0.5], 'raw': [0.5, 0.5], 'tan_shen': [0.74, 0.26], 'span': [0.24, 0.24]}
    """
    known = {*needs.columns, *(() if attributes is None else attributes.columns)}
    found: dict[str, NeedWeights] = {
        "importance": need_weights(needs, method="importance", attributes=attributes),
        "raw": need_weights(needs, method="raw", attributes=attributes),
    }
    notes = []
    for kano, columns in WANTED.items():
        if columns <= known:
            found[kano] = need_weights(needs, method="kano", kano=kano, attributes=attributes)
        else:
            missing = ", ".join(sorted(columns - known))
            notes.append(t("Formula {name} is left out: there is no {missing}.", name=kano, missing=missing))
    frame = pd.DataFrame({name: way.weights for name, way in found.items()})
    return WeightingComparison(frame=frame.assign(span=frame.max(axis=1) - frame.min(axis=1)), notes=tuple(notes))
