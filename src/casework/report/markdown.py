"""Markdown of notebooks to HTML: no raw HTML, maths as MathML, headings in order, nothing loaded from elsewhere."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from casework.core.messages import t

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MATH_TAGS_NAMES = (
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover "
    "mmultiscripts mprescripts none mtable mtr mtd mlabeledtr mstyle mpadded mphantom menclose merror"
)
MATH_TAGS = frozenset(_MATH_TAGS_NAMES.split())
_MATH_ATTRIBUTES_NAMES = (
    "display displaystyle scriptlevel mathvariant stretchy fence form separator lspace rspace minsize "
    "maxsize symmetric largeop movablelimits accent accentunder linethickness columnalign rowalign "
    "columnspacing rowspacing width height depth notation columnspan rowspan"
)
MATH_ATTRIBUTES = frozenset(_MATH_ATTRIBUTES_NAMES.split())
MATH_NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
ATTACHED_IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


@dataclass(frozen=True)
class Heading:
    """A heading of the report: where it leads to, its level (2 to 6), its text."""

    anchor: str
    level: int
    text: str


@dataclass
class Outline:
    """Headings so far; it keeps their levels in order and their anchors apart."""

    headings: list[Heading] = field(default_factory=list)
    level: int = 1

    def add(self, text: str, level: int) -> Heading:
        """Add a heading, not more than one level below the one before it."""
        self.level = min(max(level, 2), self.level + 1, 6)
        taken = {heading.anchor for heading in self.headings}
        base = anchor = slug(text)
        number = 2
        while anchor in taken:
            anchor, number = f"{base}-{number}", number + 1
        heading = Heading(anchor, self.level, text)
        self.headings.append(heading)
        return heading


def to_html(
    source: str,
    outline: Outline | None = None,
    *,
    attachments: Mapping[str, Any] | None = None,
    shown_already: Sequence[str] = (),
) -> str:
    """Return Markdown as HTML for the body of a report.

    Parameters
    ----------
    source : str
        Markdown with `$...$` and `$$...$$` maths; HTML in it is shown as text.
    outline : Outline, optional
        Where headings are entered; a first-level one becomes second, because the report has a title of its own.
    attachments : mapping, optional
        Images attached to the cell, as the notebook holds them.
    shown_already : sequence of str
        Texts that the report shows already (title, question): blocks at the start that say just this are left out.
    """
    parser = _parser()
    tokens = _without_shown(parser.parse(source), shown_already)
    _set_headings(tokens, outline if outline is not None else Outline())
    for token in tokens:
        token.children = _safe_inline(token.children or [], attachments or {}) if token.type == "inline" else None
    rendered = str(parser.renderer.render(tokens, parser.options, {}))
    return _box_tables(rendered)


def math(latex: str, *, display: bool = False) -> str:
    """Return a formula as MathML; where it cannot be read, its source as code.

    Examples
    --------
    >>> math("x_1")
    '<math display="inline"><mrow><msub><mi>x</mi><mn>1</mn></msub></mrow></math>'
    """
    from latex2mathml.converter import convert

    source = latex.strip()
    try:
        converted = convert(source, display="block" if display else "inline")
        root = ElementTree.fromstring(re.sub(r"&(?!#?\w+;)", "&amp;", converted))  # noqa: S314 - made just above
    except Exception:  # any failure of the converter means: show the source
        return f'<code class="cw-tex">{html.escape(source)}</code>'
    for element in root.iter():
        element.tag = element.tag.removeprefix(MATH_NAMESPACE)
        if element.tag not in MATH_TAGS:
            element.tag = "mrow"
        if element.tag == "mi" and len(element.text or "") > 1:
            element.set("mathvariant", "normal")
        for name in [name for name in element.attrib if name not in MATH_ATTRIBUTES]:
            del element.attrib[name]
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)


def strip_dollars(latex: str) -> tuple[str, bool]:
    r"""Return the formula of a `text/latex` output without its delimiters, and whether it is set apart.

    Examples
    --------
    >>> strip_dollars("$\\displaystyle x$"), strip_dollars("$$y$$")
    (('x', True), ('y', True))
    """
    text = latex.strip()
    display = text.startswith(("$$", "\\[")) or "\\displaystyle" in text
    text = re.sub(r"^(\$\$|\$|\\\[|\\\()|(\$\$|\$|\\\]|\\\))$", "", text)
    return text.replace("\\displaystyle", "").strip(), display


def slug(text: str) -> str:
    """Return an anchor made of the letters and digits of a text.

    Examples
    --------
    >>> slug("What this means: 95%"), slug("局限")
    ('what-this-means-95', '局限')
    """
    return "-".join(re.findall(r"[^\W_]+", text.lower())) or "section"


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    parser = MarkdownIt("commonmark", {"html": False, "linkify": False})
    parser.enable(["table", "strikethrough"])
    parser.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)
    parser.add_render_rule("math_block", _render_block_math)
    parser.add_render_rule("math_inline", _render_inline_math)
    parser.add_render_rule("math_inline_double", _render_set_apart)
    return parser


def _render_inline_math(_self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return math(tokens[index].content)


def _render_set_apart(_self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return f'<span class="cw-formula">{math(tokens[index].content, display=True)}</span>'


def _render_block_math(_self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return f'<div class="cw-formula">{math(tokens[index].content, display=True)}</div>\n'


def _without_shown(tokens: list[Token], shown: Sequence[str]) -> list[Token]:
    while len(tokens) > 2 and tokens[1].type == "inline" and _text_of(tokens[1]).strip() in filter(None, shown):
        tokens = tokens[3:]
    return tokens


def _set_headings(tokens: list[Token], outline: Outline) -> None:
    for place, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        heading = outline.add(_text_of(tokens[place + 1]), int(token.tag[1]))
        token.tag = tokens[place + 2].tag = f"h{heading.level}"
        token.attrSet("id", heading.anchor)


def _text_of(token: Token) -> str:
    return "".join(child.content for child in token.children or [] if child.content) or token.content


def _safe_inline(children: Sequence[Token], attachments: Mapping[str, Any]) -> list[Token]:
    """Links lead inside the report only, an address stands as text; images are those of the cell."""
    safe: list[Token] = []
    for place, child in enumerate(children):
        if child.type == "link_open":
            safe.append(_safe_link(child))
        elif child.type == "link_close":
            opening = _opening(children, place)
            address = str(opening.attrGet("href") or "")
            safe.append(_as_span(child, -1) if not address.startswith("#") else child)
            shown = _text_between(children, opening, place)
            if address.startswith(("http:", "https:", "mailto:")) and address.split(":", 1)[1] not in shown:
                safe.append(_text(child, f" ({address.removeprefix('mailto:')})"))
        elif child.type == "image":
            safe.append(_safe_image(child, attachments))
        else:
            safe.append(child)
    return safe


def _safe_link(token: Token) -> Token:
    address = str(token.attrGet("href") or "")
    if not address.startswith("#"):
        return _as_span(token, 1)
    from urllib.parse import unquote

    return token.copy(attrs={"href": "#" + slug(unquote(address[1:]))})


def _as_span(token: Token, nesting: int) -> Token:
    return token.copy(tag="span", attrs={"class": "cw-link"} if nesting == 1 else {})


def _opening(children: Sequence[Token], place: int) -> Token:
    depth = 0
    for token in reversed(children[:place]):
        depth += (token.type == "link_close") - (token.type == "link_open")
        if depth < 0:
            return token
    return children[place]


def _text_between(children: Sequence[Token], opening: Token, place: int) -> str:
    start = next(index for index, token in enumerate(children) if token is opening)
    return "".join(token.content for token in children[start:place])


def _text(like: Token, content: str) -> Token:
    return like.copy(type="text", tag="", nesting=0, content=content, attrs={}, children=None)


def _safe_image(token: Token, attachments: Mapping[str, Any]) -> Token:
    source = str(token.attrGet("src") or "")
    alt = token.content or t("Picture without a description")
    for mime, data in attachments.get(source.removeprefix("attachment:"), {}).items():
        if source.startswith("attachment:") and mime in ATTACHED_IMAGES:
            joined = "".join(data).replace("\n", "")
            return token.copy(attrs={"src": f"data:{mime};base64,{joined}", "alt": alt})
    if re.fullmatch(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+", source):
        return token.copy(attrs={"src": source, "alt": alt})
    return _text(token, t("[Picture: {alt}]", alt=alt))


def _box_tables(markup: str) -> str:
    label = html.escape(t("Table"), quote=True)
    box = f'<div class="cw-scroll" tabindex="0" role="group" aria-label="{label}">'
    cells = re.sub(r' style="text-align:(left|center|right)"', r' class="cw-\1"', markup)
    return cells.replace("<table>", f'{box}<table class="cw-table">').replace("</table>", "</table></div>")
