"""Invented records of a car maker whose line was stopped by a supplier's bad parts, with a truth that can be found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from casework.core.checks import check_all, check_option, check_whole
from casework.core.options import Severity, Size

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]
Tables = tuple[dict[str, pd.DataFrame], dict[str, Any]]

CAUSES = ("tool wear", "material batch", "work shift", "measurement")
DECISIONS = ("Single source", "Single source with a reserve", "Dual source", "Dual source with a reserve")
WORKS = ("Works Alder", "Works Birch", "Works Cedar", "Works Elm", "Works Fir", "Works Hazel")
OTHERS = ("Works Maple", "Works Oak", "Works Pine", "Works Rowan", "Works Spruce", "Works Willow")
PARTS = ("bracket", "housing", "piston", "pin", "valve", "lever")
SHIFTS = ("early", "late", "night")
TOOLS = ("T1", "T2", "T3")
GAUGES = ("G1", "G2")
REASONS = ("breakdown of a machine", "transport", "strike", "fire", "flood", "sub-supplier", "quality")
SIZES: dict[str, tuple[int, int, int]] = {  # suppliers, days until the stop, values a day and supplier
    "small": (3, 44, 7),
    "medium": (4, 70, 7),
    "large": (6, 120, 10),
}
LAGS = {"low": (14, 17), "medium": (12, 14), "high": (10, 12)}  # days from the beginning to the stop
STOPS = {"low": (2, 3), "medium": (4, 5), "high": (7, 9)}  # days of the stop
STEPS = {"low": 3.5, "medium": 3.9, "high": 4.4}  # of the level at fault [standard deviations]
DRIFTS = {"low": 4.4, "medium": 5.0, "high": 5.8}  # of all tools at the end [standard deviations]
INSPECTED = 50  # units counted of each lot
CHANGE_EVERY = 6  # days between changes of a tool, by plan
COVER = 2.0  # days of stock that are usual
AFTER = 12  # days on record after the stop
SHIFT_MINUTES = 960  # of a day of the line
TIGHT = 4.6  # distance of the limits [standard deviations]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is true of one draw of the case; names are those of the tables."""

    suppliers: tuple[str, ...]
    parts: tuple[str, ...]
    modules: tuple[str, ...]
    guilty: int
    decoy: int
    cause: str
    level: str
    sign: int
    days: int
    daily: int
    lag: int
    stop: int
    limit: float
    effect: float
    planned: int
    made_up: float
    decision: str
    start: np.datetime64

    @property
    def began(self) -> int:
        """Place of the first day on which it was wrong."""
        return self.days - self.lag

    @property
    def sd(self) -> float:
        """Standard deviation of the characteristic when all is well."""
        return self.limit / TIGHT

    def dates(self, n: int) -> Days:
        """First n working days."""
        return np.asarray(np.busday_offset(self.start, np.arange(n), roll="forward"))


def generate(*, seed: int, severity: Severity, size: Size) -> Tables:
    """Draw the tables of the case and their hidden truth.

    Parameters
    ----------
    seed : int
        At least 0; the same seed, severity and size give the same tables.
    severity : {'low', 'medium', 'high'}
        How far the process went astray, and how long the line stood.
    size : {'small', 'medium', 'large'}
        How many suppliers, days and values.

    Returns
    -------
    tables : dict of str to DataFrame
        `parts`, `deliveries`, `measurements` [micrometres off the nominal], `line_days`, `stoppages`, `expenses`,
        `interruptions`, `quotations`.
    truth : dict
        Supplier, cause, level, beginning, shares, losses and the decision that is right at the default prices.

    Raises
    ------
    ParameterError
        The seed is negative or not whole, or a word is unknown.

    Examples
    --------
    >>> tables, truth = generate(seed=1, severity="medium", size="small")
    >>> len(tables["measurements"]), truth["cause"] in CAUSES
    (924, True)
    """
    check_all(
        lambda: check_whole("seed", seed, low=0),
        lambda: check_option("severity", severity, Severity),
        lambda: check_option("size", size, Size),
    )
    facts = _facts(np.random.default_rng([int(seed), 1]), severity, size)
    rng = np.random.default_rng([int(seed), 2])
    measured = _measurements(facts, rng)
    chances = _chances(facts, measured)
    line, lost, overtime = _line(facts, rng)
    history, rates = _interruptions(facts, rng)
    quoted = _quotations(facts, rng)
    tables = {
        "parts": _parts(facts, rng),
        "deliveries": _deliveries(facts, chances, rng),
        "measurements": measured.drop(columns=["supplier_place", "day"]),
        "line_days": line,
        "stoppages": _stoppages(facts, lost, line, rng),
        "expenses": _expenses(facts, lost, rng),
        "interruptions": history,
        "quotations": quoted,
    }
    return tables, _truth(facts, chances, lost, overtime, rates, facts.level or _bad_batch(facts, measured))


