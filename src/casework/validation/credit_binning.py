"""How binning, weights of evidence and points are called with the cases of `cases/credit.binning.toml`."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from casework.core.errors import CaseworkWarning, DataError
from casework.credit.scorecard import BinningResult, Scaling, bin_variables, woe_table

Values = dict[str, Any]


def weights(inputs: Values) -> Values:
    """Return weights of evidence and information value from counts."""
    table = woe_table(pd.DataFrame({"goods": inputs["goods"], "bads": inputs["bads"]}))
    return {"woe": table["woe"].tolist(), "iv": float(table["iv"].sum())}


def breast_cancer(inputs: Values) -> Values:
    """Return the best bins of one variable of the breast cancer data, and the weights of new values."""
    from sklearn.datasets import load_breast_cancer

    data, name = load_breast_cancer(), inputs["variable"]
    frame = pd.DataFrame(data["data"], columns=list(data["feature_names"])).assign(target=data["target"])
    result = bin_variables(frame, target="target", variables=[name])
    return {
        "cuts": list(result.rules[name].cuts),
        "count": result.table["count"].tolist(),
        "iv": float(result.iv[name]),
        "woe": result.transform(pd.DataFrame({name: inputs["values"]})).to_numpy().ravel().tolist(),
    }


def points(inputs: Values) -> Values:
    """Return factor, offset and the scores at given odds."""
    scaling = Scaling(points=inputs["points"], odds=inputs["odds"], pdo=inputs["pdo"])
    odds = np.array(inputs["good_odds"], dtype=float)
    return {"factor": scaling.factor, "offset": scaling.offset, "score": scaling.score(1 / (1 + odds)).tolist()}


def zero_events(inputs: Values) -> Values:
    """Return what becomes of a bin without events: merged, or smoothed."""
    rows, events = inputs["rows"], inputs["events"]
    frame = pd.DataFrame(
        {
            "x": np.repeat(np.arange(len(rows)), rows),
            "bad": np.concatenate([np.arange(n) < e for n, e in zip(rows, events, strict=True)]).astype(int),
        }
    )
    merged = bin_variables(frame, target="bad", cuts={"x": [0.5]})
    smoothed = bin_variables(frame, target="bad", cuts={"x": [0.5]}, smoothing=inputs["smoothing"])
    return {"merged": _told(merged), "smoothed": _told(smoothed)}


def _told(result: BinningResult) -> Values:
    return {
        "bins": len(result.table),
        "iv": float(result.iv.iloc[0]),
        "woe": result.table["woe"].tolist(),
        "merges": len(result.merges),
        "told": bool(result.notes),
    }


def refusals(inputs: Values) -> Values:
    """Return the words asked for where the refusal holds them, else the whole refusal."""
    said = {}
    for name, words in inputs["words"].items():
        target = [None if value == "nan" else value for value in inputs[name]]
        x = [None] * len(target) if name == "empty_column" else list(range(len(target)))
        try:
            bin_variables(pd.DataFrame({"x": x, "bad": target}), target="bad")
            said[name] = "accepted"
        except DataError as error:
            said[name] = words if words in str(error) else str(error)
    return said


def missing(inputs: Values) -> Values:
    """Return the weight of missing values for a new row, and of a category that was never seen."""
    gap, n = inputs["missing"], inputs["rows"]
    bad = np.zeros(n, dtype=int)
    bad[: inputs["events_missing"]] = 1
    bad[gap : gap + inputs["events"] - inputs["events_missing"]] = 1
    frame = pd.DataFrame({"x": np.r_[np.full(gap, np.nan), np.arange(n - gap) % 2], "job": ["a", "b"] * (n // 2)})
    result = bin_variables(frame.assign(bad=bad), target="bad")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CaseworkWarning)
        new = pd.DataFrame({"x": [np.nan], "job": ["never seen"]})
        found = result.transform(new)
    counted = int(result.unseen(new)["count"].sum())
    return {"woe": float(found["x"][0]), "neutral_category": float(found["job"][0]), "counted": counted}


METHODS: dict[str, Callable[[Values], Values]] = {
    "weights": weights,
    "breast_cancer": breast_cancer,
    "points": points,
    "zero_events": zero_events,
    "refusals": refusals,
    "missing": missing,
}
