"""What a notebook shows and publishes: `show`, `tell`, `publish`.

They emit ordinary Jupyter outputs, so that a notebook reads the same in JupyterLab, after papermill and in the
report. Captions, alternative texts and the role of each output travel in the output's metadata under
`casework`; published values travel as `application/vnd.casework.result+json`.
"""

from __future__ import annotations

import base64
import html
import os
import re
import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeGuard

from casework.core.errors import ParameterError, Problem
from casework.core.messages import t, tn
from casework.core.paths import RUN_VARIABLE
from casework.core.result import Result
from casework.report.formats import frame_to_html, jsonable, table_payload

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

RESULT_MIME = "application/vnd.casework.result+json"
METADATA_KEY = "casework"
FIGURE_DPI = 160
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
WORDS = re.compile(r'<(t[hd](?: scope="\w+")?(?: class="cw-short")?)>')  # cells that hold no numbers
ASIDE = "padding-left:0.7em;border-left:4px solid "
ROLES = {"finding": f"{ASIDE}#0b5c8f", "warning": f"{ASIDE}#8a4b00", "note": "color:var(--jp-ui-font-color2,#52606d)"}


def show(
    thing: Result | Axes | Figure | pd.DataFrame,
    *,
    caption: str,
    alt: str = "",
    kind: str | None = None,
    rows: int | None = None,
    digits: int = 2,
    verbatim: bool | Sequence[str] = (),
) -> None:
    """Show a figure or a table with its caption; in the report it gets its number.

    Parameters
    ----------
    thing : Result, Axes, Figure or DataFrame
        A result is drawn (`kind` picks the picture), a frame becomes a table.
    caption : str
        One sentence under the figure or over the table; an English message of the catalogue.
    alt : str
        What a reader who cannot see the figure should know; by default the result's summary.
    kind : str, optional
        Which picture of the result.
    rows : int, optional
        At most so many rows of a table; how many were left out is said.
    digits : int
        Decimals of the table's numbers.
    verbatim : bool or sequence of str
        Columns of a table whose words are never translated; True for raw data.
    """
    if is_frame(thing):
        _emit_table(thing, t(caption), rows=rows, digits=digits, verbatim=verbatim)
        return
    from casework.figures import drawn, style

    with style.context():
        if isinstance(thing, Result):
            alt = t(alt) if alt else thing.summary()
            data = drawn.picture(thing, kind=kind, dpi=FIGURE_DPI)
        else:
            alt = t(alt) if alt else t(caption)
            data = drawn.rendered(thing if hasattr(thing, "savefig") else thing.get_figure(), dpi=FIGURE_DPI)
    _emit_figure(data, t(caption), alt)


def tell(message: str, /, *, role: str = "text", **fields: object) -> None:
    """Say a sentence computed from results; names and numbers go into its named fields.

    Parameters
    ----------
    message : str
        An English message of the catalogue with named fields, or a text that is translated already.
    role : {'text', 'finding', 'note', 'warning'}
        How the report sets it.
    **fields : object
        Values of the named fields. They are text, never markup.
    """
    if not message:
        return
    sentence = t(message, **fields)
    body = f'<p class="cw-{html.escape(role)}">{html.escape(sentence)}</p>'
    _emit({"text/html": screen(body), "text/plain": sentence}, {"kind": "text", "role": role})


def publish(name: str, value: Any, *, unit: str = "", title: str = "") -> None:
    """Publish a named result: a number, a text or a table.

    Published values are gathered into `results.json` (scalars with units) and `tables/`; runs are compared by
    them. They never depend on the language.

    Parameters
    ----------
    name : str
        Name of the result, as the study declares it.
    value : int, float, str, bool, None or DataFrame
        The value; a frame becomes a table.
    unit : str
        Unit of a number.
    title : str
        Name for people, where the study does not declare one.

    Raises
    ------
    ParameterError
        The name is not made of small letters, digits and underscores.
    """
    if not NAME.fullmatch(name):
        raise ParameterError(Problem("publish", repr(name), t("a name such as net_margin")))
    if is_frame(value):
        payload = {"name": name, "kind": "table", "table": table_payload(value), "title": title}
        shown = t("published: table {name}, {rows} rows", name=name, rows=len(value))
    else:
        kind = "text" if isinstance(value, str) else "scalar"
        payload = {"name": name, "kind": kind, "value": jsonable(value), "unit": unit, "title": title}
        shown = t("published: {name}", name=name) + f" = {jsonable(value)} {t(unit) if unit else ''}".rstrip()
    _emit({RESULT_MIME: payload, "text/plain": shown}, {"kind": "result", "name": name})


def is_frame(thing: Any) -> TypeGuard[pd.DataFrame]:
    """Return whether something is a table."""
    return hasattr(thing, "columns") and hasattr(thing, "index")


def versions() -> None:
    """Show the versions that made this page; left out of the outputs hash (tag the cell `volatile`).

    It stands at the end of a notebook: in a trainee's copy of the course the study is noted as read to its end, and
    links lead on: to its words in the glossary, to the next study, to exercise and quiz of the module, to the map.
    """
    from importlib.metadata import version
    from platform import python_version

    from casework.core.journal import note
    from casework.report.course_links import after_study, glossary_place, show_links
    from casework.studies.current import current_study

    names = ("numpy", "pandas", "scipy", "statsmodels", "matplotlib")
    found = ", ".join(f"{name} {version(name)}" for name in ("casework", *names))
    tell("Made with Python {python}, {packages}.", role="note", python=python_version(), packages=found)
    study = current_study()
    note("finished", study)
    show_links([*after_study(study), glossary_place(f"study-{study}" if study else "")], lead=t("Go on:"))


def _emit_figure(data: bytes, caption: str, alt: str) -> None:
    width, height = struct.unpack(">II", data[16:24])
    size = {"width": round(width * 96 / FIGURE_DPI), "height": round(height * 96 / FIGURE_DPI)}
    _emit(
        {"image/png": base64.b64encode(data).decode("ascii"), "text/plain": f"{caption}\n{alt}"},
        {"kind": "figure", "caption": caption, "alt": alt},
        {"image/png": {"alt": alt, **size}},
    )


def _emit_table(
    frame: pd.DataFrame, caption: str, *, rows: int | None, digits: int, verbatim: bool | Sequence[str]
) -> None:
    shown = frame if rows is None else frame.head(rows)
    left = len(frame) - len(shown)
    note = tn("{n} more row is not shown.", "{n} more rows are not shown.", left) if left else ""
    body = frame_to_html(shown, caption=caption, digits=digits, note=note, verbatim=verbatim)
    plain = f"{caption}\n{shown.to_string()}"
    _emit({"text/html": screen(body), "text/plain": plain}, {"kind": "table", "caption": caption})


def _emit(data: dict[str, Any], casework: dict[str, Any], extra: dict[str, Any] | None = None) -> None:
    from IPython.display import display

    display(data, raw=True, metadata={METADATA_KEY: casework, **(extra or {})})


def screen(markup: str) -> str:
    """Return markup as JupyterLab should show it: words on the left, what was found set apart.

    In a run it stays as it is: the report has its own style.
    """
    if os.environ.get(RUN_VARIABLE):
        return markup
    markup = WORDS.sub(r'<\1 style="text-align:left">', markup)
    for role, style in ROLES.items():
        markup = markup.replace(f'<p class="cw-{role}">', f'<p class="cw-{role}" style="{style}">')
    return markup
