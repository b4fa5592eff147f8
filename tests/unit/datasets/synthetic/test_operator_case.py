"""Every draw of the case is solvable: the analysis of the notebook finds what it was drawn from."""

import numpy as np
import pandas as pd
import pytest

from casework.customers import (
    Offer,
    campaign_uplift,
    churn_model,
    customer_summary,
    find_moderator,
    kaplan_meier,
    targeting_rules,
)
from casework.customers.lifetime import bg_nbd, gamma_gamma
from casework.datasets.synthetic.operator_case import CONTROL, LEVELS, OFFERS, QUESTIONS, TODAY, TRIAL, generate

HOW = {"outcome": "stayed", "arm": "arm", "control": CONTROL}
COSTS = {"data bonus": Offer(contact=2.0, incentive=9.0), "service call": Offer(contact=9.0)}
MARGIN = 0.5
DRAWS = [
    *((seed, "medium", "small") for seed in range(50)),
    *((101, severity, size) for severity in ("low", "medium", "high") for size in ("small", "medium")),
    (102, "low", "large"),
]
HALF_YEAR = pd.Timedelta(days=184)


def known(tables, day):
    """What was known of every subscriber on a day: attributes and two warnings."""
    who, contacts = tables["subscribers"].set_index("subscriber"), tables["contacts"]
    day = pd.Timestamp(day)
    recent = contacts[(contacts["date"] < day) & (contacts["date"] >= day - HALF_YEAR)]
    waited = recent["solved_on"].fillna(day).clip(upper=day) - recent["date"]
    slow = who.index.isin(recent.loc[waited > pd.Timedelta(days=14), "subscriber"])
    ends = (who["bonus_until"] > day) & (who["bonus_until"] <= day + HALF_YEAR)
    return who[list(LEVELS)].assign(slow_answer=slow.astype(int), bonus_end=ends.astype(int))


def trial(tables):
    who = tables["subscribers"].set_index("subscriber")
    frame = tables["campaign"].set_index("subscriber").join(known(tables, TRIAL))
    last = who["left_on"].reindex(frame.index).fillna(pd.Timestamp(TODAY))
    return frame.assign(left=1 - frame["stayed"], days=(last - pd.Timestamp(TRIAL)).dt.days)


def strongest(control):
    candidates = [*LEVELS, "slow_answer", "bonus_end"]
    found = {name: kaplan_meier(control["days"], control["left"], group=control[name]).p for name in candidates}
    return min(found, key=found.get)


def design(frame, control):
    """Indicators of all levels but the one that leaves least, and the warnings."""
    columns = {}
    for name, levels in LEVELS.items():
        base = control.groupby(name)["left"].mean().idxmin()
        columns |= {f"{name}_{level}": (frame[name] == level).astype(int) for level in levels if level != base}
    return pd.DataFrame({**columns, "slow_answer": frame["slow_answer"], "bonus_end": frame["bonus_end"]})


def yearly_spend(tables):
    """Expected top-ups of a year of who stays, times their expected amount."""
    history = customer_summary(tables["top_ups"], customer="subscriber", date="date", value="amount_eur", as_of=TODAY)
    model, amounts = bg_nbd(history, penalty=0.01), gamma_gamma(history)
    rate = (model.r + history.table["frequency"]) / (model.alpha + history.table["tenure"])
    return 365 * rate * amounts.expected_value()


def plain_spend(tables, who):
    """Repeat top-ups in time, times their mean amount: what BG/NBD refines, in a hundredth of the time."""
    paid = tables["top_ups"].groupby("subscriber")["amount_eur"].agg(["mean", "count"]).reindex(who)
    joined = tables["subscribers"].set_index("subscriber")["joined"].reindex(who)
    return 365 * paid["mean"] * (paid["count"] - 0.5) / (pd.Timestamp(TODAY) - joined).dt.days


def rules(here, held, segment):
    who = here.assign(value=here["spend"] * MARGIN)
    columns = {"segment": segment, "risk": "risk", "value": "value"}
    return targeting_rules(who, held, offers=COSTS, capacity=0.3, **columns)


