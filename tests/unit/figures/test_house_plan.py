import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from casework.figures import style
from casework.figures.house_layout import FONT, basement_rows, measure
from casework.figures.house_plan import PAGE, TITLE, draw_plan
from casework.voice.house import house_of_quality

mpl.use("Agg")


def house(needs=4, names=5, *, scale=(9, 3, 1), long=False, **given):
    rng = np.random.default_rng(needs * names)
    table = pd.DataFrame(
        rng.choice([0, *scale], (needs, names)),
        index=[f"need {i} " + "that goes on and on " * 3 * long for i in range(needs)],
        columns=[f"name {i} " + "with many words " * 3 * long for i in range(names)],
    )
    table.iloc[0] = scale[0]
    return house_of_quality(table, importance=pd.Series(range(1, needs + 1), index=table.index), scale=scale, **given)


def full(needs=4, names=5):
    plain = house(needs, names)
    index, columns = plain.needs.index, plain.characteristics.index
    ratings = pd.DataFrame({"ours": 3.0, "rival": 4.5}, index=index)
    technical = {
        name: {"unit": "mm", "direction": "less", "ours": 70_000.0, "rival": 2, "target": 3, "effort": 2}
        for name in columns
    }
    roof = {columns[0]: {columns[1]: "--", columns[2]: "+"}}
    return house(needs, names, ratings=ratings, technical=technical, roof=roof)


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_everything_of_the_house_is_on_the_page():
    found = full()
    with style.context():
        ax = draw_plan(found)
    said = texts(ax)
    for part in ("need 0", "name 4", "[mm]", "ours", "rival", "rank", "better if", "target", "importance", "++"[:1]):
        assert part in said, part
    assert said.count("↓") == 5
    assert "70,000" in said
    assert "strong (9)" in said
    assert any("\u2212" in text for text in said)
    assert [f"{rank}" for rank in found.characteristics["rank"]] == said[
        said.index("rank") + 1 : said.index("rank") + 6
    ]


def test_symbols_are_as_many_as_relations():
    found = house()
    with style.context():
        ax = draw_plan(found)
    shapes = [item for item in ax.collections if type(item).__name__ == "PatchCollection"]
    counted = sum(len(item.get_paths()) for item in shapes) - 3  # those of the legend
    assert counted == int((found.relations.to_numpy() > 0).sum())


def test_a_scale_without_symbols_shows_its_numbers():
    found = house(scale=(7, 2))
    with style.context():
        said = texts(draw_plan(found))
    assert said.count("7") == int((found.relations.to_numpy() == 7).sum())


@pytest.mark.parametrize(("needs", "names"), [(1, 1), (3, 12), (15, 2), (20, 20)])
def test_the_page_grows_with_the_house(needs, names):
    found = full(needs, names) if names > 2 else house(needs, names)
    plan = measure(found, basement_rows(found))
    assert (plan.rows, plan.columns) == (needs, names)
    assert plan.roof == (names / 2 if names > 1 else 0)
    with style.context():
        figure = draw_plan(found).get_figure()
    width, height = figure.get_size_inches()
    assert width > plan.columns * 0.3
    assert height > plan.rows * 0.3
    plt.close(figure)


def test_nothing_hangs_over_the_edge():
    found = full(6, 7)
    with style.context():
        ax = draw_plan(found)
        figure = ax.get_figure()
        figure.canvas.draw()
        page = figure.bbox
        for text in ax.texts:
            box = text.get_window_extent()
            assert box.x0 >= page.x0 - 2, text.get_text()
            assert box.x1 <= page.x1 + 2, text.get_text()
            assert box.y0 >= page.y0 - 2, text.get_text()


def test_on_small_axes_of_the_caller_the_letters_shrink():
    with style.context():
        figure, ax = plt.subplots(figsize=(4, 4))
        assert draw_plan(full(), ax=ax) is ax
    assert max(text.get_fontsize() for text in ax.texts) < FONT
    plt.close(figure)


def test_names_are_no_formulas():
    table = pd.DataFrame([[9]], index=["$a"], columns=["b$"])
    with style.context():
        said = texts(draw_plan(house_of_quality(table, importance={"$a": 1})))
    assert r"\$a" in said


def test_a_very_large_house_stays_on_a_page_that_can_be_kept():
    with style.context():
        figure = draw_plan(house(60, 90)).get_figure()
    assert max(figure.get_size_inches()) <= PAGE + TITLE
    plt.close(figure)
