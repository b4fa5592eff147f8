import numpy as np
import pandas as pd

from casework.figures.house_layout import CELL, WEIGHT, Row, basement_rows, measure, name_labels, need_label
from casework.voice.house import house_of_quality


def house(needs=4, names=5, *, scale=(9, 3, 1), long=False, **given):
    rng = np.random.default_rng(needs * names)
    table = pd.DataFrame(
        rng.choice([0, *scale], (needs, names)),
        index=[f"need {i} " + "that goes on and on " * 3 * long for i in range(needs)],
        columns=[f"name {i} " + "with many words " * 3 * long for i in range(names)],
    )
    table.iloc[0] = scale[0]
    return house_of_quality(table, importance=pd.Series(range(1, needs + 1), index=table.index), scale=scale, **given)


def test_long_names_are_wrapped_and_shortened():
    found = house(long=True)
    plan = measure(found, basement_rows(found))
    assert plan.left < 11
    assert plan.head < 8


def test_long_numbers_stand_upright():
    assert not Row(label="cost", cells=["12", "7"]).upright
    row = Row(label="cost", cells=["12", "70,000"])
    assert row.upright
    assert row.height > 1.5


def test_only_rows_that_say_something_are_in_the_basement():
    assert [row.label for row in basement_rows(house())] == ["rank"]
    technical = {"name 0 ": {"direction": "less", "ours": 2.5, "cost": 3, "unit": "mm"}}
    found = house(technical=technical)
    assert [row.label for row in basement_rows(found)] == ["rank", "better if", "ours", "cost"]
    assert basement_rows(found)[2].cells == ["2.5", "", "", "", ""]
    assert name_labels(found)[0] == ("name 0", "[mm]")


def test_parts_add_up_to_the_page():
    found = house()
    plan = measure(found, basement_rows(found))
    assert plan.width > plan.left + plan.columns
    assert plan.height > plan.top + plan.rows + plan.basement
    assert plan.left > WEIGHT
    assert 0.2 < CELL < 0.5


def test_labels_are_text():
    assert need_label("$a") == r"\$a"
