import tomllib
from pathlib import Path

import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.datasets.synthetic.comments import TOPICS, shop_contacts

BUNDLED = Path(__file__).resolve().parents[4] / "datasets" / "shop_contacts"


def test_bundled_file_is_the_generator_s():
    table, _ = shop_contacts()
    assert table.to_csv(index=False, lineterminator="\n") == (BUNDLED / "data.csv").read_text(encoding="utf-8")


def test_card_describes_every_column():
    card = tomllib.loads((BUNDLED / "card.toml").read_text(encoding="utf-8"))
    columns = pd.read_csv(BUNDLED / "data.csv", nrows=1).columns.tolist()
    assert [column["name"] for column in card["columns"]] == columns


def test_same_seed_same_contacts():
    first, second, other = (shop_contacts(contacts=50, seed=seed)[0] for seed in (1, 1, 2))
    assert first.equals(second)
    assert not first.equals(other)


def test_truth_is_on_the_rows_of_the_comments():
    table, truth = shop_contacts(contacts=2000, seed=4)
    assert set(truth.topic) == set(TOPICS)
    wide = table["comment"].str.contains("[\u4e00-\u9fff]")
    assert ((truth.language == "zh") == wide).all()
    assert truth.language.eq("zh").mean() == pytest.approx(0.4, abs=0.04)
    calls = table["answer_seconds"].notna()
    assert calls[truth.topic == "hotline"].all()
    assert table["refund_days"].notna().equals(truth.topic == "refund")


def test_ratings_follow_the_mood_but_for_the_noise():
    table, truth = shop_contacts(contacts=4000, seed=4, noise=0.1)
    rating = table["rating"].astype(float)
    clear = rating.notna() & (rating != 3)
    fits = (rating[clear] >= 4) == truth.good[clear]
    assert fits.mean() == pytest.approx(0.9, abs=0.02)


def test_personal_data_are_invented_and_as_many_as_asked_for():
    table, _ = shop_contacts(contacts=3000, seed=4, personal=0.1)
    found = table["comment"].str.contains(r"@example\.com|555 010 \d{4}|1380000\d{4}")
    assert found.mean() == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize(("given", "message"), [({"contacts": 5}, "contacts: 5"), ({"noise": 2}, "noise: 2")])
def test_out_of_range(given, message):
    with pytest.raises(ParameterError, match=message):
        shop_contacts(**given)
