import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from casework.core.errors import ParameterError
from casework.credit.provisions import (
    concentration,
    diversification,
    expected_loss,
    legal_recovery,
    portfolio,
    provision_matrix,
    run_off,
    simulate_losses,
    vasicek,
)
from casework.credit.receivables import read_ledger
from casework.figures import draw
from casework.figures.loss_provisions import _amount

mpl.use("Agg")
NAMES = ["current", "1-30"]


def book(n=30):
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {"exposure": rng.lognormal(0, 1, n), "pd": np.full(n, 0.1), "s": ["a $x$ <b>", "b"] * (n // 2)}
    )
    return portfolio(table, lgd=0.5, sector="s")


def ledger():
    rows = []
    for i, name in enumerate(["a $x$", "b"]):
        given = {"customer": name, "industry": name, "date": "2023-01-01"}
        rows += [
            {**given, "document": f"i{i}", "kind": "invoice", "due": "2023-01-31", "amount": 100.0},
            {**given, "document": f"p{i}", "kind": "payment", "invoice": f"i{i}", "amount": 60.0, "date": "2023-03-01"},
            {
                **given,
                "document": f"w{i}",
                "kind": "write_off",
                "invoice": f"i{i}",
                "amount": 40.0,
                "date": "2024-12-31",
            },
        ]
    return read_ledger(pd.DataFrame(rows), attributes=["industry"])


RESULTS = {
    "run_off": lambda: run_off(ledger()),
    "run_off_segments": lambda: run_off(ledger(), by="industry"),
    "matrix": lambda: provision_matrix(pd.Series([10.0, 5.0], index=NAMES), pd.Series([0.1, 0.5], index=NAMES)),
    "matrix_of_nothing": lambda: provision_matrix(
        pd.Series([0.0, 0.0], index=NAMES), pd.Series([0.1, 0.5], index=NAMES)
    ),
    "recovery": lambda: legal_recovery([10, 5000], share=0.5, fixed_cost=100),
    "recovery_never": lambda: legal_recovery([0.0], share=0.0),
    "expected": lambda: expected_loss(book()),
    "concentration": lambda: concentration(pd.Series(book().exposure), top=[1, 10]),
    "vasicek": lambda: vasicek(0.02, correlation=0.2),
    "vasicek_extreme": lambda: vasicek(0.5, correlation=0.95, lgd=0.0),
    "diversification": lambda: diversification(book(), scenarios=500),
}


@pytest.mark.parametrize("name", RESULTS)
def test_every_picture_says_what_it_shows(name):
    result = RESULTS[name]()
    ax = draw(result)
    assert ax.get_title(loc="left").replace("\n", " ").replace(r"\$", "$")[:20] == result.summary()[:20]
    ax.get_figure().canvas.draw()
    plt.close(ax.get_figure())


@pytest.mark.parametrize("kind", ["distribution", "tail", "contributions"])
def test_pictures_of_the_loss(kind):
    result = simulate_losses(book(), scenarios=1000, contributions=True)
    ax = draw(result, kind=kind)
    assert ax.get_title(loc="left")
    ax.get_figure().canvas.draw()
    plt.close(ax.get_figure())


def test_few_different_losses_and_none_at_all():
    table = pd.DataFrame({"exposure": [1.0, 1.0], "pd": [0.5, 0.5]})
    for chance in (0.5, 0.0, 1.0):
        ax = draw(simulate_losses(portfolio(table.assign(pd=chance), lgd=1.0), scenarios=500))
        ax.get_figure().canvas.draw()
        plt.close(ax.get_figure())


def test_unknown_kind():
    with pytest.raises(ParameterError, match="kind"):
        draw(simulate_losses(book(), scenarios=200), kind="tails")


@pytest.mark.parametrize(
    ("value", "text"), [(950, "950"), (12_300, "12.3k"), (1_250_000, "1.25M"), (-2e6, "-2M"), (3.5e9, "3.5G")]
)
def test_amounts(value, text):
    assert _amount(value) == text
