"""Tables of an invented prepaid mobile operator, whose reason to leave and whose working offers are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from casework.core.options import Severity, Size

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Words = NDArray[np.object_]
Rng = np.random.Generator
Tables = tuple[dict[str, pd.DataFrame], dict[str, Any]]

OPENED, TRIAL, TODAY = (np.datetime64(day, "D") for day in ("2024-07-01", "2025-07-01", "2025-12-31"))
SURVEYED = np.datetime64("2025-06-16", "D")
JOINING_DAYS = 335  # subscribers joined from the opening until the end of May 2025
BONUS_DAYS = 365  # the welcome bonus of every subscriber
HALF_YEAR = 184  # days: of the trial, before it, and ahead
SLOW_DAYS = 14  # an answer that takes longer is slow
SUBSCRIBERS: Mapping[Size, int] = {"small": 720, "medium": 1500, "large": 6000}
LEVELS: Mapping[str, tuple[str, ...]] = {
    "tariff": ("Mini", "Midi", "Maxi"),
    "region": ("north", "south", "west"),
    "age_band": ("18-29", "30-49", "50+"),
}
BORN: Mapping[str, tuple[int, int]] = {"18-29": (1997, 2006), "30-49": (1977, 1995), "50+": (1945, 1974)}
DRIVERS: Mapping[str, tuple[str, str]] = {  # what makes leave: stated reason, dimension of satisfaction that suffers
    "tariff": ("price", "price"),
    "region": ("network", "network"),
    "slow_answer": ("service", "service"),
    "bonus_end": ("bonus ends", "price"),
}
REASONS = ("price", "network", "service", "bonus ends", "handset")
RIVALS = ("Quorimo", "Veltaro", "Nimbeko")
CONTROL, OFFERS = "control", ("data bonus", "service call")
ODDS = 1.8  # log odds of leaving that the driver adds
MOOD = -0.35  # log odds of leaving by one standard deviation of general satisfaction
START: Mapping[Severity, float] = {"low": -1.75, "medium": -1.3, "high": -0.9}  # log odds without the driver
HELD, DRIVEN_AWAY = 0.8, -0.2  # share of would-be leavers an offer holds where it works; where calls only remind
TOP_UP_EVERY, RATE_SHAPE = 85.0, 2.0  # days between top-ups on average; gamma shape of the rates
AMOUNT, AMOUNT_SHAPE, TASTE_SHAPE, RICH = 28.0, 6.0, 6.0, 2.2  # mean of a top-up [EUR]; shapes; factor of the valuable
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "network": ("reception", "data_speed"),
    "service": ("hotline_reachable", "problem_solved"),
    "price": ("value_for_money", "bill_clear"),
}
LIKED: Mapping[str, float] = {"network": 7.4, "service": 7.0, "price": 7.1}
GIVEN = ("Ada", "Bela", "Cem", "Dora", "Emil", "Fina", "Goran", "Hela", "Ivo", "Jana", "Kian", "Lea", "Milo", "Nora",
         "Otis", "Pia", "Rafa", "Sina", "Tomo", "Vera")  # fmt: skip
SYLLABLES = ("bar", "dun", "fel", "gor", "hal", "kem", "lor", "mar", "nel", "os", "per", "rin", "sel", "tor", "vin")


@dataclass(frozen=True, kw_only=True)
class _Plot:
    """What is true in this draw."""

    driver: str
    driver_level: str
    moderator: str
    segments: tuple[str, ...]
    held: Floats  # segments by offers
    valuable: str
    valuable_level: str
    rival: str
    start: float


def generate(*, seed: int, severity: Severity, size: Size) -> Tables:
    """Draw the tables of the operator and what they were drawn from.

    Parameters
    ----------
    seed : int
        The same seed, severity and size give the same tables; another seed another reason to leave, other offers that
        work elsewhere, another valuable group.
    severity : {'low', 'medium', 'high'}
        How many leave: about 29, 37 or 45 of 100 in half a year.
    size : {'small', 'medium', 'large'}
        720, 1,500 or 6,000 subscribers.

    Returns
    -------
    tables : dict of DataFrame
        `subscribers`, `top_ups`, `contacts`, `survey`, `campaign` (the offers of a trial with a control group drawn at
        random, and who stayed half a year).
    truth : dict
        `driver` of leaving and its level, `reason`, `rival`; `moderator` (the attribute on which offers depend), its
        `segments` with the share of would-be leavers that either offer holds; the `valuable` attribute and level;
        `persons`; and, for subscribers still here, `present`, their `risk` of the next half-year and `yearly_spend`.

    Notes
    -----
    How many leave in a group of the trial follows its expectation (systematic sampling in random order), so that every
    draw can be solved: chance is smaller than the usual formulas say.

    Examples
    --------
    >>> tables, truth = generate(seed=7, severity="medium", size="small")
    >>> len(tables["subscribers"]), sorted(truth)[:3]
    (720, ['dimension', 'driver', 'driver_level'])
    """
    rng = np.random.default_rng([seed, list(SUBSCRIBERS).index(size), list(START).index(severity)])
    plot = _plot(np.random.default_rng(seed), severity)
    people = _people(SUBSCRIBERS[size], rng)
    mood = rng.normal(size=len(people))
    contacts = _contacts(people, rng)
    early = _early_leavers(people, plot, rng)
    flag = _affected(people, contacts, plot, TRIAL)
    risk = _risk(flag, mood, plot)
    arm, stayed = _trial(people, early, flag, risk, plot, rng)
    left = _left_on(early, stayed, rng)
    affected = np.where(np.isnat(early), flag, _affected(people, contacts, plot, None))
    tables = {
        "subscribers": _subscribers(people, left, affected, plot, rng),
        "top_ups": _top_ups(people, left, plot, rng),
        "contacts": _until(contacts, people, left),
        "survey": _survey(people, left, flag, mood, plot, rng),
        "campaign": _campaign(people, arm, stayed),
    }
    here = np.isnat(left)
    ahead = _risk(_affected(people, tables["contacts"], plot, TODAY), mood, plot)
    spend = 365 * people["rate"].to_numpy() * _mean_amount(people, plot)
    return tables, _truth(plot, people, here, ahead, spend)


def _plot(rng: Rng, severity: Severity) -> _Plot:
    """Cast the parts: what drives away, on what offers depend, who is valuable."""
    driver = str(rng.choice(list(DRIVERS)))
    level = str(rng.choice(LEVELS[driver])) if driver in LEVELS else ""
    moderator, valuable = (str(name) for name in rng.permutation([name for name in LEVELS if name != driver])[:2])
    held = np.array([[HELD, 0.0], [0.0, HELD if rng.random() < 0.65 else 0.0], [0.0, DRIVEN_AWAY]])
    order, offers = rng.permutation(3), rng.permutation(2)
    return _Plot(
        driver=driver,
        driver_level=level,
        moderator=moderator,
        segments=LEVELS[moderator],
        held=held[order][:, offers],
        valuable=valuable,
        valuable_level=str(rng.choice(LEVELS[valuable])),
        rival=str(rng.choice(RIVALS)),
        start=START[severity],
    )


def _people(n: int, rng: Rng) -> pd.DataFrame:
    """Draw subscribers with balanced attributes; some persons hold two numbers, written in two ways."""
    found = pd.DataFrame({"subscriber": [f"S{i:05d}" for i in range(1, n + 1)]})
    for name, levels in LEVELS.items():
        found[name] = rng.permutation(np.array(levels, dtype=object)[np.arange(n) % len(levels)])
    found["joined"] = OPENED + np.sort(rng.integers(0, JOINING_DAYS, n))
    found["bonus_until"] = found["joined"] + pd.to_timedelta(BONUS_DAYS, unit="D")
    found["rate"] = rng.gamma(RATE_SHAPE, 1 / (RATE_SHAPE * TOP_UP_EVERY), n)
    found["taste"] = (TASTE_SHAPE - 1) / rng.gamma(TASTE_SHAPE, 1, n)
    low, high = (np.array([BORN[band][i] for band in found["age_band"]]) for i in (0, 1))
    first = np.array([np.datetime64(f"{year}-01-01", "D") for year in rng.integers(low, high + 1)])
    found["born"] = first + rng.integers(0, 365, n)
    found["name"] = _names(n, rng)
    return _second_numbers(found, rng)


def _names(n: int, rng: Rng) -> Words:
    """Names from syllables, none twice."""
    every = [f"{a}{b}{c}".capitalize() for a in SYLLABLES for b in SYLLABLES for c in ("", "a", "en", "o")]
    codes = rng.permutation(len(every) * len(GIVEN))[:n]
    return np.array([f"{GIVEN[code % len(GIVEN)]} {every[code // len(GIVEN)]}" for code in codes], dtype=object)


def _second_numbers(people: pd.DataFrame, rng: Rng) -> pd.DataFrame:
    """Give about four of 100 rows to persons who have a number already: same birthday, name written otherwise."""
    name, born = people["name"].to_numpy(dtype=object).copy(), people["born"].to_numpy().copy()
    for band in LEVELS["age_band"]:
        rows = rng.permutation(np.flatnonzero((people["age_band"] == band).to_numpy()))
        k = round(0.04 * len(rows))
        first, second = rows[:k], rows[k : 2 * k]
        born[second] = born[first]
        style = rng.integers(0, 3, k)
        name[second] = [
            (text.upper(), f" {text}", text.replace(" ", "  ").lower())[i]
            for text, i in zip(name[first], style, strict=True)
        ]
    return people.assign(name=name, born=born)


def _contacts(people: pd.DataFrame, rng: Rng) -> pd.DataFrame:
    """Complaints in the half-years before the trial and before today; slow answers are known as such by then."""
    parts = []
    for end in (TRIAL, TODAY):
        who = np.repeat(np.arange(len(people)), rng.poisson(0.8, len(people)))
        slow = rng.random(len(who)) < 0.4
        date = end - rng.integers(np.where(slow, SLOW_DAYS + 2, 1), HALF_YEAR, len(who))
        days = np.where(slow, rng.integers(SLOW_DAYS + 1, 46, len(who)), rng.integers(0, 10, len(who)))
        solved = (date + days).astype("datetime64[ns]")
        solved[slow & (rng.random(len(who)) < 0.3)] = np.datetime64("NaT")
        parts.append(pd.DataFrame({"who": who, "date": date.astype("datetime64[ns]"), "solved_on": solved}))
    found = pd.concat(parts, ignore_index=True)
    found["topic"] = rng.choice(["network", "bill", "tariff", "handset"], len(found), p=[0.35, 0.25, 0.25, 0.15])
    found["channel"] = rng.choice(["hotline", "shop", "chat"], len(found), p=[0.5, 0.2, 0.3])
    joined = people["joined"].to_numpy()[found["who"]]
    found = found[found["date"].to_numpy() >= joined].sort_values(["date", "who"], ignore_index=True)
    return found.assign(subscriber=people["subscriber"].to_numpy()[found["who"]])


def _affected(people: pd.DataFrame, contacts: pd.DataFrame, plot: _Plot, day: np.datetime64 | None) -> Bools:
    """Whom the driver touches in the half-year after a day; without a day, those whom it touches at any time."""
    if plot.driver in LEVELS:
        return np.asarray(people[plot.driver] == plot.driver_level)
    if day is None:
        return np.zeros(len(people), dtype=bool)
    if plot.driver == "bonus_end":
        until = people["bonus_until"].to_numpy()
        return np.asarray((until > day) & (until <= day + HALF_YEAR))
    date, solved = (contacts[name].to_numpy().astype("datetime64[D]") for name in ("date", "solved_on"))
    known = (date < day) & (date >= day - HALF_YEAR)
    taken = (np.where(np.isnat(solved) | (solved > day), day, solved) - date).astype(np.int64)
    return np.asarray(people["subscriber"].isin(contacts.loc[known & (taken > SLOW_DAYS), "subscriber"]))


def _early_leavers(people: pd.DataFrame, plot: _Plot, rng: Rng) -> NDArray[np.datetime64]:
    """Days on which some left before the trial, about one of 100 a month, or no day."""
    touched = _affected(people, people.iloc[:0], plot, None)
    days = rng.exponential(np.where(touched, 1500.0, 3000.0))
    joined = people["joined"].to_numpy().astype("datetime64[D]")
    left = joined + np.minimum(days, 3000).astype(np.int64) + 1
    return np.where(left < TRIAL, left, np.datetime64("NaT", "D"))


def _risk(affected: Bools, mood: Floats, plot: _Plot) -> Floats:
    """Probability of leaving in half a year without an offer."""
    return np.asarray(1 / (1 + np.exp(-(plot.start + ODDS * affected + MOOD * mood))))


def _trial(
    people: pd.DataFrame, early: NDArray[np.datetime64], flag: Bools, risk: Floats, plot: _Plot, rng: Rng
) -> tuple[Words, Bools]:
    """Draw who got which offer (half nothing), and who stayed; early leavers are in no arm."""
    n = len(people)
    level = pd.Index(plot.segments).get_indexer(pd.Index(people[plot.moderator]))
    even = [pd.factorize(people[name])[0] for name in LEVELS]
    order = _even_order(rng, *even, flag, level, ~np.isnat(early))
    arm = np.full(n, "", dtype=object)
    taking_part = order[: int(np.isnat(early).sum())]
    arm[taking_part] = np.array([CONTROL, OFFERS[0], CONTROL, OFFERS[1]], dtype=object)[np.arange(len(taking_part)) % 4]
    place = pd.Index([CONTROL, *OFFERS, ""]).get_indexer(pd.Index(arm))
    held = np.column_stack([np.zeros(3), plot.held, np.zeros(3)])
    chance = np.where(arm == "", 0.0, np.clip(risk * (1 - held[level, place]), 0, 0.97))
    by_group = _even_order(rng, *even, flag, level, place)
    counted = np.floor(np.cumsum(chance[by_group]) + rng.random())
    stayed = np.ones(n, dtype=bool)
    stayed[by_group[np.diff(counted, prepend=0.0) > 0]] = False
    return arm, stayed


def _even_order(rng: Rng, *keys: NDArray[Any]) -> Ints:
    """Sort rows by keys, the last first, in random order where all are equal."""
    shuffled = rng.permutation(len(keys[0]))
    return np.asarray(shuffled[np.lexsort([key[shuffled] for key in keys])])


def _left_on(early: NDArray[np.datetime64], stayed: Bools, rng: Rng) -> NDArray[np.datetime64]:
    late = TRIAL + rng.integers(1, HALF_YEAR, len(stayed))
    return np.where(np.isnat(early) & ~stayed, late, early)


def _subscribers(
    people: pd.DataFrame, left: NDArray[np.datetime64], affected: Bools, plot: _Plot, rng: Rng
) -> pd.DataFrame:
    """Write the ledger, with what leavers said and where they went."""
    n, gone = len(people), ~np.isnat(left)
    reason = rng.choice(np.array(REASONS, dtype=object), n)
    reason[(rng.random(n) < 0.75) & affected] = DRIVERS[plot.driver][0]
    reason[rng.random(n) < 0.1] = "not said"
    others = [name for name in RIVALS if name != plot.rival]
    went = rng.choice(np.array([plot.rival, *others, "none"], dtype=object), n, p=[0.55, 0.18, 0.15, 0.12])
    columns = ["subscriber", "name", "born", "age_band", "region", "tariff", "joined", "bonus_until"]
    found = people[columns].copy()
    for name in ("born", "joined", "bonus_until"):
        found[name] = pd.to_datetime(found[name])
    found["left_on"] = pd.to_datetime(left)
    found["reason"], found["went_to"] = np.where(gone, reason, ""), np.where(gone, went, "")
    return found


def _mean_amount(people: pd.DataFrame, plot: _Plot) -> Floats:
    rich = np.where(people[plot.valuable] == plot.valuable_level, RICH, 1.0)
    return np.asarray(AMOUNT * rich * people["taste"], dtype=np.float64)


def _top_ups(people: pd.DataFrame, left: NDArray[np.datetime64], plot: _Plot, rng: Rng) -> pd.DataFrame:
    """One top-up on joining, then at random times until the end."""
    joined = people["joined"].to_numpy().astype("datetime64[D]")
    days = (np.where(np.isnat(left), TODAY, left) - joined).astype(np.int64)
    times = rng.poisson(people["rate"].to_numpy() * days)
    who = np.concatenate([np.arange(len(people)), np.repeat(np.arange(len(people)), times)])
    later = np.concatenate([np.zeros(len(people)), rng.random(int(times.sum()))])
    date = joined[who] + (later * days[who]).astype(np.int64)
    amount = _mean_amount(people, plot)[who] * rng.gamma(AMOUNT_SHAPE, 1 / AMOUNT_SHAPE, len(who))
    found = pd.DataFrame({"subscriber": people["subscriber"].to_numpy()[who], "date": pd.to_datetime(date)})
    found["amount_eur"] = np.maximum(np.round(amount), 3.0)
    return found.sort_values(["date", "subscriber"], kind="stable", ignore_index=True)


def _until(contacts: pd.DataFrame, people: pd.DataFrame, left: NDArray[np.datetime64]) -> pd.DataFrame:
    """Complaints of those who were subscribers then; an answer after the end is none."""
    end = np.where(np.isnat(left), TODAY, left)[contacts["who"]].astype("datetime64[ns]")
    found = contacts[contacts["date"].to_numpy() < end].reset_index(drop=True)
    end = end[contacts["date"].to_numpy() < end]
    found["solved_on"] = found["solved_on"].where(found["solved_on"] <= end)
    found["contact"] = [f"C{i:05d}" for i in range(1, len(found) + 1)]
    return found[["contact", "subscriber", "date", "topic", "channel", "solved_on"]]


def _survey(
    people: pd.DataFrame, left: NDArray[np.datetime64], flag: Bools, mood: Floats, plot: _Plot, rng: Rng
) -> pd.DataFrame:
    """Answers from 1 to 10 of a sample, two weeks before the trial."""
    hurt = DRIVERS[plot.driver][1]
    active = np.flatnonzero(np.isnat(left) | (left > SURVEYED))
    asked = np.sort(rng.choice(active, round(0.45 * len(active)), replace=False))
    dimension = {
        name: mean + 0.7 * mood[asked] + rng.normal(0, 0.8, len(asked)) - 2.0 * flag[asked] * (name == hurt)
        for name, mean in LIKED.items()
    }
    found = pd.DataFrame({"subscriber": people["subscriber"].to_numpy()[asked], "date": pd.Timestamp(SURVEYED)})
    for name, items in QUESTIONS.items():
        for item in items:
            found[item] = _answers(dimension[name] + rng.normal(0, 0.8, len(asked)))
    weight = {name: 0.6 if name == hurt else 0.15 for name in QUESTIONS}
    overall = sum(weight[name] * dimension[name] for name in QUESTIONS)
    found["overall"] = _answers(0.7 + overall + rng.normal(0, 0.5, len(asked)))
    return found


def _answers(values: Floats) -> Ints:
    return np.clip(np.floor(values + 0.5), 1, 10).astype(np.int64)


def _campaign(people: pd.DataFrame, arm: Words, stayed: Bools) -> pd.DataFrame:
    part = arm != ""
    found = pd.DataFrame({"subscriber": people["subscriber"].to_numpy()[part], "date": pd.Timestamp(TRIAL)})
    found["arm"], found["stayed"] = arm[part], stayed[part].astype(int)
    return found


def _truth(plot: _Plot, people: pd.DataFrame, here: Bools, risk: Floats, spend: Floats) -> dict[str, Any]:
    tidy = people["name"].str.lower().str.split().str.join(" ") + people["born"].astype(str)
    return {
        "driver": plot.driver,
        "driver_level": plot.driver_level,
        "odds_ratio": float(np.exp(ODDS)),
        "reason": DRIVERS[plot.driver][0],
        "rival": plot.rival,
        "dimension": DRIVERS[plot.driver][1],
        "moderator": plot.moderator,
        "segments": list(plot.segments),
        **{f"held_{offer.replace(' ', '_')}": plot.held[:, j].tolist() for j, offer in enumerate(OFFERS)},
        "valuable": plot.valuable,
        "valuable_level": plot.valuable_level,
        "value_ratio": RICH,
        "persons": int(tidy.nunique()),
        "present": people["subscriber"][here].tolist(),
        "risk": risk[here].tolist(),
        "yearly_spend": spend[here].tolist(),
    }
