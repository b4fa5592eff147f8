import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.datasets.synthetic.causal import (
    BUSINESS,
    ITEMS,
    LOADINGS,
    PATHS,
    PRIVATE,
    causal_truth,
    practice_survey,
    telecom_survey,
)
from casework.satisfaction.pls import fit_correlations, fit_pls, named_model

BUNDLED = Path(__file__).resolve().parents[4] / "datasets" / "causal_telecom"


def test_bundled_file_is_the_generator_s():
    survey, _ = telecom_survey()
    assert survey.to_csv(index=False, lineterminator="\n") == (BUNDLED / "data.csv").read_text(encoding="utf-8")


def test_card_describes_every_column():
    card = tomllib.loads((BUNDLED / "card.toml").read_text(encoding="utf-8"))
    columns = pd.read_csv(BUNDLED / "data.csv", nrows=1).columns.tolist()
    assert [column["name"] for column in card["columns"]] == columns
    labels = [column["label"] for column in card["columns"] if "label" in column]
    assert len(set(labels)) == len(labels)
    for (start, end), value in PATHS[PRIVATE].items():
        assert f"{start} to {end} {value:g}" in card["known_issues"][1]


def test_same_seed_same_survey():
    first, second, other = (telecom_survey(respondents=60, seed=seed)[0] for seed in (1, 1, 2))
    assert first.equals(second)
    assert not first.equals(other)


def test_model_is_the_european_one():
    model = named_model("ECSI")
    assert model.indicators == ITEMS
    assert set(model.paths) == set(PATHS[PRIVATE]) == set(PATHS[BUSINESS])


@pytest.mark.parametrize("segment", [PRIVATE, BUSINESS])
def test_truth_is_that_of_a_huge_survey(segment):
    survey, truth = practice_survey(respondents=100_000, seed=5, segment=segment)
    assert survey.mean().to_numpy() == pytest.approx(truth.means.to_numpy(), abs=0.05)
    assert survey.std().to_numpy() == pytest.approx(truth.deviations.to_numpy(), abs=0.06)
    assert np.abs(survey.corr().to_numpy() - truth.correlations.to_numpy()).max() < 0.02
    found = fit_pls(survey, named_model("ECSI"), consistent=True)
    for way, value in truth.paths.items():
        assert found.path(*way) == pytest.approx(value, abs=0.03)


def test_consistent_pls_of_the_population_is_the_truth():
    truth = causal_truth()
    found = fit_correlations(truth.correlations, named_model("ECSI"), n=10_000, consistent=True)
    measured_alone = {("Satisfaction", "Complaints"), ("Complaints", "Loyalty"), ("Satisfaction", "Loyalty")}
    for way, value in truth.paths.items():  # a single item cannot be corrected for its rounding
        assert found.path(*way) == pytest.approx(value, abs=0.01 if way in measured_alone else 1e-6)
    names = list(LOADINGS)
    alone = names.index("Complaints")
    rest = [i for i in range(len(names)) if i != alone]
    inner = truth.constructs.to_numpy()[np.ix_(rest, rest)]
    assert found.construct_correlations().to_numpy()[np.ix_(rest, rest)] == pytest.approx(inner, abs=1e-6)


def test_arguments_are_checked():
    with pytest.raises(ParameterError, match="respondents"):
        telecom_survey(respondents=3)
    with pytest.raises(ParameterError, match="missing"):
        telecom_survey(missing=1)
    with pytest.raises(ParameterError, match="segment"):
        practice_survey(segment="public")
