import pytest
from pydantic import ValidationError

from casework.core.options import allowed
from casework.credit.receivables import MEASURE_WORDS, USUAL_RULES, read_rules
from casework.credit.receivables.rules import Response
from casework.studies.early_warning import (
    MEASURES,
    RESPONSES,
    RULES,
    STUDY,
    EarlyWarningParameters,
    layout,
    parse_rule,
    rule_label,
)

COLUMNS = ["customer", "document", "kind", "invoice", "date", "due", "amount"]


def test_options_are_those_of_the_methods():
    assert tuple(MEASURE_WORDS) == MEASURES
    assert allowed(Response) == RESPONSES


def test_default_rules_are_the_usual_ones():
    assert read_rules([parse_rule(text) for text in RULES]) == USUAL_RULES
    assert [rule_label(text) for text in RULES] == [rule.label for rule in USUAL_RULES]


def test_contract_and_layout():
    found = {column.name: column for column in STUDY.contract(EarlyWarningParameters(), COLUMNS).columns}
    assert found["amount"].kind == "number"
    assert found["due"].missing
    assert not found["customer"].missing
    assert not found["industry"].required
    part = layout(EarlyWarningParameters(), COLUMNS)
    assert part.segment is None
    assert "currency" not in part.columns
    assert len(part.rules) == len(RULES)


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"rules": []}, "at least 1"),
        ({"rules": ["late"]}, "no condition such as"),
        ({"rules": ["overdue_shar >= 0.5"]}, "Did you mean 'overdue_share'"),
        ({"rules": ["exposure >= much"]}, "threshold is no number"),
        ({"rules": ["exposure >= nan"]}, "threshold is no number"),
        ({"rules": ["exposure >= 5; month 2"]}, "Did you mean 'months'"),
        ({"rules": ["exposure >= 5; months 0"]}, "months: a whole number"),
        ({"rules": ["exposure >= 5; months 1.5"]}, "months: a whole number"),
        ({"rules": ["exposure >= 5; level 4"]}, "a level of 1, 2 or 3"),
        ({"rules": ["exposure >= 5; minimum -1"]}, "a minimum of at least 0"),
        ({"rules": ["exposure >= 5; release 6"]}, "good side"),
        ({"rules": ["exposure < 5; release 4"]}, "good side"),
        ({"rules": ["exposure >= 5; response pray"]}, "'pray' is not known"),
        ({"rules": ["exposure >= 5", "exposure  >= 5; level 2"]}, "occurs twice"),
        ({"edges": [30, 60]}, "the first 0"),
        ({"edges": [0, 60, 30]}, "ascending"),
        ({"as_of": "yesterday"}, "a day such as"),
        ({"measure": "luck"}, "overdue_share"),
        ({"loss_share": 2}, "less than or equal to 1"),
    ],
)
def test_refused(given, match):
    with pytest.raises(ValidationError, match=match):
        EarlyWarningParameters(**given)


def test_words_of_a_rule_are_text():
    rule = parse_rule("exposure >= 5; department <b>sales</b>; name a > b")
    assert rule["department"] == "<b>sales</b>"
    assert rule["name"] == "a > b"
