"""A report as Word document, converted by pandoc from the HTML (never from the notebook)."""

from __future__ import annotations

import re
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from casework.core.errors import RunError
from casework.core.messages import t

UNWANTED = (
    re.compile(r"<style>.*?</style>", re.DOTALL),
    re.compile(r'<a class="cw-skip".*?</a>', re.DOTALL),
    re.compile(r'<nav class="cw-contents".*?</nav>', re.DOTALL),
    re.compile(r'<footer class="cw-foot".*?</footer>', re.DOTALL),
    re.compile(r"<meta http-equiv[^>]*>"),
)
MATH_NAMESPACE = "http://www.w3.org/1998/Math/MathML"


def html_to_docx(html_path: Path, docx_path: Path) -> Path:
    """Convert a report to DOCX: headings, tables, figures with their alternative texts, formulas as Word maths.

    Parameters
    ----------
    html_path : Path
        The report.
    docx_path : Path
        Where the document goes; it appears only when it is whole.

    Raises
    ------
    RunError
        pandoc is missing (extra `docx`) or fails.
    """
    pypandoc = check_pandoc()
    if not html_path.is_file():
        raise RunError(t("there is no report {path}", path=html_path.name))
    source = prepare(html_path.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="casework-docx-") as folder:
        made = Path(folder) / "report.docx"
        try:
            pypandoc.convert_text(
                source, "docx", format="html", outputfile=str(made), extra_args=["--sandbox"], sandbox=False
            )
        except RuntimeError as error:
            raise RunError(t("pandoc failed: {reason}", reason=str(error).splitlines()[-1])) from error
        partial = docx_path.with_name(docx_path.name + ".part")
        _copy_without_addresses(made, partial)
        partial.replace(docx_path)
    return docx_path


def prepare(markup: str) -> str:
    """Return the report without what a Word document has no use for, in a form that pandoc reads best."""
    for pattern in UNWANTED:
        markup = pattern.sub("", markup)
    markup = markup.replace("<math ", f'<math xmlns="{MATH_NAMESPACE}" ')
    markup = re.sub(r"<title>.*?</title>", "", markup, flags=re.DOTALL)
    markup = re.sub(r'(class="cw-code">)<summary>(.*?)</summary>', r"\1<p>\2</p>", markup, flags=re.DOTALL)
    markup = re.sub(r"<summary>(.*?)</summary>", r"<h3>\1</h3>", markup, flags=re.DOTALL)
    markup = re.sub(r"</?(details|time|header|main)\b[^>]*>", "", markup)
    markup = re.sub(r'class="(cw-num|cw-right)"', 'style="text-align: right"', markup)
    markup = re.sub(r'<ul class="cw-meta">(.*?)</ul>', _meta_line, markup, flags=re.DOTALL)
    return re.sub(r'<div class="cw-tile[^"]*"><dt>(.*?)</dt><dd>(.*?)</dd></div>', _pair, markup, flags=re.DOTALL)


def _copy_without_addresses(made: Path, target: Path) -> None:
    """Copy the document; pandoc puts each image's address, here all of its data, where a description belongs."""
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "word/document.xml":
                content = re.sub(rb'descr="data:[^"]*"', b'descr=""', content)
            copy.writestr(entry, content)


def _meta_line(found: re.Match[str]) -> str:
    items = re.findall(r"<li>(.*?)</li>", found[1], flags=re.DOTALL)
    return f"<p>{' · '.join(items)}</p>"


def _pair(found: re.Match[str]) -> str:
    return f"<dt>{found[1]}</dt><dd>{found[2]}</dd>"


def check_pandoc() -> Any:
    """Return the module that calls pandoc.

    Raises
    ------
    RunError
        It, or pandoc itself, is missing; the message names the extra.
    """
    missing = t('DOCX needs pandoc: install the extra, pip install "casework[docx]"')
    try:
        import pypandoc
    except ImportError as error:
        raise RunError(missing) from error
    try:
        pypandoc.get_pandoc_path()
    except OSError as error:
        raise RunError(missing) from error
    return pypandoc
