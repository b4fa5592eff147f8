import pytest

from casework.core.errors import ParameterError
from casework.satisfaction.pls.named import NAMED, named_model


@pytest.mark.parametrize("name", sorted(NAMED))
def test_every_indicator_has_its_question(name):
    model = named_model(name)
    assert set(NAMED[name].questions) == set(model.indicators)
    assert model.name == name
    assert NAMED[name].source
    assert all(construct.mode == "A" for construct in model.constructs)


def test_sizes_as_published():
    sizes = {name: (len(m.names), len(m.indicators), len(m.paths)) for name in NAMED if (m := named_model(name))}
    assert sizes == {"ACSI": (6, 14, 9), "ECSI": (7, 24, 12), "CCSI": (6, 18, 11)}


def test_columns_of_the_user():
    assert named_model("ecsi", columns={"CUSCO": "complaint"})["Complaints"].indicators == ("complaint",)


def test_unknown_name():
    with pytest.raises(ParameterError, match=r"one of ACSI, ECSI, CCSI\. Did you mean 'ACSI'"):
        named_model("acs1")
