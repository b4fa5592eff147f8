"""How the methods of provisions and portfolio loss are called with the cases of `cases/credit.provisions.toml`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from casework.core.errors import ParameterError
from casework.credit.provisions import (
    exact_losses,
    irb_capital,
    loss_sd,
    portfolio,
    provision_matrix,
    run_off_rates,
    simulate_losses,
    vasicek,
    vasicek_quantile,
)


def risk_weights(inputs: dict[str, Any]) -> dict[str, Any]:
    """Risk weights of the IRB formulas [percent], one list per column of the table."""
    chance = np.array(inputs["pd_percent"]) / 100
    found = {}
    for name, column in inputs["columns"].items():
        result = irb_capital(
            chance,
            lgd=column["lgd"],
            maturity=2.5,
            exposure_class=column["exposure_class"],
            turnover=column.get("turnover"),
        )
        found[name] = (100 * result.table["risk_weight"]).tolist()
    return found


def irb_parts(inputs: dict[str, Any]) -> dict[str, Any]:
    """Correlation, slope, capital and risk weight of one exposure."""
    row = irb_capital(inputs["pd"], lgd=inputs["lgd"], maturity=inputs["m"]).table.iloc[0]
    return {"R": row["correlation"], "b": row["maturity_factor"], "K": row["capital"], "rw": row["risk_weight"]}


def irb_ends(inputs: dict[str, Any]) -> dict[str, Any]:
    """Risk weights at PD 0 and 1, and whether a PD outside is refused."""
    weights = irb_capital(inputs["pd"]).table["risk_weight"].tolist()
    refused = []
    for outside in inputs["outside"]:
        try:
            irb_capital(outside)
        except ParameterError:
            refused.append(outside)
    return {"risk_weight": weights, "all_refused": refused == inputs["outside"]}


def worst_case(inputs: dict[str, Any]) -> dict[str, Any]:
    """Default rates of Vasicek at a level [percent], by correlation."""
    chance = np.array(inputs["pd_percent"]) / 100
    found = {
        name: (100 * vasicek_quantile(inputs["level"], chance, rho)).tolist()
        for name, rho in inputs["correlations"].items()
    }
    return {"rate_percent": found}


def bank(inputs: dict[str, Any]) -> dict[str, Any]:
    """Default rate and loss of a bank's retail loans."""
    facts = {"correlation": inputs["correlation"], "levels": [inputs["level"]]}
    rate = vasicek(inputs["pd"], **facts).table["loss"].iloc[0]
    loss = vasicek(inputs["pd"], lgd=inputs["lgd"], **facts).table["loss"].iloc[0]
    return {"worst_case_rate": rate, "loss": loss * inputs["exposure"]}


def loss_rates(inputs: dict[str, Any]) -> dict[str, Any]:
    """Loss rates from a run-off."""
    return {"loss_rate": run_off_rates(inputs["sales"], inputs["paid"]).tolist()}


def matrix(inputs: dict[str, Any]) -> dict[str, Any]:
    """Return the allowance of a provision matrix."""
    names = inputs["buckets"]
    owed, rates = (pd.Series(inputs[part], index=names) for part in ("balance", "loss_rate"))
    found = provision_matrix(owed, rates)
    return {"allowance": found.table["allowance"].tolist(), "total": found.total}


def independent(inputs: dict[str, Any]) -> dict[str, Any]:
    """Equal independent customers: exact distribution and simulation against the binomial."""
    n, p = inputs["customers"], inputs["pd"]
    book = portfolio(pd.DataFrame({"exposure": np.ones(n), "pd": np.full(n, p)}), lgd=1.0)
    exact = exact_losses(book, unit=1.0)
    run = simulate_losses(book, correlation=0.0, scenarios=inputs["scenarios"], levels=inputs["levels"], seed=1)
    return {
        "probability": [float(exact.probability[k]) for k in inputs["defaults"]],
        "sd": loss_sd(book, correlation=0.0),
        "quantile": [exact.quantile(x) for x in inputs["levels"]],
        "simulated_quantile": run.table["loss"].tolist(),
    }


METHODS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "risk_weights": risk_weights,
    "irb_parts": irb_parts,
    "irb_ends": irb_ends,
    "worst_case": worst_case,
    "bank": bank,
    "loss_rates": loss_rates,
    "matrix": matrix,
    "independent": independent,
}
