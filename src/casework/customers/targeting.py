"""Whom to offer what, so that they stay: expected profit of rules that rank customers by risk, value and uplift."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_fraction, check_number, suggest
from casework.core.errors import DataError, InputError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
NOBODY, RANDOM = "nobody", "random"
RULES = (mark("nobody"), mark("random"), mark("risk"), mark("value"), mark("risk x value"), mark("uplift"))
NONE = mark("none")
COLUMNS = (mark("rule"), mark("customers"), mark("kept"), mark("cost"), mark("profit"), mark("low"), mark("high"),
           mark("best"), mark("segment"), mark("offer"), mark("mean risk"), mark("mean value"), mark("held"),
           mark("gain"), mark("break even held"), mark("break even value"), mark("chosen"))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What an offer costs.

    Attributes
    ----------
    contact : float
        For every customer who is contacted [currency], at least 0.
    incentive : float
        For every contacted customer who stays, also those who would have stayed anyway [currency], at least 0.
    """

    contact: float
    incentive: float = 0.0


@dataclass(frozen=True, kw_only=True)
class TargetingResult(Result):
    """What every rule is expected to bring.

    Attributes
    ----------
    table : DataFrame
        A row per rule: `rule`, `customers` contacted, `kept` (expected), `cost`, `profit` (value kept less cost)
        [currency]; with draws `low` and `high` of the profit, and `best`: share of draws in which no rule earns more
        (the simpler of equals counts).
    segments : DataFrame
        A row per segment and offer: `customers`, `mean_risk`, `mean_value`, `held`, `gain` (mean profit per
        contact), `break_even_held`: share of would-be leavers to hold so that the mean gain is 0, and
        `break_even_value`: the factor of all values at which it is.
    plan : DataFrame
        On the rows of the input: `segment`, `offer` with the highest expected gain (or none where all lose),
        `gain` of it, and `chosen`: whether the uplift rule contacts this customer.
    capacity : float
        Share of the customers that can be contacted.
    common_offer : str
        What rules that do not look at the uplift offer everybody: the offer that would earn most offered to all.
    """

    table: pd.DataFrame
    segments: pd.DataFrame
    plan: pd.DataFrame
    capacity: float
    common_offer: str
    confidence: float
    notes: tuple[str, ...] = ()

    @property
    def best(self) -> str:
        """Rule with the highest expected profit, the simpler one of equals."""
        return str(self.table["rule"].iloc[int(np.argmax(self.table["profit"].to_numpy()))])

    @property
    def offers(self) -> dict[str, str]:
        """Offer of the highest mean gain in every segment if all of it were contacted, or none where all lose."""
        found = {}
        for name, rows in self.segments.groupby("segment", sort=False):
            first = rows.iloc[int(np.argmax(rows["gain"].to_numpy()))]
            found[str(name)] = str(first["offer"]) if first["gain"] > 0 else NONE
        return found

    def to_frame(self) -> pd.DataFrame:
        """Return the table of the rules."""
        return self.table.copy()

    def summary(self) -> str:
        """Say which rule earns most and what the usual one, the highest risk, would."""
        rows = self.table.set_index("rule")
        if self.best == NOBODY:
            return t("No rule earns its cost: leave all customers alone.")
        words = {"rule": t(self.best), "profit": rows.loc[self.best, "profit"], "risk": rows.loc["risk", "profit"]}
        if self.best == "risk":
            return t('The rule "{rule}" earns most: {profit:,.0f}.', **words)
        return t("The rule \"{rule}\" earns most, {profit:,.0f}; contacting those of the highest risk would bring "
                 "{risk:,.0f}.", **words)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Economics:
    """Gain of contacting customer i with offer o: pays[i, o] * held[segment of i, o] - costs[i, o]."""

    risk: Floats
    value: Floats
    place: Ints
    held: Floats
    contact: Floats
    incentive: Floats
    pays: Floats = field(init=False)
    costs: Floats = field(init=False)
    gain: Floats = field(init=False)

    def __post_init__(self) -> None:
        risk = self.risk[:, None]
        object.__setattr__(self, "pays", risk * (self.value[:, None] - self.incentive))
        object.__setattr__(self, "costs", self.contact + self.incentive * (1 - risk))
        object.__setattr__(self, "gain", self.pays * self.held[self.place] - self.costs)

    def totals(self, contacted: Bools) -> tuple[Floats, float]:
        """Sum what contacts pay by segment and offer (contacted: customers by offers), and what they cost."""
        pays = np.zeros(self.held.shape)
        np.add.at(pays, self.place, np.where(contacted, self.pays, 0.0))
        return pays, float(self.costs[contacted].sum())

    def kept(self, contacted: Bools) -> tuple[float, float]:
        """Return the expected number of customers kept, and the incentives that they take."""
        kept = np.where(contacted, self.risk[:, None] * self.held[self.place], 0.0)
        return float(kept.sum()), float((kept * self.incentive).sum())


