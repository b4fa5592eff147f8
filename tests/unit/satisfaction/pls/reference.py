"""Lohmoeller's algorithm as the books print it: rows, loops, one construct at a time. Slow, and independent of ours."""

from __future__ import annotations

import itertools

import numpy as np


def pls_on_rows(rows, sizes, modes, paths, scheme, steps=2000):
    """Weights, paths and R2 from standardized rows, iterated to 1e-13."""
    rows = (rows - rows.mean(axis=0)) / rows.std(axis=0, ddof=1)
    starts = np.cumsum([0, *sizes])
    blocks = [rows[:, a:b] for a, b in itertools.pairwise(starts)]
    weights = [np.ones(size) for size in sizes]
    k = len(sizes)
    for _ in range(steps):
        scores = [unit(block @ w) for block, w in zip(blocks, weights, strict=True)]
        new = []
        for c in range(k):
            proxy = np.zeros(len(rows))
            for other in range(k):
                if (c, other) in paths or (other, c) in paths:
                    proxy += inner(scores, c, other, paths, scheme) * scores[other]
            w = blocks[c].T @ proxy if modes[c] == "A" else np.linalg.lstsq(blocks[c], proxy, rcond=None)[0]
            new.append(w / (blocks[c] @ w).std(ddof=1))
        change = max(np.abs(a - b).max() for a, b in zip(new, weights, strict=True))
        weights = new
        if change < 1e-13:
            break
    scores = np.column_stack([unit(block @ w) for block, w in zip(blocks, weights, strict=True)])
    signs = np.array([np.sign((block.T @ scores[:, c]).sum()) for c, block in enumerate(blocks)])
    scores = scores * signs
    coefficients, r2 = np.zeros((k, k)), np.full(k, np.nan)
    for end in range(k):
        before = [start for start, target in paths if target == end]
        if before:
            found = np.linalg.lstsq(scores[:, before], scores[:, end], rcond=None)[0]
            coefficients[before, end] = found
            r2[end] = 1 - (scores[:, end] - scores[:, before] @ found).var() / scores[:, end].var()
    return np.concatenate([w * s for w, s in zip(weights, signs, strict=True)]), coefficients, r2


def unit(values):
    return values / values.std(ddof=1)


def inner(scores, c, other, paths, scheme):
    correlation = np.corrcoef(scores[c], scores[other])[0, 1]
    if scheme == "centroid":
        return np.sign(correlation)
    if scheme == "factorial" or (c, other) in paths:
        return correlation
    before = [start for start, end in paths if end == c]
    found = np.linalg.lstsq(np.column_stack([scores[i] for i in before]), scores[c], rcond=None)[0]
    return found[before.index(other)]


def random_rows(seed, sizes, paths, n=120):
    """Rows of a random causal model of reflective blocks."""
    rng = np.random.default_rng(seed)
    k = len(sizes)
    truth = rng.normal(size=(n, k))
    for start, end in sorted(paths, key=lambda way: way[1]):
        truth[:, end] += rng.uniform(0.3, 0.9) * truth[:, start]
    return np.column_stack(
        [rng.uniform(0.5, 1.0) * truth[:, c] + rng.normal(scale=0.7, size=n) for c in range(k) for _ in range(sizes[c])]
    )
