import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.credit.provisions.debtors import debtors, grade_probabilities

BALANCES = pd.DataFrame({"current": [10.0, 0, 5, 0], "90+": [0.0, 20, 5, 0]}, index=["a", "b", "c", "d"])
GRADES = pd.Series(["A", "B", "B", "Z"], index=["a", "b", "c", "d"])
PD = {"A": 0.01, "B": 0.2}


def test_who_owes_what():
    found = debtors(BALANCES, GRADES, grade_pd=PD, default_share=0.6).set_index("customer")
    assert found.index.tolist() == ["a", "b", "c"]
    assert found["exposure"].tolist() == [10, 20, 10]
    assert found["defaulted"].tolist() == [False, True, False]
    assert found["pd"].tolist() == [0.01, 1, 0.2]
    assert found["overdue"].tolist() == [0, 1, 0.5]
    assert debtors(BALANCES, GRADES, grade_pd=PD, default_share=2)["defaulted"].sum() == 0


def test_problems():
    with pytest.raises(DataError, match=r"(?s)without a probability of default: 'B'.*sector: 3 customers have none"):
        debtors(BALANCES, GRADES, grade_pd={"A": 0.1}, sectors=pd.Series(dtype=object))
    with pytest.raises(DataError, match="nobody owes"):
        debtors(BALANCES * 0, GRADES, grade_pd=PD)
    with pytest.raises(ParameterError, match="default_share"):
        debtors(BALANCES, GRADES, grade_pd=PD, default_share=0)


def test_grades_and_probabilities():
    with pytest.raises(ParameterError, match=r"(?s)3 grades, 2 prob.*'A' occurs twice.*1.2"):
        grade_probabilities(["A", "A", "B"], [0.1, 1.2])