def targeting_rules(
    customers: pd.DataFrame,
    held: pd.DataFrame,
    *,
    segment: str,
    risk: str,
    value: str,
    offers: Mapping[str, Offer],
    capacity: float = 0.3,
    draws: Floats | None = None,
    confidence: float = 0.95,
) -> TargetingResult:
    """Compare rules for whom to contact by the profit that they are expected to bring.

    Parameters
    ----------
    customers : DataFrame
        One row per customer who is still here.
    held : DataFrame, a row per segment, a column per offer
        Share of would-be leavers whom the offer holds, at most 1; below 0 where it drives customers away. See
        `UpliftResult.held`.
    segment, risk, value : str
        Columns of `customers`: segment, probability of leaving without an offer (0 to 1), and what a customer who is
        kept brings [currency], at least 0.
    offers : mapping of name to Offer
        Costs of every offer of `held`.
    capacity : float
        Share of the customers that can be contacted, above 0, at most 1.
    draws : ndarray, shape (n, segments, offers), optional
        What is open about `held`; see `UpliftResult.held_draws`. The rules stay as they are, their profit is drawn.
    confidence : float
        Of the intervals of the profit.

    Returns
    -------
    TargetingResult
        The rules, simple ones first: `nobody`; `random`; highest `risk`; highest `value`; highest `risk x value`;
        `uplift`: highest expected gain with the best offer of each customer, and nobody at a loss.

    Raises
    ------
    DataError
        A column is missing or has values that cannot be used, a segment or an offer has no share held, or a share is
        not finite or above 1; all problems at once.
    ParameterError
        A cost is below 0, `capacity` or `confidence` are out of range, or `draws` have another shape.

    Notes
    -----
    The gain of a contact is risk * held * value - contact - incentive * (1 - risk + risk * held): the profit of
    Neslin et al. (2006) for one customer. Those who stay anyway take the incentive, too. A customer who leaves later,
    or who stays only as long as the offer, brings less.

    References
    ----------
    Neslin, Gupta, Kamakura, Lu & Mason (2006), Defection detection, Journal of Marketing Research 43, 204-211, eq. (1);
    Ascarza (2018), Retention futility, Journal of Marketing Research 55, 80-98.

    Examples
    --------
    >>> who = pd.DataFrame({"age": ["young", "old"], "risk": [0.5, 0.8], "value": [90.0, 100.0]})
    >>> held = pd.DataFrame({"call": [0.6, 0.0]}, index=["young", "old"])
    >>> found = targeting_rules(who, held, segment="age", risk="risk", value="value", offers={"call": Offer(contact=5)},
    ...                         capacity=0.5)
    >>> found.best, found.table["profit"].tolist()
    ('uplift', [0.0, 8.5, -5.0, -5.0, -5.0, 22.0])
    """
    room = check_number("capacity", capacity, low=0, high=1, low_open=True)
    level = check_fraction("confidence", confidence)
    names = [str(name) for name in held.columns]
    model = _model(customers, held, segment, risk, value, offers)
    n = max(int(room * len(customers) + 1e-9), 1)
    common, best = int(model.gain.mean(axis=0).argmax()), model.gain.argmax(axis=1)
    contacts = _contacts(model, common, best, n)
    top = model.gain.max(axis=1)
    plan = pd.DataFrame({"segment": held.index.to_numpy()[model.place]}, index=customers.index)
    plan["offer"] = np.where(top > 0, np.array(names, dtype=object)[best], NONE)
    plan["gain"] = top
    plan["chosen"] = np.asarray(contacts["uplift"].any(axis=1))
    return TargetingResult(
        table=_table(model, contacts, common, room, _checked(draws, model.held), level),
        segments=_segments(model, held),
        plan=plan,
        capacity=room,
        common_offer=names[common],
        confidence=level,
        notes=_notes(model),
    )


