"""From ratios and judgements to points of 0 to 100: one scale for what is measured in many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_number, check_option
from casework.core.errors import DataError, InputError, ParameterError, Problem
from casework.core.messages import t, tn
from casework.core.result import Result
from casework.credit.rating.columns import Floats, numbers_in

Scoring = Literal["percentile", "scale", "bands"]
MissingPoints = Literal["neutral", "worst", "leave_out", "refuse"]
NEUTRAL = 50.0


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One indicator: what is read, and how it becomes points.

    Parameters
    ----------
    dimension : str
        Which side of the customer it describes (finance, market, ...).
    numerator, denominator : str
        Column, or two columns whose quotient is taken (empty for none).
    name : str
        How tables call it; the expression by default.
    scoring : {'percentile', 'scale', 'bands'}
        Place among the reference customers; place between the two `edges` (judgements on a scale of 1 to 5); or
        points by band.
    edges : tuple of float
        For 'scale' the lowest and the highest answer; for 'bands' where bands end, ascending.
    points : tuple of float
        Points of each band from the lowest, one more than edges; evenly spread from 0 to 100 by default.
    falling : bool
        Less is better.
    weight : float
        Weight inside its dimension, at least 0.
    """

    dimension: str
    numerator: str
    denominator: str = ""
    name: str = ""
    scoring: Scoring = "percentile"
    edges: tuple[float, ...] = ()
    points: tuple[float, ...] = ()
    falling: bool = False
    weight: float = 1.0

    def __post_init__(self) -> None:
        """Check what one indicator can be wrong in."""
        object.__setattr__(self, "name", self.name or self.expression)
        check_option("scoring", self.scoring, Scoring)
        check_number(t("weight of {name}", name=repr(self.name)), self.weight, low=0)
        _check_edges(self)

    @property
    def expression(self) -> str:
        """The column, or `numerator / denominator`; a minus before it says that less is better."""
        text = f"{self.numerator} / {self.denominator}" if self.denominator else self.numerator
        return f"-{text}" if self.falling else text

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that are read."""
        return (self.numerator, self.denominator) if self.denominator else (self.numerator,)


def _check_edges(item: Indicator) -> None:
    edges, points = item.edges, item.points
    wrong = any(not np.isfinite(x) for x in edges) or any(b <= a for a, b in pairwise(edges))
    wrong |= item.scoring == "scale" and len(edges) != 2
    wrong |= item.scoring == "bands" and not edges
    if wrong:
        raise ParameterError(Problem(item.name, repr(list(edges)), t("edges that ascend; two of them for a scale")))
    if points and (len(points) != len(edges) + 1 or any(not 0 <= x <= 100 for x in points)):
        expected = t("one more than edges, each from 0 to 100")
        raise ParameterError(Problem(item.name, repr(list(points)), expected))


@dataclass(frozen=True, kw_only=True)
class IndicatorScores(Result):
    """Points of every customer on every indicator.

    Attributes
    ----------
    values, points : DataFrame, shape (n, k)
        Raw value and points of 0 to 100, not-a-number where it is missing and left out.
    indicators : tuple of Indicator
    missing : Series
        Missing values by indicator.
    notes : tuple of str
        What must be read with care.
    """

    values: pd.DataFrame
    points: pd.DataFrame
    indicators: tuple[Indicator, ...]
    missing: pd.Series
    notes: tuple[str, ...] = field(default=())

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Dimensions in the order of the indicators."""
        return tuple(dict.fromkeys(item.dimension for item in self.indicators))

    def by_dimension(self) -> pd.DataFrame:
        """Weighted mean points of each dimension, over the indicators that are there."""
        return pd.DataFrame({name: self._mean(name) for name in self.dimensions}, index=self.points.index)

    def _mean(self, dimension: str) -> Floats:
        chosen = [item for item in self.indicators if item.dimension == dimension]
        points = self.points[[item.name for item in chosen]].to_numpy(dtype=float)
        return weighted_mean(points, np.array([item.weight for item in chosen]))

    def to_frame(self) -> pd.DataFrame:
        """One row per indicator: `dimension`, `indicator`, `scoring`, `median`, `mean_points`, `missing`."""
        return pd.DataFrame({
            "dimension": [item.dimension for item in self.indicators],
            "indicator": [item.name for item in self.indicators],
            "scoring": [item.scoring for item in self.indicators],
            "median": self.values.median().to_numpy(),
            "mean_points": self.points.mean().to_numpy(),
            "missing": self.missing.to_numpy(),
        })  # fmt: skip

    def summary(self) -> str:
        """Count what was scored."""
        return t("{k} indicators in {d} dimensions; {m} values are missing.", k=len(self.indicators),
                 d=len(self.dimensions), m=int(self.missing.sum()))  # fmt: skip


