"""Tables and values that travel."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from casework.report import formats
from casework.report.formats import format_value, frame_to_html, heading, jsonable, table_payload


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1234.5, "1,234.50"),
        (np.float64(0.125), "0.12"),
        (7, "7"),
        (np.int64(12345), "12,345"),
        (True, "yes"),
        (np.bool_(False), "no"),
        (float("nan"), "–"),
        (None, "–"),
        (pd.NA, "–"),
        (pd.NaT, "–"),
        ("text", "text"),
    ],
)
def test_one_cell_as_text(value, shown):
    assert format_value(value) == shown


def test_heading_reads_underscores_as_spaces():
    assert heading("share_of_answers") == "share of answers"


def test_table_escapes_names_captions_and_notes():
    evil = "<script>alert(1)</script>"
    markup = frame_to_html(pd.DataFrame({evil: [evil], "n": [1.5]}), caption=evil, note=evil)
    assert "<script" not in markup
    assert markup.count("&lt;script&gt;") == 4


def test_table_has_headers_for_rows_and_columns():
    markup = frame_to_html(pd.DataFrame({"name": ["a", "b"], "n": [1, 2], "ok": [True, False]}))
    assert markup.count('<th scope="row"') == 2
    assert markup.count('scope="col"') == 3
    assert '<td class="cw-num">2</td>' in markup
    assert ">yes</td>" in markup
    assert markup.count("<tr>") == markup.count("</tr>") == 3


def test_table_shows_a_named_index():
    frame = pd.DataFrame({"n": [1]}, index=pd.Index(["x"], name="item"))
    assert ">item</th>" in frame_to_html(frame)
    assert "index" not in frame_to_html(frame.reset_index(drop=True))


def test_empty_table():
    assert frame_to_html(pd.DataFrame({"a": []})).endswith("<tbody></tbody></table>")


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.float64(1.5), 1.5),
        (np.int64(2), 2),
        (float("inf"), "inf"),
        (float("nan"), None),
        ("x", "x"),
        (np.True_, True),
    ],
)
def test_scalars_for_json(value, plain):
    assert jsonable(value) == plain
    assert type(jsonable(value)) is type(plain)


def test_midnight_is_the_day_alone():
    assert format_value(pd.Timestamp("2026-01-02")) == "2026-01-02"
    assert format_value(pd.Timestamp("2026-01-02 06:30")) == "2026-01-02 06:30:00"
    assert format_value(pd.NaT) == "–"


def test_other_things_are_no_scalars():
    with pytest.raises(TypeError, match="cannot publish a list"):
        jsonable([1])


def test_frame_for_json():
    frame = pd.DataFrame(
        {
            "name": ["a", None],
            "n": [1, 2],
            "x": [0.5, np.nan],
            "ok": [True, False],
            "day": pd.to_datetime(["2026-01-02"] * 2),
        }
    )
    payload = json.loads(json.dumps(table_payload(frame), allow_nan=False))
    assert payload["columns"] == ["name", "n", "x", "ok", "day"]
    assert payload["kinds"] == ["text", "integer", "number", "boolean", "text"]
    assert payload["rows"][0] == ["a", 1, 0.5, True, "2026-01-02T00:00:00"]
    assert payload["rows"][1][:3] == [None, 2, None]


@pytest.mark.parametrize(
    ("values", "whole"),
    [
        ([1.0, 2.0], True),
        ([1.0, None], True),
        ([1.0, 2.5], False),
        ([None, None], False),
        ([1.0, float("inf")], False),
        ([2e15, 1.0], False),
        ([], False),
    ],
)
@pytest.mark.parametrize("dtype", ["float64", "float32", "Float64"])
def test_which_columns_are_whole(values, whole, dtype):
    assert formats._whole(pd.Series(values, dtype=dtype)) is whole
