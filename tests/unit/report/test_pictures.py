"""Figures as data."""

from __future__ import annotations

import base64

from matplotlib.figure import Figure
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from casework.report.pictures import draw_picture, notebook_pictures

PNG = base64.b64encode(b"\x89PNG fake").decode()


def shown(caption="Map", png=PNG, kind="figure", **size):
    about = {"casework": {"kind": kind, "caption": caption, "alt": "A map"}, "image/png": size}
    return new_output("display_data", data={"image/png": png}, metadata=about)


def test_reads_what_a_notebook_shows():
    cells = [new_markdown_cell("x"), new_code_cell(outputs=[shown(width=700, height=400), shown("Bars")])]
    first, second = notebook_pictures(new_notebook(cells=cells))
    assert (first.caption, first.alt, first.png, first.width, first.height) == ("Map", "A map", PNG, 700, 400)
    assert (second.caption, second.width) == ("Bars", 0)


def test_what_is_no_figure_is_passed_over():
    outputs = [
        shown(png='"><script>'),
        shown(png=""),
        shown(kind="table"),
        new_output("display_data", data={"image/png": PNG}),
        new_output("display_data", data={"image/png": PNG}, metadata={"casework": "figure"}),
        new_output("stream", name="stdout", text="x"),
    ]
    assert notebook_pictures(new_notebook(cells=[new_code_cell(outputs=outputs)])) == ()


def test_sizes_are_numbers_or_nothing():
    (picture,) = notebook_pictures(
        new_notebook(cells=[new_code_cell(outputs=[shown(width='1" onload="x', height=-4)])])
    )
    assert (picture.width, picture.height) == (0, 0)


def test_a_figure_becomes_the_same_bytes_each_time():
    one, two = (draw_picture(Figure(figsize=(2, 1)), caption="c", alt="a") for _ in range(2))
    assert one == two
    assert base64.b64decode(one.png).startswith(b"\x89PNG")
    assert (one.width, one.height) == (192, 96)
