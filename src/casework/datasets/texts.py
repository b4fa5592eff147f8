"""From bytes to text, and from columns of text to columns of numbers; nothing is damaged on the way.

A column becomes numbers only where every cell that is filled is a plain number; `007`, `NA` beside names, and
numbers too long for a computer's stay text.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any

from casework.core.errors import DataError, Problem
from casework.core.messages import t
from casework.datasets.sources import BEGINNING, utf16_order

if TYPE_CHECKING:
    import pandas as pd

NUMBER = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"
LEADING_ZERO = r"^[+-]?0[0-9]"
COMMA_NUMBER = r"^[+-]?[0-9]+(,[0-9]+)?$"
THOUSANDS = r"^[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+$"
LONG_DIGITS = r"^[+-]?[0-9]{16,}$"
MISSING_WORDS = frozenset({"", "NA", "N/A", "#N/A", "NaN", "nan", "NULL", "null"})
MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
GUESSES = (
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "big5",
    "shift_jis",
    "euc_jp",
    "euc_kr",
)
SAMPLE = 200_000


def find_encoding(raw: bytes, where: str) -> str:
    """Return the encoding of a text: its mark, else UTF-8, else GB18030 or the likeliest other.

    Raises
    ------
    DataError
        The bytes are broken UTF-8, or no encoding fits.
    """
    for mark_bytes, name in MARKS:
        if raw.startswith(mark_bytes):
            return name
    if raw.isascii():
        return utf16_order(raw[:BEGINNING]) or "utf-8"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return _other_encoding(raw, where, error)
    return utf16_order(raw[:BEGINNING]) or "utf-8"


def _other_encoding(raw: bytes, where: str, error: UnicodeDecodeError) -> str:
    if order := utf16_order(raw[:BEGINNING]):
        return order
    if _mostly_utf8(raw):
        row = raw.count(b"\n", 0, error.start) + 1
        raise DataError(
            Problem(
                t("{where}, line {row}", where=where, row=row),
                t("the byte {byte} is not UTF-8 text, but the rest of the file is", byte=hex(raw[error.start])),
                fix=t("Save the file again as UTF-8"),
            )
        )
    if _is_chinese(raw):
        return "gb18030"
    guess = _guess(raw)
    if not guess:
        raise DataError(Problem(where, t("no encoding fits the text"), fix=t("Save the file again as UTF-8")))
    return guess


def _mostly_utf8(raw: bytes) -> bool:
    """Many whole UTF-8 characters, few broken ones: damaged UTF-8, not another encoding."""
    text = raw[:SAMPLE].decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    whole = sum(1 for character in text if character > "\x7f") - broken
    return whole > 4 * broken


def _is_chinese(raw: bytes) -> bool:
    """Say whether it decodes as GB18030, and most of what is not ASCII are the common characters of GB2312."""
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return False
    text = raw[:SAMPLE].decode("gb18030", errors="ignore")
    high = [character for character in text if character > "\x7f"]
    common = sum(1 for character in high if character.encode("gb2312", errors="ignore"))
    return common >= 0.8 * len(high)


def _guess(raw: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(raw[:SAMPLE], cp_isolation=list(GUESSES)).best()
    likeliest = best.encoding if best else ""
    western = raw[:SAMPLE].decode("cp1252", errors="replace")
    same = bool(likeliest) and raw[:SAMPLE].decode(likeliest, errors="replace") == western
    for name in ("cp1252" if same else likeliest, "cp1252"):
        try:
            if name:
                raw.decode(name)
                return name
        except UnicodeDecodeError:
            continue
    return ""


def decode(raw: bytes, encoding: str, where: str) -> str:
    """Return the text of some bytes.

    Raises
    ------
    DataError
        They are not text of this encoding.
    """
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        raise DataError(
            Problem(
                t("{where}, line {row}", where=where, row=row),
                t("the text is not whole {encoding}", encoding=encoding.upper()),
                fix=t("Save the file again as UTF-8"),
            )
        ) from None


def typed_column(values: Any, *, decimal_comma: bool = False) -> pd.Series[Any]:
    """Return a column of text as numbers where all its cells are numbers, else as text.

    Parameters
    ----------
    values : pyarrow array of text, shape (n,)
        Cells; empty ones are missing.
    decimal_comma : bool
        Whether the file writes 3,5 for three and a half.

    Returns
    -------
    Series, shape (n,)
        Integers, floats (missing: not a number) or text (missing: missing).
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    encoded = values.dictionary_encode()
    words = pc.utf8_trim_whitespace(encoded.dictionary)
    blank = pc.is_in(words, pa.array(sorted(MISSING_WORDS)))
    numbers = _numbers(words, blank, decimal_comma)
    if numbers is None:
        empty = pc.equal(words, "")
        kept = pc.if_else(empty, pa.scalar(None, pa.string()), encoded.dictionary)
        return _to_pandas(kept.take(encoded.indices))
    return _to_pandas(numbers.take(encoded.indices))


