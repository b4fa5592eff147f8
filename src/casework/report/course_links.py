"""Links between the notebooks of a trainee's own copy of the course: what belongs to what, and what comes next.

In a run, and where there is no copy of the course, there are none.
"""

from __future__ import annotations

import html
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from casework.core.journal import course_home
from casework.core.messages import t
from casework.core.paths import RUN_VARIABLE, notebooks_folder
from casework.studies.base import Study
from casework.studies.registry import MODULES, studies

PAGE = "glossary.html"
EXERCISES = "exercises"
QUIZZES = "quizzes"
START = "00_orientation.ipynb"
# JupyterLab opens a linked file as a tab of its own, at its top; a page with places in it goes to the browser instead.
IN_BROWSER = ' target="_blank" rel="noopener" onclick="event.stopImmediatePropagation()"'


@dataclass(frozen=True, kw_only=True)
class Link:
    """A place in the copy of the course.

    Attributes
    ----------
    words : str
        What the reader sees, translated.
    path : str
        The file, seen from the copy.
    anchor : str
        Where in it; only for pages.
    """

    words: str
    path: str
    anchor: str = ""

    def exists(self) -> bool:
        """Return whether there is a copy of the course here that holds it."""
        home = _home()
        return home is not None and (home / self.path).is_file()

    def markup(self) -> str:
        """Return it as HTML, seen from the notebook that shows it; only its words where it does not exist."""
        words = html.escape(self.words)
        home = _home()
        if home is None or not (home / self.path).is_file():
            return words
        address = quote(Path(os.path.relpath(home / self.path)).as_posix())
        address += f"#{quote(self.anchor)}" if self.anchor else ""
        return f'<a href="{address}"{IN_BROWSER if self.path.endswith(".html") else ""}>{words}</a>'


def _home() -> Path | None:
    return None if os.environ.get(RUN_VARIABLE) else course_home()


def study_link(study: Study, words: str = "") -> Link:
    """Return the link to a study's notebook."""
    path = study.notebook.relative_to(notebooks_folder()).as_posix()
    return Link(words=words or t(study.title), path=path)


def exercise_link(name: str, words: str = "") -> Link:
    """Return the link to an exercise."""
    return Link(words=words or t("Exercise: {name}", name=module_name(name)), path=f"{EXERCISES}/{name}.ipynb")


def quiz_link(name: str, words: str = "") -> Link:
    """Return the link to the quiz of a module."""
    return Link(words=words or t("Quiz: {name}", name=module_name(name)), path=f"{QUIZZES}/{name}.ipynb")


def map_link() -> Link:
    """Return the link to the map of the course, where one's progress stands."""
    return Link(words=t("Map of the course, and your progress"), path=START)


def glossary_place(anchor: str = "") -> Link:
    """Return the link to the glossary."""
    words = t("Words of the course: the glossary, in English and Chinese.")
    return Link(words=words, path=PAGE, anchor=anchor)


def module_name(name: str) -> str:
    """Return a module's title, translated; the name itself where it is none."""
    return t(MODULES.get(name, name)) if name else ""


def after_study(name: str) -> list[Link]:
    """Return where to go from the end of a study: the next one, the module's exercise and quiz, the map.

    Parameters
    ----------
    name : str
        Name of the study; empty where it is not known.
    """
    known = list(studies().values())
    own = studies().get(name)
    if own is None:
        return [map_link()]
    following = known[known.index(own) + 1 : known.index(own) + 2]
    links = [study_link(study, t("Next study: {title}", title=t(study.title))) for study in following]
    if own.module:
        links += [exercise_link(own.module), quiz_link(own.module), map_link()]
    return links


def show_links(links: Iterable[Link], *, lead: str = "") -> None:
    """Show links under each other; those that lead nowhere are left out, and nothing is shown where none is left.

    Parameters
    ----------
    links : iterable of Link
        Where they lead.
    lead : str
        Words before them, translated.
    """
    found = [link for link in links if link.exists()]
    if found:
        from IPython.display import display

        display(links_output(found, lead=lead), raw=True)


def links_output(links: Iterable[Link], *, lead: str = "") -> dict[str, str]:
    """Return links as an output of a notebook, by kind of content."""
    links = list(links)
    head = f"{html.escape(lead)}<br>" if lead else ""
    body = "<br>".join(f"→ {link.markup()}" for link in links)
    plain = "\n".join([*([lead] if lead else []), *(f"{link.words} {link.path}" for link in links)])
    return {"text/html": f'<p class="cw-note">{head}{body}</p>', "text/plain": plain}
