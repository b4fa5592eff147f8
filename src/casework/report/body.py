"""Cells and outputs of an executed notebook as the body of a report."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from casework.core.errors import RunError
from casework.core.messages import t
from casework.report.display import METADATA_KEY
from casework.report.markdown import Heading, Outline, math, strip_dollars, to_html
from casework.report.sanitise import sanitise

if TYPE_CHECKING:
    from markupsafe import Markup
    from nbformat import NotebookNode

LEFT_OUT_TAGS = frozenset({"solution", "papermill-error-cell-tag", "remove-cell"})
NO_CODE_TAGS = frozenset({"remove-input", "versions"})
WIDGET_MIME = "application/vnd.jupyter.widget-view+json"
IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")
CALLOUTS = frozenset({"finding", "note", "warning"})
TERMINAL_CODES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\x00-\x08\x0b-\x1f\x7f]")
BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")


def notebook_body(
    notebook: NotebookNode, *, title: str = "", question: str = "", with_code: bool = False
) -> tuple[Markup, tuple[Heading, ...]]:
    """Return the body as HTML, and its headings for the table of contents.

    Parameters
    ----------
    notebook : NotebookNode
        Executed notebook, format 4.
    title, question : str
        A first heading and the paragraph after it are left out where they say just this.
    with_code : bool
        Show code, folded.

    Raises
    ------
    RunError
        A figure of casework has no alternative text.
    """
    from markupsafe import Markup

    body = _Body(title=title, question=question, with_code=with_code)
    parts = [part for cell in notebook.cells for part in body.cell(cell) if part]
    parts.append(body.code())
    return Markup("\n".join(parts)), tuple(body.outline.headings)  # noqa: S704 - escaped piece by piece


def plain_text(text: str) -> str:
    r"""Return the text of a terminal without colour codes and without what was written over.

    Examples
    --------
    >>> plain_text("\x1b[31mred\x1b[0m 10%\r 100%")
    ' 100%'
    """
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return TERMINAL_CODES.sub("", "\n".join(lines))


@dataclass
class _Body:
    """Numbers figures and tables while it goes through the cells."""

    title: str
    question: str
    with_code: bool
    sources: list[str] = field(default_factory=list)
    outline: Outline = field(default_factory=Outline)
    figures: int = 0
    tables: int = 0

    def cell(self, cell: NotebookNode) -> Iterator[str]:
        tags = set(cell.get("metadata", {}).get("tags", []))
        if tags & LEFT_OUT_TAGS:
            return
        if cell.cell_type == "markdown":
            shown = () if self.outline.headings else (self.title, self.question)
            yield self.code()
            yield to_html(cell.source, self.outline, attachments=cell.get("attachments"), shown_already=shown)
        elif cell.cell_type == "code":
            if self.with_code and not tags & NO_CODE_TAGS and cell.source.strip():
                self.sources.append(cell.source)
            outputs = "\n".join(filter(None, map(self.output, cell.outputs)))
            if outputs:
                yield self.code()
                yield outputs

    def code(self) -> str:
        """Code of the cells since the last visible thing, folded."""
        source, self.sources = "\n\n".join(self.sources), []
        return _code(source) if source else ""

    def output(self, output: NotebookNode) -> str:
        if output.output_type == "stream":
            return _stream(output) if output.name == "stdout" else ""
        if output.output_type == "error":
            return _error(output)
        data = {mime: _joined(value) for mime, value in output.get("data", {}).items()}
        about = output.get("metadata", {}).get(METADATA_KEY, {})
        if not isinstance(about, Mapping) or "kind" not in about:
            return self.foreign(data)
        if about["kind"] == "figure":
            return self.figure(data, about, output.metadata.get("image/png", {}))
        if about["kind"] == "table":
            return self.table(data, about)
        return _told(data, about) if about["kind"] == "text" else ""

    def figure(self, data: Mapping[str, Any], about: Mapping[str, Any], size: Mapping[str, Any]) -> str:
        alt, caption = str(about.get("alt", "")).strip(), str(about.get("caption", ""))
        self.figures += 1
        if not alt:
            raise RunError(
                t("figure {n} ({caption}) has no alternative text: give alt= to show", n=self.figures, caption=caption)
            )
        label = t("Figure {n}", n=self.figures)
        return (
            f'<figure class="cw-figure" id="cw_figure_{self.figures}">{_image("image/png", data, alt, size)}'
            f'<figcaption><span class="cw-label">{html.escape(label)}</span> '
            f"{html.escape(caption)}</figcaption></figure>"
        )

    def table(self, data: Mapping[str, Any], about: Mapping[str, Any]) -> str:
        self.tables += 1
        label, caption = t("Table {n}", n=self.tables), str(about.get("caption", ""))
        table, end, after = sanitise(str(data.get("text/html", ""))).partition("</table>")
        if not end:
            return _preformatted(str(data.get("text/plain", "")))
        head = f'<caption><span class="cw-label">{html.escape(label)}</span> {html.escape(caption)}</caption>'
        table = re.sub(r"<caption>.*?</caption>", "", table, count=1, flags=re.DOTALL)
        table = re.sub(r"<table[^>]*>", lambda found: found[0] + head, table, count=1)
        return (
            f'<div class="cw-tablebox" id="cw_table_{self.tables}">'
            f"{_scroll(table + end, f'{label}: {caption}')}{after}</div>"
        )

    def foreign(self, data: Mapping[str, Any]) -> str:
        """Output of something else than casework: its best form that is safe."""
        if WIDGET_MIME in data:
            return ""  # its static twin stands beside it
        for mime in IMAGES:
            if mime in data:
                image = _image(mime, data, t("Figure without a description"), {})
                return f'<p class="cw-figure">{image}</p>'
        if "image/svg+xml" in data:
            svg = base64.b64encode(str(data["image/svg+xml"]).encode()).decode("ascii")
            alt = html.escape(t("Figure without a description"), quote=True)
            return f'<p class="cw-figure"><img src="data:image/svg+xml;base64,{svg}" alt="{alt}"></p>'
        if "text/html" in data:
            return _foreign_html(str(data["text/html"]))
        if "text/latex" in data:
            latex, _ = strip_dollars(str(data["text/latex"]))
            return f'<p class="cw-formula">{math(latex, display=True)}</p>'
        if "text/markdown" in data:
            return to_html(str(data["text/markdown"]), self.outline)
        return _preformatted(str(data.get("text/plain", "")))


def _image(mime: str, data: Mapping[str, Any], alt: str, size: Mapping[str, Any]) -> str:
    content = re.sub(r"\s", "", str(data.get(mime, "")))
    if not BASE64.fullmatch(content):
        raise RunError(t("an image of the notebook cannot be read"))
    given = "".join(
        f' {side}="{size[side]}"' for side in ("width", "height") if isinstance(size.get(side), int) and size[side] > 0
    )
    return f'<img src="data:{mime};base64,{content}" alt="{html.escape(alt, quote=True)}"{given}>'


def _told(data: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    body = sanitise(str(data.get("text/html", ""))) or f"<p>{html.escape(str(data.get('text/plain', '')))}</p>"
    role = str(about.get("role", "text"))
    if role not in CALLOUTS:
        return body
    titles = {"finding": t("Finding"), "note": t("Note"), "warning": t("Read with care")}
    return (
        f'<div class="cw-callout cw-is-{role}" role="note">'
        f'<p class="cw-callout-title"><strong>{html.escape(titles[role])}</strong></p>{body}</div>'
    )


def _foreign_html(markup: str) -> str:
    cleaned = sanitise(markup)
    if "<table" not in cleaned:
        return f'<div class="cw-foreign">{cleaned}</div>'
    return f'<div class="cw-tablebox">{_scroll(cleaned, t("Table without a caption"))}</div>'


def _scroll(content: str, label: str) -> str:
    about = html.escape(label, quote=True)
    return f'<div class="cw-scroll" tabindex="0" role="group" aria-label="{about}">{content}</div>'


def _stream(output: NotebookNode) -> str:
    return _preformatted(_joined(output.text))


def _preformatted(text: str) -> str:
    shown = plain_text(text).strip("\n")
    if not shown.strip():
        return ""
    label = html.escape(t("Printed output"), quote=True)
    return f'<pre class="cw-output" tabindex="0" role="group" aria-label="{label}">{html.escape(shown)}</pre>'


def _error(output: NotebookNode) -> str:
    name, text = plain_text(str(output.get("ename", ""))), plain_text(str(output.get("evalue", "")))
    return (
        '<div class="cw-callout cw-is-error" role="note">'
        f'<p class="cw-callout-title"><strong>{html.escape(t("This step failed"))}</strong></p>'
        f'<p class="cw-error-text"><code>{html.escape(name)}</code> {html.escape(text)}</p></div>'
    )


def _code(source: str) -> str:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    shown = highlight(source, PythonLexer(), HtmlFormatter(nowrap=True, classprefix="tok-")).rstrip("\n")
    summary, label = html.escape(t("Code")), html.escape(t("Code of this step"), quote=True)
    return (
        f'<details class="cw-code"><summary>{summary}</summary>'
        f'<pre tabindex="0" role="group" aria-label="{label}"><code>{shown}</code></pre></details>'
    )


def _joined(value: Any) -> Any:
    """Text that a notebook file may hold as a list of lines."""
    return "".join(value) if isinstance(value, list) and all(isinstance(line, str) for line in value) else value