def weighted_mean(points: Floats, weights: Floats) -> Floats:
    """Weighted mean of rows over what is there; not-a-number where nothing is.

    Examples
    --------
    >>> weighted_mean(np.array([[80.0, 20.0], [np.nan, 20.0]]), np.array([3.0, 1.0])).tolist()
    [65.0, 20.0]
    """
    there = np.isfinite(points)
    total = there @ weights
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, (np.where(there, points, 0.0) @ weights) / total, np.nan)


def parse_indicators(
    spec: Mapping[str, Sequence[str]],
    *,
    scales: Mapping[str, Sequence[float]] | None = None,
    bands: Mapping[str, Sequence[float]] | None = None,
) -> tuple[Indicator, ...]:
    """Read indicators from plain text: a column, `a / b` for a quotient, a minus in front where less is better.

    Parameters
    ----------
    spec : mapping of dimension to list of str
        Indicators of each dimension.
    scales : mapping of expression to (low, high), optional
        Judgements with the ends of their scale.
    bands : mapping of expression to edges, optional
        Indicators that are scored by bands. All others get the percentile among the reference customers.

    Raises
    ------
    ParameterError
        No indicator, one that is empty or stands there twice, or a scale or band for an indicator that is not there.

    Examples
    --------
    >>> [item.name for item in parse_indicators({"finance": ["ebit / sales", "-debt"]})]
    ['ebit / sales', '-debt']
    """
    scales, bands = dict(scales or {}), dict(bands or {})
    texts = [(dimension, text.strip()) for dimension, items in spec.items() for text in items]
    names = [text for _, text in texts]
    problems = [
        Problem("indicators", t("{value} stands there twice", value=repr(name)))
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    problems += [Problem("indicators", t("no indicator")) for _ in [0] if not names]
    problems += [
        Problem(where, t("{value} is no indicator", value=repr(name)), ", ".join(names))
        for where, given in (("scales", scales), ("bands", bands))
        for name in given
        if name not in names
    ]
    found = []
    for dimension, text in texts:
        try:
            found.append(_parse(dimension, text, scales.get(text), bands.get(text)))
        except InputError as error:
            problems += error.problems
    if problems:
        raise ParameterError(problems)
    return tuple(found)


def _parse(dimension: str, text: str, scale: Any, bands: Any) -> Indicator:
    bare = text.removeprefix("-").strip()
    top, _, bottom = (part.strip() for part in bare.partition(" / "))
    if not top or "/" in (bare[:1], bare[-1:]):
        raise ParameterError(Problem("indicators", repr(text), t("a column, or two columns with ' / ' between")))
    scoring: Scoring = "scale" if scale is not None else "bands" if bands is not None else "percentile"
    edges = tuple(float(x) for x in (scale or bands or ()))
    return Indicator(dimension=dimension, numerator=top, denominator=bottom, name=text, scoring=scoring, edges=edges,
                     falling=text.startswith("-"))  # fmt: skip


def score_indicators(
    frame: pd.DataFrame,
    indicators: Sequence[Indicator],
    *,
    reference: pd.DataFrame | None = None,
    missing: MissingPoints = "neutral",
) -> IndicatorScores:
    """Turn ratios and judgements into points of 0 (worst) to 100 (best).

    Parameters
    ----------
    frame : DataFrame, one row per customer (and period)
        Statements and judgements.
    indicators : sequence of Indicator
        What is read and how it is scored.
    reference : DataFrame, optional
        Customers among whom percentiles are taken; `frame` itself by default. Fix it (the first year, say), or the
        mean grade can never move.
    missing : {'neutral', 'worst', 'leave_out', 'refuse'}
        What a missing value gets: 50 points, 0 points, no points (the rest of its dimension decides), or an error.

    Returns
    -------
    IndicatorScores
        Percentile points are 100 times the share of the reference below plus half of the share of ties. A quotient
        over 0 or less is missing.

    Raises
    ------
    DataError
        A column is missing or holds text, an answer lies outside its scale, an indicator has no value at all, or,
        with `missing` 'refuse', a value is missing: all problems at once.
    ParameterError
        There is no indicator, or `missing` is none of the four.

    Examples
    --------
    >>> firms = pd.DataFrame({"equity": [10, 40, 25], "assets": [100, 100, 100], "management": [1, 5, 4]})
    >>> asked = parse_indicators({"finance": ["equity / assets"], "people": ["management"]},
    ...                          scales={"management": (1, 5)})
    >>> score_indicators(firms, asked).points.round(1).to_numpy().tolist()
    [[16.7, 0.0], [83.3, 100.0], [50.0, 75.0]]
    """
    check_option("missing", missing, MissingPoints)
    items = tuple(indicators)
    if not items:
        raise ParameterError(Problem("indicators", t("no indicator"), t("at least one indicator")))
    values = _values(frame, items)
    base = _values(reference, items) if reference is not None else values
    problems = _problems(items, values, base, missing)
    if problems:
        raise DataError(problems)
    points = {item.name: _points(item, values[item.name], base[item.name]) for item in items}
    gaps = pd.Series({name: int(np.isnan(column).sum()) for name, column in values.items()})
    if missing in ("neutral", "worst"):
        given = NEUTRAL if missing == "neutral" else 0.0
        points = {name: np.where(np.isnan(column), given, column) for name, column in points.items()}
    return IndicatorScores(
        values=pd.DataFrame(values, index=frame.index),
        points=pd.DataFrame(points, index=frame.index),
        indicators=items,
        missing=gaps,
        notes=_missing_note(int(gaps.sum()), missing),
    )


def _values(frame: pd.DataFrame, items: Sequence[Indicator]) -> dict[str, Floats]:
    found = numbers_in(frame, [name for item in items for name in item.columns])
    values = {}
    for item in items:
        value = found[item.numerator]
        if item.denominator:
            below = found[item.denominator]
            value = value / np.where(below > 0, below, np.nan)
        values[item.name] = value
    return values


def _problems(
    items: Sequence[Indicator], values: Mapping[str, Floats], base: Mapping[str, Floats], missing: str
) -> list[Problem]:
    problems = []
    for item in items:
        value = values[item.name]
        gaps = int(np.isnan(value).sum())
        if not np.isfinite(base[item.name]).any():
            problems.append(Problem(item.name, t("no value at all"), t("an indicator that is known")))
        elif missing == "refuse" and gaps:
            problems.append(Problem(item.name, tn("{n} value is missing", "{n} values are missing", gaps)))
        if item.scoring == "scale":
            outside = int(((value < item.edges[0]) | (value > item.edges[1])).sum())
            expected = t("from {low:g} to {high:g}", low=item.edges[0], high=item.edges[1])
            found = tn("{n} answer lies outside its scale", "{n} answers lie outside their scale", outside)
            problems += [Problem(item.name, found, expected)] if outside else []
    return problems


def _points(item: Indicator, value: Floats, base: Floats) -> Floats:
    if item.scoring == "scale":
        points = 100 * (value - item.edges[0]) / (item.edges[1] - item.edges[0])
    elif item.scoring == "bands":
        steps = np.array(item.points or np.linspace(0, 100, len(item.edges) + 1))
        points = steps[np.searchsorted(np.array(item.edges), value, side="right")]
        return np.where(np.isnan(value), np.nan, points[...] if item.points or not item.falling else 100 - points)
    else:
        known = np.sort(base[np.isfinite(base)])
        points = _percentiles(known, value)
    points = 100 - points if item.falling else points
    return np.where(np.isnan(value), np.nan, points)


def _percentiles(known: Floats, value: Floats) -> Floats:
    """Share below plus half of the share of ties, times 100; values are looked up in their order, which is faster."""
    order = np.argsort(value)
    places = np.searchsorted(known, value[order], side="left") + np.searchsorted(known, value[order], side="right")
    found = np.empty(len(value))
    found[order] = 50.0 * places / len(known)
    return found


def _missing_note(gaps: int, missing: str) -> tuple[str, ...]:
    if not gaps:
        return ()
    texts = {
        "neutral": tn("{n} missing value got 50 points.", "{n} missing values got 50 points each.", gaps),
        "worst": tn("{n} missing value got 0 points.", "{n} missing values got 0 points each.", gaps),
        "leave_out": tn("{n} missing value was left out; the rest of its dimension decided.",
                        "{n} missing values were left out; the rest of their dimensions decided.", gaps),
    }  # fmt: skip
    return (texts[missing],)


def indicator_columns(indicators: Sequence[Indicator]) -> tuple[str, ...]:
    """Return all columns that indicators read, each once."""
    return tuple(dict.fromkeys(name for item in indicators for name in item.columns))
