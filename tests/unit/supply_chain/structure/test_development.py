import pytest

from casework.core.errors import ParameterError
from casework.supply_chain.structure import RUBRIC, development_rubric, development_stage

NAMES = [item.name for item in RUBRIC]


@pytest.mark.parametrize(
    ("score", "level"), [(1, "traditional logistics"), (2, "modern logistics"), (3, "synchronized chain")]
)
def test_the_three_stages(score, level):
    found = development_stage(dict.fromkeys(NAMES, score))
    assert (found.level, found.score) == (level, score)
    assert set(found.table["level"]) == {level}
    assert (found.table["next_step"] == "").all() == (score == 3)


def test_one_criterion_far_behind_holds_the_chain_back():
    found = development_stage({**dict.fromkeys(NAMES, 3), "information": 1})
    assert found.score == pytest.approx(22 / 8)
    assert found.level == "modern logistics"
    assert found.held_back == ("information",)
    assert "held back by: information" in found.notes[0]


def test_weights_move_the_mean():
    found = development_stage({**dict.fromkeys(NAMES, 1), "scope": 3}, weights={"scope": 7}, lag=2)
    assert found.score == pytest.approx((7 * 3 + 7) / 14)
    assert found.table["weight"].sum() == pytest.approx(1)


def test_all_problems_at_once():
    with pytest.raises(ParameterError) as told:
        development_stage({**dict.fromkeys(NAMES[:-1], 4), "scop": 1}, weights={"scope": 0}, limits=(2, 1.5), lag=0)
    for part in [
        "Did you mean 'scope'",
        "none for 'improvement'",
        "answers['scope']: 4",
        "weights['scope']: 0",
        "limits: (2, 1.5)",
        "lag: 0",
    ]:
        assert part in str(told.value), part


def test_the_rubric_is_a_table():
    table = development_rubric()
    assert table.shape == (8, 5)
    assert (table != "").all().all()
