import numpy as np
import pytest

from casework.core.errors import ParameterError
from casework.core.paths import datasets_folder
from casework.datasets.synthetic.house import GAIN, MIDDLING, house_plan
from casework.datasets.synthetic.house_facts import CUTS, EFFECTS, NAMES, NEEDS, PRODUCTS
from casework.datasets.synthetic.kano import kano_survey


def test_bundled_file_is_what_the_generator_makes():
    table, _ = house_plan()
    stored = (datasets_folder() / "house_phone_plan" / "data.csv").read_bytes()
    assert table.to_csv(index=False, lineterminator="\n").encode() == stored


def test_relations_are_the_effects_by_size_but_for_the_misjudged_one():
    table, truth = house_plan()
    judged = table.set_index("need")[list(NAMES)].fillna(0).astype(int)
    for need in NEEDS:
        for name in NAMES:
            size = abs(EFFECTS[need].get(name, 0.0))
            expected = next((strength for cut, strength in CUTS if size >= cut), 0)
            wrong = (need, name) in truth.misjudged
            assert (judged.loc[need, name] == expected) is not wrong


def test_true_priority_is_importance_times_effect():
    _, truth = house_plan()
    expected = sum(NEEDS[need][0] * EFFECTS[need].get("included data", 0) for need in NEEDS)
    other = sum(NEEDS[need][0] * EFFECTS[need].get("basic fee", 0) for need in NEEDS)
    assert truth.priority["included data"] / truth.priority["basic fee"] == pytest.approx(expected / other)
    assert truth.priority.sum() == pytest.approx(1)
    assert truth.priority["chatbot answers"] == 0


def test_with_very_many_customers_importance_and_ratings_are_the_truth():
    table, truth = house_plan(respondents=10_000_000)
    assert table["importance"].tolist() == truth.importance.tolist()
    values = np.array([38, 46, 31, 40])
    step = (values - values.mean()) / values.std()
    countries = np.array([48, 52, 30, 60])
    expected = MIDDLING + GAIN * (0.9 * step + 0.1 * (countries - countries.mean()) / countries.std())
    assert table.loc[0, list(PRODUCTS)].to_numpy(dtype=float) == pytest.approx(expected, abs=0.051)


def test_kano_columns_are_the_truth_of_the_kano_survey():
    table, _ = house_plan()
    _, truth = kano_survey(respondents=5)
    whole = truth[truth["segment"] == "all"].set_index("attribute")
    for row in table.itertuples():
        assert row.category == whole.loc[row.need, "category"]
        assert row.better == pytest.approx(whole.loc[row.need, "better"], abs=0.0051)


def test_goals_are_above_the_own_rating():
    table, _ = house_plan(seed=3)
    planned = table.dropna(subset=["goal"])
    assert len(planned) > 0
    assert (planned["goal"] > planned["Lumina"]).all()


def test_same_seed_same_house_and_nobody_cannot_be_asked():
    assert house_plan(seed=1)[0].equals(house_plan(seed=1)[0])
    assert not house_plan(seed=1)[0].equals(house_plan(seed=2)[0])
    with pytest.raises(ParameterError, match="respondents"):
        house_plan(respondents=0)
