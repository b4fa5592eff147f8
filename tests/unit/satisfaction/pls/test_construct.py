from casework.satisfaction.pls.construct import Construct


def test_indicators_become_texts():
    construct = Construct("Quality", ["q1", 2])
    assert construct.indicators == ("q1", "2")
    assert hash(construct) == hash(Construct("Quality", ("q1", "2")))
