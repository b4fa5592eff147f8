"""Whatever is written can be read again, and whatever is read is checked without surprise."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.core.errors import DataError
from casework.datasets.checking import check_frame
from casework.datasets.contract import Column, Contract
from casework.datasets.delimited import read_delimited
from casework.datasets.export import neutral_frame
from casework.datasets.fingerprint import compare_fingerprints, fingerprint, frame_sha256
from casework.datasets.sources import content_of, source_name


def attempt(call: Callable[[], Any]) -> tuple[Any, DataError | None]:
    """Return what a call gives, or the one kind of error that it may raise."""
    try:
        return call(), None
    except DataError as error:
        return None, error


LETTERS = st.sampled_from("abzé名字张三李四评分 ,;|\t\"'\n.-=+@<>&#")
CHINESE = st.text(st.sampled_from('名字张三李四评分北京上海客户满意度 ,;"\n'), min_size=1, max_size=8)
TEXTS = st.text(LETTERS, max_size=8)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])
SEPARATORS = st.sampled_from([",", ";", "\t", "|"])


def written(rows: list[list[str]], separator: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue()


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=8), SEPARATORS, ENCODINGS)
def test_text_comes_back_as_it_was(pairs, separator, encoding):
    cells = [["n" + one.strip(), "m" + two.strip()] for one, two in pairs]
    text = written([["姓名", "b"], *cells], separator)
    table = read_delimited(text.encode(encoding), "t.csv")
    assert table.separator == separator
    assert table.frame["姓名"].tolist() == [one for one, _ in cells]
    assert table.frame["b"].tolist() == [two for _, two in cells]


@given(st.lists(CHINESE, min_size=3, max_size=20))
def test_chinese_text_in_gb18030_comes_back(names):
    cells = ["客户" + name.strip() for name in names]
    table = read_delimited(written([["姓名"], *([cell] for cell in cells)], ",").encode("gb18030"), "t.csv")
    assert table.encoding == "gb18030"
    assert table.frame["姓名"].tolist() == cells


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20), SEPARATORS)
def test_numbers_come_back_exactly(numbers, separator):
    text = written([["x", "y"], *([repr(value), "1"] for value in numbers)], separator)
    assert read_delimited(text.encode(), "t.csv").frame["x"].astype(float).tolist() == numbers


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_a_data_error(raw):
    assert isinstance(content_of(raw), str)
    table, error = attempt(lambda: read_delimited(raw, "t.csv"))
    assert error.problems if error else len(table.frame) > 0


@given(st.text(max_size=60))
def test_no_text_raises_anything_but_a_data_error(text):
    assert source_name(text).isprintable()
    table, error = attempt(lambda: read_delimited(text.encode("utf-8", "replace"), "t.csv"))
    assert str(error) if error else len(table.frame) > 0


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["1", "5", " 3 ", "like", "NA", "9", "1e400", "=cmd()", "\x1b"]),
    st.binary(max_size=3),
    st.dates(),
    st.lists(st.integers(), max_size=2),
)
COLUMNS = st.builds(
    Column,
    name=st.sampled_from(["q1", "q2", "absent"]),
    kind=st.sampled_from(["number", "integer", "category", "text"]),
    low=st.sampled_from([None, 1.0]),
    high=st.sampled_from([None, 5.0]),
    codes=st.sampled_from([{}, {"like": 1, "dislike": 5}]),
    required=st.booleans(),
    unique=st.booleans(),
    missing=st.booleans(),
    varies=st.booleans(),
)


@settings(max_examples=150)
@given(
    st.lists(st.tuples(CELLS, CELLS), max_size=6),
    st.lists(COLUMNS, max_size=3),
    st.sampled_from(["refuse", "exclude"]),
)
def test_checking_raises_nothing_but_data_errors(rows, columns, invalid):
    frame = pd.DataFrame(
        {
            "q1": pd.Series([one for one, _ in rows], dtype=object),
            "q2": pd.Series([two for _, two in rows], dtype=object),
        }
    )
    checked, error = attempt(lambda: check_frame(frame, Contract(tuple(columns)), where="t.csv", invalid=invalid))
    if error:
        assert all(problem.found for problem in error.problems)
        return
    assert checked.frame.index.is_unique
    for column in columns:
        if column.name in checked.frame and (column.codes or column.kind in ("number", "integer")):
            first = next(item for item in columns if item.name == column.name)
            assert first.kind in ("category", "text") or checked.frame[column.name].dtype == float


@given(
    st.lists(st.tuples(st.integers(-5, 5), st.text(max_size=3)), min_size=1, max_size=12),
    st.data(),
)
def test_any_changed_cell_changes_the_fingerprint_and_is_found(rows, data):
    frame = pd.DataFrame(rows, columns=["a", "b"])
    row = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.sampled_from(["a", "b"]))
    new = frame.copy()
    new.loc[row, column] = 77 if column == "a" else frame.loc[row, "b"] + "!"
    assert frame_sha256(new) != frame_sha256(frame)
    [told] = compare_fingerprints(fingerprint(frame), fingerprint(new))
    assert told == f"The cell in row {row + 2}, column {column!r} changed."


@given(st.lists(st.text(max_size=4), min_size=1, max_size=10), st.randoms(use_true_random=False))
def test_another_order_of_rows_is_told_as_such(texts, random):
    frame = pd.DataFrame({"a": texts})
    order = list(range(len(texts)))
    random.shuffle(order)
    other = frame.iloc[order]
    told = compare_fingerprints(fingerprint(frame), fingerprint(other))
    same = other["a"].tolist() == texts
    assert told == ([] if same else ["The rows are the same, in another order."])


@given(st.lists(st.text(max_size=4), max_size=8))
def test_making_neutral_twice_is_making_neutral_once(texts):
    once = neutral_frame(pd.DataFrame({"=a": pd.Series(texts, dtype="str")}))
    pd.testing.assert_frame_equal(neutral_frame(once), once)
    assert not any(text.startswith(("=", "+", "-", "@", "\t", "\r")) for text in once["'=a"])


@pytest.mark.parametrize("width", [1, 3])
@given(st.lists(st.lists(st.text("ab1", max_size=2), min_size=1, max_size=5), min_size=1, max_size=6))
def test_rows_of_any_length_are_read_or_told(width, rows):
    text = written([[f"c{i}" for i in range(width)], *rows], ",")
    fits = all(len([*row[:width], *filter(None, row[width:])]) == width for row in rows)
    blank = all(not "".join(row) for row in rows)
    if fits and not blank:
        assert read_delimited(text.encode(), "t.csv").frame.shape[1] == width
        return
    _, error = attempt(lambda: read_delimited(text.encode(), "t.csv"))
    if error:
        assert "cells than the head" in str(error) or "no rows" in str(error)
