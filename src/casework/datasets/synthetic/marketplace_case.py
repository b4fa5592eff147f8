"""Tables of a marketplace and a brand that fall out over their agreement, with the truth behind them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from casework.core.messages import mark
from casework.core.options import Severity, Size

Floats = npt.NDArray[np.float64]
Tables = tuple[dict[str, pd.DataFrame], dict[str, Any]]

EDITIONS: Mapping[Size, int] = {"small": 18, "medium": 48, "large": 180}
RISKS: Mapping[Size, int] = {"small": 8, "medium": 13, "large": 19}
PRECEDENTS: Mapping[Size, int] = {
    "small": 40,
    "medium": 120,
    "large": 480,
}  # of each step; chances are multiples of 1/40
GAPS: Mapping[Severity, float] = {"low": 0.020, "medium": 0.035, "high": 0.055}  # disputed part of the sales value
LOSSES: Mapping[Severity, float] = {"low": 0.6, "medium": 1.0, "high": 1.6}
YEAR = 26  # editions
LAST_START = "2025-06-30"
DAYS = 14  # between editions
WEEKS = (0.45, 0.28, 0.17, 0.10)  # part of the demand of an edition in each week
REGIONS = (mark("north"), mark("east"), mark("south"), mark("west"))
CLAUSES = {  # clause: wording, what a credit is paid for
    mark("unsold units"): (mark("the supplier credits unsold units in a reasonable amount"), mark("unit left over")),
    mark("promotions"): (mark("both sides support promotions fairly"), mark("unit sold")),
    mark("customer returns"): (mark("goods that customers send back are settled as usual"), mark("unit sold")),
    mark("platform services"): (mark("the supplier contributes to platform services"), mark("unit sold")),
}
UNSOLD = "unsold units"
MAIN_PART = 0.6  # of what is disputed, for the main clause
WASTE = (0.08, 0.2)  # part of the best profit that the orders as they are cost both
ROUNDS = 8  # until orders and credits agree
RISK_POOL = {  # source: risks
    "business case": (
        mark("the split of profit is disputed again"), mark("the brand sells through its own shop"),
        mark("prices of rivals fall"), mark("discounts eat the margin"),
    ),
    "planning": (
        mark("editions sell out in the first week"), mark("unsold stock piles up"), mark("the forecast misses a trend"),
        mark("deliveries come after the launch"),
    ),
    "organization": (
        mark("the account manager leaves"), mark("nobody owns the settlement of credits"),
        mark("sales promises what law has not seen"), mark("the two finance teams stop talking"),
    ),
    "technical": (
        mark("sales reports do not match"), mark("the order link fails during a launch"), mark("copies are listed"),
        mark("product data are wrong"),
    ),
    "external": (
        mark("a new law on unfair terms"), mark("tariffs on the material"), mark("a recall in the product group"),
        mark("bad press about the brand"),
    ),
}  # fmt: skip
STEPS = (mark("negotiate"), mark("mediate"), mark("arbitrate"), mark("litigate"))
ACCEPT = mark("accept the offer")
CHANCES = ((0.30, 0.45), (0.45, 0.60), (0.50, 0.70), (0.45, 0.65))
SHARES = ((0.42, 0.55), (0.48, 0.62), (0.62, 0.80), (0.78, 0.92))
COSTS = ((0.004, 0.010), (0.02, 0.04), (0.09, 0.14), (0.16, 0.24))  # parts of the claim
MONTHS = ((1, 2), (2, 4), (8, 12), (20, 30))
KEPT = (1.0, 0.95, 0.45, 0.15)
IF_LOST = (0.0, 0.0, 0.05, 0.10)  # parts of the claim
RATE, YEARS, GAIN_SHARE = 0.08, 3.0, 0.5  # levers of the study as they stand there
MARGIN = 0.04  # of the claim, by which the best path leads
TRIES = 400
COLUMNS = (
    mark("edition"), mark("week"), mark("region"), mark("requested"), mark("sold"), mark("start"), mark("ordered"),
    mark("left over"), mark("item"), mark("side"), mark("amount"), mark("clause"), mark("wording"), mark("per"),
    mark("marketplace reading"), mark("supplier reading"), mark("units"), mark("booked by marketplace"),
    mark("credited by supplier"), mark("level"), mark("chance"), mark("cost marketplace"), mark("cost supplier"),
    mark("cost if lost"), mark("case"), mark("settled"), mark("share recovered"), mark("date"), mark("offered by"),
    mark("sum"), mark("option"), mark("profit per edition"), mark("marketplace"), mark("supplier"),
    mark("price to customers"), mark("wholesale price per unit"), mark("cost of making"), mark("cost of handling"),
    mark("clearance value of an unsold unit"), mark("sell another brand in its place"),
    mark("sell in a shop of its own"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _World:
    """What everything is drawn from [currency/unit, units]."""

    mean: float
    cv: float
    price: float
    wholesale: float
    making: float
    handling: float
    salvage: float
    own: Mapping[str, float]  # credits per unit as the marketplace reads them
    other: Mapping[str, float]  # and as the supplier does
    main: str

    def short(self, q: float) -> float:
        """Return the expected demand above q."""
        shape, scale = self.cv**-2, self.mean * self.cv**2
        return float(self.mean * special.gammaincc(shape + 1, q / scale) - q * special.gammaincc(shape, q / scale))

    def quantile(self, probability: npt.ArrayLike) -> Floats:
        """Return the demand at a probability."""
        return np.asarray(self.mean * self.cv**2 * special.gammaincinv(self.cv**-2, probability))

    def chain(self, q: float) -> float:
        """Return the expected profit of both for an order of q."""
        sold = self.mean - self.short(q)
        return (self.price - self.salvage) * sold - (self.making + self.handling - self.salvage) * q

    def marketplace(self, q: float, back_paid: Mapping[str, float]) -> float:
        """Return the expected profit of the marketplace with some credits."""
        sold = self.mean - self.short(q)
        back = back_paid[UNSOLD] * (q - sold) + sum(x for c, x in back_paid.items() if c != UNSOLD) * sold
        return self.price * sold + self.salvage * (q - sold) - (self.wholesale + self.handling) * q + back

    @property
    def best(self) -> float:
        """Order that is best for both together."""
        cost = self.making + self.handling
        return float(self.quantile((self.price - cost) / (self.price - self.salvage)))

    @property
    def order(self) -> float:
        """Order that the marketplace thinks best with the credits that it counts on."""
        back, each = self.own[UNSOLD], sum(x for c, x in self.own.items() if c != UNSOLD)
        gain = self.price + each - self.salvage - back
        cost = self.wholesale + self.handling - self.salvage - back
        return float(self.quantile((gain - cost) / gain))


def generate(*, seed: int, severity: Severity, size: Size) -> Tables:
    """Draw a case: a marketplace, a brand, an agreement that both read in their own way.

    Parameters
    ----------
    seed : int
        At least 0.
    severity : {'low', 'medium', 'high'}
        How far the readings of the agreement are apart, and how much the risks of the account cost.
    size : {'small', 'medium', 'large'}
        18, 48 or 180 editions of the product, and so many rows.

    Returns
    -------
    tables : dict of DataFrame
        `weekly_sales`, `editions`, `prices`, `clauses`, `settlements`, `alternatives`, `risks`, `scale`, `steps`,
        `precedents`, `offers`.
    truth : dict
        `demand_mean`, `demand_sd`, `main_clause` (with the largest part of what is disputed), `efficiency` (of the
        orders as they are), `best_order`, `best_profit`, `contract_saves` (a coordinating contract leaves both better
        off than now and elsewhere), `top_risk`, `expected_loss`, `best_path` (of the dispute, with the levers of the
        study as they stand there), `chances` and `shares` of the steps.

    Examples
    --------
    >>> tables, truth = generate(seed=7, severity="medium", size="small")
    >>> len(tables["editions"]), truth["main_clause"] in set(tables["clauses"]["clause"])
    (18, True)
    """
    rng = np.random.default_rng([seed, 20_260])
    world = _world(rng, GAPS[severity])
    n = EDITIONS[size]
    editions, weekly = _sales(rng, world, n)
    clauses, settlements = _books(rng, world, editions)
    claim = float((settlements["booked_by_marketplace"] - settlements["credited_by_supplier"]).sum())
    saves, elsewhere, relationship = _alternatives(rng, world)
    steps, offer, chances, shares, path = _dispute(rng, claim, relationship)
    risks, scale, top, expected = _risks(rng, RISKS[size], LOSSES[severity] * YEAR * world.chain(world.best))
    tables = {
        "weekly_sales": weekly,
        "editions": editions,
        "prices": _prices(world),
        "clauses": clauses,
        "settlements": settlements,
        "alternatives": elsewhere,
        "risks": risks,
        "scale": scale,
        "steps": steps,
        "precedents": _precedents(rng, PRECEDENTS[size], chances, shares),
        "offers": _offers(rng, claim, offer),
    }
    truth = {
        "demand_mean": world.mean,
        "demand_sd": world.mean * world.cv,
        "main_clause": world.main,
        "efficiency": world.chain(world.order) / world.chain(world.best),
        "best_order": world.best,
        "best_profit": world.chain(world.best),
        "contract_saves": saves,
        "top_risk": top,
        "expected_loss": expected,
        "best_path": path,
        "chances": chances,
        "shares": shares,
    }
    return tables, truth


def _world(rng: np.random.Generator, gap: float) -> _World:
    """Draw markets until the orders of one of them cost the two together something, but not too much."""
    world = _market(rng, gap)
    for _ in range(TRIES):
        if WASTE[0] <= 1 - world.chain(world.order) / world.chain(world.best) <= WASTE[1]:
            break
        world = _market(rng, gap)
    return world


def _market(rng: np.random.Generator, gap: float) -> _World:
    """Draw prices, demand and the two readings; the main clause has about 60% of what is disputed."""
    price = float(rng.integers(60, 141))
    parts = {"making": (0.28, 0.36), "handling": (0.05, 0.09), "salvage": (0.10, 0.17), "wholesale": (0.66, 0.73)}
    money = {name: round(price * float(rng.uniform(*ends)), 1) for name, ends in parts.items()}
    mean, cv = float(rng.integers(60, 181) * 10), round(float(rng.uniform(0.34, 0.48)), 2)
    main = str(rng.choice(list(CLAUSES)))
    others = rng.dirichlet(np.full(len(CLAUSES) - 1, 8.0)) * (1 - MAIN_PART)
    weights = dict(zip([name for name in CLAUSES if name != main], others, strict=True)) | {main: MAIN_PART}
    base = {name: round(price * float(rng.uniform(0.006, 0.012)), 2) for name in CLAUSES}
    base[UNSOLD] = round(price * float(rng.uniform(0.03, 0.05)), 2)
    world = _World(mean=mean, cv=cv, price=price, own=base, other=base, main=main, **money)
    for _ in range(ROUNDS):
        left = world.order - world.mean + world.short(world.order)
        sold = world.order - left
        own = {
            name: round(base[name] + weights[name] * gap * price * (sold / left if name == UNSOLD else 1.0), 2)
            for name in CLAUSES
        }
        world = replace(world, own=own)
    return world


def _sales(rng: np.random.Generator, world: _World, n: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Spread demand evenly over its distribution, in random order; sell until the stock is gone."""
    recent = min(n, YEAR)
    places = np.concatenate([_spread(rng, n - recent), _spread(rng, recent)])
    demand = np.rint(world.quantile(places)).astype(int)
    ordered = np.rint(world.order * rng.normal(1, 0.015, n)).astype(int)
    regions = rng.dirichlet(np.full(len(REGIONS), 30.0))
    cells = np.outer(WEEKS, regions).ravel()
    requested = rng.multinomial(demand, cells / cells.sum())
    sold = np.diff(np.minimum(np.cumsum(requested, axis=1), ordered[:, None]), axis=1, prepend=0)
    starts = pd.date_range(end=LAST_START, periods=n, freq=f"{DAYS}D")
    total = sold.sum(axis=1)
    names = np.arange(1, n + 1)
    editions = pd.DataFrame({"edition": names, "start": starts, "ordered": ordered, "sold": total,
                             "left_over": ordered - total})  # fmt: skip
    size = len(WEEKS) * len(REGIONS)
    weekly = pd.DataFrame(
        {
            "edition": np.repeat(names, size),
            "week": np.tile(np.repeat(np.arange(1, len(WEEKS) + 1), len(REGIONS)), n),
            "region": np.tile(np.array(REGIONS, dtype=object), n * len(WEEKS)),
            "requested": requested.ravel(),
            "sold": sold.ravel(),
        }
    )
    return editions, weekly


