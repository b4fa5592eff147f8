import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.datasets.synthetic.comments import shop_contacts
from casework.voice.comments.topics import _agreement, _coherence, _selection, comment_topics


@pytest.fixture(scope="module")
def english():
    return shop_contacts(contacts=300, seed=3, chinese=0.0)


def purity(found, truth):
    known = found > 0
    return pd.crosstab(found[known], truth[known]).max(axis=1).sum() / known.sum()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_known_topics_are_found(language):
    table, truth = shop_contacts(contacts=300, seed=3, chinese=float(language == "zh"))
    result = comment_topics(table["comment"], language=language, topics=6)
    assert purity(result.topic, truth.topic) > 0.85
    assert result.table["comments"].is_monotonic_decreasing
    assert result.table["comments"].sum() == (result.topic > 0).sum()


def test_number_of_topics_is_chosen_and_seeded(english):
    first = comment_topics(english[0]["comment"], most=7, resamples=4, seed=1)
    again = comment_topics(english[0]["comment"], most=7, resamples=4, seed=1)
    assert first == again
    assert first.selection.equals(again.selection)
    chosen = first.selection.loc[first.selection["chosen"], "topics"]
    assert chosen.tolist() == [first.n_topics]
    assert first.selection["stability"].between(0, 1).all()
    assert first.selection["coherence"].between(-1, 1).all()


def test_examples_are_masked_typical_and_different(english):
    result = comment_topics(english[0]["comment"], topics=6)
    examples = result.examples(each=3)
    assert not examples["comment"].str.contains("@").any()
    assert not examples["comment"].duplicated().any()
    assert examples["topic"].value_counts().max() == 3


def test_order_of_comments_changes_nothing(english):
    texts = english[0]["comment"]
    order = np.random.default_rng(0).permutation(len(texts))
    first, second = comment_topics(texts, topics=5), comment_topics(texts.iloc[order], topics=5)
    assert (first.topic == second.topic.sort_index()).mean() > 0.98


def test_ratings_by_topic(english):
    table = english[0]
    result = comment_topics(table["comment"], topics=6)
    rated = result.ratings(table["rating"])
    own = table["rating"][result.topic == 1].astype(float).mean()
    assert rated["mean_rating"].iloc[0] == pytest.approx(own)


def test_agreement_by_hand():
    first = np.array([[1, 1, 0, 0], [0, 0, 1, 1]], dtype=bool)
    assert _agreement(first, first[::-1]) == 1
    assert _agreement(first, np.array([[1, 0, 1, 0], [0, 1, 0, 1]], dtype=bool)) == pytest.approx(1 / 3)


def test_coherence_by_hand():
    from scipy.sparse import csr_matrix

    together = csr_matrix(np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 0]], dtype=float))
    assert _coherence(together, np.array([[True, True, False]])) == pytest.approx(1)
    assert _coherence(together, np.array([[True, False, True]])) == pytest.approx(-1)


def test_selection_takes_the_finest_stable_peak(monkeypatch):
    from casework.voice.comments import topics

    stability = {2: 0.9, 3: 0.7, 4: 0.85, 5: 0.8, 6: 0.83, 7: 0.5, 8: 0.6}
    monkeypatch.setattr(topics, "_factors", lambda matrix, number, **_: (None, np.ones((number, 3))))
    monkeypatch.setattr(topics, "_agreement", lambda first, second: stability[len(first)])
    monkeypatch.setattr(topics, "_coherence", lambda matrix, top: 0.0)
    table = _selection(np.ones((10, 3)), range(2, 9), 2, 0)
    assert table.loc[table["chosen"], "topics"].tolist() == [6]


@pytest.mark.parametrize(
    ("texts", "message"),
    [(["fast parcel"] * 10, "10 comments with known terms"), (["the"] * 50, "no term"), ([], "comments")],
)
def test_too_little_to_go_on(texts, message):
    with pytest.raises(DataError, match=message):
        comment_topics(pd.Series(texts, dtype=object))


def test_empty_and_unknown_comments_are_counted(english):
    texts = pd.concat([english[0]["comment"], pd.Series([None, " ", "zzz qqq"], index=[900, 901, 902])])
    result = comment_topics(texts, topics=4)
    assert result.topic[902] == 0
    assert [note.split()[0] for note in result.notes] == ["2", "1"]


def test_wrong_arguments(english):
    texts = english[0]["comment"]
    for given, message in (
        ({"language": "fr"}, "one of en, zh"),
        ({"topics": 1}, "at least 2, or 0"),
        ({"most": 1}, "most: 1"),
        ({"resamples": 1}, "resamples: 1"),
    ):
        with pytest.raises(ParameterError, match=message):
            comment_topics(texts, **given)
