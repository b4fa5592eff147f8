"""What the risks of an account could cost together: simulated losses of a register, with exact mean and spread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr, ndtri

from casework.accounts.losses import Shape, draw_losses, loss_mean, loss_variance
from casework.core.checks import check_all, check_fraction, check_number, check_option, check_whole
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.stats.tails import tail_table

Floats = npt.NDArray[np.float64]
Drawn = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Floats]  # risks, scenarios, losses
QUANTILES = (0.5, 0.8, 0.9, 0.95, 0.99)
BLOCK = 8192  # scenarios with a stream of random numbers of their own
REACH, STEP = 8.5, 0.05  # grid of the factor
MOST_SHOWN = 5
FEW = 50  # scenarios in the tail below which a note says so
COLUMNS = (
    mark("level"), mark("loss"), mark("low"), mark("high"), mark("expected shortfall"), mark("shortfall error"),
    mark("risk"), mark("chance"), mark("likely"), mark("mean loss"), mark("expected loss"), mark("sd"),
    mark("contribution"), mark("share of contribution"), mark("share of expected loss"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ExposureResult(Result):
    """Simulated loss of a risk register.

    Attributes
    ----------
    table : DataFrame
        A row per `level`: `loss` [currency] with the interval of the simulation (`low`, `high`),
        `expected_shortfall` beyond it with its standard error `shortfall_error`.
    risks : DataFrame
        A row per risk, by size of `contribution`: `chance`, `mean_loss` if it happens, `expected_loss`, `sd` (both
        exact), `contribution` (mean loss in the scenarios at or beyond the highest level) and shares of both.
    losses : ndarray, shape (scenarios,)
        Loss of every scenario [currency].
    expected, exact_sd : float
        Exact mean and standard deviation of the whole loss.
    mean, mean_low, mean_high : float
        The mean as simulated, with its interval.
    chance_of_loss : float
        Exact probability that at least one risk happens.
    correlation : float
    confidence : float
    """

    table: pd.DataFrame
    risks: pd.DataFrame
    losses: Floats
    expected: float
    exact_sd: float
    mean: float
    mean_low: float
    mean_high: float
    chance_of_loss: float
    correlation: float
    confidence: float
    notes: tuple[str, ...] = ()

    def chance_above(self, sum_lost: float) -> float:
        """Share of scenarios that lose more than a sum."""
        return float((self.losses > sum_lost).mean())

    def at(self, level: float) -> pd.Series:
        """Return the row of a level.

        Raises
        ------
        ParameterError
            It was not asked for.
        """
        found = self.table[np.isclose(self.table["level"], level)]
        if found.empty:
            known = ", ".join(f"{x:g}" for x in self.table["level"])
            raise ParameterError(Problem("level", f"{level:g}", t("one of {values}", values=known)))
        return found.iloc[0]

    def to_frame(self) -> pd.DataFrame:
        """Return quantiles and expected shortfall by level."""
        return self.table.copy()

    def summary(self) -> str:
        """Say what the risks cost on average and in bad cases."""
        last = self.table.iloc[-1]
        return t(
            "The risks cost {mean:,.0f} on average; in {level:.0%} of the cases at most {loss:,.0f}, and in the worse "
            "ones {tail:,.0f} on average.",
            mean=self.expected,
            level=last["level"],
            loss=last["loss"],
            tail=last["expected_shortfall"],
        )


def simulate_exposure(
    register: pd.DataFrame,
    *,
    chances: Mapping[str, float] | None = None,
    shape: Shape = "pert",
    correlation: float = 0.0,
    scenarios: int = 50_000,
    levels: Sequence[float] = QUANTILES,
    confidence: float = 0.95,
    seed: int = 7,
) -> ExposureResult:
    """Simulate which risks happen and what they cost.

    Parameters
    ----------
    register : DataFrame
        A row per risk: `risk` (name), `low`, `likely`, `high` (loss if it happens [currency]: at least 0, rising), and
        `chance` (0 to 1) or, with `chances`, `probability` (a level).
    chances : mapping of level to float, optional
        What the levels of `probability` mean as a chance, 0 to 1.
    shape : {'pert', 'triangular', 'lognormal'}
        Distribution of a loss. For PERT and triangular, low and high are the ends; for lognormal, which has none, 90%
        of the losses lie between them (both above 0), and `likely` is not used.
    correlation : float
        Correlation of what drives any two risks, at least 0, below 1: with it, bad things come together.
    scenarios : int
        1,000 to 5,000,000.
    levels : sequence of float
        Levels of quantiles and shortfalls, between 0 and 1.
    confidence : float
        Of the intervals, between 0 and 1.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    ExposureResult

    Raises
    ------
    ParameterError
        A number out of its range, or an unknown shape.
    DataError
        A column is missing, the register is empty, or a cell is no number, out of range or out of order: all at once.

    Notes
    -----
    A risk happens if a standard normal variable falls below the quantile of its chance; the variables share one factor
    (Gaussian copula, as in Vasicek's model). Sizes are drawn independently. Mean and standard deviation are exact:
    Var(L) = E[Var(L | Z)] + Var(E[L | Z]), by integration over the factor Z. The interval of a quantile lies between
    order statistics. Each block of scenarios has its own stream of random numbers.

    Estimates of chances are what is least known here: a narrow interval of the simulation says nothing about them.

    References
    ----------
    Vose (2008), Risk analysis, 3rd ed., chapter 14 (PERT); Hubbard & Seiersen (2016), How to measure anything in
    cybersecurity risk, chapter 3 (lognormal from a 90% range); McNeil, Frey & Embrechts (2015), Quantitative risk
    management, chapter 11.

    Examples
    --------
    >>> register = pd.DataFrame({"risk": ["a", "b"], "chance": [0.5, 0.1], "low": [10, 100], "likely": [20, 200],
    ...                          "high": [30, 300]})
    >>> found = simulate_exposure(register, scenarios=2000)
    >>> round(found.expected, 9), round(found.chance_of_loss, 9)
    (30.0, 0.55)
    """
    check_all(
        lambda: check_option("shape", shape, Shape),
        lambda: check_number("correlation", correlation, low=0, high=1, high_open=True),
        lambda: check_whole("scenarios", scenarios, low=1000, high=5_000_000),
        lambda: check_fraction("confidence", confidence),
        *(lambda level=level: check_fraction("levels", level) for level in levels),
        *(lambda x=x, name=name: check_number(t("chance of {name}", name=name), x, low=0, high=1)
          for name, x in (chances or {}).items()),
    )  # fmt: skip
    table = _read_register(register, chances, shape)
    chance, low, likely, high = (table[name].to_numpy() for name in ("chance", "low", "likely", "high"))
    wanted = np.array(sorted({float(x) for x in levels} or set(QUANTILES)))
    draw = partial(_draw, chance=chance, ends=(low, likely, high), shape=shape, rho=correlation)
    losses, tails, added = _simulate(draw, len(chance), int(scenarios), seed, wanted, confidence)
    table["contribution"] = added
    mean, sd, any_one = _exact(table, correlation)
    half = float(ndtri((1 + confidence) / 2)) * float(losses.std(ddof=1)) / np.sqrt(len(losses))
    return ExposureResult(
        table=tails,
        risks=_shares(table),
        losses=losses,
        expected=mean,
        exact_sd=sd,
        mean=float(losses.mean()),
        mean_low=float(losses.mean()) - half,
        mean_high=float(losses.mean()) + half,
        chance_of_loss=any_one,
        correlation=float(correlation),
        confidence=float(confidence),
        notes=_notes(register, table, len(losses) * (1 - wanted[-1])),
    )


def _simulate(
    draw: Callable[[int, np.random.SeedSequence], Drawn],
    risks: int,
    scenarios: int,
    seed: int,
    levels: Floats,
    confidence: float,
) -> tuple[Floats, pd.DataFrame, Floats]:
    """Return the loss of every scenario, its tails, and the mean loss by risk in the worst ones, drawn again."""
    losses, rounds = np.empty(scenarios), _blocks(scenarios, seed)
    for part, stream in rounds:
        which, place, size = draw(part.stop - part.start, stream)
        losses[part] = np.bincount(place, weights=size, minlength=part.stop - part.start)
    tails = tail_table(losses, levels, confidence)
    worst = losses >= float(tails["loss"].iloc[-1])
    added = np.zeros(risks)
    for part, stream in rounds:
        which, place, size = draw(part.stop - part.start, stream)
        bad = worst[part][place]
        added = added + np.bincount(which[bad], weights=size[bad], minlength=risks)
    return losses, tails, added / max(int(worst.sum()), 1)


def _draw(
    size: int,
    stream: np.random.SeedSequence,
    *,
    chance: Floats,
    ends: tuple[Floats, Floats, Floats],
    shape: str,
    rho: float,
) -> Drawn:
    """Which risks happen, in which scenarios of a block, and what each costs; the same for the same stream."""
    rng = np.random.default_rng(stream)
    now: Floats = chance[None, :]
    if rho > 0:
        now = _given(chance, rng.standard_normal(size)[:, None], rho)
    place, which = np.nonzero(rng.random((size, len(chance))) < now)
    return which, place, draw_losses(rng, *ends, which, shape)


def _blocks(scenarios: int, seed: int) -> list[tuple[slice, np.random.SeedSequence]]:
    starts = range(0, scenarios, BLOCK)
    streams = np.random.SeedSequence(seed).spawn(len(starts))
    return [(slice(a, min(a + BLOCK, scenarios)), own) for a, own in zip(starts, streams, strict=True)]


def _given(chance: Floats, factor: Floats, rho: float) -> Floats:
    """Chance of each risk where the factor is known; a low factor is a bad time."""
    return np.asarray(ndtr((ndtri(chance) - np.sqrt(rho) * factor) / np.sqrt(1 - rho)))


def _exact(table: pd.DataFrame, rho: float) -> tuple[float, float, float]:
    """Mean and standard deviation of the whole loss, and the chance that there is one."""
    chance, mean, spread = (table[name].to_numpy() for name in ("chance", "mean_loss", "loss_variance"))
    nodes = np.arange(-REACH, REACH + STEP / 2, STEP) if rho > 0 else np.zeros(1)
    weights = np.exp(-(nodes**2) / 2) / np.exp(-(nodes**2) / 2).sum()
    now = _given(chance[None, :], nodes[:, None], rho) if rho > 0 else chance[None, :]
    centre = now @ mean
    within = now @ (spread + mean**2) - now**2 @ mean**2
    whole = float(weights @ centre)
    variance = float(weights @ within + weights @ (centre - whole) ** 2)
    return float(chance @ mean), float(np.sqrt(max(variance, 0.0))), 1 - float(weights @ np.prod(1 - now, axis=1))


def _shares(table: pd.DataFrame) -> pd.DataFrame:
    shown = table[
        ["risk", "chance", "low", "likely", "high", "mean_loss", "expected_loss", "sd", "contribution"]
    ].copy()
    for name, source in (("share_of_expected_loss", "expected_loss"), ("share_of_contribution", "contribution")):
        whole = float(shown[source].sum())
        shown[name] = shown[source] / whole if whole > 0 else np.nan
    return shown.sort_values(["contribution", "expected_loss"], ascending=False, kind="stable", ignore_index=True)


def _read_register(register: pd.DataFrame, chances: Mapping[str, float] | None, shape: str) -> pd.DataFrame:
    """Return chance, ends and moments of every risk, or refuse what cannot be used."""
    column = "probability" if chances is not None else "chance"
    missing = [name for name in ("risk", column, "low", "likely", "high") if name not in register.columns]
    if missing or register.empty:
        problems = [Problem("register", t("no column {name}", name=repr(name))) for name in missing]
        raise DataError(problems or Problem("register", t("it is empty"), t("at least one risk")))
    table = pd.DataFrame({"risk": register["risk"].astype(str).to_numpy()})
    given = register[column].map(dict(chances)) if chances is not None else register["chance"]
    table["chance"] = pd.to_numeric(given, errors="coerce").to_numpy(dtype=np.float64)
    for name in ("low", "likely", "high"):
        table[name] = pd.to_numeric(register[name], errors="coerce").to_numpy(dtype=np.float64)
    _refuse(table, register[column], column, shape)
    ends = (table["low"].to_numpy(), table["likely"].to_numpy(), table["high"].to_numpy())
    table["mean_loss"] = loss_mean(*ends, shape)
    table["loss_variance"] = loss_variance(*ends, shape)
    chance, mean = table["chance"], table["mean_loss"]
    table["expected_loss"] = chance * mean
    table["sd"] = np.sqrt(chance * table["loss_variance"] + chance * (1 - chance) * mean**2)
    return table


def _refuse(table: pd.DataFrame, given: pd.Series, column: str, shape: str) -> None:
    low, likely, high = (table[name].to_numpy() for name in ("low", "likely", "high"))
    least = 0.0 if shape != "lognormal" else np.nextafter(0, 1)
    ordered = (low <= high) & ((low <= likely) & (likely <= high) if shape != "lognormal" else True)
    numbers = np.isfinite(low) & np.isfinite(high) & (np.isfinite(likely) | (shape == "lognormal"))
    sure = table["chance"].between(0, 1).to_numpy()
    problems = []
    for place in np.flatnonzero(~sure)[:MOST_SHOWN]:
        expected = t("a chance from 0 to 1") if column == "chance" else t("a level that has a chance")
        problems.append(Problem(_where(table, place, column), repr(given.iloc[place]), expected))
    for place in np.flatnonzero(~(numbers & (low >= least) & ordered))[:MOST_SHOWN]:
        found = f"{low[place]:g}, {likely[place]:g}, {high[place]:g}"
        expected = t("rising numbers of at least 0") if shape != "lognormal" else t("rising numbers above 0")
        problems.append(Problem(_where(table, place, "low, likely, high"), found, expected))
    if problems:
        raise DataError(problems)


def _where(table: pd.DataFrame, place: int, column: str) -> str:
    return t("row {row}, {name}, {column}", row=place + 1, name=table["risk"].iloc[place], column=column)


def _notes(register: pd.DataFrame, table: pd.DataFrame, beyond: float) -> tuple[str, ...]:
    notes = []
    if beyond < FEW:
        notes.append(t("Only {n:.0f} scenarios lie beyond the highest level: simulate more before you rely on it.",
                       n=beyond))  # fmt: skip
    if "rank" in register.columns:
        turned, pairs = rank_reversals(register["rank"].to_numpy(), table["expected_loss"].to_numpy())
        if turned:
            notes.append(tn("In {n} of {pairs} pairs of risks of different class, the milder class has the larger "
                            "expected loss: the matrix sorts, the money decides.",
                            "In {n} of {pairs} pairs of risks of different class, the milder class has the larger "
                            "expected loss: the matrix sorts, the money decides.", turned, pairs=pairs))  # fmt: skip
    return tuple(notes)


def rank_reversals(ranks: npt.ArrayLike, losses: npt.ArrayLike) -> tuple[int, int]:
    """Count pairs of risks of different class in which the milder class has the larger expected loss.

    Parameters
    ----------
    ranks : array_like
        Rank of each risk's class.
    losses : array_like
        Its expected loss.

    Returns
    -------
    reversed, pairs : int

    Examples
    --------
    >>> rank_reversals([1, 2, 2], [50.0, 20.0, 70.0])
    (1, 2)
    """
    rank, loss = np.asarray(ranks, dtype=np.float64), np.asarray(losses, dtype=np.float64)
    higher = rank[:, None] > rank[None, :]
    return int((higher & (loss[:, None] < loss[None, :])).sum()), int(higher.sum())
