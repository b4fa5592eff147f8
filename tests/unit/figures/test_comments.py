import matplotlib.pyplot as plt
import pytest

from casework.core.errors import ParameterError
from casework.datasets.synthetic.comments import shop_contacts
from casework.figures import draw
from casework.voice.comments.sentiment import comment_sentiment
from casework.voice.comments.topics import comment_topics


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def contacts():
    return shop_contacts(contacts=200, seed=2, chinese=0.0)[0]


@pytest.fixture(scope="module")
def mood(contacts):
    return comment_sentiment(contacts["comment"], contacts["rating"], resamples=100)


def test_topics_and_their_number(contacts):
    result = comment_topics(contacts["comment"], most=4, resamples=2)
    assert len(draw(result).patches) == result.n_topics
    assert draw(result, kind="selection").get_xlabel() == "number of topics"


def test_a_given_number_has_no_selection(contacts):
    result = comment_topics(contacts["comment"], topics=3)
    assert draw(result, kind="selection").get_xlabel() == "comments [%]"


@pytest.mark.parametrize("kind", ["scores", "curve", "confusion", "terms"])
def test_pictures_of_sentiment(mood, kind):
    ax = draw(mood, kind=kind)
    assert ax.get_title(loc="left")
    ax.get_figure().canvas.draw()


def test_unknown_picture(mood):
    with pytest.raises(ParameterError, match="one of scores, curve, confusion, terms"):
        draw(mood, kind="cloud")
