"""Nothing secret in what a run leaves behind."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

MASK = "***"
SECRET_IN_URL = re.compile(  # begins with what is rare: notebooks hold megabytes of picture
    r"(?P<head>://(?<=[A-Za-z0-9+.\-]://)[^\s:/@]*:)(?P<secret>[^\s@/]+)(?P<tail>@)"
)


def secrets_of(address: str) -> tuple[str, ...]:
    """Return the secret parts of a data address: its password, as written and decoded.

    Examples
    --------
    >>> secrets_of("postgresql://ann:p%40ss@db/sales")
    ('p%40ss', 'p@ss')
    """
    if "://" not in address:
        return ()
    try:
        password = urlsplit(address).password
    except ValueError:
        return ()
    if not password:
        return ()
    return tuple(dict.fromkeys((password, unquote(password))))


def redact(text: str, secrets: tuple[str, ...] = ()) -> str:
    """Mask known secrets, and passwords inside addresses.

    Examples
    --------
    >>> redact("postgresql://ann:secret@db/sales")
    'postgresql://ann:***@db/sales'
    """
    for secret in secrets:
        text = text.replace(secret, MASK)
    return SECRET_IN_URL.sub(rf"\g<head>{MASK}\g<tail>", text)


def redact_file(path: Path, secrets: tuple[str, ...]) -> None:
    """Mask secrets in a text file, in place."""
    if path.is_file():
        text = path.read_text(encoding="utf-8", errors="replace")
        clean = redact(text, secrets)
        if clean != text:
            path.write_text(clean, encoding="utf-8")