def _spread(rng: np.random.Generator, n: int) -> Floats:
    """Draw n probabilities evenly from 0 to 1, in random order."""
    return np.asarray(rng.permutation((np.arange(n) + rng.uniform(0.1, 0.9, n)) / max(n, 1)))


def _books(rng: np.random.Generator, world: _World, editions: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write down what each side booked for each clause in the last year, with small differences of its own."""
    last = editions.iloc[-YEAR:]
    clauses = pd.DataFrame(
        [(name, *CLAUSES[name], world.own[name], world.other[name]) for name in CLAUSES],
        columns=["clause", "wording", "per", "marketplace_reading", "supplier_reading"],
    )
    rows = []
    for name in CLAUSES:
        units = last["left_over"] if name == UNSOLD else last["sold"]
        noise = rng.normal(1, 0.01, (2, len(last)))
        booked, credited = (np.round(units * rate[name] * x, 2) for rate, x in zip((world.own, world.other), noise, strict=True))  # fmt: skip # noqa: E501
        rows.append(pd.DataFrame({"edition": last["edition"], "clause": name, "units": units,
                                  "booked_by_marketplace": booked, "credited_by_supplier": credited}))  # fmt: skip
    settlements = pd.concat(rows).sort_values(["edition", "clause"], ignore_index=True)
    return clauses, settlements


def _prices(world: _World) -> pd.DataFrame:
    rows = [
        ("price to customers", "marketplace", world.price),
        ("wholesale price per unit", "supplier", world.wholesale),
        ("cost of making", "supplier", world.making),
        ("cost of handling", "marketplace", world.handling),
        ("clearance value of an unsold unit", "marketplace", world.salvage),
    ]
    return pd.DataFrame(rows, columns=["item", "side", "amount"])


def _alternatives(rng: np.random.Generator, world: _World) -> tuple[bool, pd.DataFrame, float]:
    """Say what each side could earn elsewhere, whether a contract keeps both, what it is worth to the marketplace."""
    saves = bool(rng.random() < 0.6)
    most, now = world.chain(world.best), world.chain(world.order)
    mine = world.marketplace(world.order, world.other)
    theirs = now - mine
    part, lower, over = rng.uniform(0.15, 0.45), rng.uniform(0.75, 0.95), rng.uniform(1.10, 1.22)
    here, there = mine * lower, theirs + part * (most - now)
    if not saves:
        here, there = over * most * mine / now, over * most * theirs / now
    here, there = round(here), round(there)
    gain = most - max(mine, here) - max(theirs, there)
    yearly = (max(mine, here) + GAIN_SHARE * gain - here) * YEAR if saves else 0.0
    table = pd.DataFrame(
        [
            ("marketplace", "sell another brand in its place", here),
            ("supplier", "sell in a shop of its own", there),
        ],
        columns=["side", "option", "profit_per_edition"],
    )
    return saves, table, float(yearly * (1 - (1 + RATE) ** -YEARS) / np.log1p(RATE))


@dataclass(frozen=True, kw_only=True)
class _Steps:
    """Steps of the dispute; money as parts of the claim."""

    chances: list[float]
    shares: list[float]
    costs: list[float]
    months: list[int]
    offer: float

    def lead(self, relationship: float) -> tuple[str, float]:
        """Return the best path, and how far it is ahead of the next."""
        worth = {ACCEPT: self.offer + relationship}
        worth |= {" > ".join(STEPS[i] for i in path): self.value(path, relationship) for path in _paths()}
        order = sorted(worth, key=lambda name: -worth[name])
        return order[0], worth[order[0]] - worth[order[1]]

    def value(self, path: tuple[int, ...], relationship: float) -> float:
        """Return what a path is worth."""
        value, reach, time = 0.0, 1.0, 0.0
        for i in path:
            value -= reach * self.costs[i] * (1 + RATE) ** (-time / 12)
            time += self.months[i]
            now = reach * (1 + RATE) ** (-time / 12)
            value += now * self.chances[i] * (self.shares[i] + KEPT[i] * relationship)
            reach *= 1 - self.chances[i]
        end = path[-1]
        return float(value + reach * (1 + RATE) ** (-time / 12) * (KEPT[end] * relationship - IF_LOST[end]))


def _dispute(
    rng: np.random.Generator, claim: float, relationship: float
) -> tuple[pd.DataFrame, float, list[float], list[float], str]:
    """Draw steps and an offer until one path leads clearly, also if the relationship is worth somewhat more or less."""
    accepts = bool(rng.random() < 0.4)
    best, found, worth = -np.inf, _draw_steps(rng), relationship / claim
    for _ in range(TRIES):
        steps = _draw_steps(rng)
        name, lead = steps.lead(worth)
        if (name == ACCEPT) != accepts or lead < MARGIN:
            continue
        names, leads = zip(*(steps.lead(x * worth) for x in (0.85, 1.15)), strict=True)
        margin = min(lead, *leads) if set(names) == {name} else -1.0
        if margin > best:
            best, found = margin, steps
        if margin >= MARGIN:
            break
    money = np.array([found.costs, [x * rng.uniform(0.9, 1.3) for x in found.costs], IF_LOST]) * claim
    costs, theirs, lost = np.round(money, -1).tolist()
    table = pd.DataFrame({"step": STEPS, "cost_marketplace": costs, "cost_supplier": theirs, "months": found.months,
                          "kept": KEPT, "binding": [False, False, True, True], "cost_if_lost": lost})  # fmt: skip
    offer = float(np.round(found.offer * claim, -1))
    return table, offer, found.chances, found.shares, found.lead(worth)[0]


def _draw_steps(rng: np.random.Generator) -> _Steps:
    return _Steps(
        chances=[float(np.rint(rng.uniform(*ends) * 40) / 40) for ends in CHANCES],
        shares=[round(float(rng.uniform(*ends)), 2) for ends in SHARES],
        costs=[float(rng.uniform(*ends)) for ends in COSTS],
        months=[int(rng.integers(low, high + 1)) for low, high in MONTHS],
        offer=float(rng.uniform(0.06, 0.45)),
    )


@lru_cache(maxsize=1)
def _paths() -> list[tuple[int, ...]]:
    """Return steps in rising harshness, of which only the last may be binding."""
    every = (path for size in range(1, 5) for path in itertools.combinations(range(4), size))
    return [path for path in every if all(i < 2 for i in path[:-1])]


def _precedents(rng: np.random.Generator, n: int, chances: Sequence[float], shares: Sequence[float]) -> pd.DataFrame:
    """Earlier disputes of others: so many of each step, the settled ones in their share of all."""
    rows = []
    for step, chance, share in zip(STEPS, chances, shares, strict=True):
        settled = np.arange(n) < round(n * chance)
        won = int(settled.sum())
        spread = special.betaincinv(share * 30, (1 - share) * 30, (np.arange(won) + 0.5) / won)
        recovered = np.full(n, np.nan)
        recovered[:won] = np.round(spread, 3)
        rows.append(pd.DataFrame({"step": step, "settled": settled, "share_recovered": recovered}))
    table = pd.concat(rows, ignore_index=True)
    table = table.iloc[rng.permutation(len(table))].reset_index(drop=True)
    table.insert(0, "case", np.arange(1, len(table) + 1))
    return table


def _offers(rng: np.random.Generator, claim: float, offer: float) -> pd.DataFrame:
    """List offers so far: the marketplace asks for more than its claim, the last offer of the supplier stands."""
    dates = pd.Timestamp(LAST_START) + pd.to_timedelta([21, 35, 56, 70], unit="D")
    asked = [claim * rng.uniform(1.25, 1.45), claim * rng.uniform(1.08, 1.2)]
    sums = [round(asked[0], -3), round(offer * rng.uniform(0.2, 0.4), -1), round(asked[1], -3), offer]
    sides = ["marketplace", "supplier"] * 2
    return pd.DataFrame({"date": dates, "offered_by": sides, "sum": sums})


def _risks(rng: np.random.Generator, n: int, base: float) -> tuple[pd.DataFrame, pd.DataFrame, str, float]:
    """Register of n risks, one of which is far larger than the others; its top risk and its expected loss."""
    pool = [(source, risk) for source, risks in RISK_POOL.items() for risk in risks]
    chosen = [pool[i] for i in sorted(rng.permutation(len(pool))[:n])]
    impact = rng.choice(["low", "medium", "high"], size=n, p=[0.45, 0.4, 0.15])
    probability = rng.choice(["low", "medium", "high"], size=n, p=[0.4, 0.4, 0.2])
    top = int(rng.integers(n))
    impact[top], probability[top] = "high", rng.choice(["medium", "high"])
    size = {"low": (0.008, 0.02), "medium": (0.03, 0.06), "high": (0.09, 0.13)}
    likely = np.array([rng.uniform(*size[str(level)]) for level in impact])
    likely[top] = rng.uniform(0.40, 0.50)
    low, high = likely * rng.uniform(0.4, 0.7, n), likely * rng.uniform(1.4, 2.0, n)
    money = np.maximum(np.round(np.column_stack([low, likely, high]) * base, -2), 100.0)
    register = pd.DataFrame({"risk": [risk for _, risk in chosen], "source": [source for source, _ in chosen],
                             "impact": impact, "probability": probability, "low": money[:, 0], "likely": money[:, 1],
                             "high": money[:, 2]})  # fmt: skip
    scale = pd.DataFrame({"level": ["low", "medium", "high"], "chance": [0.05, 0.20, 0.45]})
    chance = scale.set_index("level")["chance"].reindex(probability).to_numpy()
    mean = (money[:, 0] + 4 * money[:, 1] + money[:, 2]) / 6
    return register, scale, chosen[top][1], float(chance @ mean)
