from casework.teach.exercises.snapshot import snapshot
from casework.teach.exercises.values import encode


def test_values_expressions_and_what_is_missing():
    assert snapshot("x", "", (), {"x": 3}) == [encode(3)]
    assert snapshot("x", "", (), {}) == [{"kind": "missing"}]
    assert snapshot("x[0] + 1", "", (), {"x": [4]}) == [encode(5)]
    assert snapshot("x.y", "", (), {"x": 3}) == [{"kind": "failed", "reason": "AttributeError"}]


def test_calls_with_each_list_of_arguments_and_their_errors():
    arguments = (encode([1, 2]), encode([5, 0]))
    assert snapshot("", "f", arguments, {"f": lambda a, b: a + b}) == [encode(3), encode(5)]
    assert snapshot("", "f", arguments, {}) == [{"kind": "missing"}] * 2

    def failing(a, b):
        raise ValueError(f"hidden {a}")

    assert snapshot("", "f", arguments, {"f": failing}) == [{"kind": "failed", "reason": "ValueError"}] * 2
