"""The house of quality: from what customers need to what must be engineered, and how important each of it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_names, check_number, check_option, suggest
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import join_sentences, mark, t, tn
from casework.core.result import Result
from casework.stats.weights import WeightsResult
from casework.voice.house import benchmark
from casework.voice.house.needs import NeedWeights
from casework.voice.house.notes import house_notes
from casework.voice.house.roof import RoofInput, RoofReading, read_roof, roof_conflicts
from casework.voice.house.scale import STRENGTHS, check_scale, read_relations
from casework.voice.house.tables import TechnicalInput, read_ratings, read_technical
from casework.voice.wording import listing, shown

if TYPE_CHECKING:
    from casework.voice.house.stability import RankStability, ScaleComparison

Floats = npt.NDArray[np.float64]
Relative = Literal["sum", "maximum"]
ImportanceInput = Mapping[str, float] | pd.Series | NeedWeights | WeightsResult
HEADINGS = (
    mark("characteristic"),
    mark("absolute"),
    mark("relative"),
    mark("relative sum"),
    mark("relative maximum"),
    mark("rank"),
    mark("relations"),
    mark("strongest"),
    mark("own"),
    mark("best"),
    mark("true share"),
    mark("true rank"),
    mark("factor"),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class HouseResult(Result):
    """A house of quality.

    Attributes
    ----------
    characteristics : DataFrame, one row per characteristic
        `absolute` importance, `relative` as chosen, `relative_sum`, `relative_maximum`, `rank` (1 is first; ties share
        the better rank), `relations`: how many needs it serves.
    needs : DataFrame, one row per need
        `importance` as given, `weight` (share), `relations`: how many characteristics serve it, and `strongest`.
    relations : DataFrame, shape (needs, characteristics)
        Strengths as numbers.
    roof : DataFrame, shape (characteristics, characteristics)
        2, 1, 0, -1 or -2.
    conflicts : DataFrame
        As `roof_conflicts` returns them.
    ratings : DataFrame, shape (needs, products)
        Customers' ratings, the own product first; no columns where there are none.
    technical : DataFrame, one row per characteristic
        unit, direction, target, effort, cost, and the measured value of each product.
    scale : tuple of float
        Strengths, strongest first.
    notes : tuple of str
        What must be read with care.
    """

    characteristics: pd.DataFrame
    needs: pd.DataFrame
    relations: pd.DataFrame
    roof: pd.DataFrame
    conflicts: pd.DataFrame
    ratings: pd.DataFrame
    technical: pd.DataFrame
    scale: tuple[float, ...]
    relative: str = "sum"
    reading: str = "improvement"
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row per characteristic."""
        return self.characteristics.copy()

    def summary(self) -> str:
        """Say what the house holds and which characteristics come first."""
        head = tn("{n} need", "{n} needs", len(self.needs))
        tail = tn("{n} characteristic", "{n} characteristics", len(self.characteristics))
        top = self.ranking()[:3]
        shares = self.characteristics["relative_sum"]
        first = t("First come {names}, with {share:.0%} of the importance together.",
                  names=listing(top), share=float(shares[top].sum()))  # fmt: skip
        if len(top) == 1:
            first = t("First comes {name}.", name=shown(top[0]))
        conflicts = tn(
            "{n} pair of characteristics is in conflict.", "{n} pairs of characteristics are in conflict.",
            len(self.conflicts),
        ) if len(self.conflicts) else ""  # fmt: skip
        counted = t("{needs}, {characteristics}.", needs=head, characteristics=tail)
        return join_sentences([part for part in (counted, first, conflicts) if part])

    def ranking(self) -> list[str]:
        """Names of the characteristics, most important first."""
        ordered = self.characteristics.sort_values(["rank"], kind="stable")
        return [str(name) for name in ordered.index]

    def gaps(self) -> pd.DataFrame:
        """Own product against the best competitor, need by need; empty where there are no competitors."""
        if self.ratings.shape[1] < 2:
            return pd.DataFrame(columns=["own", "best_competitor", "best_rating", "gap", "opportunity"])
        return benchmark.gaps(self.ratings, self.needs["weight"])

    def targets(self, *, stretch: float = 0.0) -> pd.DataFrame:
        """Propose a target for each characteristic; see `benchmark.propose_targets`.

        Raises
        ------
        ParameterError
            `stretch` is not from 0 to 10.
        """
        check_number("stretch", stretch, low=0, high=10)
        return benchmark.propose_targets(self.technical, self.characteristics["relative_sum"], stretch=stretch)

    def consistency(self) -> pd.DataFrame:
        """Hold measurements against customers' ratings; see `benchmark.consistency`."""
        return benchmark.consistency(self.relations, self.needs["weight"], self.ratings, self.technical)

    def stability(self, *, draws: int = 10_000, concentration: float = 50.0, seed: int = 7) -> RankStability:
        """Draw other weights of the needs, and see how often each rank is held; see `stability.rank_stability`."""
        from casework.voice.house.stability import rank_stability

        return rank_stability(self, draws=draws, concentration=concentration, seed=seed)

    def scales(self, scales: Sequence[Sequence[float]] | None = None) -> ScaleComparison:
        """Rank the characteristics under other scales; see `stability.compare_scales`."""
        from casework.voice.house.stability import SCALES, compare_scales

        return compare_scales(self, SCALES if scales is None else scales)

    def reweighed(self, *, need: str, factor: float = 1.0, relative: str | None = None) -> HouseResult:
        """Return the house with one need weighing `factor` times as much.

        Raises
        ------
        ParameterError
            The need is not known, or the factor is below 0, or no need would weigh anything.
        """
        check_names("need", [need], list(self.needs.index))
        check_number("factor", factor, low=0)
        importance = self.needs["importance"].copy()
        importance[need] *= factor
        return _build(self, importance, relative or self.relative)

    def deploy(self, relations: pd.DataFrame, **rest: Any) -> HouseResult:
        """Build the next house: its needs are the characteristics of this one, weighed by their importance.

        Parameters
        ----------
        relations : DataFrame, shape (characteristics of this house, characteristics of the next)
            As for `house_of_quality`.
        **rest : object
            Further arguments of `house_of_quality`.

        Raises
        ------
        DataError
            As `house_of_quality`.
        """
        return house_of_quality(relations, importance=self.characteristics["relative_sum"], **rest)

    def rename(self, labels: Mapping[str, str]) -> HouseResult:
        """Return the house with other names for its characteristics."""
        new = {name: labels.get(name, name) for name in self.characteristics.index}
        if len(set(new.values())) < len(new):
            return self
        return replace(
            self,
            characteristics=self.characteristics.rename(index=new),
            relations=self.relations.rename(columns=new),
            roof=self.roof.rename(index=new, columns=new),
            conflicts=self.conflicts.replace({"first": new, "second": new}),
            technical=self.technical.rename(index=new),
        )


