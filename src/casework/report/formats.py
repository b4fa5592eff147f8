"""Tables and values in a form that travels: HTML for people (escaped), JSON for machines."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any

from casework.core.messages import t

if TYPE_CHECKING:
    import pandas as pd


def frame_to_html(frame: pd.DataFrame, *, caption: str = "", digits: int = 2, note: str = "") -> str:
    """Return a table as HTML: names escaped, headings translated, numbers aligned right.

    Parameters
    ----------
    frame : DataFrame
        What to show; a named index becomes the first column.
    caption : str
        Translated caption.
    digits : int
        Decimals of floating-point columns.
    note : str
        Translated note under the table.
    """
    import pandas as pd

    if frame.index.name is not None or isinstance(frame.index, pd.MultiIndex):
        frame = frame.reset_index()
    numeric = [pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype) for dtype in frame.dtypes]
    first = [place == 0 for place in range(len(numeric))]
    heads = "".join(
        f'<th scope="col"{_number_class(is_number)}>{html.escape(heading(str(name)))}</th>'
        for name, is_number in zip(frame.columns, numeric, strict=True)
    )
    body = [
        "<tr>" + "".join(_cell_html(value, digits, *flags) for value, *flags in zip(row, numeric, first, strict=True))
        for row in frame.itertuples(index=False, name=None)
    ]
    parts = ['<table class="cw-table">']
    if caption:
        parts.append(f"<caption>{html.escape(caption)}</caption>")
    parts.append(f"<thead><tr>{heads}</tr></thead><tbody>{'</tr>'.join([*body, ''])}</tbody></table>")
    if note:
        parts.append(f'<p class="cw-note">{html.escape(note)}</p>')
    return "".join(parts)


def _cell_html(value: Any, digits: int, is_number: bool, is_first: bool) -> str:
    open_tag, close_tag = ('th scope="row"', "th") if is_first else ("td", "td")
    return f"<{open_tag}{_number_class(is_number)}>{html.escape(format_value(value, digits))}</{close_tag}>"


def _number_class(is_number: bool) -> str:
    return ' class="cw-num"' if is_number else ""


def heading(name: str) -> str:
    """Return a column's heading: its message in the catalogue, with underscores read as spaces."""
    return t(name.replace("_", " "))


def format_value(value: Any, digits: int = 2) -> str:
    """Return one cell as text: numbers with their decimals, missing as a dash, words translated.

    Examples
    --------
    >>> format_value(1234.5), format_value(float("nan")), format_value(7)
    ('1,234.50', '–', '7')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if type(value).__name__ in ("bool", "bool_"):
        return t("yes") if value else t("no")
    if isinstance(value, int) or type(value).__name__.startswith(("int", "uint")):
        return f"{int(value):,}"
    if isinstance(value, float) or type(value).__name__.startswith("float"):
        return f"{float(value):,.{digits}f}"
    text = str(value)
    return "–" if text in ("nan", "<NA>", "NaT") else t(text)


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
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if value is None or str(value) in ("<NA>", "NaT"):
        return None
    try:
        return jsonable(value)
    except TypeError:
        return str(value)