def _contacts(model: _Economics, common: int, best: Ints, n: int) -> dict[str, Bools]:
    """Say which customer gets which offer under each rule that ranks; shape (customers, offers)."""
    top = model.gain.max(axis=1)
    orders = {"risk": model.risk, "value": model.value, "risk x value": model.risk * model.value, "uplift": top}
    found: dict[str, Bools] = {}
    for name, score in orders.items():
        first = np.argsort(-score, kind="stable")[:n]
        if name == "uplift":
            first = first[top[first] > 0]
        found[name] = np.zeros(model.gain.shape, dtype=bool)
        found[name][first, best[first] if name == "uplift" else common] = True
    return found


def _table(
    model: _Economics,
    contacts: Mapping[str, Bools],
    common: int,
    capacity: float,
    draws: Floats | None,
    confidence: float,
) -> pd.DataFrame:
    """Expect customers, cost and profit of every rule; a random rule is its share of contacting everybody."""
    everybody = np.zeros(model.gain.shape, dtype=bool)
    everybody[:, common] = True
    masks = {NOBODY: np.zeros_like(everybody), RANDOM: everybody, **contacts}
    rows, drawn = [], []
    for name, mask in masks.items():
        part = capacity if name == RANDOM else 1.0
        pays, cost = model.totals(mask)
        kept, incentives = model.kept(mask)
        profit = float((pays * model.held).sum() - cost)
        rows.append({"rule": name, "customers": round(part * int(mask.any(axis=1).sum())), "kept": part * kept,
                     "cost": part * (cost + incentives), "profit": part * profit})  # fmt: skip
        if draws is not None:
            drawn.append(part * (np.tensordot(draws, pays, axes=2) - cost))
    table = pd.DataFrame(rows)
    return table if draws is None else _with_draws(table, np.array(drawn), confidence)


def _with_draws(table: pd.DataFrame, drawn: Floats, confidence: float) -> pd.DataFrame:
    """Add intervals of the profit and how often each rule is the best, the simpler of equals."""
    table["low"], table["high"] = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2], axis=1)
    table["best"] = np.bincount(drawn.argmax(axis=0), minlength=len(drawn)) / drawn.shape[1]
    return table


def _segments(model: _Economics, held: pd.DataFrame) -> pd.DataFrame:
    """Describe every segment under every offer, and where it turns."""
    k, shape = len(held), model.held.shape
    n = np.bincount(model.place, minlength=k)
    with np.errstate(invalid="ignore", divide="ignore"):
        risk, value, worth = (np.bincount(model.place, x, minlength=k) / n
                              for x in (model.risk, model.value, model.risk * model.value))  # fmt: skip
        pays, costs, gain = (
            np.column_stack([np.bincount(model.place, x[:, j], minlength=k) / n for j in range(shape[1])])
            for x in (model.pays, model.costs, model.gain)
        )
        needed = np.where(pays > 0, costs / pays, np.nan)
        incentives = model.held * risk[:, None] * model.incentive
        factor = np.where(model.held > 0, (costs + incentives) / (model.held * worth[:, None]), np.nan)
    table = pd.DataFrame({"segment": np.repeat(held.index.to_numpy(), shape[1])})
    table["offer"] = np.tile(np.array([str(name) for name in held.columns], dtype=object), k)
    for name, column in (("customers", n), ("mean_risk", risk), ("mean_value", value)):
        table[name] = np.repeat(column, shape[1])
    for name, grid in (("held", model.held), ("gain", gain), ("break_even_held", needed), ("break_even_value", factor)):
        table[name] = grid.ravel()
    return table


