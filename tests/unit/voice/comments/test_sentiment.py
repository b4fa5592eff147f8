import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, balanced_accuracy_score, roc_auc_score

from casework.core.errors import DataError, ParameterError
from casework.datasets.synthetic.comments import shop_contacts
from casework.voice.comments import sentiment
from casework.voice.comments.sentiment import comment_sentiment, pieces


@pytest.fixture(scope="module")
def contacts():
    return shop_contacts(contacts=300, seed=5)[0]


@pytest.fixture(scope="module")
def result(contacts):
    return comment_sentiment(contacts["comment"], contacts["rating"], customer=contacts["customer"], resamples=200)


def test_mood_is_recognised_in_both_languages(result):
    assert result.better
    assert result.score("accuracy")["estimate"] > 0.75
    assert "against" in result.summary()


def test_scores_are_those_of_scikit_learn(result):
    truth, chance = result.negative.to_numpy(), result.probability[result.negative.index].to_numpy()
    assert result.score("accuracy")["estimate"] == pytest.approx(((chance > 0.5) == truth).mean())
    assert result.score("balanced_accuracy")["estimate"] == pytest.approx(balanced_accuracy_score(truth, chance > 0.5))
    assert result.score("average_precision")["estimate"] == pytest.approx(average_precision_score(truth, chance))
    assert result.score("roc_auc")["estimate"] == pytest.approx(roc_auc_score(truth, chance))


def test_weighted_scores_are_those_of_scikit_learn():
    rng = np.random.default_rng(2)
    truth, chance, weight = rng.random(60) < 0.4, rng.integers(0, 8, 60) / 8, rng.integers(0, 4, 60).astype(float)
    for own, peer in (
        (sentiment._average_precision, average_precision_score),
        (sentiment._roc_auc, roc_auc_score),
    ):
        assert own(truth, chance, weight[None])[0] == pytest.approx(peer(truth, chance, sample_weight=weight))
    expected = balanced_accuracy_score(truth, chance > 0.5, sample_weight=weight)
    assert sentiment._balanced(truth, chance, weight[None])[0] == pytest.approx(expected)


def test_baseline_names_the_larger_class(result):
    larger = max(result.negative.mean(), 1 - result.negative.mean())
    assert result.score("accuracy", "always the larger class")["estimate"] == pytest.approx(larger, abs=0.02)
    assert result.score("roc_auc", "always the larger class")["estimate"] == pytest.approx(0.5, abs=0.05)


def test_confusion_and_curve_count_the_same_comments(result):
    counts = result.confusion.set_index("mood")
    assert counts.loc["negative comment"].sum() == result.negative.sum()
    assert counts.to_numpy().sum() == len(result.negative)
    assert result.curve["recall"].iloc[-1] == 1
    assert result.curve["recall"].is_monotonic_increasing


def test_without_a_signal_the_model_says_so(contacts):
    ratings = contacts["rating"].sample(frac=1, random_state=1).set_axis(contacts.index)
    nothing = comment_sentiment(contacts["comment"], ratings, resamples=200)
    assert not nothing.better
    assert "not better" in nothing.summary()
    assert nothing.score("balanced_accuracy")["estimate"] == pytest.approx(0.5, abs=0.12)


def test_learning_by_heart_is_not_rewarded():
    """Each customer writes the same nonsense word many times; ratings belong to customers, not to words."""
    rng = np.random.default_rng(4)
    customer = np.repeat(np.arange(60), 4)
    texts = pd.Series([f"word{chr(97 + c // 26)}{chr(97 + c % 26)}" for c in customer])
    rating = pd.Series(np.where(rng.random(60) < 0.5, 1, 5)[customer])
    found = comment_sentiment(texts, rating, customer=pd.Series(customer), resamples=200)
    assert found.score("roc_auc")["estimate"] < 0.65


def test_groups_join_customers_and_equal_words():
    texts = pd.Series(["Slow!", "slow", "fine", "good", "bad"])
    groups = sentiment._groups(texts, pd.Series(["a", "b", "b", None, None]))
    assert groups.tolist() == [0, 0, 0, 1, 2]


def test_folds_keep_groups_whole():
    groups = np.repeat(np.arange(40), 3)
    negative = np.repeat(np.arange(40) % 2 == 0, 3)
    for train, test in sentiment._folds(negative, groups, 5, 1):
        assert not set(groups[train]) & set(groups[test])
        assert 0.3 < negative[test].mean() < 0.7


def test_seeded(contacts, result):
    again = comment_sentiment(contacts["comment"], contacts["rating"], customer=contacts["customer"], resamples=200)
    assert again == result


def test_unrated_comments_get_a_probability(contacts, result):
    others = contacts.index.difference(result.negative.index)
    assert result.probability[others].between(0, 1).all()
    assert any("in between" in note for note in result.notes)
    assert any("no rating" in note for note in result.notes)


def test_pieces_keep_negations():
    assert "not good" in pieces("NOT good")
    assert pieces("不行") == ["不行"]


def test_one_class_and_too_few(contacts):
    with pytest.raises(DataError, match=r"rated 2 or less: 0\. Expected: at least 20"):
        comment_sentiment(contacts["comment"], pd.Series(5, index=contacts.index))
    with pytest.raises(DataError, match=r"rated 2 or less(.|\n)*rated 4 or more"):
        comment_sentiment(contacts["comment"].head(10), contacts["rating"].head(10))


def test_one_customer_for_each_mood():
    texts = pd.Series([f"text {i}" for i in range(60)])
    rating = pd.Series([1, 5] * 30)
    with pytest.raises(DataError, match="1 independent group"):
        comment_sentiment(texts, rating, customer=rating)


def test_wrong_arguments(contacts):
    with pytest.raises(DataError, match="other rows than the comments"):
        comment_sentiment(contacts["comment"], contacts["rating"].head(5))
    for given, message in (
        ({"negative_to": 4}, "above negative_to 4"),
        ({"folds": 1}, "folds: 1"),
        ({"resamples": 10}, "resamples: 10"),
        ({"strength": 0}, "strength: 0"),
        ({"confidence": 1}, "confidence: 1"),
    ):
        with pytest.raises(ParameterError, match=message):
            comment_sentiment(contacts["comment"], contacts["rating"], **given)
