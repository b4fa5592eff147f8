"""How far the order of the characteristics can be trusted: other weights of the needs, other scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.voice.house.matrix import HouseResult, ranks
from casework.voice.house.scale import check_scale
from casework.voice.wording import listing, shown

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SCALES: tuple[tuple[float, ...], ...] = ((9.0, 3.0, 1.0), (5.0, 3.0, 1.0), (4.0, 2.0, 1.0), (3.0, 2.0, 1.0))
BLOCK = 4_000_000  # numbers held at once
HEADINGS = (
    mark("rank low"),
    mark("rank high"),
    mark("mean rank"),
    mark("share first"),
    mark("top three"),
    mark("same rank"),
    mark("scale"),
    mark("kendall tau"),
    mark("changed"),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class RankStability(Result):
    """How often each rank is held when the weights of the needs are uncertain.

    Attributes
    ----------
    frame : DataFrame, one row per characteristic, most important first
        `rank`, `same_rank` (share of draws with this rank), `share_first`, `top_three` (shares of draws), `mean_rank`,
        and `rank_low` and `rank_high`, between which 90 % of the draws lie.
    shares : DataFrame, shape (characteristics, ranks)
        Share of draws in which each rank is held.
    draws, concentration
        As given.
    """

    frame: pd.DataFrame
    shares: pd.DataFrame
    draws: int
    concentration: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row per characteristic."""
        return self.frame.copy()

    def summary(self) -> str:
        """Say how certain the first place is."""
        top = self.frame.index[0]
        return t("{name} comes first in {share:.0%} of {n:,} draws of the weights.", name=shown(top),
                 share=float(self.frame["share_first"].iloc[0]), n=self.draws)  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class ScaleComparison(Result):
    """Ranks of the characteristics under several scales.

    Attributes
    ----------
    ranks : DataFrame, one row per characteristic, one column per scale
        The own scale first.
    agreement : DataFrame, one row per scale
        `kendall_tau` with the own scale, `changed`: characteristics with another rank.
    """

    ranks: pd.DataFrame
    agreement: pd.DataFrame
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row per characteristic."""
        return self.ranks.copy()

    def summary(self) -> str:
        """Say whether the scale decides the order."""
        own = self.ranks.iloc[:, 0]
        first = [set(self.ranks.index[self.ranks[name] == 1]) for name in self.ranks.columns]
        names = listing(self.ranks.index[own == 1])
        if all(found == first[0] for found in first):
            return t("{names} comes first under every scale.", names=names)
        return t(
            "The scale decides what comes first; under {scale} it is {names}.", scale=self.ranks.columns[0], names=names
        )


def rank_stability(
    house: HouseResult, *, draws: int = 10_000, concentration: float = 50.0, seed: int = 7
) -> RankStability:
    """Draw other weights of the needs and see how often each rank is held.

    Parameters
    ----------
    house : HouseResult
        The house.
    draws : int
        1 to 1,000,000.
    concentration : float
        How closely the drawn weights keep to the given ones, above 0 up to 1e6; a weight w has the standard deviation
        sqrt(w (1 - w) / (concentration + 1)). 0: the given weights are ignored and all weights are equally likely.
    seed : int
        Seed of the random generator.

    Returns
    -------
    RankStability

    Raises
    ------
    ParameterError
        An argument is out of range.

    Notes
    -----
    Weights are drawn from a Dirichlet distribution with the parameters concentration x share. Only the weights are
    uncertain here; strengths that a team judged too high or too low are not covered.

    References
    ----------
    Iqbal, Z., Grigg, N. P., Govindaraju, K., & Campbell-Allen, N. (2014). Statistical comparison of final weight scores
    in quality function deployment (QFD) studies. International Journal of Quality & Reliability Management, 31(2),
    184-204: not all differences between final weights are significant.

    Examples
    --------
    A characteristic that serves every need better than another one stays first, whatever the weights.

    >>> from casework.voice.house import house_of_quality
    >>> table = pd.DataFrame({"a": [9, 9], "b": [3, 1]}, index=["x", "y"])
    >>> house_of_quality(table, importance={"x": 1, "y": 2}).stability(draws=500).frame["share_first"].tolist()
    [1.0, 0.0]
    """
    check_number("draws", draws, low=1, high=1_000_000)
    check_number("concentration", concentration, low=0, high=1e6)
    rng = np.random.default_rng(seed)
    counts = _count_ranks(house, int(draws), concentration, rng)
    order = house.ranking()
    names = list(house.characteristics.index)
    size = len(names)
    shares = pd.DataFrame(counts / draws, index=pd.Index(names, name="characteristic"), columns=range(1, size + 1))
    shares = shares.loc[order]
    frame = _describe(shares, house.characteristics["rank"].loc[order].to_numpy())
    return RankStability(frame=frame, shares=shares, draws=int(draws), concentration=float(concentration))


def compare_scales(house: HouseResult, scales: Sequence[Sequence[float]] = SCALES) -> ScaleComparison:
    """Rank the characteristics under other scales; the levels keep their order.

    Parameters
    ----------
    house : HouseResult
        The house.
    scales : sequence of scales
        Each with as many levels as the house's own, strongest first.

    Raises
    ------
    ParameterError
        A scale is not valid, or has another number of levels.

    Examples
    --------
    One strong relation against three weak ones: 9 beats 3 x 1, but 3 does not beat 3 x 1.

    >>> from casework.voice.house import house_of_quality
    >>> table = pd.DataFrame({"a": [9, 0, 0], "b": [1, 1, 1]}, index=list("xyz"))
    >>> house = house_of_quality(table, importance={"x": 1, "y": 1, "z": 1})
    >>> house.scales([(3, 2, 1)]).ranks.loc["b"].tolist()
    [2, 1]
    """
    found = [check_scale(scale) for scale in scales]
    wrong = [scale for scale in found if len(scale) != len(house.scale)]
    if wrong:
        wanted = t("{k} levels, as the house has", k=len(house.scale))
        raise ParameterError([Problem("scales", scale_name(scale), wanted) for scale in wrong])
    every = list(dict.fromkeys([house.scale, *found]))
    values, weights = house.relations.to_numpy(), house.needs["weight"].to_numpy()
    level = np.argmin(np.abs(values[..., None] - np.array([*house.scale, 0.0])), axis=-1)
    table = {scale_name(scale): ranks(_scores(np.array([*scale, 0.0])[level], weights)) for scale in every}
    frame = pd.DataFrame(table, index=house.characteristics.index).loc[house.ranking()]
    return ScaleComparison(ranks=frame, agreement=_agreement(frame))


def scale_name(scale: Sequence[float]) -> str:
    """Return a scale as it is spoken of.

    Examples
    --------
    >>> scale_name((9.0, 3.0, 1.0))
    '9-3-1'
    """
    return "-".join(f"{level:g}" for level in scale)


def _scores(strengths: Floats, weights: Floats) -> Floats:
    scores: Floats = weights @ strengths
    top = scores.max(axis=-1, keepdims=True)
    return scores / np.where(top > 0, top, 1.0)


def _count_ranks(house: HouseResult, draws: int, concentration: float, rng: np.random.Generator) -> Ints:
    """Count how often each characteristic holds each rank, block by block."""
    strengths, share = house.relations.to_numpy(), house.needs["weight"].to_numpy()
    size = strengths.shape[1]
    counts = np.zeros(size * size, dtype=np.int64)
    block = max(1, BLOCK // max(strengths.shape))
    for start in range(0, draws, block):
        weights = _draw(share, min(block, draws - start), concentration, rng)
        held = ranks(_scores(strengths, weights)) - 1
        counts += np.bincount((held + size * np.arange(size)).ravel(), minlength=size * size)
    return counts.reshape(size, size)


def _draw(share: Floats, n: int, concentration: float, rng: np.random.Generator) -> Floats:
    """Dirichlet weights; needs without weight stay without."""
    alpha = np.ones_like(share) if concentration == 0 else concentration * share
    parts = rng.standard_gamma(alpha, size=(n, len(share)))
    total = parts.sum(axis=1, keepdims=True)
    weights: Floats = np.where(total > 0, parts / np.where(total > 0, total, 1.0), share)
    return weights


def _describe(shares: pd.DataFrame, rank: Ints) -> pd.DataFrame:
    values, size = shares.to_numpy(), shares.shape[1]
    places = np.arange(1, size + 1)
    below = values.cumsum(axis=1)
    return pd.DataFrame(
        {
            "rank": rank,
            "same_rank": values[np.arange(size), rank - 1],
            "share_first": values[:, 0],
            "top_three": values[:, :3].sum(axis=1),
            "mean_rank": values @ places,
            "rank_low": (below < 0.05 - 1e-12).sum(axis=1) + 1,
            "rank_high": (below < 0.95 - 1e-12).sum(axis=1) + 1,
        },
        index=shares.index,
    )


def _agreement(frame: pd.DataFrame) -> pd.DataFrame:
    from scipy.stats import kendalltau

    own = frame.iloc[:, 0]
    rows = {
        name: (float(kendalltau(own, frame[name]).statistic) if len(own) > 1 else 1.0, int((own != frame[name]).sum()))
        for name in frame.columns
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["kendall_tau", "changed"]).rename_axis("scale")