def _facts(rng: np.random.Generator, severity: str, size: str) -> Facts:
    suppliers, days, daily = SIZES[size]
    names = rng.permutation(len(WORKS))[:suppliers]
    guilty, decoy = (int(x) for x in rng.permutation(suppliers)[:2])
    cause = str(rng.choice(CAUSES))
    levels = {"work shift": str(rng.choice(SHIFTS)), "measurement": str(rng.choice(GAUGES)), "tool wear": "all tools"}
    limit = float(rng.choice([40, 50, 60, 70, 80]))
    moved = (DRIFTS if cause == "tool wear" else STEPS)[severity]
    spare = rng.random(3)
    return Facts(
        suppliers=tuple(WORKS[i] for i in names),
        parts=tuple(PARTS[i] for i in rng.permutation(len(PARTS))[:suppliers]),
        modules=tuple(str(x) for x in rng.permutation([f"M{i}" for i in range(1, 10)])[:4]),
        guilty=guilty,
        decoy=decoy,
        cause=cause,
        level=levels.get(cause, ""),
        sign=int(rng.choice([-1, 1])),
        days=days,
        daily=daily,
        lag=_between(LAGS[severity], spare[0]),
        stop=_between(STOPS[severity], spare[1]),
        limit=limit,
        effect=moved * limit / TIGHT,
        planned=int(rng.integers(30, 61)) * 10,
        made_up=0.25 + 0.2 * float(spare[2]),
        decision=str(rng.choice(DECISIONS)),
        start=np.datetime64("2023-01-09") + np.timedelta64(7 * int(rng.integers(0, 100)), "D"),
    )


def _between(ends: tuple[int, int], part: float) -> int:
    """Whole number between two, by a draw between 0 and 1."""
    return ends[0] + int((ends[1] - ends[0] + 1) * min(part, 0.999))


def _measurements(facts: Facts, rng: np.random.Generator) -> pd.DataFrame:
    """Values of the characteristic of every supplier, a few a day."""
    places = np.repeat(np.arange(len(facts.suppliers)), facts.days * facts.daily)
    day = np.tile(np.repeat(np.arange(facts.days), facts.daily), len(facts.suppliers))
    n = len(places)
    tool, shift, gauge = (_balanced(len(x), n, rng) for x in (TOOLS, SHIFTS, GAUGES))
    stream = _balanced(2, n, rng)
    strokes = _strokes(facts, places, day, tool, rng.random(n))
    batch = _batches(facts, places, day, stream, rng)
    bad = places == facts.guilty
    off = _effect(facts, day, shift, gauge, stream, strokes) * bad
    slope = np.where(bad & (facts.cause == "tool wear"), _slope(facts), 0.02 * facts.sd)
    small = facts.sd * np.array([0.1, 0.08, 0.12])  # of tools, shifts, batches
    value = off + slope * (np.minimum(strokes, CHANGE_EVERY) - CHANGE_EVERY / 2)
    value += (small[0] * rng.standard_normal((len(facts.suppliers), 3)))[places, tool]
    value += (small[1] * rng.standard_normal((len(facts.suppliers), 3)))[places, shift]
    value += small[2] * rng.standard_normal(batch.max() + 1)[batch]
    value += (0.15 * facts.sd * rng.uniform(-1, 1, len(facts.suppliers)))[places]
    value += facts.sd * rng.standard_normal(n)
    hidden = off * (facts.cause == "measurement")
    letters = np.array(list("ABCDEFGHJK"))[places]
    return pd.DataFrame(
        {
            "date": facts.dates(facts.days)[day],
            "supplier": np.array(facts.suppliers)[places],
            "lot": _lots(facts, places, day),
            "tool": np.array(TOOLS)[tool],
            "strokes": np.round(1000 * strokes).astype(int),
            "batch": [f"{letter}{number + 101}" for letter, number in zip(letters, batch, strict=True)],
            "shift": np.array(SHIFTS)[shift],
            "gauge": np.array(GAUGES)[gauge],
            "deviation": np.round(value, 1),
            "certificate": np.round(value - hidden + 0.2 * facts.sd * rng.standard_normal(n), 1),
            "supplier_place": places,
            "day": day,
        }
    )


