"""Pictures of stock in several stages: they are drawn, say what is true, and take hostile names."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from casework.core.errors import ParameterError
from casework.figures import draw
from casework.supply_chain.multi_echelon import (
    assembly_optimum,
    compare_neighbours,
    guaranteed_service,
    period_values,
    serial_bounds,
    serial_optimum,
    simulate_serial,
)

mpl.use("Agg")
NAMES = ["shop & $web$", "工厂 <b>", "a very long name of a mill that no figure has room for at all"]
COSTS = {"stockout_cost": 37.12, "demand_mean": 5, "demand_sd": 1}


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    chain = pd.DataFrame({"stage": NAMES, "lead_time": [1, 1, 2], "holding_cost": [7, 4, 2],
                          "successor": ["", *NAMES[:2]], "demand_sd": [1.0, None, None]})  # fmt: skip
    best = serial_optimum(chain, **COSTS)
    return {
        "serial": best,
        "bounds": serial_bounds(chain, **COSTS),
        "simulation": simulate_serial(best, periods=40, replications=5),
        "neighbours": compare_neighbours(best, periods=40, replications=5),
        "guaranteed": guaranteed_service(chain, service_factor=2),
        "assembly": assembly_optimum(chain, **COSTS),
        "values": period_values(chain, service_factor=2),
    }


@pytest.fixture(autouse=True)
def _close() -> Any:
    yield
    plt.close("all")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("serial", None), ("serial", "levels"), ("serial", "safety"), ("bounds", None), ("simulation", "path"),
     ("simulation", "stock"), ("assembly", None), ("values", None), ("neighbours", None), ("guaranteed", None),
     ("guaranteed", "costs")],
)  # fmt: skip
def test_every_picture_is_drawn(results: dict[str, Any], name: str, kind: str | None) -> None:
    ax = draw(results[name], kind=kind)
    ax.get_figure().canvas.draw()
    assert ax.get_title(loc="left").replace("\n", " ").replace("\\$", "$") == results[name].summary()


@pytest.mark.parametrize("name", ["serial", "simulation", "guaranteed"])
def test_unknown_picture(results: dict[str, Any], name: str) -> None:
    with pytest.raises(ParameterError, match="kind: 'pie'"):
        draw(results[name], kind="pie")


def test_cost_curves_are_lowest_at_the_level(results: dict[str, Any]) -> None:
    curves = draw(results["serial"]).lines[: len(NAMES)]
    assert [line.get_xdata()[line.get_ydata().argmin()] for line in curves] == pytest.approx([0, 0, 0], abs=0.05)
    assert all(line.get_ydata().min() >= -1e-3 for line in curves)


def test_a_large_network_has_no_names() -> None:
    n = 60
    table = pd.DataFrame({"stage": [f"s{i}" for i in range(n)], "successor": ["", *["s0"] * (n - 1)],
                          "lead_time": 1, "holding_cost": 1, "demand_sd": [1.0] + [None] * (n - 1)})  # fmt: skip
    ax = draw(guaranteed_service(table, service_factor=1))
    assert not any(text.get_text() == "s5" for text in ax.texts)
    assert len(ax.patches) == n
