"""The shell of every page: one file, no script, nothing loaded from elsewhere."""

from __future__ import annotations

import html
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from casework.core.messages import t, use_language
from casework.report.fonts import font_faces

if TYPE_CHECKING:
    from jinja2 import Environment

ASSETS = Path(__file__).resolve().parent / "assets"
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'"
)
HTML_LANGUAGES = {"zh": "zh-Hans"}


def render(title: str, body_html: str, lang: str, *, lead: str = "", eyebrow: str = "") -> str:
    """Return a whole page: a head with the title, and the body.

    Parameters
    ----------
    title : str
        Translated title; text, never markup.
    body_html : str
        Body of the page, its data escaped by the caller; headings from `h2` down. The classes `cw-table`,
        `cw-num`, `cw-scroll`, `cw-badge`, `cw-tiles`, `cw-callout` are there to use (`assets/style.css`).
    lang : str
        Language of the page (`en`, `zh`).
    lead, eyebrow : str
        Sentence under the title, and small words over it.
    """
    head = [f'<p class="cw-eyebrow">{html.escape(eyebrow)}</p>'] if eyebrow else []
    head.append(f"<h1>{html.escape(title)}</h1>")
    head += [f'<p class="cw-lead">{html.escape(lead)}</p>'] if lead else []
    body = (
        f'<header class="cw-masthead"><div class="cw-wrap">{"".join(head)}</div></header>'
        f'<main id="cw_main" class="cw-wrap cw-single" tabindex="-1">{body_html}</main>'
    )
    return document(title, body, lang)


def document(title: str, body_html: str, lang: str) -> str:
    """Return the document around a body that has its own `main` element with the id `cw_main`."""
    with use_language(lang):
        skip = t("Skip to the content")
    body = f'<a class="cw-skip" href="#cw_main">{html.escape(skip)}</a>\n{body_html}'
    styles = f"{font_faces(title + body)}\n{style_sheet()}\n{_page_foot(title)}"
    return (
        f'<!doctype html>\n<html lang="{html.escape(html_language(lang))}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{styles}\n</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def html_language(lang: str) -> str:
    """Return the language as HTML names it.

    Examples
    --------
    >>> html_language("zh"), html_language("en")
    ('zh-Hans', 'en')
    """
    return HTML_LANGUAGES.get(lang, lang)


def readable_time(time: str) -> str:
    """Return an ISO 8601 time without its seconds; any other text as it is.

    Examples
    --------
    >>> readable_time("2026-05-04T10:15:31+00:00")
    '2026-05-04 10:15 UTC'
    """
    try:
        return f"{datetime.fromisoformat(time):%Y-%m-%d %H:%M %Z}".rstrip()
    except ValueError:
        return time


@lru_cache(maxsize=1)
def style_sheet() -> str:
    """Return the style sheet of all pages."""
    return (ASSETS / "style.css").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def templates() -> Environment:
    """Return the templates; every value in them is escaped unless it is marked as HTML."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _page_foot(title: str) -> str:
    """Title and page number at the foot of each printed page."""
    shown = title if len(title) <= 80 else title[:79] + "…"
    escaped = "".join(char if char.isalnum() and char.isascii() else f"\\{ord(char):x} " for char in shown)
    return f'@page{{@bottom-left{{content:"{escaped}"}}}}'
