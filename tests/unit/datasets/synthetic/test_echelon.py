import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from casework.core.errors import ParameterError
from casework.datasets.synthetic.echelon import ebike_network
from casework.supply_chain.multi_echelon import guaranteed_service

BUNDLED = Path(__file__).resolve().parents[4] / "datasets" / "echelon_ebike_network"


def test_bundled_file_is_the_generator_s():
    frame, _ = ebike_network()
    assert frame.to_csv(index=False, lineterminator="\n") == (BUNDLED / "data.csv").read_text(encoding="utf-8")


def test_card_describes_every_column():
    card = tomllib.loads((BUNDLED / "card.toml").read_text(encoding="utf-8"))
    assert [column["name"] for column in card["columns"]] == pd.read_csv(BUNDLED / "data.csv").columns.tolist()


def test_many_days_find_the_truth():
    frame, truth = ebike_network(days=200_000, seed=3)
    found = frame.set_index("stage")[["demand_mean", "demand_sd"]].dropna()
    assert found["demand_mean"].to_dict() == pytest.approx(truth.demand_mean, abs=0.15)
    assert found["demand_sd"].to_dict() == pytest.approx(truth.demand_sd, abs=0.15)
    assert truth.total_mean == 63
    assert truth.total_sd == pytest.approx((12**2 + 9**2 + 6**2) ** 0.5)


def test_same_seed_same_table():
    one, same, other = (ebike_network(seed=seed)[0] for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, same)
    assert not one.equals(other)


def test_too_few_days():
    with pytest.raises(ParameterError, match="days: 3"):
        ebike_network(days=3)


def test_placement_is_that_of_nested_loops_over_all_promises():
    """The tree written out by hand: for every wait at the assembly each branch on its own."""
    frame, _ = ebike_network()
    facts = frame.set_index("stage")
    total = float((facts["demand_sd"].dropna().astype(float) ** 2).sum() ** 0.5)
    lead = facts["lead_time"].to_dict()

    def cost(stage: str, net: float, sd: float = total) -> float:
        return float(norm.ppf(0.95) * facts.loc[stage, "holding_cost"] * sd * np.sqrt(net)) if net >= 0 else np.inf

    def single(stage: str, promise: int) -> float:
        return cost(stage, max(lead[stage] - promise, 0))

    battery = {
        wait: min(
            single("cell plant", w) + single("housing", w) + cost("battery pack", max(w + 5 - wait, 0))
            for w in range(21)
        )
        for wait in range(31)
    }
    frame_cost = {
        wait: min(single("tube mill", w) + cost("frame", max(w + 7 - wait, 0)) for w in range(16)) for wait in range(31)
    }
    ends = {
        wait: sum(
            cost(name, max(wait + lead[name] - facts.loc[name, "max_service_time"], 0), facts.loc[name, "demand_sd"])
            for name in ("north warehouse", "south warehouse", "export")
        )
        for wait in range(36)
    }
    after = {
        wait: min(cost("central warehouse", wait + 2 - promise) + ends[promise] for promise in range(wait + 3))
        for wait in range(34)
    }
    best = min(
        battery[w] + frame_cost[w] + single("motor", w) + cost("assembly", w + 3 - s) + after[s]
        for w in range(31)
        for s in range(w + 4)
    )
    found = guaranteed_service(frame, max_service_time="max_service_time", service_level=0.95)
    assert found.cost == pytest.approx(best, rel=1e-12)
