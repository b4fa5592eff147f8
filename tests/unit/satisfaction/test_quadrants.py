from casework.satisfaction.quadrants import QUADRANTS


def test_important_ones_come_first_and_low_performance_before_high() -> None:
    assert QUADRANTS == ("concentrate here", "keep up the good work", "low priority", "possible overkill")
