"""Walk once what is slow the first time: drawing, tables, the page of a report. For processes that are forked later."""

from __future__ import annotations

import io


def exercise() -> None:
    """Walk once what is slow the first time, without leaving a trace in settings or random numbers."""
    import matplotlib as mpl
    import numpy as np
    import pandas as pd
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    from casework.datasets.checking import check_frame
    from casework.datasets.contract import Column, Contract
    from casework.figures import raster
    from casework.figures.style import context, register_fonts
    from casework.report.display import FIGURE_DPI
    from casework.report.html import ReportInfo, build_report

    with mpl.rc_context(), context():
        figure = Figure(layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], "o-", label="a")
        axes.bar([0, 1], [1, 2])
        axes.set_title("exercise")
        axes.legend()
        figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")
        raster.png(figure, dpi=FIGURE_DPI)
    register_fonts.cache_clear()  # its change of the settings belongs to the run that draws
    frame = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": ["x", "y", "x"]})
    frame._repr_html_()  # type: ignore[operator]
    frame.groupby("b").mean()
    frame.to_string()
    columns = (Column(name="a", kind="number", low=0, high=9), Column(name="b", kind="category"))
    check_frame(frame, Contract(columns), where="exercise")
    np.linalg.lstsq(np.eye(2), np.ones(2), rcond=None)
    notebook = new_notebook(cells=[new_markdown_cell("## Exercise\n\n$x^2$"), new_code_cell("x = 1")])
    build_report(notebook, ReportInfo(title="exercise"), lang="en", with_code=True)
