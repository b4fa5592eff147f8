import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.figures import draw
from casework.voice.house import house_of_quality, need_weights, select_characteristics

mpl.use("Agg")
NEEDS = pd.DataFrame(
    {"importance": [5, 3, 2], "current": [2, 4, 3], "goal": [4, 4, 3], "category": ["M", "A", "I"]},
    index=["light", "cheap & $x$", "<b>quiet</b>"],
)
RELATIONS = pd.DataFrame([[9, 1, 0], [0, 3, 9], [1, 0, 3]], index=NEEDS.index, columns=["mass", "cost", "noise"])
RATINGS = pd.DataFrame({"ours": [2, 4, 3], "rival": [4, 3, 5]}, index=NEEDS.index)


@pytest.fixture(scope="module")
def house():
    costs = {name: {"cost": 3} for name in RELATIONS.columns}
    return house_of_quality(RELATIONS, importance=NEEDS["importance"], ratings=RATINGS, technical=costs)


def drawn(result, kind=None):
    ax = draw(result, kind=kind)
    ax.get_figure().canvas.draw()
    return ax


def test_every_picture_has_a_finding_as_title_and_a_unit(house):
    results = [
        (house, "ranking"),
        (house, "gaps"),
        (need_weights(NEEDS, method="kano"), None),
        (house.stability(draws=100), None),
        (house.scales(), None),
        (select_characteristics(house, budget=7), None),
    ]
    for result, kind in results:
        ax = drawn(result, kind)
        assert len(ax.get_title(loc="left")) > 15
        assert "[" in ax.get_xlabel() + ax.get_ylabel()


def test_the_house_is_the_first_picture_and_unknown_kinds_are_refused(house):
    assert not drawn(house).axison
    with pytest.raises(ParameterError, match="one of house, ranking, gaps"):
        draw(house, kind="roof")


def test_bars_of_the_ranking_are_the_shares(house):
    widths = sorted(bar.get_width() for bar in drawn(house, "ranking").patches)
    assert widths == pytest.approx(sorted(house.to_frame()["relative"] * 100))


def test_gaps_name_the_largest_opportunity_or_the_lead(house):
    assert "light, 2.0 behind" in drawn(house, "gaps").get_title(loc="left")
    leading = house_of_quality(
        RELATIONS, importance=NEEDS["importance"], ratings=RATINGS[["rival", "ours"]].assign(rival=5)
    )
    assert drawn(leading, "gaps").get_title(loc="left") == "We lead in every need"
    alone = house_of_quality(RELATIONS, importance=NEEDS["importance"])
    assert drawn(alone, "gaps").get_title(loc="left") == "No competitor was rated"


def test_weights_show_before_and_after_with_the_categories():
    ax = drawn(need_weights(NEEDS, method="kano"))
    named = [text.get_text() for text in ax.get_legend().get_texts()]
    assert named == ["importance", "weight in the house", "must-be", "attractive", "indifferent"]


def test_stability_writes_the_shares_that_are_large_enough(house):
    found = house.stability(draws=400, concentration=3)
    written = [text.get_text() for text in drawn(found).texts if text.get_text().endswith("%")]
    assert len(written) == int((found.shares.to_numpy() >= 0.05).sum())


def test_scales_join_the_ranks_of_each_characteristic(house):
    found = house.scales()
    lines = drawn(found).lines
    assert sorted(tuple(line.get_ydata()) for line in lines) == sorted(map(tuple, found.ranks.to_numpy()))


def test_selection_fills_what_is_chosen(house):
    found = select_characteristics(house, budget=6)
    filled = [bar for bar in drawn(found).patches if not np.allclose(bar.get_facecolor()[:3], 1)]
    assert len(filled) == len(found.chosen) == 2


def test_names_are_text_and_no_formula(house):
    labels = [label.get_text() for label in drawn(house, "gaps").get_yticklabels()]
    assert any("<b>" in label for label in labels)
    assert any(r"\$x\$" in label for label in labels)
