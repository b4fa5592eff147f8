"""Numbers that quizzes call right, computed by the methods that they are about."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from casework.teach.quizzes.bank import bank_names, get_bank
from casework.teach.quizzes.model import Question

TYPED = 2e-4  # answers are typed with four digits at least


def push_horizon() -> float:
    from casework.supply_chain.structure import find_boundary, read_processes

    processes = pd.DataFrame(
        {
            "process": ["make", "test", "deliver"],
            "lead_time": [6, 1, 2],
            "after": ["", "make", "test"],
            "stage": ["manufacturer"] * 3,
        }
    )
    found = find_boundary(read_processes(processes, stages=["manufacturer", "customer"]), tolerance=4)
    return float(found.table["horizon"].max())


def double_margins() -> float:
    from casework.supply_chain.structure import double_margins

    profit = double_margins(most=100, slope=2, stages=2).table["chain_profit"]
    return float(100 * profit.iloc[1] / profit.iloc[0])


def cash_to_cash() -> float:
    from casework.supply_chain.structure import cash_to_cash

    ledger = pd.DataFrame(
        {
            "sales": [36_500.0],
            "cost_of_sales": [36_500.0],
            "inventory": [4_500.0],
            "receivables": [3_000.0],
            "payables": [2_000.0],
        }
    )
    return float(cash_to_cash(ledger).table["cash_to_cash"].iloc[0])


def eoq_lot() -> float:
    from casework.supply_chain.inventory import eoq

    return float(eoq(demand_rate=2400, fixed_cost=50, holding_cost=6).order_quantity)


def newsvendor_ratio() -> float:
    from scipy.stats import norm

    from casework.supply_chain.inventory import newsvendor_normal

    best = newsvendor_normal(revenue=12, purchase_cost=7, salvage_value=3, demand_mean=100, demand_sd=10)
    return float(100 * norm.cdf((best.base_stock_level - 100) / 10))


def bullwhip_bound() -> float:
    from casework.supply_chain.bullwhip import moving_average_amplification

    return float(moving_average_amplification(lead_time=2, window=4))


def dpmo_count() -> float:
    from casework.voice.requirements import ctq_capability, ctq_tree

    names = [f"kind {place}" for place in range(5)]
    tree = ctq_tree({"sound parcel": {f"no {name}": {name: {"unit": "defects", "upper": 0}} for name in names}})
    found = np.zeros((900, 5))
    found.flat[:27] = 1
    table = ctq_capability(tree, pd.DataFrame(found, columns=names)).table
    return float(1e6 * table["defects"].sum() / table["n"].sum())


def hearing() -> float:
    from casework.voice.requirements import interviews_needed

    return float(interviews_needed(share=0.1, chance=0.95).interviews)


def share_sample() -> float:
    from casework.stats.sampling import sample_size_proportion

    return float(sample_size_proportion(margin=0.05).answers)


def kano_better() -> float:
    from casework.voice import evaluate_counts

    counts = pd.DataFrame([[20, 40, 30, 10, 0, 0]], index=["attribute"], columns=list("MOAIRQ"))
    return float(evaluate_counts(counts).to_frame()["better"].iloc[0])


def house_column() -> float:
    from casework.voice.house import house_of_quality

    relations = pd.DataFrame({"length": [9, 1]}, index=["first", "second"])
    house = house_of_quality(relations, importance={"first": 5, "second": 3})
    return float(house.to_frame()["absolute"].iloc[0])


def points() -> float:
    from casework.satisfaction import satisfaction_index

    return float(satisfaction_index(pd.DataFrame({"q": [7, 7, 7]}), ["q"]).index)


def weighted() -> float:
    from casework.satisfaction import satisfaction_index

    answers = pd.DataFrame({"product": [80, 80], "service": [60, 60], "price": [50, 50]})
    weights = {"product": 0.5, "service": 0.3, "price": 0.2}
    index = satisfaction_index(answers, list(weights), low=0, high=100, weighting="direct", weights=weights)
    return float(index.index)


def alpha_value() -> float:
    from casework.stats.reliability import cronbach_alpha_from_moments

    names = list("abcd")
    covariance = pd.DataFrame(np.full((4, 4), 0.5) + 0.5 * np.eye(4), index=names, columns=names)
    return float(cronbach_alpha_from_moments(covariance, n=100).alpha)


def halve() -> float:
    from casework.stats.sampling import sample_size_mean

    return float(sample_size_mean(deviation=20, margin=2).answers)


def nps_value() -> float:
    from casework.satisfaction.drivers import nps_from_counts

    return float(nps_from_counts({"guests": (100, 60, 40)}).groups["nps"].iloc[0])


def chain() -> float:
    from casework.satisfaction.drivers import service_profit_chain

    noise = np.linalg.qr(np.random.default_rng(3).normal(size=(60, 5)))[0]
    centred = np.linalg.qr(noise - noise.mean(axis=0))[0][:, :4]
    values = [centred[:, 0]]
    for effect, own in zip((0.5, 0.6, 0.4), centred.T[1:], strict=True):
        values.append(effect * values[-1] + np.sqrt(1 - effect**2) * own)
    units = pd.DataFrame(dict(zip("wxyz", values, strict=True)))
    return float(service_profit_chain(units, "x ~ w\ny ~ x\nz ~ y", resamples=0).along()["indirect"].iloc[0])


def altman() -> float:
    from casework.credit.rating import altman_scores

    firm = {"x1": 0.2, "x2": 0.1, "x3": 0.1, "x4": 1.0, "x5": 1.5}
    return float(altman_scores(firm, model="public_rounded").table["z"].iloc[0])


def woe() -> float:
    from casework.credit.scorecard import woe_table

    counts = pd.DataFrame({"goods": [30, 70], "bads": [10, 90]})
    return float(woe_table(counts)["woe"].iloc[0])


def scorecard_points() -> float:
    from casework.credit.scorecard import Scaling

    scaling = Scaling(points=600, odds=50, pdo=20)
    return float(scaling.offset + scaling.factor * np.log(400))


def gini() -> float:
    from casework.credit.performance import measure_discrimination

    outcome, risk = [0] * 50 + [1], [*map(float, range(50)), 40.5]  # 41 of 50 pairs in the right order: 0.82
    found = measure_discrimination(outcome, risk)
    assert found.auc == pytest.approx(0.82)
    return float(found.gini)


def cutoff() -> float:
    from casework.credit.performance import break_even

    return float(100 * break_even(900, 100))


def dso() -> float:
    from casework.credit.receivables import days_sales_outstanding

    return float(days_sales_outstanding(receivables=300_000, sales=900_000, days=90))


def expected_loss() -> float:
    from casework.credit.provisions import portfolio

    table = pd.DataFrame({"exposure": [500_000.0], "pd": [0.02]})
    return float(portfolio(table, lgd=0.45).expected_loss)


def hhi() -> float:
    from casework.credit.provisions import concentration

    return float(concentration(pd.Series([50.0, 30.0, 20.0]), top=[1]).hhi)


METHODS: dict[str, Callable[[], float]] = {
    "supply_chain.push_horizon": push_horizon,
    "supply_chain.double_margins": double_margins,
    "supply_chain.cash_to_cash": cash_to_cash,
    "supply_chain.eoq_lot": eoq_lot,
    "supply_chain.newsvendor_ratio": newsvendor_ratio,
    "supply_chain.bullwhip_bound": bullwhip_bound,
    "voice.dpmo_count": dpmo_count,
    "voice.hearing": hearing,
    "voice.share_sample": share_sample,
    "voice.kano_better": kano_better,
    "voice.house_column": house_column,
    "satisfaction.points": points,
    "satisfaction.weighted": weighted,
    "satisfaction.alpha_value": alpha_value,
    "satisfaction.halve": halve,
    "satisfaction.nps_value": nps_value,
    "satisfaction.chain": chain,
    "credit.altman": altman,
    "credit.woe": woe,
    "credit.points": scorecard_points,
    "credit.auc": gini,
    "credit.cutoff": cutoff,
    "credit.dso": dso,
    "credit.expected_loss": expected_loss,
    "credit.hhi": hhi,
}
ASKED = {
    f"{question.module}.{question.id}": question
    for name in bank_names()
    for question in get_bank(name).questions
    if question.kind == "numeric"
}


def test_every_number_is_computed_here() -> None:
    assert set(ASKED) == set(METHODS)


@pytest.mark.parametrize("name", sorted(METHODS))
def test_the_method_gives_the_answer(name: str) -> None:
    question: Question = ASKED[name]
    computed = METHODS[name]()
    assert computed == pytest.approx(question.number, rel=TYPED)
    assert abs(computed - question.number) <= question.deviation


@pytest.mark.parametrize("name", sorted(METHODS))
def test_the_tolerance_tells_right_from_wrong(name: str) -> None:
    assert ASKED[name].deviation <= 0.02 * abs(ASKED[name].number)
