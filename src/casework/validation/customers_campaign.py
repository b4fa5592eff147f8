"""How cases of offers to customers are computed: uplift of a trial, Qini curve, profit of a retention campaign."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from casework import customers


def uplift(inputs: dict[str, Any]) -> dict[str, Any]:
    """Difference of two shares with its interval, for several trials."""
    rows = []
    for kept, n, base, m in inputs["trials"]:
        trial = pd.DataFrame(
            {
                "kept": [1] * kept + [0] * (n - kept) + [1] * base + [0] * (m - base),
                "arm": ["offer"] * n + ["control"] * m,
            }
        )
        found = customers.campaign_uplift(trial, outcome="kept", arm="arm", control="control").table
        rows.append(found.iloc[0])
    return {name: [float(row[name]) for row in rows] for name in ("uplift", "low", "high")}


def qini(inputs: dict[str, Any]) -> dict[str, Any]:
    """Points of the Qini curve, in customers kept among those offered, and the Qini coefficient."""
    frame = pd.DataFrame({name: inputs[name] for name in ("kept", "offered", "score")})
    found = customers.uplift_curve(frame, outcome="kept", arm="offered", control="0", offer="1", score="score")
    n = sum(inputs["offered"])
    return {
        "customers": (found.curve["share"] * len(frame)).round().astype(int).tolist(),
        "gain": (found.curve["gain"] * n).tolist(),
        "qini": found.qini,
    }


METHODS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"uplift": uplift, "qini": qini}
