"""The result of a fit: small arrays, and the tables that people read, made when they are asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import join_sentences, t
from casework.core.result import Result
from casework.satisfaction.pls.admissible import Check, sentences, to_table
from casework.satisfaction.pls.effects import effect_sizes_fixed, effect_sizes_reestimated, total_effects
from casework.satisfaction.pls.estimation import Batch
from casework.satisfaction.pls.linear import Floats
from casework.satisfaction.pls.model import PLSModel
from casework.satisfaction.pls.moments import Moments
from casework.satisfaction.pls.scores import answer_weights, combine, refuse_negative, to_points
from casework.satisfaction.pls.structure import Structure


@dataclass(frozen=True, kw_only=True)
class PLSResult(Result):
    """A fitted causal model.

    Parameters
    ----------
    model : PLSModel
        The model.
    moments : Moments
        Means, deviations, correlations (and rows) of the indicators used.
    estimate : Batch
        The estimates as arrays, one row.
    scheme : {'path', 'centroid', 'factorial'}
        Inner weighting scheme.
    standardized, consistent : bool
        Whether the indicators were standardized, and unreliability corrected for (PLSc).
    tolerance, max_iterations
        When the iteration stopped.
    checks : tuple of Check
        What was asked of the fit; see `admissible`, `check_table`.
    notes : tuple of str
        What must be read with care.
    """

    model: PLSModel
    moments: Moments
    estimate: Batch
    scheme: str
    standardized: bool
    consistent: bool
    tolerance: float
    max_iterations: int
    checks: tuple[Check, ...]
    notes: tuple[str, ...] = ()

    @property
    def structure(self) -> Structure:
        """The model as arrays."""
        return self.model.structure(self.scheme)

    @property
    def n(self) -> int:
        """Respondents used; 0 where only correlations without their number were given."""
        return self.moments.n

    @property
    def converged(self) -> bool:
        """Whether the weights stopped changing."""
        return bool(self.estimate.converged[0])

    @property
    def iterations(self) -> int:
        """Iterations used."""
        return int(self.estimate.iterations[0])

    @property
    def admissible(self) -> bool:
        """Whether the numbers can be used: every deciding check is passed."""
        return all(check.ok for check in self.checks if check.decides)

    @property
    def standard_weights(self) -> Floats:
        """Weights of standardized indicators, for scores of variance 1, shape (p,)."""
        weights: Floats = self.estimate.weights[0]
        return weights if self.standardized else weights * self.moments.deviations

    @property
    def answer_weights(self) -> pd.Series:
        """Weights of the answers as given, adding up to 1 in each construct."""
        weights = answer_weights(self.standard_weights, self.moments.deviations, self.structure)
        return pd.Series(weights, index=list(self.model.indicators), name="answer_weight")

    @property
    def r2(self) -> pd.Series:
        """Explained variance of each construct that paths lead to."""
        return pd.Series(self.estimate.r2[0], index=list(self.model.names), name="r2").reindex(list(self.model.targets))

    def path(self, start: str, end: str) -> float:
        """Coefficient of one path.

        Raises
        ------
        ParameterError
            There is no such path.
        """
        if (start, end) not in self.model.paths:
            ways = ", ".join(f"{a} -> {b}" for a, b in self.model.paths)
            raise ParameterError(
                Problem("path", t("there is no path {way}", way=f"{start} -> {end}"), t("one of {values}", values=ways))
            )
        return float(self.estimate.paths[0, self.model.names.index(start), self.model.names.index(end)])

    def to_frame(self) -> pd.DataFrame:
        """Return one row per path: `from`, `to`, `path`, `correlation`, `indirect_effect`, `total_effect`."""
        start, end = self.structure_paths
        direct = self.estimate.paths[0][start, end]
        total = total_effects(self.estimate.paths)[0][start, end]
        return pd.DataFrame(
            {
                "from": [way[0] for way in self.model.paths],
                "to": [way[1] for way in self.model.paths],
                "path": direct,
                "correlation": self.estimate.correlations[0][start, end],
                "indirect_effect": total - direct,
                "total_effect": total,
            }
        )

    @property
    def structure_paths(self) -> tuple[list[int], list[int]]:
        """Numbers of the constructs at the start and at the end of each path."""
        pairs = self.structure.paths
        return [start for start, _ in pairs], [end for _, end in pairs]

    def measurement(self) -> pd.DataFrame:
        """Return one row per indicator: `construct`, `outer_mode`, `indicator`, weights, `loading`, `communality`."""
        known = np.isfinite(self.moments.deviations).all()
        return self.model.to_frame().assign(
            weight=self.standard_weights,
            answer_weight=self.answer_weights.to_numpy() if known else np.nan,
            loading=self.estimate.loadings[0],
            communality=self.estimate.loadings[0] ** 2,
        )

    def explained(self) -> pd.DataFrame:
        """Return one row per construct that paths lead to: `construct`, `predictors`, `r2`, `r2_adjusted`."""
        table = self.r2.rename_axis("construct").reset_index()
        table.insert(1, "predictors", [len(self.model.predictors(name)) for name in table["construct"]])
        freedom = (self.n - table["predictors"] - 1).astype(float)
        shrunk = 1 - (1 - table["r2"]) * (self.n - 1) / freedom.where(freedom > 0)
        return table.assign(r2_adjusted=shrunk)

    def effects(self) -> pd.DataFrame:
        """Return one row per pair that a way joins: `from`, `to`, and its three effects."""
        names, structure = self.model.names, self.structure
        ways = total_effects(structure.adjacency[None])[0]
        direct, total = self.estimate.paths[0], total_effects(self.estimate.paths)[0]
        pairs = np.argwhere(ways > 0)
        start, end = pairs[:, 0], pairs[:, 1]
        return pd.DataFrame(
            {
                "from": [names[i] for i in start],
                "to": [names[i] for i in end],
                "direct_effect": direct[start, end],
                "indirect_effect": (total - direct)[start, end],
                "total_effect": total[start, end],
            }
        )

    def effect_sizes(self) -> pd.DataFrame:
        """Return f2 of each path by both definitions: `from`, `to`, `f2_scores_fixed`, `f2_reestimated`.

        Notes
        -----
        With the scores fixed, only the regression loses the path (cSEM, SmartPLS); re-estimated, the weights are
        computed again without it (seminr). Cohen (1988) calls 0.02 small, 0.15 medium, 0.35 large.
        """
        matrix = self.moments.correlations if self.standardized else self.moments.covariance
        again = effect_sizes_reestimated(
            matrix[None],
            self.structure,
            consistent=self.consistent,
            tolerance=self.tolerance,
            max_iterations=self.max_iterations,
        )
        return pd.DataFrame(
            {
                "from": [way[0] for way in self.model.paths],
                "to": [way[1] for way in self.model.paths],
                "f2_scores_fixed": effect_sizes_fixed(self.estimate.correlations, self.structure)[0],
                "f2_reestimated": again[0],
            }
        )

    def cross_loadings(self) -> pd.DataFrame:
        """Return correlations of the indicators (rows) with the scores (columns), never corrected."""
        return pd.DataFrame(self.estimate.cross[0], index=list(self.model.indicators), columns=list(self.model.names))

    def construct_correlations(self) -> pd.DataFrame:
        """Return correlations of the constructs; corrected for unreliability where the fit is consistent."""
        names = list(self.model.names)
        return pd.DataFrame(self.estimate.correlations[0], index=names, columns=names)

    def check_table(self) -> pd.DataFrame:
        """Return one row per check of the fit: `check`, `ok`, `decides`, `value`, `concerns`."""
        return to_table(self.checks)

    def scores(self) -> pd.DataFrame:
        """Return standardized scores of the respondents, one column per construct.

        Raises
        ------
        DataError
            The model was fitted to correlations, without rows.
        """
        rows = self._rows()
        standard = (rows - self.moments.means) / self.moments.deviations
        return self._frame(combine(standard, self.standard_weights, self.structure))

    def answer_scores(
        self, *, low: float | None = None, high: float | None = None, allow_negative: bool = False
    ) -> pd.DataFrame:
        """Return scores on the scale of the answers, or as points from 0 to 100.

        Parameters
        ----------
        low, high : float, optional
            Ends of the answer scale, such as 1 and 10, for points from 0 to 100; left out: the scale of the answers.
        allow_negative : bool
            Go on where a weight is negative, although a score may then leave the scale.

        Raises
        ------
        DataError
            There are no rows, or a weight is negative.
        ParameterError
            Only one of `low` and `high`, or `low` not below `high`.
        """
        rows, weights = self._rows(), self.answer_weights.to_numpy()
        if not allow_negative:
            refuse_negative(weights, self.model.indicators)
        found = combine(rows, weights, self.structure)
        return self._frame(found if _scale(low, high) is None else to_points(found, *_scale(low, high)))  # type: ignore[misc]

    def performance(
        self, *, low: float | None = None, high: float | None = None, allow_negative: bool = False
    ) -> pd.Series:
        """Return the mean score of each construct on the scale of the answers, or as points from 0 to 100.

        Parameters
        ----------
        low, high, allow_negative
            As in `answer_scores`.

        Raises
        ------
        DataError
            Means or deviations are not known, or a weight is negative.
        ParameterError
            Only one of `low` and `high`, or `low` not below `high`.
        """
        if not np.isfinite(self.moments.means).all() or not np.isfinite(self.moments.deviations).all():
            raise DataError(Problem(t("model"), t("fitted without means or deviations"), t("both, for an index")))
        weights = self.answer_weights.to_numpy()
        if not allow_negative:
            refuse_negative(weights, self.model.indicators)
        found = combine(self.moments.means, weights, self.structure)
        ends = _scale(low, high)
        return pd.Series(
            found if ends is None else to_points(found, *ends), index=list(self.model.names), name="mean_score"
        )

    def _rows(self) -> Floats:
        if self.moments.rows is None:
            raise DataError(
                Problem(t("model"), t("fitted to correlations, without rows"), t("a fit to rows, for scores"))
            )
        return self.moments.rows

    def _frame(self, values: Floats) -> pd.DataFrame:
        return pd.DataFrame(values, index=self.moments.index, columns=list(self.model.names))

    def summary(self) -> str:
        """Say what explains the last construct, and whether the fit can be used."""
        refused = [t("The fit is not admissible."), sentences([check for check in self.checks if check.decides])]
        if not np.isfinite(self.estimate.paths).all():
            return join_sentences(refused)
        levels = self.model.levels()
        last = max(self.model.targets, key=lambda name: levels[name])
        strongest = max(self.model.predictors(last), key=lambda name: abs(self.path(name, last)))
        said = t(
            "{share:.0%} of the variance of {target} is explained, most by {driver} (path {path:.2f}).",
            share=float(self.r2[last]),
            target=t(last),
            driver=t(strongest),
            path=self.path(strongest, last),
        )
        return said if self.admissible else join_sentences([*refused, said])


def _scale(low: float | None, high: float | None) -> tuple[float, float] | None:
    if low is None and high is None:
        return None
    if low is None or high is None or not low < high:
        found = t("low {low}, high {high}", low=low, high=high)
        raise ParameterError(Problem("low, high", found, t("both, low below high")))
    return float(low), float(high)
