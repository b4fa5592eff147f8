import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.datasets.synthetic.satisfaction import (
    DIMENSIONS,
    ITEMS,
    SUPPLIERS,
    carrier_survey,
    rounded_mean,
)

BUNDLED = Path(__file__).resolve().parents[4] / "datasets" / "index_phone_carriers"


def test_bundled_file_is_the_generator_s():
    survey, _ = carrier_survey()
    assert survey.to_csv(index=False, lineterminator="\n") == (BUNDLED / "data.csv").read_text(encoding="utf-8")


def test_card_describes_every_column():
    card = tomllib.loads((BUNDLED / "card.toml").read_text(encoding="utf-8"))
    columns = pd.read_csv(BUNDLED / "data.csv", nrows=1).columns.tolist()
    assert [column["name"] for column in card["columns"]] == columns
    labels = [column["label"] for column in card["columns"] if "label" in column]
    assert len(set(labels)) == len(labels)


def test_same_seed_same_survey():
    first, second, other = (carrier_survey(respondents=60, seed=seed)[0] for seed in (1, 1, 2))
    assert first.equals(second)
    assert not first.equals(other)


def test_true_points_are_those_of_a_huge_survey():
    survey, truth = carrier_survey(respondents=200_000, seed=5, missing=0)
    for name in SUPPLIERS:
        part = survey[survey["supplier"] == name]
        points = (part[list(ITEMS)].to_numpy(dtype=float) - 1) / 9 * 100
        weighted = dict(zip(ITEMS, np.average(points, axis=0, weights=part["weight"]), strict=True))
        for dimension, items in DIMENSIONS.items():
            found = np.mean([weighted[item] for item in items])
            assert found == pytest.approx(truth.dimensions[name][dimension], abs=0.45)
        assert truth.index[name] == pytest.approx(sum(truth.effects[d] * truth.dimensions[name][d] for d in DIMENSIONS))


def test_rounded_mean_by_simulation():
    draws = np.clip(np.floor(np.random.default_rng(1).normal(9.2, 2, 400_000) + 0.5), 1, 10)
    assert rounded_mean(9.2, 2) == pytest.approx(draws.mean(), abs=0.01)


def test_weights_add_up_to_the_people():
    survey, _ = carrier_survey(respondents=100, seed=1)
    assert survey["weight"].sum() == pytest.approx(48_000, rel=1e-4)


def test_answers_stay_on_the_scale_and_some_are_open():
    survey, _ = carrier_survey(respondents=400, seed=2, missing=0.1)
    answers = survey[list(ITEMS)]
    assert answers.min().min() >= 1
    assert answers.max().max() <= 10
    assert 0.07 < answers.isna().to_numpy().mean() < 0.13


def test_too_few_respondents():
    with pytest.raises(ParameterError, match="respondents: 10"):
        carrier_survey(respondents=10)


def test_all_missing_is_refused():
    with pytest.raises(ParameterError, match="missing: 1"):
        carrier_survey(missing=1)
