import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.datasets.synthetic.drivers import (
    BASIC,
    CHAIN,
    DELIGHT,
    DRIVERS,
    EFFECTS,
    hotel_survey,
    practice_sample,
)

BUNDLED = Path(__file__).resolve().parents[4] / "datasets" / "drivers_hotel_guests"


def test_bundled_file_is_the_generator_s():
    survey, _ = hotel_survey()
    assert survey.to_csv(index=False, lineterminator="\n") == (BUNDLED / "data.csv").read_text(encoding="utf-8")


def test_card_describes_every_column_and_tells_the_truth():
    card = tomllib.loads((BUNDLED / "card.toml").read_text(encoding="utf-8"))
    columns = pd.read_csv(BUNDLED / "data.csv", nrows=1).columns.tolist()
    assert [column["name"] for column in card["columns"]] == columns
    labels = [column["label"] for column in card["columns"] if "label" in column]
    assert len(set(labels)) == len(labels)
    text = " ".join(card["known_issues"])
    assert all(f"{name} {value:g}" in text for name, value in EFFECTS.items() if value)
    assert all(name in text for name in (*BASIC, *DELIGHT, *CHAIN))


def test_same_seed_same_survey():
    first, second, other = (hotel_survey(branches=8, guests=3, seed=seed)[0] for seed in (1, 1, 2))
    assert first.equals(second)
    assert not first.equals(other)


def test_answers_stay_on_their_scales():
    survey, _ = hotel_survey(branches=30, guests=30, seed=4, missing=0.1)
    ratings = survey[[*DRIVERS, "overall", "value"]].astype(float)
    assert ratings.min().min() >= 1
    assert ratings.max().max() <= 10
    assert survey["recommend"].min() >= 0
    assert survey[list(DRIVERS)].isna().to_numpy().mean() == pytest.approx(0.1, abs=0.02)
    assert survey.groupby("hotel")["work_quality"].nunique().max() == 1


def test_effects_are_found_again_in_a_huge_survey():
    """Where no basic is low, none of the delights is high and nobody is at an end, overall is linear."""
    survey, truth = hotel_survey(branches=4000, guests=50, seed=5, missing=0)
    calm = (survey[list(BASIC)] > 6).all(axis=1) & (survey[list(DELIGHT)] < 9).all(axis=1)
    expected = survey[list(DRIVERS)].to_numpy(dtype=float) @ [truth.effects[name] for name in DRIVERS] + 1.5
    calm &= (expected > 3) & (expected < 8)
    part = survey[calm].astype(dict.fromkeys(DRIVERS, float))
    design = np.column_stack([np.ones(len(part)), part[list(DRIVERS)]])
    slopes = np.linalg.lstsq(design, part["overall"].to_numpy(dtype=float), rcond=None)[0][1:]
    found = dict(zip(DRIVERS, slopes, strict=True))
    for name, value in truth.effects.items():
        assert found[name] == pytest.approx(value, abs=0.02)


def test_branches_follow_the_chain():
    survey, truth = hotel_survey(branches=6000, guests=2, seed=6)
    hotels = survey.groupby("hotel").first().astype(float, errors="ignore")
    scores = hotels[["work_quality", "staff_satisfaction", "staff_retention", "productivity"]].astype(float)
    matrix = scores.corr().to_numpy()
    slopes = np.linalg.solve(matrix[1:3, 1:3], matrix[1:3, 3])
    assert matrix[0, 1] == pytest.approx(truth.chain["staff_satisfaction"]["work_quality"], abs=0.03)
    assert slopes == pytest.approx(list(truth.chain["productivity"].values()), abs=0.04)
    assert hotels["profit_margin"].astype(float).std() == pytest.approx(2.8, rel=0.04)


def test_practice_sample_has_its_truth():
    sample, truth = practice_sample(respondents=200_000, seed=1)
    np.testing.assert_allclose(sample.corr(), truth.correlation, atol=0.01)
    assert truth.r_squared == pytest.approx(0.455)
    assert truth.beta["staff_skilled"] == 0


@pytest.mark.parametrize(
    ("function", "wrong"),
    [
        (hotel_survey, {"branches": 7}),
        (hotel_survey, {"guests": 1}),
        (hotel_survey, {"missing": 1}),
        (practice_sample, {"respondents": 5}),
        (practice_sample, {"overlap": 1}),
    ],
)
def test_wrong_arguments(function, wrong):
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        function(**wrong)
