import numpy as np
import pytest

from casework.voice import kano_measures as measures


def counts(*rows):
    return np.array(rows, dtype=np.int64)


def category(row, *, threshold=0.06, order="MOAIRQ"):
    cells = counts(row)
    ranking = measures.rank(cells, order)
    return measures.letters(measures.rule_category(ranking, cells.sum(axis=1), threshold=threshold, order=order))[0]


def test_ties_go_to_the_letter_named_earlier():
    ranking = measures.rank(counts([10, 10, 10, 0, 0, 0]), "AOMIRQ")
    assert measures.letters(ranking.first) == ["A"]
    assert measures.letters(ranking.second) == ["O"]


@pytest.mark.published
def test_only_the_two_largest_compete_as_in_stp25stat():
    assert category([32, 5, 30, 33, 0, 0]) == "M"
    assert category([20, 22, 35, 33, 0, 0]) == "A"


def test_threshold_is_exact_on_whole_answers():
    assert 81 / 200 - 69 / 200 > 0.06  # what floating point would say
    assert category([69, 81, 25, 25, 0, 0]) == "M"
    assert category([69, 82, 25, 24, 0, 0]) == "O"


def test_a_category_that_nobody_named_never_wins():
    assert category([0, 0, 0, 5, 0, 0], threshold=1) == "I"


def test_all_questionable_is_questionable_and_nothing_is_nothing():
    assert category([0, 0, 0, 0, 0, 9]) == "Q"
    assert category([0] * 6) is None


def test_order_of_preference_is_an_argument():
    assert category([40, 38, 12, 10, 0, 0], order="OMAIRQ") == "O"


def test_better_and_worse_by_hand():
    cells = counts([10, 20, 30, 40, 7, 3])
    assert measures.better(cells) == pytest.approx([0.5])
    assert measures.worse(cells) == pytest.approx([-0.3])
    assert str(measures.worse(counts([0, 0, 1, 1, 0, 0]))[0]) == "0.0"


def test_better_is_not_a_number_without_decided_answers():
    assert np.isnan(measures.better(counts([0, 0, 0, 0, 5, 5]))).all()


def test_strengths_divide_by_questionable_answers_too():
    cells = counts([10, 20, 30, 20, 10, 10])
    assert measures.total_strength(cells) == pytest.approx([0.6])
    assert measures.category_strength(measures.rank(cells), cells.sum(axis=1)) == pytest.approx([0.1])


def test_fong_by_hand_leaves_questionable_out_of_the_two_largest():
    difference, bound, significant = measures.fong(counts([9, 0, 0, 25, 0, 66]))
    assert difference.tolist() == [16]
    assert bound[0] == pytest.approx(1.65 * np.sqrt(34 * 166 / 200))
    assert significant.tolist() == [True]


def test_fong_is_never_significant_where_all_is_questionable():
    assert measures.fong(counts([0, 0, 0, 0, 0, 9]))[2].tolist() == [False]


def test_equal_counts_have_no_chi_square():
    statistic, p_value = measures.equal_counts_test(counts([5, 5, 5, 5, 99, 99]))
    assert statistic.tolist() == [0]
    assert p_value.tolist() == [1]


def test_measures_take_many_dimensions():
    cells = np.random.default_rng(0).integers(0, 9, size=(3, 4, 6))
    one = measures.better(cells[1, 2][None])
    assert measures.better(cells)[1, 2] == one[0]
    assert measures.rank(cells).first[1, 2] == measures.rank(cells[1, 2][None]).first[0]
