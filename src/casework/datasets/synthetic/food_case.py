"""Invented records of a maker of bars and biscuits, some of whose raw material was contaminated; the truth is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.options import Severity, Size

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Tables = tuple[dict[str, pd.DataFrame], dict[str, Any]]

MATERIALS = {"nut paste": "N", "oat flakes": "O", "cocoa powder": "C"}
RECIPES: dict[str, dict[str, float]] = {  # shares of the mass
    "nut": {"nut paste": 0.5, "oat flakes": 0.5},
    "cocoa": {"cocoa powder": 0.4, "oat flakes": 0.6},
    "mixed": {"nut paste": 0.4, "cocoa powder": 0.3, "oat flakes": 0.3},
}
LETTERS = "ABC"
PAIRS = ((0, 1), (0, 2), (1, 2))
FIRST_DAY = date(2025, 3, 3)  # a Monday
LOAD_DAYS = 5  # production days that a silo load lasts
HEEL = 0.01  # of a load's mass stays in the silo and mixes with the next load
PACK = 0.375  # kg
PORTIONS = 15  # of 25 g in a pack
PACKS_TESTED = 24
EATEN_DAYS = 35.0  # mean time until a pack is eaten
USUAL = 1e-5  # illnesses reported per pack eaten, whatever the lot
CRITERIA = {"quality": 0.40, "delivery": 0.25, "documents": 0.15, "audit": 0.20}
ZERO_AT = 0.10  # points per unit that leave nothing of the rating
MONTHS = 24
UNITS = 400  # inspected a month
ROUNDS = 1000
TRIES = 25  # with one plant


@dataclass(frozen=True)
class _Plan:
    """How much is drawn."""

    weeks: int
    batches: int  # a day
    customers: int
    tested: float  # part of the finished lots

    @property
    def days(self) -> int:
        return 6 * self.weeks


@dataclass(frozen=True)
class _Harm:
    """How bad it is."""

    run: int  # lots
    strength: float  # contaminations in a portion of 25 g of the raw material
    reports: float  # per pack eaten that is nothing but contaminated material


PLANS: dict[Size, _Plan] = {
    "small": _Plan(7, 3, 12, 0.65),
    "medium": _Plan(12, 4, 24, 0.6),
    "large": _Plan(24, 8, 40, 0.6),
}
HARMS: dict[Severity, _Harm] = {
    "low": _Harm(2, 0.025, 0.003),
    "medium": _Harm(3, 0.035, 0.0045),
    "high": _Harm(4, 0.05, 0.0065),
}


@dataclass(frozen=True)
class _Plant:
    """What was made of what: tables, and the share of every raw lot in every batch."""

    lots: pd.DataFrame
    batches: pd.DataFrame
    genealogy: pd.DataFrame
    content: Floats  # (batches, raw lots)
    direct: npt.NDArray[np.bool_]  # without what was left in silos
    names: tuple[str, ...]  # of suppliers
    first_use: Places  # production day on which the load of every raw lot begins


def generate(*, seed: int, severity: Severity = "medium", size: Size = "medium") -> Tables:
    """Draw the records of the case and what is true of it.

    Parameters
    ----------
    seed : int
        The same seed, severity and size give the same tables.
    severity : {'low', 'medium', 'high'}
        More contaminated lots, more contamination in them, more illness.
    size : {'small', 'medium', 'large'}
        7, 12 or 24 weeks of production in a small, middle or large plant.

    Returns
    -------
    tables : dict of DataFrame
        `suppliers`, `scorecard` (weights of the criteria), `raw_lots` (received, amount, incoming samples and
        positives), `genealogy` (what went into what [kg]: raw lots into silo loads, silo loads into batches, batches
        into finished lots), `finished_lots`, `shipments`, `tests` (retained packs tested after the alarm),
        `complaints`, `supplier_months`.
    truth : dict
        `supplier`, `material`, `lots` and their `strength` (contaminations in a portion of 25 g), `prevalence`,
        `kill_step_works`, `finished_lots` that are contaminated, `recall` (the right scope), `report_rate`,
        `event_month`, `decline_month`, `false_lead` (a supplier with one bad month).

    Notes
    -----
    Every draw can be solved: the run of lots is redrawn until no other supplier's lots fit it, every contaminated lot
    shows in tests, and the scores of other suppliers never stay down for two months.

    Examples
    --------
    >>> tables, truth = generate(seed=1)
    >>> sorted(tables)[:3], len(truth["lots"])
    (['complaints', 'finished_lots', 'genealogy'], 3)
    """
    plan, harm = PLANS[size], HARMS[severity]
    rng = np.random.default_rng([int(seed), sorted(PLANS).index(size), sorted(HARMS).index(severity)])
    works = bool(rng.random() < 0.5)
    plant, finished, run, strength, tests = _solvable(plan, harm, works, rng)
    exposure = _exposure(plant, finished, run, works)
    lots = plant.lots
    culprit = lots.loc[run[0]]
    event = str(lots.loc[run[0], "received"])[:7]
    months, history = _history(lots, str(culprit["supplier"]), event, plan, rng)
    shipments = _shipments(finished, plan, rng)
    complaints = _complaints(finished, shipments, exposure, harm.reports, plan, rng)
    tables = {
        "suppliers": _suppliers(lots),
        "scorecard": pd.DataFrame({"criterion": list(CRITERIA), "weight": list(CRITERIA.values())}),
        "raw_lots": lots.drop(columns="load"),
        "genealogy": plant.genealogy,
        "finished_lots": finished.drop(columns="place"),
        "shipments": shipments,
        "tests": tests,
        "complaints": complaints,
        "supplier_months": months,
    }
    hit = _touched(plant, finished, run) & (exposure > 0)
    truth = {
        "supplier": str(culprit["supplier"]),
        "material": str(culprit["material"]),
        "lots": lots.loc[run, "raw_lot"].tolist(),
        "strength": strength,
        "prevalence": float(-np.expm1(-strength)),
        "kill_step_works": works,
        "finished_lots": finished.loc[hit, "finished_lot"].tolist(),
        "recall": "traced, not baked" if works else "traced",
        "report_rate": harm.reports,
        "event_month": event,
        **history,
    }
    return tables, truth


def _solvable(
    plan: _Plan, harm: _Harm, works: bool, rng: np.random.Generator
) -> tuple[_Plant, pd.DataFrame, Places, float, pd.DataFrame]:
    """Draw a plant, its contaminated lots and the tests until they can be found from the tests."""
    for attempt in range(ROUNDS):
        if attempt % TRIES == 0:
            plant = _produce(plan, rng)
            finished = _finished(plant, plan, rng)
        run = _episode(plant, plan, harm.run, rng)
        if run is None:
            continue
        strength = float(harm.strength * rng.uniform(0.9, 1.1))
        exposure = _exposure(plant, finished, run, works)
        tests = _tests(plant, finished, exposure, run, strength, plan.tested, rng)
        if tests is not None:
            return plant, finished, run, strength, tests
    raise RuntimeError("no draw that can be solved")


def _produce(plan: _Plan, rng: np.random.Generator) -> _Plant:
    """Draw silo loads, batches and what they were made of, with masses that add up."""
    loads = _loads(plan, rng)
    batches = _batches(plan, rng)
    used = _used(batches, loads, rng)
    lots, fills, content, direct = _fill(loads, used, rng)
    names, sources = batches["batch"].to_numpy(), loads["load"].to_numpy()
    into = pd.DataFrame({"from": sources[used["load"]], "to": names[used["batch"]], "amount_kg": used["amount_kg"]})
    times = batches["finished"].to_numpy()
    mass = np.repeat((batches["amount_kg"] / batches["finished"]).to_numpy(), times)
    packed = pd.DataFrame({"from": np.repeat(names, times), "to": _finished_names(batches), "amount_kg": mass})
    into["step"], packed["step"] = "mixed", "packed"
    genealogy = pd.concat([fills, into, packed], ignore_index=True)
    genealogy["amount_kg"] = genealogy["amount_kg"].round(2)
    share = np.zeros((len(batches), len(loads)))
    share[used["batch"], used["load"]] = used["amount_kg"] / batches["amount_kg"].to_numpy()[used["batch"]]
    return _Plant(
        lots=lots,
        batches=batches,
        genealogy=genealogy,
        content=share @ content,
        direct=(share @ direct) > 0,
        names=tuple(lots["supplier"].unique()),
        first_use=loads["start"].to_numpy()[lots["load"]],
    )


def _loads(plan: _Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the loads of all silos: when each begins, and which two suppliers of the material fill it."""
    rows = []
    for material, code in MATERIALS.items():
        shift = int(rng.integers(0, LOAD_DAYS))
        own = []
        for silo in (1, 2):
            first = shift - LOAD_DAYS if silo == 1 else shift - LOAD_DAYS + 2
            starts = [day for day in range(first, plan.days, LOAD_DAYS) if day + LOAD_DAYS > 0]
            own += [{"material": material, "code": code, "silo": f"{code}{silo}", "start": max(day, 0),
                     "end": day + LOAD_DAYS} for day in starts]  # fmt: skip
        own.sort(key=lambda row: (row["start"], row["silo"]))
        pairs = [pair for _ in range(len(own) // 3 + 1) for pair in rng.permutation(np.array(PAIRS)).tolist()]
        rows += [{**row, "pair": pair} for row, pair in zip(own, pairs, strict=False)]
    loads = pd.DataFrame(rows)
    number = loads.groupby("silo").cumcount() + 1
    loads["load"] = [f"{silo}-{n:02d}" for silo, n in zip(loads["silo"], number, strict=True)]
    return loads


def _batches(plan: _Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Batches of every day: half of them bars, half of them biscuits, which are baked; recipes in turn."""
    n = plan.days * plan.batches
    day = np.repeat(np.arange(plan.days), plan.batches)
    baked = (np.arange(n) + day) % 2 == 1
    recipe = np.concatenate([rng.permutation(list(RECIPES)) for _ in range(n // 3 + 1)])[:n]
    finished = rng.integers(1, 3, n)
    product = [f"{kind} {'biscuit' if hot else 'bar'}" for kind, hot in zip(recipe, baked, strict=True)]
    return pd.DataFrame({"batch": [f"B{i + 1:04d}" for i in range(n)], "day": day, "recipe": recipe, "product": product,
                         "baked": baked, "finished": finished,
                         "amount_kg": finished * PACK * rng.integers(18, 23, n) * 100})  # fmt: skip


def _used(batches: pd.DataFrame, loads: pd.DataFrame, rng: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
    """Which load gave how much to which batch; a batch draws each material from one of its two silos."""
    batch, load, amount = [], [], []
    for material in MATERIALS:
        share = batches["recipe"].map(lambda kind, name=material: RECIPES[kind].get(name, 0.0)).to_numpy()
        who = np.flatnonzero(share > 0)
        silo = rng.integers(1, 3, len(who))
        own = loads[loads["material"] == material]
        for number in (1, 2):
            mine = own[own["silo"].str.endswith(str(number))]
            chosen = who[silo == number]
            place = np.searchsorted(mine["start"].to_numpy(), batches["day"].to_numpy()[chosen], side="right") - 1
            batch.append(chosen)
            load.append(mine.index.to_numpy()[place])
            amount.append(share[chosen] * batches["amount_kg"].to_numpy()[chosen])
    return {"batch": np.concatenate(batch), "load": np.concatenate(load), "amount_kg": np.concatenate(amount)}


def _fill(
    loads: pd.DataFrame, used: dict[str, npt.NDArray[Any]], rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame, Floats, Floats]:
    """Raw lots, the steps that fill loads with them, and the content of loads: in all, and but for silo heels."""
    need = np.maximum(np.bincount(used["load"], weights=used["amount_kg"], minlength=len(loads)), 400.0)
    lots, fills = [], []
    content, direct = np.zeros((len(loads), 2 * len(loads))), np.zeros((len(loads), 2 * len(loads)))
    before: dict[str, tuple[int, float]] = {}
    for i, row in enumerate(loads.to_dict("records")):
        kept, heel = before.get(row["silo"], (-1, 0.0))
        total = need[i] * (1 + HEEL)
        fresh = total - heel
        part = rng.uniform(0.4, 0.6)
        for place, (letter, share) in enumerate(zip(row["pair"], (part, 1 - part), strict=True)):
            lots.append({**row, "load": i, "letter": LETTERS[letter], "amount_kg": fresh * share})
            content[i, 2 * i + place] = direct[i, 2 * i + place] = fresh * share / total
        if heel > 0:
            fills.append(
                {"from": loads["load"].iloc[kept], "to": row["load"], "amount_kg": heel, "step": "left in silo"}
            )
            content[i] += content[kept] * heel / total
        before[row["silo"]] = (i, need[i] * HEEL)
    table, order = _lots(pd.DataFrame(lots), rng)
    steps = pd.DataFrame({"from": table["raw_lot"], "to": loads["load"].to_numpy()[table["load"]],
                          "amount_kg": table["amount_kg"], "step": "filled"})  # fmt: skip
    return table, pd.concat([steps, pd.DataFrame(fills)], ignore_index=True), content[:, order], direct[:, order]


def _lots(drawn: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, Places]:
    """Name raw lots by supplier in the order of their arrival."""
    drawn["arrived"] = drawn["start"] - rng.integers(1, 4, len(drawn))
    drawn["supplier"] = [f"{m.split()[0].capitalize()} supplier {letter}"
                         for m, letter in zip(drawn["material"], drawn["letter"], strict=True)]  # fmt: skip
    order = np.lexsort((drawn.index, drawn["start"], drawn["letter"], drawn["code"]))
    table = drawn.iloc[order].reset_index(drop=True)
    table["arrived"] = table.groupby("supplier")["arrived"].cummax()
    number = table.groupby("supplier").cumcount() + 1
    table["raw_lot"] = [
        f"{c}{letter}-{n:03d}" for c, letter, n in zip(table["code"], table["letter"], number, strict=True)
    ]
    table["received"] = [_iso(day) for day in table["arrived"]]
    table["amount_kg"] = table["amount_kg"].round(1)
    table["samples"], table["positives"] = 5, 0
    table["certificate"] = np.where(rng.random(len(table)) < 0.96, "complete", "late")
    columns = [
        "raw_lot",
        "material",
        "supplier",
        "received",
        "amount_kg",
        "samples",
        "positives",
        "certificate",
        "load",
    ]
    return table[columns], np.asarray(order, dtype=np.int64)


def _episode(plant: _Plant, plan: _Plan, run: int, rng: np.random.Generator) -> Places | None:
    """Rows of the contaminated lots: a run of one supplier that no other supplier's run can stand for."""
    suppliers, loads = plant.lots["supplier"].to_numpy(), plant.lots["load"].to_numpy()
    names = plant.names
    own = np.flatnonzero(suppliers == names[int(rng.integers(len(names)))])
    low, high = max(7, plan.days - 48), plan.days - 11 - 4 * run
    day = plant.first_use[own]
    possible = [own[i : i + run] for i in range(len(own) - run + 1) if low <= day[i] <= high]
    possible = [rows for rows in possible if _alone(suppliers, loads, rows)]
    return possible[int(rng.integers(len(possible)))] if possible else None


def _alone(suppliers: npt.NDArray[Any], loads: Places, rows: Places) -> bool:
    """Whether the run shares its loads with more than one other supplier."""
    others = set(suppliers[np.isin(loads, loads[rows])]) - {suppliers[rows[0]]}
    return len(others) > 1


def _finished(plant: _Plant, plan: _Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Finished lots, and how many packs of each are still out there."""
    batches = plant.batches
    place = np.repeat(np.arange(len(batches)), batches["finished"])
    day = batches["day"].to_numpy()[place]
    packs = np.rint(batches["amount_kg"].to_numpy()[place] / batches["finished"].to_numpy()[place] / PACK).astype(int)
    age = (plan.days - day) * 7 / 6
    eaten = rng.binomial(packs, 1 - np.exp(-np.maximum(age - 4, 0) / EATEN_DAYS))
    made = batches[["product", "baked"]].iloc[place].reset_index(drop=True)
    return pd.DataFrame({"finished_lot": _finished_names(batches), "packed": [_iso(d) for d in day],
                         "product": made["product"], "baked": made["baked"], "packs": packs, "packs_eaten": eaten,
                         "packs_left": packs - eaten, "place": place})  # fmt: skip


def _finished_names(batches: pd.DataFrame) -> list[str]:
    return [
        f"F{name[1:]}-{k + 1}" for name, n in zip(batches["batch"], batches["finished"], strict=True) for k in range(n)
    ]


def _exposure(plant: _Plant, finished: pd.DataFrame, run: Places, works: bool) -> Floats:
    """Share of contaminated material in every finished lot; 0 where baking killed it."""
    share = plant.content[:, run].sum(axis=1)[finished["place"]]
    return np.where(finished["baked"] & works, 0.0, share)


def _touched(plant: _Plant, finished: pd.DataFrame, run: Places) -> npt.NDArray[np.bool_]:
    """Which finished lots are made of a contaminated lot, but for what stayed in silos."""
    touched = plant.direct[:, run].sum(axis=1) > 0
    return np.asarray(touched[finished["place"].to_numpy()])


def _tests(
    plant: _Plant, finished: pd.DataFrame, exposure: Floats, run: Places, strength: float,
    part: float, rng: np.random.Generator,
) -> pd.DataFrame | None:  # fmt: skip
    """Draw tests of retained packs; None where they do not show every contaminated lot clearly."""
    n = len(finished)
    direct = plant.direct[:, run][finished["place"]]
    tested = rng.random(n) < part
    baked = finished["baked"].to_numpy()
    chance = -np.expm1(-strength * PORTIONS * exposure)
    positives = np.where(tested, rng.binomial(PACKS_TESTED, chance), 0)
    strong = -np.log1p(-np.clip(chance, 0, 0.999)) * PACKS_TESTED * tested
    expected = (strong[:, None] * (direct & ~baked[:, None])).sum(axis=0)
    shown = ((positives > 0)[:, None] & direct & ~baked[:, None]).sum(axis=0)
    hidden = (PACKS_TESTED * strength * PORTIONS * plant.content[:, run].sum(axis=1)[finished["place"]])[
        tested & baked & direct.any(axis=1)
    ].sum()
    clean = _clean_neighbours(plant, finished, run, strength, tested & ~baked)
    spread = positives[direct.any(axis=1)].sum() == positives.sum()
    if (expected < 6).any() or (shown < 2).any() or hidden < 9 or clean < 6 or not spread:
        return None
    rows = np.flatnonzero(tested)
    days = rng.integers(1, 6, len(rows))
    last = date.fromisoformat(str(finished["packed"].iloc[-1]))
    table = pd.DataFrame({"finished_lot": finished["finished_lot"].to_numpy()[rows],
                          "tested": [(last + timedelta(days=int(d))).isoformat() for d in days],
                          "packs_tested": PACKS_TESTED, "packs_positive": positives[rows],
                          "portions": PORTIONS})  # fmt: skip
    return table.sort_values(["tested", "finished_lot"], ignore_index=True)


def _clean_neighbours(
    plant: _Plant, finished: pd.DataFrame, run: Places, strength: float,
    tested: npt.NDArray[np.bool_],
) -> float:  # fmt: skip
    """How many positives tests would have found had the lot before or after the run been contaminated too."""
    supplier = plant.lots["supplier"].to_numpy()
    near = [i for i in (run[0] - 1, run[-1] + 1) if 0 <= i < len(supplier) and supplier[i] == supplier[run[0]]]
    share = plant.content[:, near][finished["place"]]
    return float((PACKS_TESTED * strength * PORTIONS * share[tested]).sum(axis=0).min()) if near else np.inf


def _shipments(finished: pd.DataFrame, plan: _Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Which customers got how many packs of each finished lot."""
    number = rng.integers(2, 5, len(finished))
    rows = np.repeat(np.arange(len(finished)), number)
    customers = np.concatenate([rng.choice(plan.customers, k, replace=False) for k in number])
    share = rng.uniform(0.5, 1.5, len(rows))
    total = np.bincount(rows, weights=share)
    packs = np.floor(share / total[rows] * finished["packs"].to_numpy()[rows]).astype(int)
    first = np.searchsorted(rows, np.arange(len(finished)))
    packs[first] += finished["packs"].to_numpy() - np.bincount(rows, weights=packs).astype(int)
    later = rng.integers(1, 4, len(rows))
    packed = finished["packed"].to_numpy(dtype="datetime64[D]")
    shipped = np.datetime_as_string(packed[rows] + later.astype("timedelta64[D]"))
    return pd.DataFrame({"shipped": shipped.astype(object),
                         "finished_lot": finished["finished_lot"].to_numpy()[rows],
                         "customer": [f"Customer {c + 1:02d}" for c in customers], "packs": packs})  # fmt: skip


def _complaints(
    finished: pd.DataFrame, shipments: pd.DataFrame, exposure: Floats, rate: float, plan: _Plan,
    rng: np.random.Generator,
) -> pd.DataFrame:  # fmt: skip
    """Complaints, one in a row: illness, taste, packaging."""
    eaten = finished["packs_eaten"].to_numpy()
    mean = {"illness": eaten * (USUAL + rate * exposure), "taste": eaten * 6e-5, "packaging": eaten * 4e-5}
    packed = finished["packed"].to_numpy(dtype="datetime64[D]")
    span = np.maximum((packed[-1] - packed).astype(int) - 2, 1)
    parts = []
    for reason, expected in mean.items():
        rows = np.repeat(np.arange(len(finished)), rng.poisson(expected))
        when = packed[rows] + (4 + (rng.random(len(rows)) * span[rows]).astype(int)).astype("timedelta64[D]")
        days = np.datetime_as_string(when).astype(object) if len(rows) else []
        parts.append(pd.DataFrame({"received": days, "row": rows, "reason": reason}))
    table = pd.concat(parts, ignore_index=True)
    by_lot = shipments.groupby("finished_lot", sort=False)["customer"].first()
    table["finished_lot"] = finished["finished_lot"].to_numpy()[table["row"].astype(int)]
    table["customer"] = by_lot.reindex(table["finished_lot"]).to_numpy()
    columns = ["received", "finished_lot", "customer", "reason"]
    return table[columns].sort_values(columns[:2], kind="stable", ignore_index=True)


def _suppliers(lots: pd.DataFrame) -> pd.DataFrame:
    table = lots.groupby("supplier", sort=False).agg(
        material=("material", "first"), lots=("raw_lot", "size"), amount_kg=("amount_kg", "sum")
    )  # fmt: skip
    table["amount_kg"] = table["amount_kg"].round(0)
    return table.reset_index()


def _history(
    lots: pd.DataFrame, culprit: str, event: str, plan: _Plan, rng: np.random.Generator
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Past months of every supplier: the culprit declines for good, another has one bad month, one is always so-so."""
    names = lots["supplier"].unique()
    last = _iso(plan.days - 1)[:7]
    months = _months(last)
    at = months.index(event)
    others = [name for name in names if name != culprit]
    for _ in range(ROUNDS):
        start = at - int(rng.integers(6, 10))
        odd, weak = rng.choice(others, 2, replace=False)
        bad = int(rng.integers(4, at - 1))
        fall = pd.DataFrame(0.0, index=months, columns=names)
        fall.loc[months[start] :, culprit] = 1.0
        fall.loc[months[start], culprit] = 0.5
        fall.loc[months[bad], odd] = 1.0
        table = _months_of(fall, str(weak), rng)
        score = _scores(table).to_numpy().reshape(len(months), -1)
        low = pd.DataFrame(score < 72, index=months, columns=names)
        twice = (low & low.shift(1, fill_value=False)).any()
        early = (score[: at - 2, list(names).index(culprit)] < 66)[start:].sum() >= 3
        if early and low.loc[months[start] : months[at - 3], culprit].iloc[1:].all() and not twice.drop(culprit).any():
            break
    else:
        raise RuntimeError("no history that can be solved")
    return table, {"decline_month": months[start], "false_lead": str(odd)}


def _months_of(fall: pd.DataFrame, weak: str, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the counts of every supplier and month; `fall` says how far a supplier has declined, 0 to 1."""
    depth = fall.to_numpy().ravel()
    n = len(depth)
    base = np.tile(np.where(fall.columns == weak, 2.0, 1.0) * rng.uniform(0.8, 1.2, fall.shape[1]), len(fall))
    worse = base * (1 + 6 * depth)
    deliveries = rng.integers(7, 11, n)
    on_time = rng.binomial(deliveries, np.clip(0.94 - 0.03 * (base > 1.5) - 0.32 * depth, 0, 1))
    complete = rng.binomial(deliveries, np.clip(0.98 - 0.40 * depth, 0, 1))
    audit = np.clip(rng.normal(90 - 4 * (base > 1.5) - 28 * depth, 1.5), 0, 100).round(0)
    return pd.DataFrame({
        "month": np.repeat(fall.index, fall.shape[1]), "supplier": np.tile(fall.columns, len(fall)),
        "units_inspected": UNITS, "critical": rng.poisson(0.0002 * UNITS * worse),
        "major": rng.poisson(0.0012 * UNITS * worse), "minor": rng.poisson(0.004 * UNITS * worse),
        "deliveries": deliveries, "on_time": on_time, "documents_complete": complete, "audit_score": audit,
    })  # fmt: skip


def _scores(table: pd.DataFrame) -> pd.Series:
    """Composite score as the company computes it, to see that a draw can be solved."""
    points = (5 * table["critical"] + 3 * table["major"] + table["minor"]) / table["units_inspected"]
    quality = (100 * (1 - points / ZERO_AT)).clip(0, 100)
    return (
        CRITERIA["quality"] * quality
        + CRITERIA["delivery"] * 100 * table["on_time"] / table["deliveries"]
        + CRITERIA["documents"] * 100 * table["documents_complete"] / table["deliveries"]
        + CRITERIA["audit"] * table["audit_score"]
    )


def _months(last: str) -> list[str]:
    year, month = int(last[:4]), int(last[5:])
    count = [year * 12 + month - 1 - back for back in range(MONTHS - 1, -1, -1)]
    return [f"{x // 12}-{x % 12 + 1:02d}" for x in count]


def _iso(day: int) -> str:
    """Date of a production day: six a week."""
    return (FIRST_DAY + timedelta(days=int(day // 6 * 7 + day % 6))).isoformat()
