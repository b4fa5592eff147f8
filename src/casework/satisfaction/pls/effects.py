"""What follows from the paths: total and indirect effects, and how much each path adds (f2)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from casework.satisfaction.pls.estimation import estimate, structural
from casework.satisfaction.pls.linear import Floats, Ints
from casework.satisfaction.pls.structure import Structure


def total_effects(paths: Floats) -> Floats:
    """Effects along all ways: P + P^2 + P^3 + ..., until no way is left.

    Parameters
    ----------
    paths : ndarray, shape (B, k, k)
        Path coefficients without circles, from the row's construct to the column's.

    Returns
    -------
    ndarray, shape (B, k, k)

    References
    ----------
    Bollen (1989), Structural Equations with Latent Variables, p. 376.

    Examples
    --------
    >>> chain = np.array([[[0, 0.5, 0], [0, 0, 0.4], [0, 0, 0]]])
    >>> float(total_effects(chain)[0, 0, 2])
    0.2
    """
    total, power = paths.copy(), paths
    for _ in range(paths.shape[-1] - 2):
        power = power @ paths
        total += power
    return total


def effect_size(included: Floats, excluded: Floats) -> Floats:
    """Cohen's f2 = (R2 with the path - R2 without) / (1 - R2 with).

    References
    ----------
    Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, 2nd ed., section 9.2.
    """
    result: Floats = (included - excluded) / (1 - included)
    return result


def effect_sizes_fixed(correlations: Floats, structure: Structure) -> Floats:
    """f2 of each path, the scores held as they are.

    Parameters
    ----------
    correlations : ndarray, shape (B, k, k)
        Correlations of the constructs.
    structure : Structure
        The model.

    Returns
    -------
    ndarray, shape (B, paths)
        In the order of `structure.paths`.
    """
    last = np.ascontiguousarray(np.moveaxis(correlations, 0, -1))
    with np.errstate(all="ignore"):
        _, whole = structural(last, structure)
        columns = []
        for path in structure.paths:
            _, less = structural(last, without(structure, path))
            end = path[1]
            columns.append(effect_size(whole[end], np.nan_to_num(less[end], nan=0.0, posinf=np.nan)))
    found: Floats = np.stack(columns, axis=1)
    found[~np.isfinite(correlations).all(axis=(1, 2))] = np.nan
    return found


def effect_sizes_reestimated(
    correlations: Floats,
    structure: Structure,
    *,
    consistent: bool = False,
    tolerance: float = 1e-10,
    max_iterations: int = 300,
) -> Floats:
    """f2 of each path, the model estimated again without it.

    Parameters
    ----------
    correlations : ndarray, shape (B, p, p)
        Correlations of the indicators.
    structure : Structure
        The model.
    consistent, tolerance, max_iterations
        As in `estimate`.

    Returns
    -------
    ndarray, shape (B, paths)
        In the order of `structure.paths`; not a number where the model without the path did not converge.

    Notes
    -----
    A construct that no other path touches leaves the model with its path; a target that loses its only predictor is
    not explained at all (R2 = 0), so both definitions then agree.
    """
    settings = {"consistent": consistent, "tolerance": tolerance, "max_iterations": int(max_iterations)}
    whole = estimate(correlations, structure, **settings)  # type: ignore[arg-type]
    columns = []
    for path in structure.paths:
        included, end = whole.r2[:, path[1]], path[1]
        less, constructs, indicators = connected(without(structure, path))
        excluded = np.zeros(len(included))
        if end in less_targets(less, constructs):
            again = estimate(correlations[:, indicators[:, None], indicators], less, **settings)  # type: ignore[arg-type]
            excluded = np.where(again.usable, again.r2[:, constructs.tolist().index(end)], np.nan)
        columns.append(np.where(whole.usable, effect_size(included, excluded), np.nan))
    return np.stack(columns, axis=1)


def without(structure: Structure, path: tuple[int, int]) -> Structure:
    """Return the structure without one path."""
    return replace(structure, paths=tuple(item for item in structure.paths if item != path))


def less_targets(structure: Structure, constructs: Ints) -> set[int]:
    """Return the targets of a part of a model, by their numbers in the whole."""
    return {int(constructs[target]) for target in structure.targets}


def connected(structure: Structure) -> tuple[Structure, Ints, Ints]:
    """Return the part of a model that paths touch, its constructs (numbers in the whole) and its indicators."""
    kept = np.flatnonzero(structure.neighbours.any(axis=0)).astype(np.int64)
    place = {int(construct): i for i, construct in enumerate(kept)}
    part = Structure(
        sizes=tuple(structure.sizes[i] for i in kept),
        modes=tuple(structure.modes[i] for i in kept),
        paths=tuple((place[a], place[b]) for a, b in structure.paths),
        scheme=structure.scheme,
    )
    return part, kept, np.flatnonzero(np.isin(structure.block, kept)).astype(np.int64)
