"""Two groups of respondents, and all permutations of who belongs to which, estimated together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t as student

from casework.core.messages import mark
from casework.satisfaction.pls.bootstrap import BootstrapResult
from casework.satisfaction.pls.effects import total_effects
from casework.satisfaction.pls.estimation import CHUNK, Batch, estimate
from casework.satisfaction.pls.linear import Floats, Ints
from casework.satisfaction.pls.resampling import CONSTANT, Progress, Resampled, generator, in_chunks
from casework.satisfaction.pls.result import PLSResult
from casework.satisfaction.pls.scores import answer_weights

ROWS_HELD = 4_000_000  # numbers held at once while permutations are drawn
DECISIONS = (mark("not invariant"), mark("partial invariance"), mark("full invariance"))


class Division:
    """Two groups, standardized together; permutations of who belongs to which."""

    def __init__(self, fit: PLSResult, rows: Floats, codes: Ints, pair: tuple[int, int], key: int, seed: int) -> None:
        self.fit, self.structure, self.pair, self.key, self.seed = fit, fit.structure, pair, key, seed
        first, second = rows[codes == pair[0]], rows[codes == pair[1]]
        self.sizes = (len(first), len(second))
        self.rows = np.concatenate([first, second])
        self.centre, self.scale = self.rows.mean(axis=0), self.rows.std(axis=0)
        self.scores = (self.rows - self.centre) / self.scale
        self.step = max(1, min(CHUNK, ROWS_HELD // len(self.rows)))
        upper = np.triu_indices(self.scores.shape[1])
        self.upper = upper
        self.products = self.scores[:, upper[0]] * self.scores[:, upper[1]]
        once = self._estimated(np.ones((1, len(self.rows))))[1]
        self.pooled = once.weights[0] * (1.0 if fit.standardized else self.scale)
        self.mixed = answer_weights(self.pooled, self.rows.std(axis=0, ddof=1), self.structure)

    def permuted(self, total: int, workers: int, progress: Progress | None) -> Floats:
        """Statistics (usable permutations, numbers) of permutations."""
        found = np.concatenate(in_chunks(self._chunk, total, workers=workers, progress=progress))
        kept: Floats = found[np.isfinite(found).all(axis=1)]
        return kept

    def _chunk(self, number: int, size: int) -> Floats:
        rng, parts = generator(self.seed, self.key, 3, number), []
        for start in range(0, size, self.step):
            order = rng.random((min(self.step, size - start), len(self.rows)))
            threshold = np.partition(order, self.sizes[0] - 1, axis=1)[:, self.sizes[0] - 1 : self.sizes[0]]
            parts.append(self.statistics((order <= threshold).astype(np.float64)))
        return np.concatenate(parts)

    def observed(self) -> Floats:
        """Statistics of the groups as they are."""
        members = np.zeros((1, len(self.rows)))
        members[0, : self.sizes[0]] = 1.0
        values: Floats = self.statistics(members)[0]
        return values

    def statistics(self, members: Floats) -> Floats:
        """Numbers of each division of the rows: paths, totals and means of both; MICOM."""
        one, first = self._estimated(members)
        two, second = self._estimated(1 - members)
        weights = [
            batch.weights * (1.0 if self.fit.standardized else data.deviations / self.scale)
            for batch, data in ((first, one), (second, two))
        ]
        values = [self._paths(first), self._paths(second), self._means(one), self._means(two)]
        values += [self._same(*weights), self._standard(one) - self._standard(two)]
        values.append(np.log(self._variance(one)) - np.log(self._variance(two)))
        result = np.concatenate(values, axis=1)
        result[~(first.usable & second.usable)] = np.nan
        return result

    def _estimated(self, members: Floats) -> tuple[Resampled, Batch]:
        n = members.sum(axis=1, keepdims=True)
        means = members @ self.scores / n
        products = np.empty((len(members), *(2 * (self.scores.shape[1],))))
        products[:, self.upper[0], self.upper[1]] = products[:, self.upper[1], self.upper[0]] = (
            members @ self.products / n
        )
        covariance = products - means[:, :, None] * means[:, None, :]
        variance = np.diagonal(covariance, axis1=1, axis2=2)
        deviations = np.sqrt(np.where(variance > CONSTANT, variance, np.nan))
        correlations = covariance / (deviations[:, :, None] * deviations[:, None, :])
        with np.errstate(all="ignore"):
            spread = deviations * self.scale * np.sqrt(n / (n - 1))
        data = Resampled(
            means=self.centre + means * self.scale,
            deviations=spread,
            correlations=correlations,
            group_means=np.empty((len(members), 0, means.shape[1])),
        )
        batch = estimate(
            correlations if self.fit.standardized else data.covariance,
            self.structure,
            consistent=self.fit.consistent,
            tolerance=self.fit.tolerance,
            max_iterations=self.fit.max_iterations,
        )
        return data, batch

    @property
    def ways(self) -> NDArray[np.int64]:
        """Start and end of each path, then of each total effect that is not one path alone."""
        adjacency = self.structure.adjacency
        longer = np.argwhere((total_effects(adjacency[None])[0] - adjacency) > 0)
        return np.concatenate([np.array(self.structure.paths), longer]).astype(np.int64)

    def _paths(self, batch: Batch) -> Floats:
        number = len(self.structure.paths)
        ways, totals = self.ways, total_effects(batch.paths)
        return np.concatenate(
            [
                batch.paths[:, ways[:number, 0], ways[:number, 1]],
                totals[:, ways[number:, 0], ways[number:, 1]],
            ],
            axis=1,
        )

    def _means(self, data: Resampled) -> Floats:
        """Mean scores on the scale of the answers, weighed alike in both groups."""
        result: Floats = np.add.reduceat(data.means * self.mixed, self.structure.starts, axis=1)
        return result

    def _standard(self, data: Resampled) -> Floats:
        """Mean standardized scores with the weights of both groups together."""
        standard = (data.means - self.centre) / self.scale
        result: Floats = np.add.reduceat(standard * self.pooled, self.structure.starts, axis=1)
        return result

    def _variance(self, data: Resampled) -> Floats:
        """Variance of the scores with the weights of both groups together."""
        weights = self.pooled * data.deviations / self.scale
        return _between(weights, weights, data.correlations, self.structure.starts)

    def _same(self, first: Floats, second: Floats) -> Floats:
        """Correlation, over all respondents of the pair, of scores with the weights of either group."""
        pooled, starts = self.scores.T @ self.scores / len(self.scores), self.structure.starts
        both = _between(first, second, pooled, starts)
        with np.errstate(all="ignore"):
            result: Floats = both / np.sqrt(
                _between(first, first, pooled, starts) * _between(second, second, pooled, starts)
            )
        return np.minimum(result, 1.0)

    def tables(
        self, drawn: Floats, names: Sequence[str], boots: Sequence[BootstrapResult], confidence: float
    ) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Tables of paths, totals, indices and MICOM."""
        seen, constructs = self.observed(), list(self.fit.model.names)
        ways, number, k = self.ways, len(self.structure.paths), self.structure.k
        w = len(ways)
        labels = {"group": names[self.pair[0]], "reference": names[self.pair[1]]}
        places = pd.DataFrame(
            {"from": [constructs[a] for a, _ in ways], "to": [constructs[b] for _, b in ways],
             "path_group": seen[:w], "path_reference": seen[w : 2 * w], "difference": seen[:w] - seen[w : 2 * w],
             "p": _p_values(drawn[:, :w] - drawn[:, w : 2 * w], seen[:w] - seen[w : 2 * w])}
        )  # fmt: skip
        paths = places.iloc[:number].assign(**self._bootstrapped(boots))
        totals = places.iloc[number:].rename(columns={"path_group": "total_group", "path_reference": "total_reference"})
        at = 2 * w
        one, two = seen[at : at + k], seen[at + k : at + 2 * k]
        shifted = drawn[:, at : at + k] - drawn[:, at + k : at + 2 * k]
        indices = pd.DataFrame({"construct": constructs, "index_group": one, "index_reference": two,
                                "difference": one - two, "p": _p_values(shifted, one - two)})  # fmt: skip
        micom = self._micom(drawn[:, at + 2 * k :], seen[at + 2 * k :], constructs, 1 - confidence)
        return tuple(_labelled(table, labels) for table in (paths, totals, indices, micom))  # type: ignore[return-value]

    def _bootstrapped(self, boots: Sequence[BootstrapResult]) -> dict[str, Floats]:
        if not boots:
            return {}
        one, two = (boots[place] for place in self.pair)
        a, b = (item.draws_of("path").to_numpy() for item in (one, two))
        table_a, table_b = one.table("path"), two.table("path")
        se_a, se_b = table_a["se"].to_numpy(), table_b["se"].to_numpy()
        with np.errstate(all="ignore"):
            value = (table_a["estimate"].to_numpy() - table_b["estimate"].to_numpy()) / np.hypot(se_a, se_b)
            n_a, n_b = self.sizes
            freedom = (se_a**2 + se_b**2) ** 2 / (se_a**4 / (n_a - 1) + se_b**4 / (n_b - 1))
        return {
            "p_bootstrap": np.array([henseler_p(a[:, i], b[:, i]) for i in range(a.shape[1])]),
            "t": value,
            "df": freedom,
            "p_parametric": 2 * student.sf(np.abs(value), freedom),
        }

    def _micom(self, drawn: Floats, seen: Floats, constructs: Sequence[str], level: float) -> pd.DataFrame:
        k = len(constructs)
        least = np.quantile(drawn[:, :k], level, axis=0)
        below = (1 + (drawn[:, :k] <= seen[:k] + 1e-12).sum(axis=0)) / (1 + len(drawn))
        same = seen[:k] >= least - 1e-12
        p_mean = _p_values(drawn[:, k : 2 * k], seen[k : 2 * k])
        p_variance = _p_values(drawn[:, 2 * k :], seen[2 * k :])
        equal = (p_mean >= level) & (p_variance >= level)
        step = np.where(same, np.where(equal, 2, 1), 0)
        return pd.DataFrame(
            {"construct": constructs, "correlation": seen[:k], "least": least, "p_compositional": below,
             "compositional": same, "mean_difference": seen[k : 2 * k], "p_mean": p_mean,
             "log_variance_ratio": seen[2 * k :], "p_variance": p_variance, "equal": equal,
             "decision": [DECISIONS[i] for i in step]}
        )  # fmt: skip


