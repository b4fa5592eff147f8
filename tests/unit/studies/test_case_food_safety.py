import pytest
from pydantic import ValidationError

from casework.datasets.synthetic.food_case import generate
from casework.studies.case_food_safety import FOUND, PLANS, RULES, SCENARIOS, SCOPES, STUDY, TABLES, FoodParameters


def test_every_table_has_a_caption_and_is_published_in_both_versions():
    assert set(TABLES) == set(generate(seed=1, size="small")[0])
    published = {item.name: item for item in STUDY.results}
    assert all(published[name].kind == "table" and not published[name].answers for name in TABLES)


def test_everything_else_is_an_answer():
    assert all(item.answers for item in STUDY.results if item.name not in TABLES)
    assert {item.name for item in STUDY.results} >= {"debrief", "answer_key"}


def test_names_of_the_study():
    assert STUDY.contract is None
    assert STUDY.notebook.is_file()
    assert len(set(SCOPES)) == 6
    assert len(SCENARIOS) == 2
    assert len(RULES) == 3
    assert len(set(FOUND)) == len(FOUND) == 9
    assert sorted(PLANS) == list(PLANS)
    assert generate(seed=1, size="small")[1]["recall"] in SCOPES


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"pack_cost": 0}, "greater than or equal to 0.01"),
        ({"recovered": 0}, "0.05"),
        ({"recovered": 1.1}, "less than or equal to 1"),
        ({"persons_per_report": 0.5}, "greater than or equal to 1"),
        ({"test_cost": 0}, "0.1"),
        ({"severity": "huge"}, "medium"),
        ({"company": ""}, "at least 1"),
        ({"price": 3}, "Extra inputs"),
    ],
)
def test_refused(given, match):
    with pytest.raises(ValidationError, match=match):
        FoodParameters(**given)
