import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.credit.rating import LimitRule, credit_limits, purchases_rule, standard_rules

FIRMS = pd.DataFrame(
    {
        "grade": ["A", "B", "E", "D"],
        "equity": [1000.0, -500.0, 900.0, 8000.0],
        "current_assets": [700.0, 500.0, 300.0, 9000.0],
        "current_liabilities": [300.0, 100.0, 600.0, 1000.0],
        "sales_to_customer": [1200.0, 2400.0, 600.0, 60000.0],
        "open_balance": [50.0, 10.0, 40.0, -20.0],
    },
    index=["Alder", "Birch", "Cedar", "Dogwood"],
)
RULES = standard_rules(equity_share=0.1, working_capital_share=0.5, purchase_months=2)


def limits(**given):
    return credit_limits(FIRMS, RULES, **given)


def test_the_lowest_amount_counts_and_the_grade_cuts_it_back():
    result = limits(grade_factors={"D": 0.5, "E": 0.0}, caps={"D": 300}, open_balance="open_balance", round_to=30)
    table = result.table
    assert table["share of equity"].tolist() == [100.0, 0.0, 90.0, 800.0]
    assert table["limit"].tolist() == [90.0, 0.0, 0.0, 300.0]
    assert table["binding_rule"].tolist() == [
        "share of equity", "share of equity", "no credit for the grade", "cap of the grade",
    ]  # fmt: skip
    assert table["excess"].tolist() == [0.0, 10.0, 40.0, 0.0]
    assert np.isnan(table["utilisation"].iloc[1])
    assert result.by_grade["over_limit"].tolist() == [0, 1, 0, 0, 1]
    assert result.summary() == "Limits add up to 390; customers over their limit: 2, by 50 in all."


def test_negative_amounts_are_counted_and_never_give_a_negative_limit():
    result = limits(open_balance="open_balance")
    assert (result.table["limit"] >= 0).all()
    assert result.notes == (
        "Rule share of equity: the amount of 1 customer is negative and counts as 0.",
        "Rule share of working capital: the amount of 1 customer is negative and counts as 0.",
        "1 customer has a credit balance; he uses none of his limit.",
    )


def test_other_combinations():
    assert limits(combine="highest").table["limit"].iloc[0] == 200.0
    assert limits(combine="mean").table["limit"].iloc[0] == pytest.approx((100 + 200 + 200) / 3)
    assert limits(combine="mean").table["binding_rule"].iloc[0] == "mean of the rules"
    assert "over" not in limits().summary()


def test_a_missing_amount_leaves_its_rule_out():
    firms = FIRMS.assign(equity=np.nan)
    assert credit_limits(firms, RULES).table["limit"].tolist() == [200.0, 200.0, 0.0, 4000.0]
    with pytest.raises(DataError, match="no rule has an amount"):
        credit_limits(firms, RULES[:1])


def test_everything_below_zero_is_refused_at_once():
    with pytest.raises(ParameterError, match="caps of A") as caught:
        limits(caps={"A": -5, "X": 1}, grade_factors={"B": -1}, round_to=-2)
    assert len(caught.value.problems) == 4
    with pytest.raises(ParameterError, match="purchase_months"):
        standard_rules(equity_share=-1, purchase_months=-2)
    with pytest.raises(ParameterError, match="months"):
        purchases_rule(months=-1)


def test_bad_rules_and_tables_are_refused():
    with pytest.raises(ParameterError, match="at least one rule"):
        credit_limits(FIRMS, [])
    with pytest.raises(ParameterError, match="twice"):
        credit_limits(FIRMS, [*RULES, RULES[0]])
    with pytest.raises(ParameterError, match="unknown grades: 'Z'"):
        credit_limits(FIRMS, [LimitRule(name="x", column="equity", factor={"Z": 1.0})])
    with pytest.raises(DataError, match="no column 'rating'"):
        limits(grade="rating")
    with pytest.raises(DataError, match="'F'"):
        credit_limits(FIRMS.assign(grade="F"), RULES)
    with pytest.raises(DataError, match="equty"):
        credit_limits(FIRMS, [LimitRule(name="x", column="equty", factor=1)])


def test_rules_that_have_no_column_are_left_out():
    assert standard_rules(equity_share=0.1, equity="") == ()
    assert [rule.name for rule in standard_rules(working_capital_share=1, purchase_months=1, purchases=None)] == [
        "share of working capital"
    ]


def test_a_credit_balance_uses_nothing_and_adds_to_what_is_free():
    customers = pd.DataFrame({"equity": [10.0, 10.0], "grade": ["A", "A"], "owed": [-3.0, 4.0]})
    rule = LimitRule(name="share", column="equity", factor=1.0)
    table = credit_limits(customers, [rule], open_balance="owed").table
    assert table["utilisation"].tolist() == [0.0, 0.4]
    assert table["free"].tolist() == [13.0, 6.0]
