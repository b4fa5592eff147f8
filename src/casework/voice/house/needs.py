"""What a need weighs: importance alone, with improvement ratio and sales point, or adjusted by its Kano category."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_option
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.voice.house.kano_ratio import KanoMethod, adjusted_ratio, check_exponents
from casework.voice.kano_table import CATEGORIES
from casework.voice.wording import listing, shown

Floats = npt.NDArray[np.float64]
NeedWeighting = Literal["importance", "raw", "kano"]

SALES_POINTS: tuple[float, ...] = (1.0, 1.2, 1.5)  # none, moderate, strong; Cohen (1995), chapter 6
COLUMNS = ("importance", "current", "goal", "sales_point", "category", "better", "worse")
HEADINGS = (
    mark("need"),
    mark("current"),
    mark("goal"),
    mark("sales point"),
    mark("improvement ratio"),
    mark("adjusted ratio"),
    mark("raw weight"),
    mark("weight"),
)


@dataclass(frozen=True, kw_only=True)
class NeedWeights(Result):
    """What each need weighs.

    Attributes
    ----------
    frame : DataFrame, one row per need
        `importance`, `current` and `goal` rating, `improvement_ratio`, `sales_point`, `category`,
        `adjusted_ratio` (after Kano), `raw_weight`, `weight` (share of the raw weights).
    method : str
        importance, raw or kano.
    kano : str
        Formula of the adjustment; used where the method is kano.
    notes : tuple of str
        What must be read with care.
    """

    frame: pd.DataFrame
    method: str
    kano: str = ""
    notes: tuple[str, ...] = ()

    @property
    def weights(self) -> pd.Series[float]:
        """Weights on the names of the needs, adding up to 1."""
        return self.frame["weight"]

    def to_frame(self) -> pd.DataFrame:
        """One row per need."""
        return self.frame.copy()

    def summary(self) -> str:
        """Name the heaviest need."""
        top = self.frame["weight"].idxmax()
        return t("{name} weighs most: {share:.0%} of the total.", name=shown(top), share=self.frame["weight"].max())


def need_weights(
    needs: pd.DataFrame,
    *,
    method: str = "raw",
    kano: str = "tan_shen",
    exponents: Mapping[str, float] | None = None,
    attributes: pd.DataFrame | None = None,
    sales_points: Sequence[float] = SALES_POINTS,
) -> NeedWeights:
    """Weigh the needs of a house of quality.

    Parameters
    ----------
    needs : DataFrame, one row per need, named by the index
        `importance` (above or equal 0: ratings of any scale, shares, or weights of AHP or entropy) and, where
        there are some, `current` and `goal` (customers' rating now, and wanted; above 0), `sales_point`,
        `category` (Kano letter), `better`, `worse`. An empty goal is the current rating, an empty sales point 1.
    method : {'raw', 'importance', 'kano'}
        raw: importance x improvement ratio x sales point. importance: importance alone. kano: as raw, with the
        ratio adjusted to the Kano category.
    kano : {'tan_shen', 'chaudha'}
        Formula of the adjustment, see Notes.
    exponents : mapping of category letter to float, optional
        Own exponents instead of the published ones.
    attributes : DataFrame, optional
        `KanoResult.to_frame()`: its `category`, `better` and `worse` are taken for the needs of the same name.
    sales_points : sequence of float
        Sales points that are allowed.

    Returns
    -------
    NeedWeights
        `.weights` add up to 1.

    Raises
    ------
    DataError
        A value is missing, no number or out of range; a category is needed and not known: all problems at once.
    ParameterError
        A method, formula or exponent is not known.

    Notes
    -----
    Improvement ratio = goal / current. With importance d, ratio R and sales point S the raw weight is d R S.

    - `tan_shen`: R becomes R^(1/k), k = 1/2 must-be, 1 one-dimensional, 2 attractive. Satisfaction is taken as
      s = c p^k, so a must-be need must improve much for a little satisfaction.
    - `chaudha`: R becomes (1 + m)^k R, m = max(|better|, |worse|), k = 0 indifferent, 1/2 must-be, 1
      one-dimensional, 3/2 attractive.

    The two pull in opposite directions: for a ratio above 1 the first favours must-be needs, the second attractive
    ones. Tan and Shen have no indifferent needs; here their ratio becomes 1 (improving them does not pay). Reverse and
    questionable needs get no weight under both: customers do not want them, or did not understand the question.

    References
    ----------
    Cohen, L. (1995). Quality Function Deployment. Addison-Wesley, chapter 6 (planning matrix). Tan, K. C., & Shen,
    X.-X. (2000). Integrating Kano's model in the planning matrix of quality function deployment. Total Quality
    Management, 11(8), 1141-1151. Chaudha, A., Jain, R., Singh, A. R., & Mishra, P. K. (2011). Integration of Kano's
    model into quality function deployment (QFD). International Journal of Advanced Manufacturing Technology, 53,
    689-698. Neither paper could be read in full for this code: check them before a number leans on one.

    Examples
    --------
    >>> needs = pd.DataFrame({"importance": [5, 4], "current": [2, 4], "goal": [4, 4], "sales_point": [1.5, 1.0]},
    ...                      index=["light", "cheap"])
    >>> need_weights(needs).to_frame()["raw_weight"].tolist()
    [15.0, 4.0]
    """
    check_option("method", method, NeedWeighting)
    check_option("kano", kano, KanoMethod)
    powers = check_exponents(kano, exponents)
    table = _joined(needs, attributes)
    frame, problems = _read(table, sales_points, categories=method == "kano", indices=kano == "chaudha")
    if problems:
        raise DataError(problems)
    weighed = _weigh(frame, method, kano, powers)
    if not weighed["raw_weight"].sum() > 0:
        raise DataError(Problem(t("weights of the needs"), t("they add up to 0"), t("a need that weighs something")))
    weighed["weight"] = weighed["raw_weight"] / weighed["raw_weight"].sum()
    return NeedWeights(
        frame=weighed, method=method, kano=kano if method == "kano" else "", notes=_notes(weighed, method)
    )


def _joined(needs: pd.DataFrame, attributes: pd.DataFrame | None) -> pd.DataFrame:
    """Columns that are known, with those of the Kano evaluation laid over them."""
    table = needs.reindex(columns=[name for name in COLUMNS if name in needs.columns]).astype(object)
    table.index = pd.Index([str(name) for name in needs.index], name="need")
    if attributes is None:
        return table
    own = attributes.set_axis([str(name) for name in attributes.index], axis=0)
    for name in ("category", "better", "worse"):
        found = own[name].reindex(table.index).astype(object)
        table[name] = found if name not in table else found.where(found.notna(), table[name])
    return table


def _read(
    table: pd.DataFrame, sales_points: Sequence[float], *, categories: bool, indices: bool
) -> tuple[pd.DataFrame, list[Problem]]:
    problems = [
        Problem(t("need {name}", name=repr(name)), t("the name occurs twice"), t("each name once"))
        for name in table.index[table.index.duplicated()].unique()
    ]
    if "importance" not in table or table.empty:
        problems.append(Problem(t("needs"), t("there is no importance"), t("a column {name}", name="importance")))
        return table, problems
    numbers = {name: _numbers(table, name) for name in COLUMNS if name != "category"}
    frame = pd.DataFrame(numbers, index=table.index)
    frame.insert(4, "category", _letters(table))
    problems += _faults(table, frame, sales_points)
    if categories:
        problems += _kano_faults(table, frame, indices)
    return frame, problems


def _numbers(table: pd.DataFrame, name: str) -> Floats:
    if name not in table:
        return np.full(len(table), np.nan)
    return np.asarray(pd.to_numeric(table[name], errors="coerce"), dtype=np.float64)


def _letters(table: pd.DataFrame) -> list[str]:
    if "category" not in table:
        return [""] * len(table)
    return ["" if pd.isna(value) else str(value).strip().upper() for value in table["category"]]


def _faults(table: pd.DataFrame, frame: pd.DataFrame, sales_points: Sequence[float]) -> list[Problem]:
    """Cells that are no number or out of range, column after column."""
    allowed = np.array(sorted(map(float, sales_points)))
    points = t("one of {values}", values=", ".join(f"{point:g}" for point in allowed))
    problems = _cells(table, frame, "importance", t("a number of at least 0"), frame["importance"] >= 0, needed=True)
    problems += _cells(table, frame, "current", t("a number above 0"), frame["current"] > 0)
    problems += _cells(table, frame, "goal", t("a number above 0"), frame["goal"] > 0)
    known = np.isclose(frame["sales_point"].to_numpy()[:, None], allowed).any(axis=1)
    return problems + _cells(table, frame, "sales_point", points, pd.Series(known, index=frame.index))


def _kano_faults(table: pd.DataFrame, frame: pd.DataFrame, indices: bool) -> list[Problem]:
    letters = t("one of {values}", values=", ".join(CATEGORIES))
    problems = [
        Problem(_place(name, "category"), repr(letter) if letter else t("no category"), letters)
        for name, letter in frame["category"].items()
        if letter not in CATEGORIES
    ]
    if indices:
        problems += _cells(
            table, frame, "better", t("a share from 0 to 1"), frame["better"].between(-1e-9, 1), needed=True
        )
        problems += _cells(
            table, frame, "worse", t("a share from -1 to 0"), frame["worse"].between(-1, 1e-9), needed=True
        )
    return problems


def _cells(
    table: pd.DataFrame, frame: pd.DataFrame, name: str, wanted: str, good: pd.Series[bool], *, needed: bool = False
) -> list[Problem]:
    filled = table[name].notna() if name in table else pd.Series(data=False, index=table.index)
    finite = np.isfinite(frame[name])
    bad = (needed | filled.to_numpy()) & ~(good.to_numpy() & finite.to_numpy())
    return [
        Problem(_place(frame.index[row], name), _found(table, row, name), wanted)
        for row in np.flatnonzero(bad).tolist()
    ]


def _found(table: pd.DataFrame, row: int, name: str) -> str:
    value = table[name].iloc[row] if name in table else None
    return t("no value") if value is None or pd.isna(value) else repr(value)


def _place(need: object, name: str) -> str:
    return t("need {need}, {column}", need=repr(str(need)), column=t(name.replace("_", " ")))


def _weigh(frame: pd.DataFrame, method: str, kano: str, powers: Mapping[str, float]) -> pd.DataFrame:
    goal = frame["goal"].fillna(frame["current"])
    weighed = frame.assign(goal=goal, sales_point=frame["sales_point"].fillna(1.0))
    ratio = (goal / frame["current"]).fillna(1.0)
    weighed["improvement_ratio"] = ratio
    weighed["adjusted_ratio"] = ratio
    if method == "kano":
        indices = frame[["better", "worse"]].abs().max(axis=1).fillna(0.0).to_numpy()
        weighed["adjusted_ratio"] = adjusted_ratio(
            ratio.to_numpy(), frame["category"].tolist(), indices, kano=kano, exponents=powers
        )
    factor = 1.0 if method == "importance" else weighed["adjusted_ratio"] * weighed["sales_point"]
    return weighed.assign(raw_weight=frame["importance"] * factor)


def _notes(frame: pd.DataFrame, method: str) -> tuple[str, ...]:
    notes = []
    unrated = frame.index[frame["goal"].notna() & frame["current"].isna()]
    if len(unrated) and method != "importance":
        notes.append(
            t("There is a goal but no rating now, so the improvement ratio is 1: {names}.", names=listing(unrated))
        )
    falling = frame.index[frame["improvement_ratio"] < 1]
    if len(falling) and method != "importance":
        notes.append(
            t("The goal is below the current rating, so the need loses weight: {names}.", names=listing(falling))
        )
    unwanted = frame.index[frame["category"].isin(["R", "Q"])]
    if len(unwanted) and method == "kano":
        notes.append(
            t("Reverse or questionable, hence without weight: {names}. Leave them out.", names=listing(unwanted))
        )
    indifferent = frame.index[frame["category"] == "I"]
    if len(indifferent) and method == "kano":
        notes.append(t("Customers are indifferent, so improving does not pay: {names}.", names=listing(indifferent)))
    return tuple(notes)
