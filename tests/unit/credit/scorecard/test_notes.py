import pandas as pd

from casework.credit.scorecard import bin_variables


def test_notes_name_what_must_be_read_with_care() -> None:
    frame = pd.DataFrame(
        {
            "flat": [1] * 100,
            "sure": [0] * 50 + [1] * 50,
            "gap": [None] * 10 + [1.0] * 45 + [2.0] * 45,
            "bad": [0] * 50 + [1, 0] * 25,
        }
    )
    notes = " ".join(bin_variables(frame, target="bad", cuts={"sure": [0.5]}).notes)
    assert "merged with a neighbour: sure" in notes
    assert "1 bin holds one class only" in notes
    assert "0.5 added to both counts: gap: missing" in notes
    assert "tell nothing about the event: flat, sure" in notes


def test_long_lists_are_cut() -> None:
    frame = pd.DataFrame({f"x{i}": [1] * 10 for i in range(9)} | {"bad": [0, 1] * 5})
    assert "x5 and 3 more" in bin_variables(frame, target="bad").notes[0]


def test_nothing_to_say() -> None:
    frame = pd.DataFrame({"x": [1] * 100 + [2] * 100, "bad": [0] * 60 + [1] * 40 + [0] * 50 + [1] * 50})
    assert bin_variables(frame, target="bad").notes == ()
