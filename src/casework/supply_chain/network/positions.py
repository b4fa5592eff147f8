"""Where the places of a network stand, for maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from casework.core.messages import t
from casework.supply_chain.network.distance import LIMITS
from casework.supply_chain.network.reading import Reader, show

Layers = Sequence[pd.DataFrame]
GLOBE, PLANE = ("longitude", "latitude"), ("x", "y")


@dataclass(frozen=True, kw_only=True)
class Positions:
    """Checked positions.

    Attributes
    ----------
    layers : tuple of DataFrame
        One for each kind of place, in the order in which goods move; names in the index, columns `x` (or longitude)
        and `y` (or latitude).
    geographic : bool
        Whether these are degrees.
    """

    layers: tuple[pd.DataFrame, ...]
    geographic: bool


def read_positions(reader: Reader, given: Layers | None, labels: Sequence[pd.Index]) -> Positions | None:
    """Check tables of positions; problems go to the reader.

    Parameters
    ----------
    reader : Reader
        Gathers what is wrong.
    given : sequence of DataFrame
        One table for each of `labels`, with columns `longitude` and `latitude`, or `x` and `y`.
    labels : sequence of Index
        Names of the places.

    Returns
    -------
    Positions or None
        None where none are given or something is wrong.
    """
    if given is None:
        return None
    frames = [frame for frame in given if isinstance(frame, pd.DataFrame)]
    if len(frames) != len(labels):
        reader.add("positions", t("there are not as many tables as kinds of places"), str(len(labels)))
        return None
    geographic = all(name in frame for frame in frames for name in GLOBE)
    columns = GLOBE if geographic else PLANE
    before = len(reader.problems)
    layers = tuple(_layer(reader, frame, names, columns) for frame, names in zip(frames, labels, strict=True))
    return None if len(reader.problems) > before else Positions(layers=layers, geographic=geographic)


def _layer(reader: Reader, frame: pd.DataFrame, names: pd.Index, columns: tuple[str, str]) -> pd.DataFrame:
    """Return the positions of one kind of place."""
    empty = pd.DataFrame(np.nan, index=names, columns=list(PLANE))
    if missing := [name for name in columns if name not in frame]:
        reader.add("positions", t("column {name} is missing", name=", ".join(map(repr, missing))))
        return empty
    if frame.index.has_duplicates:
        twice = show(dict.fromkeys(frame.index[frame.index.duplicated()]))
        reader.add("positions", t("names stand there twice: {names}", names=twice))
        return empty
    found = frame.loc[:, list(columns)].apply(pd.to_numeric, errors="coerce").reindex(names).astype(float)
    limits = [LIMITS.get(name, np.inf) for name in columns]
    bad = ~np.isfinite(found.to_numpy()).all(axis=1) | (np.abs(found.to_numpy()) > limits).any(axis=1)
    if bad.any():
        reader.add("positions", t("no valid coordinate for {names}", names=show(names[bad])))
    found.columns = pd.Index(PLANE)
    return pd.DataFrame(found)