def house_of_quality(
    relations: pd.DataFrame,
    *,
    importance: ImportanceInput,
    scale: Sequence[float] = STRENGTHS,
    relative: str = "sum",
    roof: RoofInput | None = None,
    reading: str = "improvement",
    ratings: pd.DataFrame | None = None,
    technical: TechnicalInput | None = None,
) -> HouseResult:
    """Build a house of quality.

    Parameters
    ----------
    relations : DataFrame, shape (needs, characteristics)
        How strongly each characteristic serves each need: strengths of the scale, or the symbols ● ○ △ (strong,
        medium, weak), 0 or empty for none. Names in index and columns.
    importance : mapping, Series, NeedWeights or WeightsResult
        Importance of each need, at least 0, in any unit (1 to 5, 1 to 10, shares, weights by AHP or entropy).
    scale : sequence of float
        Strengths that are allowed, strongest first.
    relative : {'sum', 'maximum'}
        Relative importance by the sum (shares that add up to 1) or by the maximum (the first is 1).
    roof : DataFrame, nested mapping or rows, optional
        Signs between characteristics: `++`, `+`, `-`, `--`; see `read_roof`.
    reading : {'improvement', 'measure'}
        What a sign of the roof says; see `roof_conflicts`.
    ratings : DataFrame, shape (needs, products), optional
        Customers' ratings, the own product in the first column.
    technical : DataFrame or mapping, optional
        What is known of each characteristic: `unit`, `direction`, `target`, `effort`, `cost`, and the measured
        value of each product; see `read_technical`.

    Returns
    -------
    HouseResult
        `.to_frame()` has one row per characteristic.

    Raises
    ------
    DataError
        A strength is not on the scale, names do not fit together, the roof is not symmetric, a number is missing or
        out of range, nothing is related at all: all problems at once.
    ParameterError
        `scale`, `relative` or `reading` is not valid; `importance`, `technical` or `roof` is of another kind.

    Notes
    -----
    absolute_j = sum_i importance_i x strength_ij. The numbers 9, 3, 1 are a convention: see `HouseResult.scales`
    for what another one does, and `HouseResult.stability` for what uncertain importance does, before a difference of
    two ranks is believed.

    References
    ----------
    Hauser, J. R., & Clausing, D. (1988). The house of quality. Harvard Business Review, 66(3), 63-73. Cohen, L. (1995).
    Quality Function Deployment. Addison-Wesley. Akao, Y. (Ed.) (1990). Quality Function Deployment. Productivity Press.

    Examples
    --------
    A column of a worked house: importance 5, 3 and 4, strengths 9, 3 and 3, result 66.

    >>> table = pd.DataFrame({"weight": ["●", "○", "○"]}, index=["first", "second", "third"])
    >>> house = house_of_quality(table, importance={"first": 5, "second": 3, "third": 4})
    >>> float(house.to_frame().loc["weight", "absolute"])
    66.0
    """
    levels = check_scale(scale)
    check_option("relative", relative, Relative)
    check_option("reading", reading, RoofReading)
    strengths, problems = read_relations(relations, levels)
    names, needs = list(strengths.columns), list(strengths.index)
    weights, faults = _read_importance(importance, needs)
    whole = not problems
    rated, rating_faults = read_ratings(ratings, needs)
    found, technical_faults = read_technical(technical, names, list(rated.columns))
    signs, roof_faults = read_roof(roof, names) if whole else (pd.DataFrame(), ())
    problems = (*problems, *faults, *rating_faults, *technical_faults, *roof_faults)
    if problems:
        raise DataError(problems)
    _check_related(strengths, weights)
    return _assemble(strengths, weights, signs, rated, found, levels, relative, reading)


