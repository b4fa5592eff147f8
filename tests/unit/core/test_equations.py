import pytest

from casework.core.equations import ChainModel, chain_model
from casework.core.errors import ParameterError


def test_text_lines_in_any_order_become_causal_order():
    model = chain_model("profit ~ loyalty + cost\n\n# a comment\nloyalty ~ value  # and another\nvalue ~ quality\n")
    assert model.names == ("quality", "cost", "value", "loyalty", "profit")
    assert dict(model.equations)["profit"] == ("loyalty", "cost")
    assert set(model.starts) == {"quality", "cost"}


def test_list_mapping_and_text_are_alike():
    text = chain_model("b ~ a\nc ~ a + b")
    assert chain_model(["b ~ a", "c ~ a + b"]) == text
    assert chain_model({"b": "a", "c": ["a", "b"]}) == text
    assert chain_model(text) is text


def test_levels_by_the_longest_way():
    assert chain_model("b ~ a\nc ~ a + b\nd ~ a").levels == {"a": 0, "b": 1, "d": 1, "c": 2}


def test_names_in_backticks_may_hold_anything():
    model = chain_model("`a + b` ~ `x ~ y` + 服务 质量")
    assert model.equations == (("a + b", ("x ~ y", "服务 质量")),)


def test_renamed():
    assert chain_model("b ~ a").renamed({"a": "A"}) == ChainModel((("b", ("A",)),))


def test_all_problems_at_once():
    with pytest.raises(ParameterError) as caught:
        chain_model("a ~ a + b\nwhat\na ~ c\nd ~ e + e\n~ f\ng ~\nh ~ i ~ j\nk + l ~ m")
    text = str(caught.value)
    assert len(caught.value.problems) == 8
    for part in ("line 1", "explains itself", "line 2", "'a' is explained twice", "'e' stands there twice", "line 8"):
        assert part in text


@pytest.mark.parametrize("model", ["", "# nothing", {}, []])
def test_nothing(model):
    with pytest.raises(ParameterError, match="no equation"):
        chain_model(model)


def test_effect_without_cause():
    with pytest.raises(ParameterError, match="no cause"):
        chain_model({"a": []})


def test_circle_is_named_in_the_direction_of_the_effects():
    with pytest.raises(ParameterError, match="a -> c -> b -> a"):
        chain_model("a ~ b\nb ~ c\nc ~ a\nd ~ a")
