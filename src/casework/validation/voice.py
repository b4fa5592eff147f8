"""How the methods of the voice of the customer are called with the register's cases."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from casework.core.errors import CaseworkWarning, DataError
from casework.stats.multiple import holm
from casework.stats.proportion import wilson_interval
from casework.voice import KanoResult, classify, compare_segments, continuous, evaluate, evaluate_counts, penalty_reward
from casework.voice.house import house_of_quality, need_weights, roof_matrix
from casework.voice.kano_table import CATEGORIES
from casework.voice.requirements.ctq_capability import sigma_level
from casework.voice.requirements.kinds import classify_requirements

Values = dict[str, Any]

PAIR_OF = {"M": (2, 5), "O": (1, 5), "A": (1, 3), "I": (3, 3), "R": (5, 1), "Q": (1, 1)}  # one pair per category


def _evaluated(inputs: Values) -> KanoResult:
    counts = pd.DataFrame.from_dict(inputs["counts"], orient="index", columns=list(CATEGORIES))
    return evaluate_counts(counts, threshold=inputs.get("threshold", 0.06))


def _columns(frame: pd.DataFrame, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Column name to attribute to value; what is missing becomes None."""
    return {name: {str(key): _plain(value) for key, value in frame[name].items()} for name in names}


def _plain(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    return None if value is None or value != value else value


def _pairs(inputs: Values) -> dict[str, list[Any]]:
    frame = _evaluated(inputs).frame
    return {str(name): [_plain(row["better"]), _plain(row["worse"])] for name, row in frame.iterrows()}


def kano_grid(inputs: Values) -> Values:
    """Return the evaluation table, and the counts where every pair of answers occurs once."""
    rows = list(product(range(1, 6), repeat=2))
    functional = pd.DataFrame({"a": [row[0] for row in rows]})
    dysfunctional = pd.DataFrame({"a": [row[1] for row in rows]})
    letters = classify(functional, dysfunctional, table=inputs["table"])["a"].to_numpy().reshape(5, 5)
    counts = evaluate(functional, dysfunctional, table=inputs["table"]).counts.iloc[0][list(CATEGORIES)]
    return {"letters": ["".join(row) for row in letters], "counts": [int(count) for count in counts]}


def kano_better_worse(inputs: Values) -> Values:
    """Return better and worse of each attribute."""
    return {"better_worse": _pairs(inputs)}


def kano_strengths(inputs: Values) -> Values:
    """Return category strength and total strength of each attribute."""
    columns = _columns(_evaluated(inputs).frame, ["category_strength", "total_strength"])
    names = columns["category_strength"]
    return {"category_strength_total_strength": {name: [column[name] for column in columns.values()] for name in names}}


def kano_category(inputs: Values) -> Values:
    """Return mode, category by the rule, and whether the attribute is mixed."""
    return _columns(_evaluated(inputs).frame, ["mode", "category", "mixed"])


def kano_fong(inputs: Values) -> Values:
    """Return the parts of Fong's test."""
    names = ["difference", "bound", "significant"]
    columns = _columns(_evaluated(inputs).frame, [f"fong_{name}" for name in names])
    return {name: columns[f"fong_{name}"] for name in names}


def kano_equal_counts(inputs: Values) -> Values:
    """Return the chi-square test of equal M, O, A and I counts."""
    columns = _columns(_evaluated(inputs).frame, ["chi_square", "chi_square_p"])
    return {"statistic": columns["chi_square"], "p": columns["chi_square_p"]}


def kano_published(inputs: Values) -> Values:
    """Return the whole row of each attribute."""
    frame = _evaluated(inputs).frame
    return {str(name): {str(key): _plain(value) for key, value in row.items()} for name, row in frame.iterrows()}


def kano_continuous(inputs: Values) -> Values:
    """Return mean scores from how often each answer was given."""
    means = {}
    for name, (first, second) in inputs["answers"].items():
        functional, dysfunctional = (
            pd.DataFrame({name: np.repeat(np.arange(1, 6), counts)}) for counts in (first, second)
        )
        row = continuous(functional, dysfunctional).frame.iloc[0]
        means[name] = [float(row["dissatisfaction"]), float(row["satisfaction"])]
    return {"dysfunctional_functional": means}


def kano_segments(inputs: Values) -> Values:
    """Return the chi-square test of one attribute's categories by segment."""
    rows = [
        (*PAIR_OF[letter], segment)
        for segment, counts in inputs["segments"].items()
        for letter, count in zip(inputs["categories"], counts, strict=True)
        for _ in range(count)
    ]
    frame = pd.DataFrame(rows, columns=["f", "d", "segment"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CaseworkWarning)
        result = compare_segments(
            frame[["f"]].set_axis(["a"], axis=1),
            frame[["d"]].set_axis(["a"], axis=1),
            frame["segment"],
            permutations=99,
            resamples=9,
        )
    row = result.tests.iloc[0]
    return {
        "statistic": float(row["chi_square"]),
        "p": float(row["p"]),
        "degrees_of_freedom": int(row["degrees_of_freedom"]),
        "expected_below_5": bool(row["smallest_expected"] < 5),
    }


def wilson(inputs: Values) -> Values:
    """Return Wilson intervals."""
    low, high = wilson_interval(inputs["successes"], inputs["trials"])
    return {"low": low.tolist(), "high": high.tolist()}


def holm_adjusted(inputs: Values) -> Values:
    """Return Holm's adjusted p values."""
    return {"adjusted": holm(inputs["p"]).tolist()}


def penalties_and_rewards(inputs: Values) -> Values:
    """Return the coefficients of a penalty-reward regression."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CaseworkWarning)
        result = penalty_reward(
            pd.Series(inputs["y"], name="y"),
            pd.DataFrame(inputs["ratings"]),
            low=inputs["low"],
            high=inputs["high"],
        )
    columns = _columns(result.frame, ["penalty", "reward"])
    return {**columns, "constant": result.constant, "r_squared": result.r_squared}


def qfd_house(inputs: Values) -> Values:
    """Return absolute and relative importance, and ranks, of a house of quality; or the problems and notes."""
    relations = pd.DataFrame(inputs["relations"], index=list(inputs["importance"]))
    try:
        house = house_of_quality(relations, importance=inputs["importance"], scale=inputs.get("scale", (9, 3, 1)))
    except DataError as error:
        return {"raises_value_error": isinstance(error, ValueError), "problems": len(error.problems)}
    columns = ["absolute", "relative_sum", "relative_maximum", "rank"]
    unserved = house.needs.index[house.needs["relations"] == 0]
    useless = house.characteristics.index[house.characteristics["relations"] == 0]
    lists = {"unserved": list(unserved), "useless": list(useless), "notes": len(house.notes)}
    return {**_columns(house.to_frame(), columns), **lists}


def qfd_need_weights(inputs: Values) -> Values:
    """Return improvement ratios, adjusted ratios, raw weights and shares of the needs."""
    needs = pd.DataFrame.from_dict(inputs["needs"], orient="index")
    found = need_weights(needs, method=inputs["weighting"], kano=inputs.get("kano", "tan_shen")).to_frame()
    return _columns(found, ["improvement_ratio", "adjusted_ratio", "raw_weight", "weight"])


def qfd_roof(inputs: Values) -> Values:
    """Return whether a roof is accepted, and why not."""
    names = [str(place) for place in range(len(inputs["roof"]))]
    try:
        return {"roof": roof_matrix(inputs["roof"], names).to_numpy().tolist()}
    except DataError as error:
        return {"raises_value_error": isinstance(error, ValueError), "problems": len(error.problems)}


def sigma_levels(inputs: Values) -> Values:
    """Return sigma levels of defects per million opportunities."""
    return {"levels": sigma_level(inputs["dpmo"]).tolist()}


def kinds(inputs: Values) -> Values:
    """Return the kind of each requirement from answers to the five questions."""
    return {"kinds": classify_requirements(inputs["answers"]).table["kind"].tolist()}


METHODS: dict[str, Callable[[Values], Values]] = {
    "kano_grid": kano_grid,
    "kano_better_worse": kano_better_worse,
    "kano_strengths": kano_strengths,
    "kano_category": kano_category,
    "kano_fong": kano_fong,
    "kano_equal_counts": kano_equal_counts,
    "kano_published": kano_published,
    "kano_continuous": kano_continuous,
    "kano_segments": kano_segments,
    "wilson_interval": wilson,
    "holm": holm_adjusted,
    "penalty_reward": penalties_and_rewards,
    "qfd_house": qfd_house,
    "qfd_need_weights": qfd_need_weights,
    "qfd_roof": qfd_roof,
    "sigma_levels": sigma_levels,
    "kinds": kinds,
}
