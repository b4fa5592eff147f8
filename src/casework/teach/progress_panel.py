"""The course at a glance in a trainee's notebook: every step with its link, how far it is done, and what is next."""

from __future__ import annotations

import html

from casework.core.messages import t
from casework.report.course_links import Link, exercise_link, module_name, quiz_link, study_link
from casework.studies.registry import MODULES, studies
from casework.teach.exercises.bank import get_exercise
from casework.teach.progress import KINDS, STATES, Progress, Step, score_text

SIGNS = {"new": "○", "begun": "◐", "done": "●"}
COLOURS = {"new": "#52606d", "begun": "#8a4b00", "done": "#0f6b4f"}
CELL = "text-align:left;padding:2px 14px 2px 0;vertical-align:top"
COLUMNS = 5


def show_panel(progress: Progress) -> None:
    """Show the steps of the course with links and what is next."""
    from IPython.display import display

    markup = f"{progress_html(progress)}<p>{next_html(progress)}</p>"
    display({"text/html": markup, "text/plain": progress.summary()}, raw=True)


def progress_html(progress: Progress) -> str:
    """Return the steps of the course as a table with links, by module, and what is next."""
    rows = "".join(
        _module_rows(module, [step for step in progress.steps if step.module == module])
        for module in dict.fromkeys(step.module for step in progress.steps)
    )
    caption = html.escape(t("Your way through the course."))
    return f'<table style="line-height:1.4"><caption>{caption}</caption><tbody>{rows}</tbody></table>'


def next_html(progress: Progress) -> str:
    """Return what is next as a link."""
    step = progress.next_step()
    if step is None:
        return html.escape(t("All is done."))
    return f"<b>{html.escape(t('Next:'))}</b> {step_link(step).markup()}"


def step_link(step: Step) -> Link:
    """Return the link to a step."""
    if step.kind == "study":
        return study_link(studies()[step.name])
    title = t(step.title)
    if step.kind == "exercise":
        return exercise_link(step.name, t("Exercise: {name}", name=title))
    return quiz_link(step.name, t("Quiz: {name}", name=title))


def _module_rows(module: str, steps: list[Step]) -> str:
    title = module_name(module) or t(MODULES[""])
    head = f'<tr><th colspan="{COLUMNS}" style="{CELL};padding-top:0.7em">{html.escape(title)}</th></tr>'
    return head + "".join(_row(step) for step in steps)


def _row(step: Step) -> str:
    state = t(STATES[step.state])
    sign = f'<span style="color:{COLOURS[step.state]}" title="{html.escape(state)}">{SIGNS[step.state]}</span>'
    cells = (sign, step_link(step).markup(), *map(html.escape, (t(KINDS[step.kind]), _minutes(step), _result(step))))
    return "<tr>" + "".join(f'<td style="{CELL}">{cell}</td>' for cell in cells) + "</tr>"


def _minutes(step: Step) -> str:
    if step.kind == "quiz":
        return ""
    minutes = studies()[step.name].minutes if step.kind == "study" else get_exercise(step.name).minutes
    return t("{n} min", n=minutes)


def _result(step: Step) -> str:
    return score_text(step) or (t(STATES[step.state]) if step.state != "new" else "")
