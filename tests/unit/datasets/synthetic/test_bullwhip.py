import tomllib
from pathlib import Path

import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.datasets.synthetic.bullwhip import LEAD_TIMES, STAGES, WINDOW, chain_orders
from casework.supply_chain.bullwhip import MovingAverage, OrderUpTo, exact_amplification, serial_chain

BUNDLED = Path(__file__).resolve().parents[4] / "datasets" / "bullwhip_noodle_chain"


def test_bundled_file_is_the_generator_s():
    frame, _ = chain_orders()
    assert frame.to_csv(index=False, lineterminator="\n") == (BUNDLED / "data.csv").read_text(encoding="utf-8")


def test_card_describes_every_column():
    card = tomllib.loads((BUNDLED / "card.toml").read_text(encoding="utf-8"))
    assert [column["name"] for column in card["columns"]] == pd.read_csv(BUNDLED / "data.csv").columns.tolist()


def test_truth_is_that_of_a_huge_series():
    frame, truth = chain_orders(weeks=60_000, seed=3)
    found = frame.iloc[:, 2:].var() / frame["demand"].var()
    assert found.tolist() == pytest.approx(truth.amplification, rel=0.04)


def test_truth_is_the_exact_answer():
    chain = serial_chain(OrderUpTo(forecast=MovingAverage(window=WINDOW)), names=STAGES, returns=True,
                         shipment_lead_time=LEAD_TIMES)  # fmt: skip
    assert chain_orders(weeks=12)[1].amplification == pytest.approx(exact_amplification(chain, correlation=0.35))


def test_same_seed_same_series_and_nothing_negative():
    one, same, other = (chain_orders(weeks=200, seed=seed)[0] for seed in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)
    assert (one >= 0).all().all()


def test_too_few_weeks():
    with pytest.raises(ParameterError, match="weeks: 5"):
        chain_orders(weeks=5)
