import numpy as np
import pandas as pd
import pytest
from tests.unit.satisfaction.pls.reference import random_rows

from casework.core.errors import CaseworkWarning
from casework.satisfaction.pls.admissible import WORDS, Check, sentences, smallest_eigenvalue, to_table
from casework.satisfaction.pls.fit import fit_correlations, fit_pls

TEXT = "Q =~ q1 + q2\nS =~ s1 + s2\nS ~ Q"
NAMES = ["q1", "q2", "s1", "s2"]


def failed(result):
    return {check.code: check.names for check in result.checks if not check.ok}


def matrix(**pairs):
    table = pd.DataFrame(np.eye(4), index=NAMES, columns=NAMES)
    for pair, value in pairs.items():
        a, b = pair.split("_")
        table.loc[a, b] = table.loc[b, a] = value
    return table


def test_heywood_case_and_reliability_above_one():
    table = matrix(q1_q2=0.3, s1_s2=0.5, q1_s1=0.6, q1_s2=0.6, q2_s1=0.1, q2_s2=0.1)
    with pytest.warns(CaseworkWarning, match=r"Loading above 1 \(Heywood case\): q1"):
        result = fit_correlations(table, TEXT, n=100, consistent=True)
    assert failed(result)["loadings"] == ("q1",)
    assert not result.admissible


def test_correlations_that_contradict_one_another():
    table = matrix(q1_q2=0.9, q1_s1=0.9, q2_s1=-0.1, s1_s2=0.5)
    with pytest.warns(CaseworkWarning, match="contradict one another"):
        result = fit_correlations(table, TEXT, n=100)
    assert "indicators_definite" in failed(result)
    assert not result.admissible


def test_negative_reliability():
    table = matrix(q1_q2=-0.5, s1_s2=0.5, q1_s1=0.4, q2_s2=0.35, q1_s2=0.4, q2_s1=0.3)
    with pytest.warns(CaseworkWarning, match=r"could not be computed.*rho_A not between 0 and 1: Q"):
        result = fit_correlations(table, TEXT, n=100, consistent=True)
    assert not result.admissible


def test_constructs_that_are_the_same():
    rows = pd.DataFrame(random_rows(1, (1, 1), ((0, 1),)), columns=["a", "b"]).assign(c=lambda x: x["a"] * 2)
    with pytest.warns(CaseworkWarning, match="not positive definite"):
        result = fit_pls(rows, "A =~ a; C =~ c; B =~ b; B ~ A + C")
    assert not result.admissible


def test_an_indicator_that_hardly_varies():
    rows = pd.DataFrame(random_rows(2, (2, 2), ((0, 1),)), columns=NAMES)
    rows["q1"] = np.where(np.arange(120) < 4, 1.0, 5.0)
    with pytest.warns(CaseworkWarning, match="Nearly everybody gives the same answer to: q1"):
        result = fit_pls(rows, TEXT)
    assert "varied" in failed(result)


def test_care_does_not_make_a_fit_inadmissible():
    rows = pd.DataFrame(random_rows(2, (2, 2), ((0, 1),), n=8), columns=NAMES)
    with pytest.warns(CaseworkWarning, match="Fewer than ten respondents for each predictor of: S"):
        result = fit_pls(rows, TEXT)
    assert result.admissible
    assert failed(result) == {"ten_times": ("S",)}


@pytest.mark.parametrize("code", sorted(WORDS))
def test_every_check_has_its_words(code):
    check = Check(code, False, 3.0, ("x",))
    assert check.sentence().endswith(".")
    assert not Check(code, True).sentence()
    assert to_table([check])["concerns"].tolist() == ["x"]


def test_sentences_and_eigenvalues():
    assert sentences([Check("converged", True), Check("r2", False, 1.2, ("S",))]) == "R2 above 1: S."
    assert smallest_eigenvalue(np.array([[1, 0.5], [0.5, 1]])) == pytest.approx(0.5)
    assert np.isnan(smallest_eigenvalue(np.array([[1, np.nan], [np.nan, 1]])))
