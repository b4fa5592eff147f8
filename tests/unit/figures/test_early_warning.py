import matplotlib as mpl
import numpy as np
import pytest

from casework.core.errors import ParameterError
from casework.credit.receivables import (
    Rule,
    ageing,
    ageing_history,
    backtest,
    customer_measures,
    find_defaults,
    read_ledger,
    receivable_kpis,
    roll_rates,
    threshold_curve,
    warn_customers,
)
from casework.datasets.synthetic.credit_documents import credit_ledger
from casework.figures import draw
from casework.figures.early_warning import bucket_colours

mpl.use("Agg")


@pytest.fixture(scope="module")
def results():
    ledger = read_ledger(credit_ledger(customers=80, seed=6)[0])
    measures, failed = customer_measures(ledger), find_defaults(ledger)
    rules = [Rule(measure="overdue_share", threshold=0.5, name="<b>$x$ & a very long name of a rule that goes on</b>")]
    quiet = [Rule(measure="exposure", threshold=1e12, level=3)]
    return {
        "ageing": ageing(ledger),
        "empty": ageing(ledger, as_of="2022-12-31"),
        "history": ageing_history(ledger, edges=(0, 10, 20, 30, 45, 60, 90, 180, 360)),
        "rolls": roll_rates(ledger),
        "kpis": receivable_kpis(ledger),
        "signals": warn_customers(measures, rules),
        "tested": backtest(warn_customers(measures, rules), failed),
        "quiet": backtest(warn_customers(measures, quiet), failed),
        "curve": threshold_curve(measures, failed, threshold=0.3),
        "days": threshold_curve(measures, failed, measure="oldest_days"),
    }


def drawn(result, kind=None):
    ax = draw(result, kind=kind)
    ax.get_figure().canvas.draw()
    return ax


@pytest.mark.parametrize(
    ("name", "kind", "title"),
    [
        ("ageing", None, "are open"),
        ("empty", None, "nothing is open"),
        ("history", None, "Overdue were"),
        ("rolls", None, "gets worse"),
        ("kpis", None, "Sales stand open"),
        ("signals", None, "are warned of"),
        ("tested", "quality", "were warned of"),
        ("tested", "leads", "days to act"),
        ("quiet", "quality", "None of"),
        ("quiet", "leads", "No default was warned of"),
        ("curve", "quality", "At 0.3"),
        ("curve", "cost", "At 0.3"),
        ("days", None, "cost is lowest"),
    ],
)
def test_every_picture_says_its_finding(results, name, kind, title):
    ax = drawn(results[name], kind)
    assert title in ax.get_title(loc="left").replace("\n", " ")


def test_pictures_show_the_numbers(results):
    ax = drawn(results["ageing"])
    assert [bar.get_height() for bar in ax.patches] == pytest.approx(results["ageing"].to_frame()["amount"].tolist())
    ax = drawn(results["curve"])
    assert ax.lines[0].get_ydata() == pytest.approx(results["curve"].table["precision"].to_numpy(), nan_ok=True)
    tops = np.array([bar.get_height() for bar in drawn(results["signals"]).patches]).reshape(3, -1).sum(axis=0)
    assert tops.tolist() == results["signals"].by_level().drop(columns="day").sum(axis=1).tolist()


def test_an_unknown_picture_is_refused(results):
    with pytest.raises(ParameterError, match="Did you mean 'quality'"):
        draw(results["tested"], kind="qualit")


def test_colours_grow_darker():
    assert len(bucket_colours(2)) == 2
    light = [sum(colour[:3]) for colour in bucket_colours(7)[1:]]
    assert light == sorted(light, reverse=True)
