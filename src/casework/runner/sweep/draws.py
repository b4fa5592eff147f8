"""Values drawn from ranges: at random or as a latin hypercube."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from casework.core.checks import check_option
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.runner.sweep.inputs import MOST, check_whole
from casework.runner.sweep.spans import Options, Span

Method = Literal["latin", "random"]


def draw(
    ranges: Mapping[str, Span | Options], count: int, *, method: str = "latin", seed: int = 0
) -> list[dict[str, Any]]:
    """Draw values of several parameters.

    Parameters
    ----------
    ranges : mapping
        Range of each parameter.
    count : int
        How many draws, 1 to 100,000.
    method : {'latin', 'random'}
        Latin hypercube: each of `count` equal parts of every range is met once; or independent draws.
    seed : int
        At least 0; the same seed gives the same draws on every machine.

    Raises
    ------
    ParameterError
        Another method, a count or seed out of range, or no range.

    Examples
    --------
    >>> parts = draw({"x": Span(low=0, high=3)}, 3, seed=1)
    >>> sorted(int(part["x"]) for part in parts)
    [0, 1, 2]
    """
    check_option("method", method, Method)
    check_whole("draws", count, 1, MOST)
    check_whole("seed", seed, 0, 2**64)
    if not ranges:
        raise ParameterError(Problem("draws", t("no parameter is named"), t("a range for at least one parameter")))
    shares = _shares(count, len(ranges), method, seed)
    return [{name: span.pick(share) for (name, span), share in zip(ranges.items(), row, strict=True)} for row in shares]


def _shares(count: int, width: int, method: str, seed: int) -> list[list[float]]:
    import numpy as np

    rng = np.random.default_rng(seed)
    if method == "random":
        return cast("list[list[float]]", rng.random((count, width)).tolist())
    from scipy.stats import qmc

    shares = qmc.LatinHypercube(d=width, rng=rng).random(count)
    return cast("list[list[float]]", np.minimum(shares, np.nextafter(1, 0)).tolist())
