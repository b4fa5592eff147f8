import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from casework.core.messages import use_language
from casework.figures import draw
from casework.satisfaction.drivers import service_profit_chain

mpl.use("Agg")
NAMES = ["clean room", "A & $B$ <script>", "a very long name of a driver that no figure has room for", "价格"]
CHAIN = {NAMES[1]: [NAMES[0]], NAMES[2]: [NAMES[1]], NAMES[3]: [NAMES[0], NAMES[1], NAMES[2]]}


@pytest.fixture(scope="module")
def units():
    return pd.DataFrame(np.random.default_rng(1).normal(size=(60, 4)), columns=NAMES).cumsum(axis=1)


def drawn(result):
    ax = draw(result)
    ax.get_figure().canvas.draw()
    return ax


@pytest.mark.parametrize(
    "model", [CHAIN, {NAMES[1]: [NAMES[0]]}, {NAMES[3]: NAMES[:3]}, {n: [NAMES[0]] for n in NAMES[1:]}]
)
@pytest.mark.parametrize("resamples", [0, 100])
def test_each_effect_is_shown_and_boxes_stay_apart(units, model, resamples):
    result = service_profit_chain(units, model, resamples=resamples)
    with use_language("zh"):
        ax = drawn(result)
    texts = [text.get_text() for text in ax.texts]
    assert all(f"{value:+.2f}" in texts for value in result.links["beta"])
    boxes = [patch.get_window_extent() for patch in ax.patches]
    assert len(boxes) == len(result.model.names)
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    plt.close(ax.get_figure())


def test_boxes_stay_inside_the_picture(units):
    ax = drawn(service_profit_chain(units, CHAIN, resamples=100))
    frame = ax.get_window_extent()
    for patch in ax.patches:
        box = patch.get_window_extent()
        assert frame.x0 <= box.x0
        assert box.x1 <= frame.x1
        assert frame.y0 <= box.y0
        assert box.y1 <= frame.y1
    plt.close(ax.get_figure())


def test_causes_stand_above_their_effects(units):
    result = service_profit_chain(units, CHAIN, resamples=0)
    ax = drawn(result)
    heights = {text.get_text().split("   R²")[0]: text.get_position()[1] for text in ax.texts}
    assert heights["clean room"] > heights["价格"]
    assert any("R²" in text.get_text() for text in ax.texts)
    plt.close(ax.get_figure())
