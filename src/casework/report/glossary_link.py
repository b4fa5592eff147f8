"""A link from a notebook to the glossary that lies in the trainee's copy of the course."""

from __future__ import annotations

from casework.report.course_links import PAGE, glossary_place, show_links

__all__ = ["PAGE", "glossary_link"]


def glossary_link(anchor: str = "") -> None:
    """Show a link to the glossary; in a run, and where there is no copy of the course, nothing.

    Parameters
    ----------
    anchor : str
        Where in the page.
    """
    show_links([glossary_place(anchor)])
