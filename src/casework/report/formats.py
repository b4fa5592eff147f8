"""Tables and values in a form that travels: HTML for people (escaped), JSON for machines."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.core.messages import t

if TYPE_CHECKING:
    import pandas as pd


WHOLE_BELOW = 1e15  # larger ones are whole because floating-point numbers are coarse there
SHORT = 16  # characters of a word or two, kept on one line


def frame_to_html(
    frame: pd.DataFrame,
    *,
    caption: str = "",
    digits: int = 2,
    note: str = "",
    verbatim: bool | Sequence[str] = (),
) -> str:
    """Return a table as HTML: names escaped, headings and words translated, numbers aligned right.

    Parameters
    ----------
    frame : DataFrame
        What to show; a named index becomes the first column.
    caption : str
        Translated caption.
    digits : int
        Decimals of floating-point columns; a column of whole numbers shows none.
    note : str
        Translated note under the table.
    verbatim : bool or sequence of str
        Columns whose cells are shown as they are; True for a whole table of raw data, headings included.
    """
    import pandas as pd

    if frame.index.name is not None or isinstance(frame.index, pd.MultiIndex):
        frame = frame.reset_index()
    raw = set(map(str, frame.columns)) if verbatim is True else set(verbatim or ())
    styles = [
        _Style(
            number=pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column),
            first=place == 0,
            digits=0 if _whole(column) else digits,
            raw=str(name) in raw,
        )
        for place, (name, column) in enumerate(frame.items())
    ]
    heads = "".join(
        f'<th scope="col"{style.css}>{html.escape(str(name) if verbatim is True else heading(str(name)))}</th>'
        for name, style in zip(frame.columns, styles, strict=True)
    )
    body = [
        "<tr>" + "".join(style.cell(value) for value, style in zip(row, styles, strict=True))
        for row in frame.itertuples(index=False, name=None)
    ]
    parts = ['<table class="cw-table">']
    if caption:
        parts.append(f"<caption>{html.escape(caption)}</caption>")
    parts.append(f"<thead><tr>{heads}</tr></thead><tbody>{'</tr>'.join([*body, ''])}</tbody></table>")
    if note:
        parts.append(f'<p class="cw-note">{html.escape(note)}</p>')
    return "".join(parts)


@dataclass(frozen=True)
class _Style:
    """How the cells of one column are written."""

    number: bool
    first: bool
    digits: int
    raw: bool

    @property
    def css(self) -> str:
        return ' class="cw-num"' if self.number else ""

    def cell(self, value: Any) -> str:
        open_tag, close_tag = ('th scope="row"', "th") if self.first else ("td", "td")
        text = str(value) if self.raw and isinstance(value, str) else format_value(value, self.digits)
        css = self.css or (' class="cw-short"' if len(text) <= SHORT else "")
        return f"<{open_tag}{css}>{html.escape(text)}</{close_tag}>"


def _whole(column: pd.Series[Any]) -> bool:
    """Return whether a floating-point column holds whole numbers only, as answers on a scale do."""
    if column.dtype.kind != "f":
        return False
    import numpy as np

    values = column.to_numpy(dtype=float, na_value=np.nan)
    known = values[~np.isnan(values)]
    return bool(len(known) and (np.abs(known) < WHOLE_BELOW).all() and (known % 1 == 0).all())


def heading(name: str) -> str:
    """Return a column's heading: its message in the catalogue, with underscores read as spaces."""
    return t(name.replace("_", " "))


def format_value(value: Any, digits: int = 2) -> str:
    """Return one cell as text: numbers with their decimals, missing as a dash, days without an hour, words translated.

    Examples
    --------
    >>> from datetime import datetime
    >>> format_value(1234.5), format_value(float("nan")), format_value(datetime(2026, 1, 2))
    ('1,234.50', '–', '2026-01-02')
    """
    if _is_missing(value):
        return "–"
    if type(value).__name__ in ("bool", "bool_"):
        return t("yes") if value else t("no")
    if isinstance(value, int) or type(value).__name__.startswith(("int", "uint")):
        return f"{int(value):,}"
    if isinstance(value, float) or type(value).__name__.startswith("float"):
        return f"{float(value):,.{digits}f}"
    if hasattr(value, "isoformat"):
        return _day(value).replace("T", " ")
    return t(str(value))


def _day(value: Any) -> str:
    """Return a date or a time as text; midnight is the day alone."""
    return str(value.isoformat()).removesuffix("T00:00:00")


def _is_missing(value: Any) -> bool:
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float) and math.isnan(value)


def jsonable(value: Any) -> Any:
    """Return a scalar as JSON knows it: not-a-number and infinity become null or text.

    Raises
    ------
    TypeError
        The value is not a scalar.
    """
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return None if math.isnan(value) else value if math.isfinite(value) else str(value)
    raise TypeError(f"cannot publish a {type(value).__name__}; publish numbers, texts and tables")


def table_payload(frame: pd.DataFrame) -> dict[str, Any]:
    """Return a frame as plain JSON: column names, their types, rows."""
    import pandas as pd

    if frame.index.name is not None or isinstance(frame.index, pd.MultiIndex):
        frame = frame.reset_index()
    kinds = [_kind(dtype) for dtype in frame.dtypes]
    rows = [[_cell(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    return {"columns": [str(name) for name in frame.columns], "kinds": kinds, "rows": rows}


def _kind(dtype: Any) -> str:
    import pandas as pd

    if pd.api.types.is_bool_dtype(dtype):
        return "boolean"
    if pd.api.types.is_integer_dtype(dtype):
        return "integer"
    return "number" if pd.api.types.is_numeric_dtype(dtype) else "text"


def _cell(value: Any) -> Any:
    if _is_missing(value):
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()
    try:
        return jsonable(value)
    except TypeError:
        return str(value)