def _numbers(words: Any, blank: Any, decimal_comma: bool) -> Any:
    """Return distinct cells as integers or floats, or None where one of them is not a number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    filled = words.filter(pc.invert(blank))
    if len(filled) == 0:
        return pa.nulls(len(words), pa.float64()) if _all_empty(words) else None
    if decimal_comma and _all(filled, COMMA_NUMBER):
        words, filled = (pc.replace_substring(part, ",", ".") for part in (words, filled))
    if not _all(filled, NUMBER) or _any(filled, LEADING_ZERO) or _any(filled, LONG_DIGITS):
        return None
    plain = pc.if_else(blank, pa.scalar(None, pa.string()), words)
    if pc.any(pc.starts_with(filled, "+")).as_py():
        plain = pc.replace_substring_regex(plain, r"^\+", "")
    whole = _all(filled, r"^[+-]?[0-9]+$") and len(filled) == len(words)
    return plain.cast(pa.int64() if whole else pa.float64())


def _all_empty(words: Any) -> bool:
    import pyarrow.compute as pc

    return bool(pc.all(pc.fill_null(pc.equal(words, ""), True), min_count=0).as_py())


def _all(words: Any, pattern: str) -> bool:
    import pyarrow.compute as pc

    return bool(pc.all(pc.match_substring_regex(words, pattern)).as_py())


def _any(words: Any, pattern: str) -> bool:
    import pyarrow.compute as pc

    return bool(pc.any(pc.match_substring_regex(words, pattern)).as_py())


def _to_pandas(array: Any) -> pd.Series[Any]:
    import pandas as pd

    if str(array.type) != "string":
        return pd.Series(array.to_numpy(zero_copy_only=False))
    return pd.Series(pd.array(array, dtype="str"))


def has_decimal_comma(columns: list[Any]) -> bool:
    """Say whether some column writes decimals with a comma, and could not mean thousands by it."""
    return any(_comma_decimals(column) for column in columns)


def _comma_decimals(values: Any) -> bool:
    import pyarrow.compute as pc

    words = pc.utf8_trim_whitespace(pc.unique(values.slice(0, SAMPLE)))
    filled = words.filter(pc.not_equal(words, ""))
    if len(filled) == 0 or not _all(filled, COMMA_NUMBER):
        return False
    with_comma = filled.filter(pc.match_substring(filled, ","))
    return len(with_comma) > 0 and not _all(with_comma, THOUSANDS)


def cell_text(value: object) -> str:
    """Return a cell of a workbook or database as the text that a person would type.

    Examples
    --------
    >>> cell_text(5.0), cell_text(4.5), cell_text(None), cell_text("007")
    ('5', '4.5', '', '007')
    """
    if value is None:
        return ""
    if isinstance(value, float):
        if value != value:
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(float(value))
    if isinstance(value, bytes):
        return value.hex()
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def shorten(value: object, length: int = 40) -> str:
    r"""Return a cell as it is shown in a message: quoted, control characters escaped, not too long.

    Examples
    --------
    >>> shorten("a" * 50, length=5), shorten(9.0), shorten("<b>\x1b[31m")
    ("'aaaaa...'", '9', "'<b>\\x1b[31m'")
    """
    if isinstance(value, str):
        return repr(value if len(value) <= length else value[:length] + "...")
    text = cell_text(value)
    return text if len(text) <= length else text[:length] + "..."
