import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.suppliers.grades import ACTIONS, grade_chain, grade_suppliers, stationary_shares

SCORES = pd.Series([92, 85, 84.9, 60, 59.9, np.nan], index=list("uvwxyz"))


def test_a_score_on_a_cut_has_the_better_grade():
    found = grade_suppliers(SCORES)
    assert found.table["grade"].tolist()[:5] == ["A", "A", "B", "C", "D"]
    assert pd.isna(found.table["grade"].iloc[5])
    assert found.counts.tolist() == [2, 1, 1, 1]
    assert found.summary() == "5 suppliers graded: A 2, B 1, C 1, D 1."
    assert "1 supplier has no score" in found.notes[0]


def test_action_depends_on_who_else_delivers_the_item():
    item = pd.Series(["p", "p", "q", "r", "r", "q"], index=SCORES.index)
    found = grade_suppliers(SCORES, item=item).to_frame()
    assert found["suppliers_of_the_item"].tolist() == [2, 2, 1, 1, 1, 1]
    expected = [ACTIONS["A", 2], ACTIONS["A", 2], ACTIONS["B", 1], ACTIONS["C", 1], ACTIONS["D", 2]]
    assert found["action"].tolist()[:5] == expected
    alone = grade_suppliers(pd.Series([10.0])).table
    assert alone["action"].tolist() == [ACTIONS["D", 1]]


def test_caps_hold_grades_down_and_never_lift_them():
    cap = pd.Series(["C", None, "A", "A", None, None], index=SCORES.index)
    found = grade_suppliers(SCORES, cap=cap).table
    assert found["grade"].tolist()[:4] == ["C", "A", "B", "C"]
    assert found["capped"].tolist() == [True, False, False, False, False, False]


def test_other_grades_need_their_actions():
    actions = {(letter, n): f"{letter}{n}" for letter in "AB" for n in (1, 2, 3)}
    found = grade_suppliers(SCORES, cuts=[50], actions=actions)
    assert found.table["action"].tolist()[:5] == ["A3"] * 5
    with pytest.raises(ParameterError, match="missing: E1, E2, E3"):
        grade_suppliers(SCORES, cuts=[90, 80, 70, 60])


@pytest.mark.parametrize("cuts", [[], [60, 70], [float("nan")], list(range(90, 10, -10))])
def test_cuts_that_cannot_be(cuts):
    with pytest.raises(ParameterError, match="the largest first"):
        grade_suppliers(SCORES, cuts=cuts)


def test_columns_that_cannot_be():
    with pytest.raises(DataError, match="1 value is not a number") as error:
        grade_suppliers(pd.Series(["good", 5]), item=pd.Series(["a"]), cap=pd.Series(["a"]))
    assert len(error.value.problems) == 3
    with pytest.raises(DataError, match="cap: Z"):
        grade_suppliers(pd.Series([5.0]), cap=pd.Series(["Z"]))


def test_chain_counts_steps_of_each_supplier():
    log = pd.DataFrame({"s": list("yxxyx"), "t": [2, 3, 1, 1, 2], "g": list("BABBB")})
    found = grade_chain(log, supplier="s", period="t", grade="g", grades="AB")
    assert found.counts.to_numpy().tolist() == [[0, 0], [1, 2]]
    assert found.matrix.loc["B"].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert found.to_frame().loc["A"].isna().all()
    assert found.stationary.isna().all()
    assert "never left" in found.notes[0]
    assert found.summary() == "3 steps from period to period: the grade is kept in 67%."


def test_stationary_shares_are_kept():
    rng = np.random.default_rng(2)
    matrix = rng.dirichlet(np.ones(4), size=4)
    shares = stationary_shares(matrix)
    assert shares @ matrix == pytest.approx(shares)
    assert np.isnan(stationary_shares(np.eye(3))).all()


def test_log_that_cannot_be_used():
    log = pd.DataFrame({"s": ["x", "x"], "t": [1, 1], "g": ["A", "Z"]})
    with pytest.raises(DataError, match="1 row repeats") as error:
        grade_chain(log, supplier="s", period="t", grade="g")
    assert len(error.value.problems) == 2
    with pytest.raises(DataError, match="'when': missing"):
        grade_chain(log, supplier="s", period="when", grade="g")
