import pytest
from pydantic import ValidationError

from casework.core.options import allowed
from casework.credit.scorecard import optimal, stepwise
from casework.studies.credit_scorecard import STUDY, CreditScorecardParameters, Evidence, Trend, layout

COLUMNS = ["bad", "year", "customer", "sales", "industry", "credit_bureau"]


def columns(found):
    return {column.name: column for column in found.columns}


def test_options_are_those_of_the_methods():
    assert set(allowed(Trend)) == set(allowed(optimal.Trend))
    assert allowed(Evidence) == allowed(stepwise.Evidence)


def test_all_other_columns_are_variables():
    found = columns(STUDY.contract(CreditScorecardParameters(), COLUMNS))
    assert found["bad"].required
    assert not found["bad"].missing
    assert {found[name].kind for name in ("sales", "industry", "credit_bureau")} == {"any"}
    assert not any(found[name].required for name in COLUMNS[1:])


def test_any_file_with_a_target_will_do():
    found = layout(CreditScorecardParameters(), ["bad", "duration", "purpose"])
    assert (found.period, found.customer, found.champion) == (None, None, ())
    assert found.variables == ("duration", "purpose")
    assert found.special == {}


def test_named_and_excluded():
    given = CreditScorecardParameters(variables=["sales", "industry"], exclude=["industry"], champion=["credit_bureau"])
    found = layout(given, COLUMNS)
    assert found.variables == ("sales",)
    assert found.champion == ("credit_bureau",)
    assert found.special == {"credit_bureau": (-1.0,)}
    assert columns(STUDY.contract(given, COLUMNS))["credit_bureau"].parameter == "champion"


def test_a_template_shows_examples():
    assert "credit_bureau" in columns(STUDY.contract(CreditScorecardParameters(), []))


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"variables": ["a", "a"]}, "'a' occurs twice"),
        ({"champion": [" "]}, "one is empty"),
        ({"max_bins": 1}, "greater than or equal to 2"),
        ({"min_share": 0.6}, "0.5"),
        ({"odds": 0}, "greater than 0"),
        ({"folds": 1}, "greater than or equal to 2"),
        ({"bad_cost": -1}, "greater than 0"),
        ({"bad_found": 1.5}, "less than or equal to 1"),
        ({"trend": "sideways"}, "monotone"),
        ({"evidence": "luck"}, "bic"),
        ({"special": {"x": ["none"]}}, "number"),
    ],
)
def test_refused(given, match):
    with pytest.raises(ValidationError, match=match):
        CreditScorecardParameters(**given)
