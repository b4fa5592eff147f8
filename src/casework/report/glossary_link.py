"""A link from a notebook to the glossary that lies in the trainee's copy of the course."""

from __future__ import annotations

import html
import os
from pathlib import Path

from casework.core.journal import course_home
from casework.core.messages import t
from casework.core.paths import RUN_VARIABLE

PAGE = "glossary.html"


def glossary_link(anchor: str = "") -> None:
    """Show a link to the glossary; in a run, and where there is no copy of the course, nothing.

    Parameters
    ----------
    anchor : str
        Where in the page.
    """
    home = None if os.environ.get(RUN_VARIABLE) else course_home()
    if home is None or not (home / PAGE).is_file():
        return
    from IPython.display import display

    address = Path(os.path.relpath(home / PAGE)).as_posix() + (f"#{anchor}" if anchor else "")
    words = t("Words of the course: the glossary, in English and Chinese.")
    markup = f'<p class="cw-note"><a href="{html.escape(address, quote=True)}">{html.escape(words)}</a></p>'
    display({"text/html": markup, "text/plain": f"{words} {address}"}, raw=True)
