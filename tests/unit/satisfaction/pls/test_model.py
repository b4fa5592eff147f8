import pytest

from casework.core.errors import ParameterError
from casework.satisfaction.pls.building import parse_model
from casework.satisfaction.pls.construct import Construct
from casework.satisfaction.pls.model import PLSModel

MODEL = parse_model("A =~ a1 + a2\n`B b` <~ b1\nC =~ c\nC ~ A + `B b`\n`B b` ~ A", name="mine")


def test_views_of_a_model():
    assert MODEL.names == ("A", "B b", "C")
    assert MODEL.indicators == ("a1", "a2", "b1", "c")
    assert MODEL.targets == ("B b", "C")
    assert MODEL.predictors("C") == ("A", "B b")
    assert MODEL.levels() == {"A": 0, "B b": 1, "C": 2}
    assert MODEL.to_frame().values.tolist()[2] == ["B b", "B", "b1"]
    assert MODEL.without_path("A", "C") == (("B b", "C"), ("A", "B b"))


def test_text_is_read_back():
    again = parse_model(str(MODEL))
    assert again.constructs == MODEL.constructs
    assert set(again.paths) == set(MODEL.paths)


def test_parts_that_no_path_joins():
    model = parse_model("A =~ a; B =~ b; C =~ c; D =~ d; B ~ A; D ~ C")
    assert model.parts == (("A", "B"), ("C", "D"))


def test_structure_is_made_once_and_checks_the_scheme():
    assert MODEL.structure("path") is MODEL.structure("path")
    assert MODEL.structure("centroid").paths == ((0, 2), (1, 2), (0, 1))
    with pytest.raises(ParameterError, match=r"scheme: 'paths'.*Did you mean 'path'"):
        MODEL.structure("paths")


def test_rename():
    renamed = MODEL.rename({"a1": "first", "c": "last"})
    assert renamed.indicators == ("first", "a2", "b1", "last")
    with pytest.raises(ParameterError, match=r"firstt: is no indicator of the model\. Did you mean 'first'"):
        renamed.rename({"firstt": "x"})
    with pytest.raises(ParameterError, match="indicator 'a2' stands twice"):
        MODEL.rename({"a1": "a2"})


def test_a_model_cannot_be_made_wrong():
    with pytest.raises(ParameterError, match="go round in a circle: A -> B -> A"):
        PLSModel((Construct("A", ("a",)), Construct("B", ("b",))), (("A", "B"), ("B", "A")))
