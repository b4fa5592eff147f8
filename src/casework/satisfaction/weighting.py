"""The weights of an index at each level of its tree, by the method asked for."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from casework.core.checks import check_option, suggest
from casework.core.errors import CaseworkWarning, ParameterError, Problem
from casework.core.messages import t, tn
from casework.satisfaction.hierarchy import Hierarchy, Node
from casework.stats.ahp import ahp_weights
from casework.stats.regression_weights import regression_weights
from casework.stats.weights import WeightsResult, critic_weights, direct_weights, entropy_weights, equal_weights

IndexWeighting = Literal["equal", "direct", "entropy", "critic", "regression", "ahp"]
Floats = NDArray[np.float64]


@dataclass
class Weigher:
    """Weighs the children of one group after another, and remembers what it did."""

    hierarchy: Hierarchy
    methods: tuple[str, ...]
    direct: Mapping[str, float]
    pairwise: Mapping[str, Any]
    overall: pd.Series | None
    case_weights: pd.Series | None
    allow_negative: bool = False
    strict: bool = False
    results: dict[str, WeightsResult] = field(default_factory=dict)

    def __call__(self, group: Node, below: pd.DataFrame) -> Floats:
        """Return the weights of a group's children."""
        method = self.methods[min(group.level, len(self.methods) - 1)]
        if len(group.children) == 1:
            result = equal_weights(group.children)
        else:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", CaseworkWarning)
                result = self._weigh(method, group, below)
        self.results[group.name] = result
        return result.weights.to_numpy(dtype=float)

    def _weigh(self, method: str, group: Node, below: pd.DataFrame) -> WeightsResult:
        if method == "direct" and any(child in self.direct for child in group.children):
            return direct_weights(
                {child: self.direct[child] for child in group.children},
                strict=self.strict,
                allow_negative=self.allow_negative,
            )
        if method == "ahp" and group.name in self.pairwise:
            return ahp_weights(self.pairwise[group.name], group.children)
        if method == "entropy":
            return entropy_weights(below)
        if method == "critic":
            return critic_weights(below)
        if method == "regression":
            assert self.overall is not None
            return regression_weights(below, self.overall, case_weights=self.case_weights)
        return equal_weights(group.children)

    def warnings(self, *, all_notes: bool = False) -> tuple[str, ...]:
        """Rescues that the weights needed, group by group; a sum scaled to 1 is a note, no rescue."""
        found = [(name, self.results[name]) for name in self.hierarchy.names if name in self.results]
        return tuple(
            t("Weights in {group}: {note}", group=t(name), note=note)
            for name, result in found
            if all_notes or result.method != "direct"
            for note in result.notes
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What the weights are to be read with."""
        notes = self.warnings(all_notes=True)
        left = max((result.left_out for result in self.results.values()), default=0)
        if not left:
            return notes
        text = tn(
            "Weights from data use complete answers only: {n} respondent at most is left out of them.",
            "Weights from data use complete answers only: up to {n} respondents are left out of them.",
            left,
        )
        return (*notes, text)


def make_weigher(
    hierarchy: Hierarchy,
    weighting: str | Sequence[str],
    *,
    weights: Mapping[str, float] | None = None,
    pairwise: Any = None,
    overall: pd.Series | None = None,
    case_weights: pd.Series | None = None,
    allow_negative: bool = False,
    strict: bool = False,
) -> Weigher:
    """Check what the method needs, and return the weigher.

    Parameters
    ----------
    weighting : str or sequence of str
        One method, or one for each level from the top (the last holds for all below).
    weights : mapping of str to float, optional
        For 'direct': of dimensions and questions. Groups of which none is named weigh the same.
    pairwise : judgements, optional
        For 'ahp': of the dimensions (see `ahp_weights`), or a mapping of group to its judgements ('index' is
        the whole). Other groups weigh the same.
    overall : Series, optional
        For 'regression': overall satisfaction.

    Raises
    ------
    ParameterError
        The method is unknown, lacks its input, or a weight names no node or only some children of a group.
    """
    methods = (weighting,) if isinstance(weighting, str) else tuple(weighting)
    for method in methods or ("",):
        check_option("weighting", method, IndexWeighting)
    needs = {"direct": ("weights", weights), "ahp": ("pairwise", pairwise), "regression": ("overall", overall)}
    problems = [
        Problem(name, t("not given"), t("needed for weighting {method}", method=repr(method)))
        for method, (name, value) in needs.items()
        if method in methods and (value is None or (not isinstance(value, pd.Series) and len(value) == 0))
    ]
    given = dict(weights or {}) if "direct" in methods else {}
    problems += _name_problems(hierarchy, given)
    if problems:
        raise ParameterError(problems)
    return Weigher(
        hierarchy=hierarchy,
        methods=methods,
        direct=given,
        pairwise=_by_group(pairwise, hierarchy) if "ahp" in methods else {},
        overall=overall,
        case_weights=case_weights,
        allow_negative=allow_negative,
        strict=strict,
    )


def _name_problems(hierarchy: Hierarchy, weights: Mapping[str, float]) -> list[Problem]:
    known = hierarchy.names[1:]
    problems = [
        Problem("weights", t("{value} is not known", value=repr(name)), fix=suggest(str(name), known))
        for name in weights
        if name not in known
    ]
    for group in hierarchy.groups:
        absent = [child for child in group.children if child not in weights]
        if absent and len(absent) < len(group.children):
            found = t("no weight for {names}", names=", ".join(map(repr, absent)))
            problems.append(
                Problem(t("weights in {group}", group=repr(group.name)), found, t("one for each, or for none"))
            )
    return problems


def _by_group(pairwise: Any, hierarchy: Hierarchy) -> Mapping[str, Any]:
    """Return judgements by group: a bare table belongs to the whole."""
    groups = {group.name for group in hierarchy.groups}
    if not isinstance(pairwise, Mapping):
        return {hierarchy.root.name: pairwise}

    def whole_table(value: Any) -> bool:
        if isinstance(value, Mapping):
            return any(isinstance(cell, Mapping) for cell in value.values())
        return isinstance(value, (Sequence, pd.DataFrame)) and not isinstance(value, str)

    if all(str(name) in groups and whole_table(value) for name, value in pairwise.items()):
        return pairwise
    return {hierarchy.root.name: pairwise}
