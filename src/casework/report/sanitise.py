"""Foreign HTML made safe: only what is listed here gets into a report."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from casework.core.messages import t

if TYPE_CHECKING:
    from bleach.sanitizer import Cleaner  # type: ignore[import-untyped]

_TAGS_NAMES = (
    "a abbr b blockquote br caption code col colgroup dd del div dl dt em figcaption figure h2 h3 h4 h5 "
    "h6 hr i img kbd li ol p pre q s samp small span strong sub sup table tbody td tfoot th thead tr u ul "
    "var"
)
TAGS = frozenset(_TAGS_NAMES.split())
ATTRIBUTES = frozenset({"class", "title", "lang", "dir"})
CELL_ATTRIBUTES = frozenset({"colspan", "rowspan", "scope"})
IMAGE_ATTRIBUTES = frozenset({"alt", "width", "height"})
SAFE_IMAGE = re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]+", re.IGNORECASE)
SAFE_CLASS = re.compile(r"(cw-[\w-]+|dataframe)(\s+(cw-[\w-]+|dataframe))*")
UNSHOWN = re.compile(r"<(script|style|template|iframe|object|noscript|title)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)


def sanitise(markup: str) -> str:
    """Return HTML without scripts, event handlers, styles, forms and anything loaded from elsewhere.

    Parameters
    ----------
    markup : str
        HTML of any origin.

    Examples
    --------
    >>> sanitise('<b onclick="x()">bold</b><script>alert(1)</script><a href="javascript:x()">link</a>')
    '<b>bold</b><a>link</a>'
    """
    cleaned: str = _cleaner().clean(UNSHOWN.sub("", markup))
    cleaned = re.sub(r"<img(?![^>]*\bsrc=)[^>]*>", "", cleaned)
    return re.sub(r"<img(?![^>]*\balt=)", f'<img alt="{html.escape(t("Figure without a description"))}"', cleaned)


@lru_cache(maxsize=1)
def _cleaner() -> Cleaner:
    from bleach.sanitizer import Cleaner

    return Cleaner(
        tags=TAGS, attributes=_is_allowed, protocols={"http", "https", "data"}, strip=True, strip_comments=True
    )


def _is_allowed(tag: str, name: str, value: str) -> bool:
    if name == "class":
        return SAFE_CLASS.fullmatch(value.strip()) is not None
    if tag in ("td", "th") and name in CELL_ATTRIBUTES:
        return True
    if tag == "img":
        return name in IMAGE_ATTRIBUTES or (name == "src" and SAFE_IMAGE.fullmatch(value.strip()) is not None)
    return name in ATTRIBUTES
