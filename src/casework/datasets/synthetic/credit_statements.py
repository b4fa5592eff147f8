"""What the invented supplier knows of its customers at each year-end: an application file and a rating file."""

from __future__ import annotations

import numpy as np
import pandas as pd

from casework.datasets.synthetic.credit_world import (
    GRADES,
    INDUSTRIES,
    YEARS,
    CreditWorld,
    FloatArray,
    IntArray,
    credit_world,
)

LEGAL_FORMS = ("company", "partnership", "sole trader")
REASONS = ("guarantee of the parent", "lawsuit pending", "new owner", "accounts qualified by the auditor")
REASON_STEPS = (-1, 1, 1, 2)  # grades by which each reason moves, towards A or E
NO_FILE = -1  # special code of the credit bureau


def credit_applications(*, customers: int = 1000, seed: int = 61) -> tuple[pd.DataFrame, CreditWorld]:
    """Draw one row for each customer and year-end 2022 to 2024, with the default of the next twelve months.

    Parameters
    ----------
    customers : int
        Customers of the world, at least 50.
    seed : int
        The same seed gives the same rows.

    Returns
    -------
    rows : DataFrame
        Attributes and `bad` (1 = default in the year after).
    world : CreditWorld
        The truth behind them.

    Raises
    ------
    ParameterError
        Fewer than 50 customers.

    Examples
    --------
    >>> rows, world = credit_applications(customers=50, seed=1)
    >>> sorted(rows["bad"].unique().tolist())
    [0, 1]
    """
    world = credit_world(customers=customers, seed=seed)
    rng = np.random.default_rng([seed, 2])
    who, place = _observed(world, len(YEARS) - 1)
    q, own = world.quality[who, place], world.customers.iloc[who]
    n = len(who)
    bureau = np.clip(np.round(600 + 55 * q + 45 * rng.normal(0, 1, n)), 300, 900)
    form = np.clip(np.round(1.1 - 0.45 * q - 0.3 * np.log(own["size"].to_numpy()) + 0.8 * rng.normal(0, 1, n)), 0, 2)
    age = np.maximum(0, _once(rng.gamma(2.0, 8.0, customers) + 2 * world.quality[:, 0], who) + place)
    frame = pd.DataFrame(
        {
            "customer": own["customer"].to_numpy(),
            "year": np.array(YEARS)[place],
            "industry": own["industry"].to_numpy(),
            "region": own["region"].to_numpy(),
            "legal_form": np.array(LEGAL_FORMS)[form.astype(int)],
            "age_years": np.round(age),
            "employees": np.maximum(1, np.round(30 * own["size"].to_numpy() * rng.lognormal(0, 0.4, n))),
            "sales": np.round(6e6 * own["size"].to_numpy() * rng.lognormal(0, 0.3, n), -3),
            "equity_ratio": np.round(np.clip(0.30 + 0.09 * q + 0.10 * rng.normal(0, 1, n), -0.4, 0.9), 3),
            "return_on_assets": np.round(0.045 + 0.035 * q + 0.04 * rng.normal(0, 1, n), 3),
            "current_ratio": np.round(1.4 * np.exp(0.15 * q + 0.25 * rng.normal(0, 1, n)), 2),
            "interest_cover": _with_gaps(np.round(3 + 2.2 * q + 2.5 * rng.normal(0, 1, n), 1), 0.07, rng),
            "days_beyond_terms": np.round(_delay(q, own["slow"].to_numpy(), rng), 1),
            "bounced_payments": rng.poisson(np.exp(-1.9 - 0.75 * q)),
            "credit_bureau": _with_gaps(np.where(rng.random(n) < 0.08, NO_FILE, bureau), 0.04, rng),
            "order_trend": np.round(0.02 + 0.05 * q + 0.12 * rng.normal(0, 1, n), 3),
            "bad": (world.default_year[who] == np.array(YEARS)[place] + 1).astype(int),
        }
    )
    return frame.sort_values(["year", "customer"], ignore_index=True), world


