"""How published cases of the key-account methods are computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from casework import accounts


def tree(inputs: dict[str, Any]) -> dict[str, Any]:
    """Best value of a decision tree, its strategies, and the risk profile of the best."""
    found = accounts.solve_tree(_node(inputs["tree"]), rate=inputs.get("rate", 0.0))
    profile = found.best.profile()
    return {
        "value": found.value,
        "strategy": found.best.name,
        "values": found.table["expected_value"].tolist(),
        "profile": [[row.value, row.chance] for row in profile.itertuples()],
    }


def settle(inputs: dict[str, Any]) -> dict[str, Any]:
    """Value of an offer and of a trial for the side that is sued."""
    outcomes = tuple((str(place), chance, share) for place, (chance, share) in enumerate(inputs["outcomes"]))
    trial = accounts.Step(name="litigate", outcomes=outcomes, cost=inputs["cost"], binding=True)
    dispute = accounts.Dispute(steps=(trial,), claim=inputs["claim"], offer=inputs["offer"], side="respondent")
    found = accounts.solve_dispute(dispute)
    return {"best": found.best, "trial": found.path_value("litigate"), "offer": found.path_value("accept the offer")}


def matrix(inputs: dict[str, Any]) -> dict[str, Any]:
    """Classes of risks by impact and probability."""
    pairs = [tuple(pair) for pair in inputs["pairs"]]
    table = pd.DataFrame(pairs, columns=["impact", "probability"]).assign(source="external")
    table.insert(0, "risk", [str(place) for place in range(len(pairs))])
    found = accounts.classify_risks(table).table.set_index("risk")["severity"]
    return {"severity": [str(found[str(place)]) for place in range(len(pairs))]}


def three_points(inputs: dict[str, Any]) -> dict[str, Any]:
    """Mean of a loss from three estimates."""
    low, likely, high = (np.array([float(inputs[name])]) for name in ("low", "likely", "high"))
    return {shape: float(accounts.loss_mean(low, likely, high, shape)[0]) for shape in ("pert", "triangular")}


def register(inputs: dict[str, Any]) -> dict[str, Any]:
    """Mean and spread of the loss from risks of fixed size."""
    table = pd.DataFrame({"risk": [str(i) for i in range(len(inputs["loss"]))], "chance": inputs["chance"]})
    table = table.assign(low=inputs["loss"], likely=inputs["loss"], high=inputs["loss"])
    found = accounts.simulate_exposure(table, correlation=inputs.get("correlation", 0.0), scenarios=1000)
    return {"expected": found.expected, "sd": found.exact_sd, "any": found.chance_of_loss}


def _node(spec: Any) -> accounts.Choice | accounts.Chance | accounts.End:
    """Read a tree that is written as lists: a number, or [kind, name, [branch, ...]] with branches as tables."""
    if isinstance(spec, (int, float)):
        return accounts.End(float(spec))
    kind, name, branches = spec
    ways = tuple(
        accounts.Branch(
            item["name"], _node(item["then"]), item.get("chance", 0.0), item.get("cost", 0.0), item.get("months", 0.0)
        )
        for item in branches
    )
    return (accounts.Choice if kind == "choice" else accounts.Chance)(name, ways)


METHODS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "tree": tree,
    "settle": settle,
    "matrix": matrix,
    "three_points": three_points,
    "register": register,
}
