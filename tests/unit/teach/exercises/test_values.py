import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.teach.exercises.values import Unknown, decode, encode

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_plain_values_come_back_over_json(value):
    assert decode(json.loads(json.dumps(encode(value)))) == value


def test_arrays_series_and_frames():
    assert decode(encode(np.array([[1, 2], [3, 4]]))) == [[1, 2], [3, 4]]
    assert decode(encode(pd.Series([1.5, 2.5], index=["a", "b"]))) == {"a": 1.5, "b": 2.5}
    assert decode(encode(pd.DataFrame({"x": [1, 2]}, index=["a", "b"]))) == {"x": {"a": 1, "b": 2}}
    assert decode(encode({3, 1})) == frozenset({1, 3})
    assert decode(encode(np.float64(2.0))) == 2.0
    assert decode(encode(np.bool_(True))) is True
    assert math.isnan(decode(encode(float("nan"))))
    assert decode(encode(float("-inf"))) == -math.inf


def test_what_is_not_known_or_too_large_is_told_by_its_type():
    class Own:
        def __len__(self):
            raise RuntimeError

    assert decode(encode(Own())) == Unknown("Own")
    assert encode(list(range(10**6)))["kind"] == "large"
    assert encode("x" * 10**6)["kind"] == "large"
    loop: list = []
    loop.append(loop)
    assert encode(loop)["kind"] == "large"


@pytest.mark.parametrize(
    "coded",
    [
        {},
        {"kind": "list"},
        {"kind": "list", "items": [1]},
        {"kind": "number", "value": [1]},
        {"kind": "mapping", "pairs": [1]},
        {"kind": "frame", "index": 3},
    ],
)
def test_nonsense_is_refused(coded):
    with pytest.raises(ValueError, match=r"not an encoded answer|could not convert|argument"):
        decode(coded)
