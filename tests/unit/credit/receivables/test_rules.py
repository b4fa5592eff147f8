import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.core.options import allowed
from casework.credit.receivables.rules import RESPONSE_WORDS, USUAL_RULES, Response, Rule, read_rules, rules_frame


def test_words_are_those_of_the_responses():
    assert allowed(Response) == tuple(RESPONSE_WORDS)


def test_rules_go_into_a_table_and_back():
    table = rules_frame(USUAL_RULES).drop(columns="rule")
    assert [rule.label for rule in read_rules(table)] == [rule.label for rule in USUAL_RULES]
    assert read_rules(pd.DataFrame({"measure": ["exposure"], "threshold": [5.0], "release": [np.nan]}))[0].ends_at == 5


@pytest.mark.parametrize(
    ("rule", "match"),
    [
        ({"measure": "overdu_share", "threshold": 1}, "Did you mean 'overdue_share'"),
        ({"measure": "exposure", "threshold": 1, "operator": "="}, "operator"),
        ({"measure": "exposure", "threshold": "high"}, "threshold: 'high'. Expected: a number"),
        ({"measure": "exposure", "threshold": float("inf")}, "a number"),
        ({"measure": "exposure", "threshold": 1, "release": 2}, "good side"),
        ({"measure": "exposure", "threshold": 1, "operator": "<", "release": 0.5}, "good side"),
        ({"measure": "exposure", "threshold": 1, "months": 0}, "months"),
        ({"measure": "exposure", "threshold": 1, "months": 1.5}, "months"),
        ({"measure": "exposure", "threshold": 1, "level": 4}, "level"),
        ({"measure": "exposure", "threshold": 1, "response": "pray"}, "more_dunning"),
        ({"measure": "exposure", "threshold": 1, "colour": "red"}, "'colour' is not known"),
        ({"measure": "exposure"}, "no threshold"),
    ],
)
def test_refused(rule, match):
    with pytest.raises(ParameterError, match=match):
        read_rules([rule])


def test_all_problems_at_once_and_no_rule():
    with pytest.raises(ParameterError, match="rule 1") as caught:
        read_rules([Rule(measure="x", threshold=1, months=0), Rule(measure="exposure", threshold=1, level=9)])
    assert len(caught.value.problems) == 3
    with pytest.raises(ParameterError, match="at least one rule"):
        read_rules([])
    with pytest.raises(ParameterError, match="occurs twice"):
        read_rules([Rule(measure="exposure", threshold=1)] * 2)


def test_conditions():
    values = np.array([1.0, 2.0, np.nan])
    holds = {
        sign: Rule(measure="exposure", threshold=2, operator=sign).holds(values).tolist()
        for sign in (">=", ">", "<=", "<")
    }
    assert list(holds.values()) == [[False, True, False], [False] * 3, [True, True, False], [True, False, False]]