def credit_customers(*, customers: int = 1000, seed: int = 61) -> tuple[pd.DataFrame, CreditWorld]:
    """Draw one row for each customer and year-end 2022 to 2025: statements, judgements, overrides.

    Parameters
    ----------
    customers : int
        Customers of the world, at least 50.
    seed : int
        The same seed gives the same rows.

    Returns
    -------
    rows : DataFrame
        Money in EUR, judgements from 1 (poor) to 5 (very good), `defaulted` (1 = in the year after; empty for the last
        year).
    world : CreditWorld
        The truth behind them.

    Raises
    ------
    ParameterError
        Fewer than 50 customers.

    Examples
    --------
    >>> rows, world = credit_customers(customers=50, seed=1)
    >>> sorted(rows["year"].unique().tolist())
    [2022, 2023, 2024, 2025]
    """
    world = credit_world(customers=customers, seed=seed)
    rng = np.random.default_rng([seed, 3])
    who, place = _observed(world, len(YEARS))
    q, own = world.quality[who, place], world.customers.iloc[who]
    frame = pd.DataFrame({"customer": own["customer"].to_numpy(), "year": np.array(YEARS)[place]})
    frame["industry"] = own["industry"].to_numpy()
    frame["importance"] = 1 + np.searchsorted(np.quantile(own["purchases"], [0.3, 0.6, 0.8, 0.95]), own["purchases"])
    purchases = own["purchases"].to_numpy() * rng.lognormal(0, 0.1, len(who))
    frame["sales_to_customer"] = np.round(purchases, -2)
    days_open = own["terms"].to_numpy() + np.maximum(0, 6 - 6 * q)
    frame["open_balance"] = np.round(purchases * days_open / 365, -1)
    frame = frame.join(_statement(q, own, rng))
    for name, weight in (("management", 0.7), ("market_position", 0.5), ("industry_outlook", 0.2)):
        frame[name] = _judgement(weight * q, rng)
    frame["order_book"] = _judgement(0.5 * q, rng)
    frame["payment_record"] = _judgement(0.9 * q - 1.0 * own["slow"].to_numpy(), rng)
    frame["years_trading"] = np.round(_once(rng.gamma(2.0, 4.0, customers), who)) + place
    following = world.default_year[who] == np.array(YEARS)[place] + 1
    frame["defaulted"] = np.where(place == len(YEARS) - 1, np.nan, following.astype(float))
    frame[["override", "override_reason"]] = _overrides(q, rng)
    return frame.sort_values(["year", "customer"], ignore_index=True), world


def _observed(world: CreditWorld, ends: int) -> tuple[IntArray, IntArray]:
    """Return customer and year-end of each row: from the first on, until the year-end before the default."""
    places = np.arange(ends)
    seen = (places >= world.first[:, None]) & (np.array(YEARS)[places] < world.default_year[:, None])
    who, place = np.nonzero(seen)
    return who, place


def _once(values: FloatArray, who: IntArray) -> FloatArray:
    """Return a customer's own value in each of its rows."""
    return np.asarray(values[who])


def _with_gaps(values: FloatArray, share: float, rng: np.random.Generator) -> FloatArray:
    return np.where(rng.random(values.size) < share, np.nan, values)


def _delay(q: FloatArray, slow: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Draw the mean days beyond terms of a year: more with less quality, and by habit of the slow."""
    return np.maximum(0, 5 - 5 * q + 18 * slow + rng.gamma(1.5, 4.0, q.size))


def _judgement(signal: FloatArray, rng: np.random.Generator) -> IntArray:
    return np.clip(np.round(3.1 + signal + 0.7 * rng.normal(0, 1, signal.size)), 1, 5).astype(np.int64)


def _statement(q: FloatArray, own: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw a balance sheet that adds up, in EUR."""
    n = q.size
    assets = 4e6 * own["size"].to_numpy() * rng.lognormal(0, 0.3, n)
    equity = assets * np.clip(0.30 + 0.10 * q + 0.08 * rng.normal(0, 1, n), -0.4, 0.9)
    current = assets * np.clip(0.55 + 0.03 * q + 0.12 * rng.normal(0, 1, n), 0.15, 0.95)
    short = np.minimum(current / (1.4 * np.exp(0.15 * q + 0.2 * rng.normal(0, 1, n))), assets - equity)
    margin = np.array([INDUSTRIES[name][2] for name in own["industry"]])
    money = {
        "current_assets": current,
        "current_liabilities": short,
        "total_assets": assets,
        "total_liabilities": assets - equity,
        "retained_earnings": equity * np.clip(0.5 + 0.1 * q + 0.15 * rng.normal(0, 1, n), -0.5, 0.95),
        "ebit": assets * (margin + 0.035 * q + 0.03 * rng.normal(0, 1, n)),
        "equity": equity,
        "sales": assets * 1.5 * rng.lognormal(0, 0.25, n),
    }
    frame = pd.DataFrame({name: np.round(values, -3) for name, values in money.items()})
    frame["total_liabilities"] = frame["total_assets"] - frame["equity"]
    return frame


def _overrides(q: FloatArray, rng: np.random.Generator) -> pd.DataFrame:
    """Draw for about three rows in a hundred a grade that a committee set, with its reason."""
    reason = rng.integers(0, len(REASONS), q.size)
    base = np.searchsorted([-1.0, -0.2, 0.6, 1.4], -q)
    moved = np.clip(base + np.array(REASON_STEPS)[reason], 0, len(GRADES) - 1)
    given = (rng.random(q.size) < 0.03) & (moved != base)
    return pd.DataFrame(
        {
            "override": pd.Series(np.array(GRADES)[moved]).where(given, None),
            "override_reason": pd.Series(np.array(REASONS)[reason]).where(given, None),
        }
    )
