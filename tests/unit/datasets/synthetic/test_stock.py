import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.datasets.synthetic.stock import FAMILIES, HABIT, bicycle_parts

BUNDLED = Path(__file__).resolve().parents[4] / "datasets" / "stock_bicycle_parts"


def test_bundled_file_is_the_generator_s():
    items, _ = bicycle_parts()
    assert items.to_csv(index=False, lineterminator="\n") == (BUNDLED / "data.csv").read_text(encoding="utf-8")


def test_card_describes_every_column():
    card = tomllib.loads((BUNDLED / "card.toml").read_text(encoding="utf-8"))
    assert [column["name"] for column in card["columns"]] == pd.read_csv(BUNDLED / "data.csv", nrows=1).columns.tolist()


def test_medians_of_many_items_are_those_of_their_family():
    items, truth = bicycle_parts(items=20_000, seed=3)
    for name, (_, price, demand, _, _) in FAMILIES.items():
        own = items[items["family"] == name]
        assert np.median(own["unit_cost"]) == pytest.approx(price, rel=0.05)
        assert np.median(own["demand_mean"]) == pytest.approx(demand, rel=0.08)
    assert truth.habit == HABIT


def test_same_seed_same_items_and_too_few():
    assert bicycle_parts(items=30, seed=1)[0].equals(bicycle_parts(items=30, seed=1)[0])
    assert not bicycle_parts(items=30, seed=1)[0].equals(bicycle_parts(items=30, seed=2)[0])
    with pytest.raises(ParameterError, match="items: 3"):
        bicycle_parts(items=3)