def _assemble(
    strengths: pd.DataFrame,
    weights: pd.Series[float],
    roof: pd.DataFrame,
    ratings: pd.DataFrame,
    technical: pd.DataFrame,
    scale: tuple[float, ...],
    relative: str,
    reading: str,
) -> HouseResult:
    characteristics = _importance(strengths, weights.to_numpy(dtype=np.float64), relative)
    values = strengths.to_numpy()
    needs = pd.DataFrame(
        {
            "importance": weights,
            "weight": weights / weights.sum(),
            "relations": (values > 0).sum(axis=1),
            "strongest": values.max(axis=1),
        },
        index=strengths.index,
    )
    conflicts = roof_conflicts(roof, characteristics["relative_sum"], technical["direction"].tolist(), reading=reading)
    return HouseResult(
        characteristics=characteristics,
        needs=needs,
        relations=strengths,
        roof=roof,
        conflicts=conflicts,
        ratings=ratings,
        technical=technical,
        scale=scale,
        relative=relative,
        reading=reading,
        notes=house_notes(strengths, scale[0]),
    )


def _build(house: HouseResult, importance: pd.Series[float], relative: str) -> HouseResult:
    """Build the same house with other importance."""
    check_option("relative", relative, Relative)
    _check_related(house.relations, importance)
    return _assemble(
        house.relations, importance, house.roof, house.ratings, house.technical, house.scale, relative, house.reading
    )


def _importance(strengths: pd.DataFrame, weights: npt.NDArray[Any], relative: str) -> pd.DataFrame:
    absolute = weights @ strengths.to_numpy()
    by_sum, by_maximum = absolute / absolute.sum(), absolute / absolute.max()
    return pd.DataFrame(
        {
            "absolute": absolute,
            "relative": by_sum if relative == "sum" else by_maximum,
            "relative_sum": by_sum,
            "relative_maximum": by_maximum,
            "rank": ranks(by_maximum),
            "relations": (strengths.to_numpy() > 0).sum(axis=0),
        },
        index=pd.Index(strengths.columns, name="characteristic"),
    )


def ranks(values: Floats) -> npt.NDArray[np.int64]:
    """Rank along the last axis, the largest first; equal values (to 12 digits) share the better rank.

    Examples
    --------
    >>> ranks(np.array([0.3, 1.0, 0.3, 0.1])).tolist()
    [2, 1, 2, 4]
    """
    from scipy.stats import rankdata

    found: npt.NDArray[np.int64] = rankdata(-values.round(12), method="min", axis=-1).astype(np.int64)
    return found


def _read_importance(importance: ImportanceInput, needs: list[str]) -> tuple[pd.Series[float], list[Problem]]:
    """Read the importance of each need in the order of the table, and say what is wrong with it."""
    given = _importance_series(importance)
    problems = [
        Problem(t("importance"), t("{value} is not known", value=repr(name)), fix=suggest(name, needs))
        for name in given.index
        if name not in needs
    ]
    if given.index.has_duplicates:
        twice = list(given.index[given.index.duplicated()].unique())
        found = [Problem(t("importance"), t("{value} is there twice", value=repr(name))) for name in twice]
        return pd.Series(dtype=float), [*problems, *found]
    values = pd.Series(pd.to_numeric(given, errors="coerce"), dtype=float).reindex(needs)
    wanted = t("a number of at least 0")
    for name, value in values.items():
        if not (np.isfinite(value) and value >= 0):
            cell = repr(given.to_dict()[name]) if name in given.index else t("no value")
            problems.append(Problem(t("importance of {name}", name=repr(name)), cell, wanted))
    return values.rename_axis("need"), problems


def _importance_series(importance: ImportanceInput) -> pd.Series[Any]:
    if isinstance(importance, NeedWeights):
        given: pd.Series[Any] = importance.frame["raw_weight"]
    elif isinstance(importance, WeightsResult):
        given = importance.weights
    elif isinstance(importance, (pd.Series, Mapping)):
        given = pd.Series(importance, dtype=object)
    else:
        wanted = t("a number for each need, by its name")
        raise ParameterError(Problem("importance", type(importance).__name__, wanted))
    return given.set_axis([str(name) for name in given.index])


def _check_related(strengths: pd.DataFrame, weights: pd.Series[float]) -> None:
    """Refuse a house in which no characteristic gets any importance."""
    if not weights.sum() > 0:
        raise DataError(Problem(t("importance"), t("all needs weigh 0"), t("a need that weighs something")))
    if not (weights.to_numpy() @ strengths.to_numpy()).sum() > 0:
        raise DataError(
            Problem(t("relations"), t("no need that weighs something is served"), t("at least one relation"))
        )
