import numpy as np
import pandas as pd

from casework.voice.house.notes import alike_pairs, house_notes


def table(rows, **names):
    return pd.DataFrame(rows, index=names.get("index"), columns=names.get("columns")).astype(float)


def test_an_unserved_need_a_useless_characteristic_and_a_weakly_served_need_are_told():
    notes = house_notes(
        table([[9, 0, 0], [3, 1, 0], [0, 0, 0]], index=["light", "cheap", "quiet"], columns=list("abc")), 9
    )
    assert notes == (
        "Nothing serves these needs, so nobody will work on them: quiet.",
        "These characteristics serve no need; why measure them? c.",
        "No characteristic serves these needs strongly: cheap.",
    )


def test_a_clean_house_has_no_notes():
    assert house_notes(table([[9, 0], [1, 9]], index=["a", "b"], columns=["x", "y"]), 9) == ()


def test_columns_that_serve_the_same_needs_are_told():
    notes = house_notes(table([[9, 9, 0], [3, 3, 9]], index=["a", "b"], columns=["x", "y", "z"]), 9)
    assert notes[0].startswith("1 pair of characteristics serves the same needs alike")
    assert "x and y" in notes[0]


def test_a_crowded_house_is_told():
    crowded = table(np.full((4, 4), 3.0) + np.diag([6.0] * 4), index=list("abcd"), columns=list("wxyz"))
    assert any("100% of the cells hold a relation" in note for note in house_notes(crowded, 9))
    strong = table(np.where(np.eye(5) > 0, 1.0, 9.0), index=list("abcde"), columns=list("vwxyz"))
    assert any("80% of the relations are strong" in note for note in house_notes(strong, 9))


def test_empty_columns_are_not_alike():
    assert alike_pairs(np.array([[0.0, 0.0, 9.0], [0.0, 0.0, 1.0]])) == []


def test_names_with_braces_and_markup_pass_through():
    notes = house_notes(table([[0.0]], index=["{x} <b>$"], columns=["y"]), 9)
    assert "{x} <b>$" in notes[0]