def _labelled(table: pd.DataFrame, labels: dict[str, str]) -> pd.DataFrame:
    table = table.reset_index(drop=True)
    for place, (column, value) in enumerate(labels.items()):
        table.insert(place, column, value)
    return table


def _between(first: Floats, second: Floats, matrix: Floats, starts: Ints) -> Floats:
    """Covariance of two weighted sums of each block: w' R v, shape (B, k)."""
    sizes = np.diff([*starts.tolist(), first.shape[1]])
    within = np.repeat(np.arange(len(sizes)), sizes)
    mask = within[:, None] == within[None, :]
    half = ((matrix * mask) @ second[:, :, None])[:, :, 0]
    result: Floats = np.add.reduceat(first * half, starts, axis=1)
    return result


def _p_values(drawn: Floats, seen: Floats) -> Floats:
    """Two-sided permutation p values; a difference counts as reached where it is, but for rounding."""
    reached = (np.abs(drawn) >= np.abs(seen) - 1e-12).sum(axis=0)
    result: Floats = (1 + reached) / (1 + len(drawn))
    return result


def henseler_p(first: Floats, second: Floats) -> float:
    """Two-sided p value of a difference, from the bootstrap draws of either group.

    Parameters
    ----------
    first, second : ndarray, shape (resamples,)
        Draws; what is not a number is left out.

    Notes
    -----
    The share of all pairs of draws in which the first, mirrored at its mean, is above the second, mirrored likewise
    (ties count half), is the one-sided probability; the smaller side is doubled.

    References
    ----------
    Henseler, Ringle & Sinkovics (2009), Advances in International Marketing 20, 277-319, eq. (6).

    Examples
    --------
    >>> henseler_p(np.array([0.0, 1.0, 2.0]), np.array([10.0, 11.0, 12.0]))
    0.0
    """
    a, b = first[np.isfinite(first)], second[np.isfinite(second)]
    if not len(a) or not len(b):
        return float("nan")
    a, b = 2 * a.mean() - a, np.sort(2 * b.mean() - b)
    below = np.searchsorted(b, a, side="left").sum() + np.searchsorted(b, a, side="right").sum()
    share = float(below) / (2 * len(a) * len(b))
    return 2 * min(share, 1 - share)
