"""How published cases of customer lifetime and of proportional hazards are computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from casework import customers

SHOWN = 8  # customers of the made-up data that the cases list


def customer(inputs: dict[str, Any]) -> dict[str, Any]:
    """Purchases of a new and of known customers, and who is alive."""
    model = customers.BgNbdModel(**inputs["parameters"])
    known = {name: inputs[name] for name in ("frequency", "recency", "tenure")}
    return {
        "new": float(model.expected_purchases(inputs["new"])),
        "purchases": model.conditional_purchases(inputs["time"], **known).tolist(),
        "alive": model.alive(**known).tolist(),
    }


def probability(inputs: dict[str, Any]) -> dict[str, Any]:
    """Probabilities of numbers of purchases."""
    model = customers.BgNbdModel(**inputs["parameters"])
    return {"probability": model.probability(inputs["count"], inputs["time"]).tolist()}


def bg_nbd_fit(inputs: dict[str, Any]) -> dict[str, Any]:
    """Estimates, and what they say of the first customers."""
    found = customers.bg_nbd(pd.DataFrame(inputs["data"]), unit="week")
    return {
        "estimate": found.table["estimate"].tolist(),
        "standard_error": found.table["standard_error"].tolist(),
        "purchases": found.conditional_purchases(inputs["time"]).head(SHOWN).tolist(),
        "alive": found.alive().head(SHOWN).tolist(),
    }


def spending(inputs: dict[str, Any]) -> dict[str, Any]:
    """Mean of all and expected values of customers."""
    model = customers.GammaGammaModel(**inputs["parameters"])
    found = model.expected_value(frequency=inputs["frequency"], mean_value=inputs["mean_value"])
    return {"mean": model.mean, "expected_value": found.tolist()}


def gamma_gamma_fit(inputs: dict[str, Any]) -> dict[str, Any]:
    """Estimates and standard errors."""
    table = customers.gamma_gamma(pd.DataFrame(inputs["data"])).table
    return {"estimate": table["estimate"].tolist(), "standard_error": table["standard_error"].tolist()}


def value(inputs: dict[str, Any]) -> dict[str, Any]:
    """Discounted value by months."""
    frame = pd.DataFrame(inputs["data"])
    months, weeks = inputs["months"], inputs["weeks"]
    found = customers.lifetime_value(
        customers.bg_nbd(frame, unit="week"),
        customers.gamma_gamma(frame),
        horizon=months * weeks,
        step=weeks,
        discount=(1 + inputs["rate"]) ** 12 - 1,
        year=12 * weeks,
    )
    return {"value": found.table["value"].head(SHOWN).tolist(), "total": found.total}


def cox(inputs: dict[str, Any]) -> dict[str, Any]:
    """Coefficients and quality of a Cox model."""
    found = _model(inputs)
    return {
        "coefficient": found.table["coefficient"].tolist(),
        "standard_error": found.table["standard_error"].tolist(),
        "hazard_ratio": found.table["hazard_ratio"].tolist(),
        "log_likelihood": found.log_likelihood,
        "concordance": found.concordance,
    }


def proportionality(inputs: dict[str, Any]) -> dict[str, Any]:
    """Statistics of the test of proportional hazards of each variable, by scale of time."""
    found, scales = _model(inputs), ("identity", "log")
    return {scale: _statistics(found, scale) for scale in scales}


def _statistics(found: customers.CoxResult, scale: Any) -> list[float]:
    return list(customers.proportional_hazards(found, transform=scale).table["chi2"].iloc[:-1])


def _model(inputs: dict[str, Any]) -> customers.CoxResult:
    return customers.cox(
        pd.DataFrame(inputs["data"]),
        duration="weeks",
        event="relapse",
        covariates=inputs["covariates"],
        strata=inputs.get("strata"),
        ties=inputs.get("ties", "efron"),
    )


METHODS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "customer": customer,
    "probability": probability,
    "bg_nbd_fit": bg_nbd_fit,
    "spending": spending,
    "gamma_gamma_fit": gamma_gamma_fit,
    "value": value,
    "cox": cox,
    "proportionality": proportionality,
}