@pytest.mark.parametrize(("seed", "severity", "size"), DRAWS)
def test_every_draw_can_be_solved(seed, severity, size):
    tables, truth = generate(seed=seed, severity=severity, size=size)
    frame = trial(tables)
    control = frame[frame["arm"] == CONTROL]
    assert strongest(control) == truth["driver"]
    if truth["driver_level"]:
        assert control.groupby(truth["driver"])["left"].mean().idxmax() == truth["driver_level"]
    segment = truth["moderator"]
    assert find_moderator(frame, list(LEVELS), **HOW)["attribute"].iloc[0] == segment
    uplift = campaign_uplift(frame, segment=segment, **HOW)
    held = pd.DataFrame({offer: truth[f"held_{offer.replace(' ', '_')}"] for offer in OFFERS}, index=truth["segments"])
    for row in uplift.by_segment.itertuples():
        share = held.loc[row.segment, row.offer]
        assert row.low <= share * (1 - row.control_rate) <= row.high
        assert (row.low > 0) == (share > 0)
    here = known(tables, TODAY).loc[truth["present"]]
    model = churn_model(design(control, control), control["left"], seed=1)
    guessed = here.assign(risk=model.predict(design(here, control)), spend=plain_spend(tables, here.index))
    found = rules(guessed, uplift.held(), segment)
    real = rules(here.assign(risk=truth["risk"], spend=truth["yearly_spend"]), held, segment)
    assert found.offers == real.offers
    assert found.best == real.best == "uplift"
    profit = real.table.set_index("rule")["profit"]
    assert profit["uplift"] > 1.2 * max(profit.drop("uplift").max(), 0)


@pytest.mark.parametrize("seed", range(5))
def test_the_answers_to_the_other_questions_stand_out(seed):
    tables, truth = generate(seed=seed, severity="medium", size="medium")
    who = tables["subscribers"].set_index("subscriber")
    gone = who[who["left_on"].notna()]
    assert gone.loc[gone["reason"] != "not said", "reason"].mode()[0] == truth["reason"]
    assert gone["went_to"].mode()[0] == truth["rival"]
    paid = tables["top_ups"].groupby("subscriber")["amount_eur"].mean()
    means = {name: paid.groupby(who[name]).mean() for name in LEVELS}
    widest = max(means, key=lambda name: means[name].max() / means[name].min())
    assert (widest, means[widest].idxmax()) == (truth["valuable"], truth["valuable_level"])
    assert means[widest].max() / means[widest].min() == pytest.approx(truth["value_ratio"], rel=0.15)
    assert yearly_spend(tables)[truth["present"]].mean() == pytest.approx(np.mean(truth["yearly_spend"]), rel=0.1)
    survey = tables["survey"].set_index("subscriber")
    loads = {name: survey[list(items)].mean(axis=1).corr(survey["overall"]) for name, items in QUESTIONS.items()}
    assert max(loads, key=loads.get) == truth["dimension"]
    left = who["left_on"].reindex(survey.index).notna()
    assert survey.loc[left, "overall"].mean() < survey.loc[~left, "overall"].mean()


def test_tables_hold_together():
    tables, truth = generate(seed=5, severity="high", size="small")
    who = tables["subscribers"].set_index("subscriber")
    assert who.index.is_unique
    assert tables["contacts"]["contact"].is_unique
    for name in ("top_ups", "contacts", "survey", "campaign"):
        rows = tables[name].join(who[["joined", "left_on"]], on="subscriber")
        assert (rows["date"] >= rows["joined"]).all()
        assert not (rows["date"] > rows["left_on"]).any()
        assert rows["date"].max() <= pd.Timestamp(TODAY)
    stayed = tables["campaign"].set_index("subscriber")["stayed"]
    assert (stayed == who["left_on"].reindex(stayed.index).isna()).all()
    assert stayed.index.equals(who.index[~(who["left_on"] < pd.Timestamp(TRIAL))])
    assert tables["campaign"]["arm"].value_counts(normalize=True)[CONTROL] == pytest.approx(0.5, abs=0.01)
    assert (tables["contacts"]["solved_on"].dropna() <= pd.Timestamp(TODAY)).all()
    assert (tables["top_ups"]["amount_eur"] > 0).all()
    answers = tables["survey"].drop(columns=["subscriber", "date"])
    assert answers.min().min() >= 1
    assert answers.max().max() <= 10
    tidy = who["name"].str.lower().str.split().str.join(" ") + who["born"].dt.strftime("%Y-%m-%d")
    assert tidy.nunique() == truth["persons"] < len(who)
    assert who["name"].nunique() == len(who)


def test_draws_repeat_and_differ():
    first, again = (generate(seed=3, severity="low", size="small") for _ in range(2))
    assert all(first[0][name].equals(again[0][name]) for name in first[0])
    assert first[1] == again[1]
    casts = {tuple(generate(seed=seed, severity="low", size="small")[1][name] for name in ("driver", "moderator"))
             for seed in range(10)}  # fmt: skip
    assert len(casts) >= 4


def test_severity_and_size_matter():
    lost = {}
    for severity in ("low", "medium", "high"):
        shares = []
        for seed in range(4):
            stayed = generate(seed=seed, severity=severity, size="small")[0]["campaign"].query("arm == 'control'")
            shares.append(1 - stayed["stayed"].mean())
        lost[severity] = np.mean(shares)
    assert lost["low"] < lost["medium"] - 0.03 < lost["high"] - 0.06
    rows = [len(generate(seed=1, severity="low", size=size)[0]["top_ups"]) for size in ("small", "medium", "large")]
    assert rows[0] < 5000 < rows[1] < 9000 < rows[2] < 40000