def _model(
    customers: pd.DataFrame,
    held: pd.DataFrame,
    segment: str,
    risk: str,
    value: str,
    offers: Mapping[str, Offer],
) -> _Economics:
    """Check all inputs at once and put them into arrays."""
    problems: list[Problem] = []
    costs: Floats = np.zeros((0, 2))
    columns: tuple[Floats, Floats, Ints] = (np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64))
    for part in ("costs", "columns"):
        try:
            if part == "costs":
                costs = _costs(offers, [str(name) for name in held.columns])
            else:
                columns = _columns(customers, held, segment, risk, value)
        except InputError as error:
            problems.extend(error.problems)
    shares = held.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64)
    if bad := int((~np.isfinite(shares) | (shares > 1)).sum()):
        found = tn("{n} value is missing or above 1", "{n} values are missing or above 1", bad)
        problems.append(Problem("held", found, t("shares of those who would leave, at most 1")))
    if problems:
        raise DataError(problems)
    return _Economics(risk=columns[0], value=columns[1], place=columns[2], held=shares, contact=costs[:, 0],
                      incentive=costs[:, 1])  # fmt: skip


def _costs(offers: Mapping[str, Offer], names: list[str]) -> Floats:
    problems = [Problem("offers", t("{value} has no costs", value=repr(name)), fix=suggest(name, offers))
                for name in names if name not in offers]  # fmt: skip
    for name in names:
        for part in ("contact", "incentive"):
            cost = getattr(offers.get(name), part, 0.0)
            if not np.isfinite(cost) or cost < 0:
                problems.append(Problem(f"offers, {name}, {part}", f"{cost:g}", t("a number {range}", range=">= 0")))
    if not names:
        problems.append(Problem("held", t("none"), t("at least one offer")))
    if problems:
        raise ParameterError(problems)
    return np.array([[offers[name].contact, offers[name].incentive] for name in names], dtype=np.float64)


def _columns(
    customers: pd.DataFrame, held: pd.DataFrame, segment: str, risk: str, value: str
) -> tuple[Floats, Floats, Ints]:
    known = [str(name) for name in customers.columns]
    lost = [name for name in (segment, risk, value) if name not in customers.columns]
    problems = [Problem(_column(name), t("missing"), fix=suggest(name, known)) for name in lost]
    if not len(customers):
        problems.append(Problem(t("customers"), t("none"), t("at least one")))
    if problems:
        raise DataError(problems)
    r, v = (pd.to_numeric(customers[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
            for name in (risk, value))  # fmt: skip
    place = pd.Index(held.index.astype(str)).get_indexer(pd.Index(customers[segment].astype(str)))
    if bad := int((~((r >= 0) & (r <= 1))).sum()):
        found = tn("{n} value that cannot be used", "{n} values that cannot be used", bad)
        problems.append(Problem(_column(risk), found, t("probabilities from 0 to 1")))
    if bad := int((~(np.isfinite(v) & (v >= 0))).sum()):
        found = tn("{n} value that cannot be used", "{n} values that cannot be used", bad)
        problems.append(Problem(_column(value), found, t("numbers of at least 0")))
    if (place < 0).any():
        unknown = ", ".join(sorted(set(customers[segment].astype(str)[place < 0]))[:5])
        problems.append(Problem(_column(segment), t("no share held for: {names}", names=unknown)))
    if problems:
        raise DataError(problems)
    return r, v, np.asarray(place, dtype=np.int64)


def _checked(draws: Floats | None, held: Floats) -> Floats | None:
    if draws is None:
        return None
    values = np.asarray(draws, dtype=np.float64)
    if values.ndim != 3 or values.shape[1:] != held.shape or not len(values) or not np.isfinite(values).all():
        shape = " x ".join(str(k) for k in values.shape)
        wanted = t("finite numbers, n x {k} segments x {m} offers", k=held.shape[0], m=held.shape[1])
        raise ParameterError(Problem("draws", shape, wanted))
    return values


def _column(name: str) -> str:
    return t("column {name}", name=repr(name))


def _notes(model: _Economics) -> tuple[str, ...]:
    """Tell where an offer drives away more customers than can leave."""
    over = int((model.risk[:, None] * (1 - model.held[model.place]) > 1).any(axis=1).sum())
    if not over:
        return ()
    return (tn("For {n} customer an offer would raise the risk above 1; the gain is too pessimistic there.",
               "For {n} customers an offer would raise the risk above 1; the gain is too pessimistic there.",
               over),)  # fmt: skip
