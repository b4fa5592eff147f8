import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.customers import (
    Offer,
    campaign_uplift,
    churn_model,
    customer_summary,
    kaplan_meier,
    pareto,
    retention_campaign,
    rfm_scores,
    targeting_rules,
    uplift_curve,
)
from casework.figures import draw

mpl.use("Agg")


@pytest.fixture(scope="module")
def results():
    rng = np.random.default_rng(1)
    log = pd.DataFrame({"who": rng.integers(0, 80, 400), "eur": rng.gamma(2, 10, 400)})
    log["when"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 200, 400), unit="D")
    summary = customer_summary(log, customer="who", date="when", value="eur")
    x = pd.DataFrame({"a $x$": rng.normal(size=500), "b": rng.normal(size=500)})
    left = rng.random(500) < 1 / (1 + np.exp(1 - 2 * x["b"]))
    trial = pd.DataFrame({"kept": left.astype(int), "arm": ["none", "call $1$", "<b>"] * 166 + ["none"] * 2})
    trial["segment"], trial["score"] = rng.choice(["a $", "b"], 500), rng.random(500).round(1)
    how = {"outcome": "kept", "arm": "arm", "control": "none"}
    uplift = campaign_uplift(trial, segment="segment", **how)
    offers = {name: Offer(contact=1, incentive=1) for name in ("call $1$", "<b>")}
    who = trial.assign(risk=0.4, value=50.0)
    parts = {"segment": "segment", "risk": "risk", "value": "value", "offers": offers}
    return {
        "uplift": uplift,
        "qini": uplift_curve(trial, offer="<b>", score="score", **how),
        "rules": targeting_rules(who, uplift.held(), **parts),
        "drawn": targeting_rules(who, uplift.held(), draws=uplift.held_draws(50), **parts),
        "campaign": retention_campaign(),
        "hopeless": retention_campaign(value=0),
        "summary": summary,
        "rfm": rfm_scores(summary.table),
        "pareto": pareto(summary.table["total"]),
        "survival": kaplan_meier(rng.exponential(5, 60), rng.random(60) < 0.7, group=["<i>", "n"] * 30),
        "churn": churn_model(x, left),
        "lift": churn_model(x, left).training,
    }


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("summary", None),
        ("rfm", None),
        ("pareto", None),
        ("survival", None),
        ("churn", "lift"),
        ("churn", "odds"),
        ("lift", "calibration"),
        ("lift", "gain"),
        ("uplift", None),
        ("qini", "qini"),
        ("qini", "groups"),
        ("rules", None),
        ("drawn", None),
        ("campaign", None),
        ("hopeless", None),
    ],
)
def test_every_picture_draws(results, name, kind):
    ax = draw(results[name], kind=kind)
    ax.get_figure().canvas.draw()
    assert ax.get_title(loc="left")


def test_curve_of_survival_starts_at_all(results):
    lines = [line for line in draw(results["survival"]).lines if len(line.get_xdata()) > 5]
    assert lines[0].get_ydata()[0] == 1


def test_unknown_pictures_are_refused(results):
    with pytest.raises(ParameterError, match="kind"):
        draw(results["churn"], kind="pie")
