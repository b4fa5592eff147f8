"""Walk once what is slow the first time: drawing, tables, the page of a report. For processes that are forked later."""

from __future__ import annotations

import io
from itertools import combinations_with_replacement, product
from string import ascii_lowercase, ascii_uppercase, digits

TEXTS = {
    8.0: "normal",
    8.5: "normal",
    9.0: "normal",
    9.5: "normal",
    10.0: "normal",
    10.5: "normal",
    11.0: "bold",
    13.0: "bold",
}
LETTERS = "".join(map(chr, range(0x21, 0x7F)))
NEIGHBOURS = (ascii_lowercase + " ", digits + ".,%+- ")  # what follows each other in most texts


def exercise() -> None:
    """Walk once what is slow the first time, without leaving a trace in settings or random numbers."""
    import matplotlib as mpl

    from casework.figures.style import context, register_fonts

    with mpl.rc_context(), context():  # first: a new font makes matplotlib forget where it found the others
        _draw(TEXTS)
        _rehearse(TEXTS)
    with mpl.rc_context():
        _draw({})
    register_fonts.cache_clear()  # its change of the settings belongs to the run that draws
    _tabulate()
    _report()


def _draw(texts: dict[float, str]) -> None:
    """Draw a picture with texts of all usual sizes: the font of each is looked for among all fonts once."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from casework.figures import raster

    figure = Figure(layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], "o-", label="a")
    axes.bar([0, 1], [1, 2])
    axes.set_title("exercise")
    axes.legend(title="b")
    for size, weight in texts.items():
        figure.text(0, 0, LETTERS, size=size, weight=weight)
    if texts:
        raster.png(figure, dpi=100)
    else:
        axes.set_yscale("log")  # its labels are formulas, with fonts of their own
        figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")


def _rehearse(texts: dict[float, str]) -> None:
    """Render letters and shape pairs of them in the usual sizes: pictures to come need not load each glyph."""
    from matplotlib.font_manager import FontProperties

    from casework.figures import raster
    from casework.report.display import FIGURE_DPI

    pairs = ["".join(map("".join, combinations_with_replacement(chars, 2))) for chars in NEIGHBOURS]  # both ways round
    starts = "".join(map("".join, product(ascii_uppercase, "aeiou")))
    fonts = [FontProperties(size=size, weight=weight) for size, weight in texts.items()]
    raster.rehearse(fonts, [*pairs, starts, LETTERS], dpi=FIGURE_DPI)


def _tabulate() -> None:
    import numpy as np
    import pandas as pd

    from casework.datasets.checking import check_frame
    from casework.datasets.contract import Column, Contract

    frame = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": ["x", "y", "x"]})
    contract = Contract((Column(name="a", kind="number", low=0), Column(name="b", kind="category")))
    check_frame(frame, contract, where="exercise")
    frame._repr_html_()  # type: ignore[operator]
    frame.groupby("b").mean()
    frame.to_string()
    np.linalg.lstsq(np.eye(2), np.ones(2), rcond=None)


def _report() -> None:
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

    from casework.report.html import ReportInfo, build_report

    shown = new_output("display_data", data={"text/html": "<table><tr><td>1</td></tr></table>"})
    cells = [new_markdown_cell("## Exercise\n\n$x^2$"), new_code_cell("x = 1", outputs=[shown])]
    build_report(new_notebook(cells=cells), ReportInfo(title="exercise"), lang="en", with_code=True)
