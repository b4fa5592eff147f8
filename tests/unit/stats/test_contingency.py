import numpy as np
import pytest
from scipy.stats import chi2_contingency, random_table
from scipy.stats.contingency import association

from casework.stats import contingency
from casework.stats.contingency import cramers_v, independence_test, permutation_p

TABLE = np.array([[12, 5, 7], [3, 9, 8]])


def test_test_and_strength_agree_with_scipy():
    statistic, freedom, p_value, smallest = independence_test(TABLE[None])
    expected = chi2_contingency(TABLE, correction=False)
    assert (statistic[0], freedom[0], p_value[0]) == pytest.approx((expected.statistic, expected.dof, expected.pvalue))
    assert smallest[0] == pytest.approx(expected.expected_freq.min())
    assert cramers_v(TABLE[None])[0] == pytest.approx(association(TABLE, method="cramer"))


def test_empty_rows_and_columns_do_not_count():
    padded = np.zeros((1, 3, 5), dtype=int)
    padded[0, :2, 1:4] = TABLE
    assert [float(part[0]) for part in independence_test(padded)] == [
        float(part[0]) for part in independence_test(TABLE[None])
    ]
    assert cramers_v(padded)[0] == cramers_v(TABLE[None])[0]


def test_one_row_or_column_is_no_test():
    lonely = np.array([[[4, 0], [3, 0]]])
    assert np.isnan(independence_test(lonely)[0]).all()
    assert np.isnan(permutation_p(lonely, permutations=9, rng=np.random.default_rng(0))).all()
    assert np.isnan(cramers_v(lonely)).all()


def test_permutation_p_agrees_with_scipys_random_tables():
    ours = permutation_p(TABLE[None], permutations=20_000, rng=np.random.default_rng(1))[0]
    observed = chi2_contingency(TABLE, correction=False).statistic
    tables = random_table(TABLE.sum(axis=1), TABLE.sum(axis=0), seed=2).rvs(20_000)
    drawn = independence_test(tables.astype(int))[0]
    assert ours == pytest.approx((drawn >= observed - 1e-9).mean(), abs=0.01)  # 3 Monte-Carlo standard errors


def test_random_tables_keep_their_margins():
    drawn = contingency._same_margins(np.array([TABLE, TABLE[:, ::-1]]), 50, np.random.default_rng(0))
    assert (drawn.sum(axis=3) == TABLE.sum(axis=1)).all()
    assert (drawn[0].sum(axis=1) == TABLE.sum(axis=0)).all()


def test_permutation_p_does_not_depend_on_the_other_tables_much_and_is_never_zero():
    clear = np.array([[[30, 0], [0, 30]]])
    assert permutation_p(clear, permutations=99, rng=np.random.default_rng(0))[0] == 0.01