def _balanced(levels: int, n: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Levels that come equally often in every stretch of rows, in random order."""
    rows = np.tile(np.arange(levels), (-(-n // levels), 1))
    return np.asarray(rng.permuted(rows, axis=1).ravel()[:n], dtype=np.int64)


def _strokes(
    facts: Facts, places: npt.NDArray[np.int64], day: npt.NDArray[np.int64], tool: npt.NDArray[np.int64], part: Floats
) -> Floats:
    """Thousand strokes since the tool was changed: a saw-tooth, until the changes were left out."""
    phase = day + 2 * tool + places
    regular = phase % CHANGE_EVERY
    at_start = (facts.began + 2 * tool + places) % CHANGE_EVERY
    forgotten = (facts.cause == "tool wear") & (places == facts.guilty) & (day >= facts.began)
    return np.asarray(np.where(forgotten, at_start + day - facts.began, regular) + part)


def _slope(facts: Facts) -> float:
    """Wear of the supplier whose tools were not changed [per thousand strokes]."""
    return facts.sign * facts.effect / (facts.lag + CHANGE_EVERY / 2)


def _batches(
    facts: Facts,
    places: npt.NDArray[np.int64],
    day: npt.NDArray[np.int64],
    stream: npt.NDArray[np.int64],
    rng: np.random.Generator,
) -> npt.NDArray[np.int64]:
    """Give every value its batch: two streams of material, each batch lasting 3 to 4 weeks."""
    life = rng.integers(18, 23, size=(len(facts.suppliers), 2))
    first = rng.integers(0, 18, size=(len(facts.suppliers), 2))
    if facts.cause == "material batch":
        first[facts.guilty, 0] = -facts.began % life[facts.guilty, 0]
    number = (day + first[places, stream]) // life[places, stream]
    return np.asarray(2 * number + stream, dtype=np.int64)


def _bad_batch(facts: Facts, measured: pd.DataFrame) -> str:
    """Name of the batch that the first stream took in on the first bad day."""
    own = measured[measured["supplier_place"] == facts.guilty].groupby("batch")["day"].min()
    return str((own - facts.began).abs().idxmin())


def _effect(
    facts: Facts,
    day: npt.NDArray[np.int64],
    shift: npt.NDArray[np.int64],
    gauge: npt.NDArray[np.int64],
    stream: npt.NDArray[np.int64],
    strokes: Floats,
) -> Floats:
    """How far off a part of the supplier at fault is."""
    late = day >= facts.began
    if facts.cause == "tool wear":
        return np.asarray(_slope(facts) * np.maximum(strokes - CHANGE_EVERY, 0) * late)
    hit = {
        "material batch": stream == 0,
        "work shift": np.array(SHIFTS)[shift] == facts.level,
        "measurement": np.array(GAUGES)[gauge] == facts.level,
    }[facts.cause]
    return np.asarray(facts.sign * facts.effect * (late & hit), dtype=np.float64)


def _chances(facts: Facts, measured: pd.DataFrame) -> Floats:
    """Share of nonconforming parts of every supplier and day, shape (suppliers, days)."""
    grid = [x.ravel() for x in np.meshgrid(np.arange(facts.days), np.arange(3), np.arange(3), np.arange(2),
                                           np.arange(2), indexing="ij")]  # fmt: skip
    day, tool, shift, gauge, stream = grid
    place = np.full(len(day), facts.guilty)
    strokes = _strokes(facts, place, day, tool, np.full(len(day), 0.5))
    off = _effect(facts, day, shift, gauge, stream, strokes)
    off = off + (_slope(facts) if facts.cause == "tool wear" else 0.0) * (np.minimum(strokes, CHANGE_EVERY) - 3)
    beyond = special.ndtr((-facts.limit - off) / facts.sd) + special.ndtr((off - facts.limit) / facts.sd)
    found = np.full((len(facts.suppliers), facts.days), 2 * special.ndtr(-TIGHT))
    found[facts.guilty] = beyond.reshape(facts.days, -1).mean(axis=1)
    return found


def _lots(facts: Facts, places: npt.NDArray[np.int64], day: npt.NDArray[np.int64]) -> list[str]:
    letters = np.array(list("ABCDEFGHJK"))
    return [f"{letter}-{number + 1:03d}" for letter, number in zip(letters[places], day, strict=True)]


def _parts(facts: Facts, rng: np.random.Generator) -> pd.DataFrame:
    """Parts, their suppliers and what they cost; the price of storage decides over a reserve."""
    n = len(facts.suppliers)
    price = np.round(rng.uniform(45, 75, n), 1)
    storage = np.round(rng.uniform(6, 30, n), 1)
    bulky = {"Dual source": (240, 280), "Single source": (400, 450)}.get(facts.decision)
    if bulky:
        storage[facts.guilty] = np.round(rng.uniform(*bulky), 0)
    return pd.DataFrame(
        {
            "supplier": facts.suppliers,
            "part": facts.parts,
            "price": price,
            "storage_per_year": storage,
            "capacity": np.round(rng.uniform(1.2, 1.35, n), 2),
            "lower_limit": -facts.limit,
            "upper_limit": facts.limit,
            "watched_years": 8.0,
        }
    )


def _deliveries(facts: Facts, chances: Floats, rng: np.random.Generator) -> pd.DataFrame:
    """Lots with what was counted on a sample of each, after the lot had gone to the line."""
    n = len(facts.suppliers)
    places, day = np.repeat(np.arange(n), facts.days), np.tile(np.arange(facts.days), n)
    chance = chances.ravel()
    critical = rng.binomial(INSPECTED, chance)
    major = rng.poisson(INSPECTED * (0.004 + chance))
    bad, means = (places == facts.guilty) & (day >= facts.began), INSPECTED * chances[facts.guilty, facts.began :]
    critical[bad] = _even_counts(means, float(rng.random()))
    major[bad] = _even_counts(means + 0.2, float(rng.random()))
    minor = np.where(np.arange(n) == facts.decoy, 0.07, rng.uniform(0.02, 0.04, n))
    return pd.DataFrame(
        {
            "received": facts.dates(facts.days + 1)[day + 1],
            "supplier": np.array(facts.suppliers)[places],
            "part": np.array(facts.parts)[places],
            "lot": _lots(facts, places, day),
            "units": facts.planned + rng.integers(-8, 9, len(day)),
            "inspected": INSPECTED,
            "critical": critical,
            "major": major,
            "minor": rng.poisson(INSPECTED * minor[places]),
        }
    )


def _even_counts(means: Floats, start: float) -> npt.NDArray[np.int64]:
    """Whole counts that add up to their means, within 1."""
    total = np.floor(np.cumsum(means) + start)
    return np.diff(np.concatenate([[0.0], total])).astype(np.int64)


def _line(facts: Facts, rng: np.random.Generator) -> tuple[pd.DataFrame, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Days of the line: need, receipts, blocked stock, cars; and cars lost to the stop, and made up, by day."""
    n = facts.days + facts.stop + AFTER
    other = rng.poisson(0.012 * facts.planned, n)
    overtime = np.zeros(n, dtype=np.int64)
    stopping = slice(facts.days, facts.days + facts.stop)
    served = np.linspace(0.05, 0.75, facts.stop)
    received, blocked, lost = (np.zeros(n, dtype=np.int64) for _ in range(3))
    needed = facts.planned - other
    received[stopping] = np.floor(served * needed[stopping]).astype(np.int64)
    lost[stopping] = needed[stopping] - received[stopping]
    later = np.arange(n - AFTER + 2, n)
    overtime[later] = _even_counts(np.full(len(later), facts.made_up * lost.sum() / len(later)), 0.5)
    needed = needed + overtime
    target = np.round(facts.planned * COVER * (1 + 0.06 * np.clip(rng.standard_normal(n), -2, 2))).astype(np.int64)
    before = int(facts.planned * COVER)
    stock = np.zeros(n, dtype=np.int64)
    for i in range(n):
        if i == facts.days:
            blocked[i] = before
        if not facts.days <= i < facts.days + facts.stop:
            missing = target[i] - before
            received[i] = needed[i] + min(missing, facts.planned // 4)
        before = max(before + int(received[i]) - int(blocked[i]) - int(needed[i]), 0)
        stock[i] = before
    built = needed - lost
    frame = pd.DataFrame({"date": facts.dates(n), "planned": facts.planned, "needed": needed, "received": received,
                          "blocked": blocked, "built": built, "made_up": overtime, "stock": stock})  # fmt: skip
    return frame, lost, overtime


def _stoppages(facts: Facts, lost: npt.NDArray[np.int64], line: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw stops as they were booked: ordinary ones, and those of the module, not all of them under the same cause."""
    takt = SHIFT_MINUTES / facts.planned
    other = (line["planned"] + line["made_up"] - line["needed"]).to_numpy()
    pieces = rng.multinomial(other, [0.5, 0.3, 0.2])
    day, _ = np.nonzero(pieces)
    cars = pieces[pieces > 0]
    causes = rng.choice(["machine", "staff", "logistics", "material missing"], len(cars), p=[0.5, 0.2, 0.15, 0.15])
    waiting = np.where(causes == "material missing", rng.choice(facts.modules[1:], len(cars)), "")
    ordinary = pd.DataFrame({"day": day, "cars_lost": cars, "booked_cause": causes, "waiting_for": waiting})
    stopped = np.flatnonzero(lost)
    halves = np.column_stack([lost[stopped] // 2, lost[stopped] - lost[stopped] // 2]).ravel()
    booked = np.array(["material missing", "quality hold", "material missing", "logistics"])
    own = pd.DataFrame({"day": np.repeat(stopped, 2), "cars_lost": halves,
                        "booked_cause": np.resize(booked, len(halves)), "waiting_for": facts.modules[0]})  # fmt: skip
    found = pd.concat([ordinary, own[own["cars_lost"] > 0]], ignore_index=True).sort_values("day", kind="stable")
    found.insert(0, "date", facts.dates(len(line))[found["day"].to_numpy()])
    found.insert(1, "minutes", np.round(found["cars_lost"] * takt).astype(int))
    return found.drop(columns="day").reset_index(drop=True)


def _expenses(facts: Facts, lost: npt.NDArray[np.int64], rng: np.random.Generator) -> pd.DataFrame:
    """Money spent: on the module that stopped the line, and on other things."""
    total = float(lost.sum())
    days = np.arange(facts.days, facts.days + facts.stop + 4)
    rows = [(day, "sorting", facts.modules[0], 22 * total * x / len(days))
            for day, x in zip(days, rng.uniform(0.8, 1.2, len(days)), strict=True)]  # fmt: skip
    rows += [(day, "express freight", facts.modules[0], 45 * total * x / facts.stop)
             for day, x in zip(days[: facts.stop], rng.uniform(0.8, 1.2, facts.stop), strict=True)]  # fmt: skip
    rows += [(day, "rework", facts.modules[0], 30 * total * x / 3)
             for day, x in zip(days[-3:], rng.uniform(0.8, 1.2, 3), strict=True)]  # fmt: skip
    often = np.sort(rng.choice(facts.days + facts.stop, facts.days // 5, replace=False))
    kinds = rng.choice(["express freight", "sorting"], len(often), p=[0.8, 0.2])
    rows += [(day, kind, module, amount) for day, kind, module, amount in
             zip(often, kinds, rng.choice(facts.modules[1:], len(often)), rng.uniform(1500, 9000, len(often)),
                 strict=True)]  # fmt: skip
    found = pd.DataFrame(rows, columns=["day", "kind", "occasion", "amount"]).sort_values("day", kind="stable")
    found.insert(0, "date", facts.dates(facts.days + facts.stop + AFTER)[found["day"].to_numpy()])
    found["amount"] = found["amount"].round(-2)
    return found.drop(columns="day").reset_index(drop=True)


def _interruptions(facts: Facts, rng: np.random.Generator) -> tuple[pd.DataFrame, dict[str, float]]:
    """Interruptions of the eight years before; those of the supplier at fault decide over the second source."""
    events, length = {
        "Single source": (3, 1.4),
        "Single source with a reserve": (int(rng.integers(20, 27)), 2.2),
        "Dual source": (int(rng.integers(6, 9)), 17.0),
        "Dual source with a reserve": (int(rng.integers(6, 9)), 20.0),
    }[facts.decision]
    end = facts.start.astype("datetime64[D]")
    frames = []
    rates: dict[str, float] = {}
    for i, name in enumerate(facts.suppliers):
        n, mean = (events, length) if i == facts.guilty else (int(rng.integers(2, 14)), float(rng.uniform(1.5, 8)))
        days = _lengths(n, mean, rng)
        began = end - np.sort(rng.choice(np.arange(60, 2860), n, replace=False))[::-1].astype("timedelta64[D]")
        frames.append(pd.DataFrame({"supplier": name, "began": began, "days": days,
                                    "reason": rng.choice(REASONS, n)}))  # fmt: skip
        if i == facts.guilty:
            rates = {"failures_per_year": n / (8 - n * mean / 365), "days_down": mean}
    return pd.concat(frames, ignore_index=True).sort_values("began", kind="stable", ignore_index=True), rates


def _lengths(n: int, mean: float, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Whole days of at least 1, spread as a waiting time is, with this mean as nearly as can be."""
    spread = -np.log1p(-(np.arange(n) + 0.5) / n)
    wanted = 1 + (mean - 1) * spread / spread.mean()
    return np.asarray(rng.permutation(_even_counts(wanted, 0.5)))


def _quotations(facts: Facts, rng: np.random.Generator) -> pd.DataFrame:
    """Draw an offer of a second source for every part; costs of tools go with the size of the plant."""
    n = len(facts.suppliers)
    dear = facts.decision.startswith("Single")
    premium = rng.uniform(0.03, 0.1, n)
    tooling, audit = rng.uniform(1500, 4500, n), rng.uniform(100, 300, n)
    ramp = rng.integers(2, 6, n)
    own = (0.1, 0.12, 5500, 6500, 350, 450) if dear else (0.03, 0.05, 1600, 2200, 120, 180)
    premium[facts.guilty] = rng.uniform(own[0], own[1])
    tooling[facts.guilty], audit[facts.guilty] = rng.uniform(own[2], own[3]), rng.uniform(own[4], own[5])
    ramp[facts.guilty] = {"Dual source": 0, "Dual source with a reserve": 4}.get(facts.decision, 3)
    names = [OTHERS[i] for i in rng.permutation(len(OTHERS))[:n]]
    return pd.DataFrame(
        {
            "part": facts.parts,
            "offered_by": names,
            "price_premium": np.round(premium, 3),
            "tooling": np.round(tooling * facts.planned, -3),
            "audit_per_year": np.round(audit * facts.planned, -3),
            "capacity": 1.0,
            "ramp_days": ramp,
            "failures_per_year": np.round(rng.uniform(0.25, 0.45, n), 2),
            "days_down": np.round(rng.uniform(4, 8, n), 1),
        }
    )


def _truth(
    facts: Facts,
    chances: Floats,
    lost: npt.NDArray[np.int64],
    overtime: npt.NDArray[np.int64],
    rates: dict[str, float],
    level: str,
) -> dict[str, Any]:
    dates = facts.dates(facts.days + 1)
    return {
        "supplier": facts.suppliers[facts.guilty],
        "part": facts.parts[facts.guilty],
        "module": facts.modules[0],
        "cause": facts.cause,
        "level": level,
        "began": str(dates[facts.began]),
        "stopped": str(dates[facts.days]),
        "days_unnoticed": int(facts.lag),
        "effect": round(facts.sign * facts.effect, 2),
        "share_before": float(chances[facts.guilty, : facts.began].mean()),
        "share_after": float(chances[facts.guilty, facts.began :].mean()),
        "stop_days": int(facts.stop),
        "cars_lost": int(lost.sum()),
        "cars_made_up": int(overtime.sum()),
        "decision": facts.decision,
        **{name: round(float(x), 4) for name, x in rates.items()},
    }
