import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from casework.figures import draw
from casework.suppliers import capability_by_level, find_change, sources_of_variation, tabular_cusum

mpl.use("Agg")


@pytest.fixture(scope="module")
def results():
    rng = np.random.default_rng(1)
    noise = rng.normal(size=40)
    frame = pd.DataFrame({"y": noise, "A $x$ <b>": np.tile(list("abcd"), 10), "f": np.repeat(list("uv"), 20)})
    frame["y"] += 3 * (frame["f"] == "v")
    low = noise - 4 * (np.arange(40) >= 30)
    return {
        "step": find_change(noise + 4 * (np.arange(40) >= 25), resamples=99),
        "drift": find_change(noise + 0.6 * np.maximum(np.arange(40) - 25, 0), resamples=99),
        "tiny": find_change(range(8), resamples=99, labels=["$a$"] * 8),
        "up": tabular_cusum(noise + 2, target=0, sd=1),
        "down": tabular_cusum(low, target=0, sd=1),
        "calm": tabular_cusum(noise, target=0, sd=1, h=20),
        "factors": sources_of_variation(frame, value="y", factors=["A $x$ <b>", "f"]),
        "levels": capability_by_level(frame, value="y", by="f", lower=-4, upper=9),
        "none": capability_by_level(frame.iloc[:2], value="y", by="y", lower=-4, upper=9),
    }


NAMES = ["step", "drift", "tiny", "up", "down", "calm", "factors", "levels", "none"]


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_draws(results, name):
    ax = draw(results[name])
    ax.get_figure().canvas.draw()
    assert ax.get_title(loc="left")


def test_the_change_is_where_the_line_breaks(results):
    step, ax = results["step"], draw(results["step"])
    before, after = ax.lines[1].get_ydata(), ax.lines[2].get_ydata()
    assert len(before) == step.position
    assert set(before) == {step.before}
    assert set(after) == {step.after}


def test_bars_are_the_shares(results):
    found = results["factors"]
    widths = sorted(bar.get_width() for bar in draw(found).patches)
    assert widths == pytest.approx(sorted(found.table["share"]))


def test_a_clear_factor_is_orange_and_the_other_is_grey(results):
    colours = {bar.get_facecolor() for bar in draw(results["factors"]).patches}
    assert len(colours) == 2
