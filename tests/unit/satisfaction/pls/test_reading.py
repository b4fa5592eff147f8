import pytest

from casework.core.errors import ParameterError
from casework.satisfaction.pls import named_model, read_model


def test_names_and_texts():
    assert read_model(" ecsi ") == named_model("ECSI")
    model = read_model("Quality =~ q1 + q2; Satisfaction =~ s1; Satisfaction ~ Quality", formative=["Quality"])
    assert [item.mode for item in model.constructs] == ["B", "A"]
    assert read_model("ACSI", columns={"COMP": "complained"})["Complaints"].indicators == ("complained",)


@pytest.mark.parametrize(
    ("given", "match"),
    [(("ECSI", {"formative": ["Price"]}), "Price"), (("ESCI", {}), "ESCI"), (("ECSI", {"columns": {"X": "y"}}), "X")],
)
def test_what_is_not_known_is_named(given, match):
    with pytest.raises(ParameterError, match=match):
        read_model(given[0], **given[1])
