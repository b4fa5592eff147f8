"""Feedback as one offline page for each student: what was earned and why not all; what students wrote is inert."""

from __future__ import annotations

import base64
import binascii
import html
import re
from pathlib import Path
from typing import Any

from casework.core.files import write_text
from casework.core.messages import language, t
from casework.report.page import render
from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.live import verdict_html
from casework.teach.grading.batch import Graded
from casework.teach.grading.process import Shown

ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
MOST_TEXT = 4000
MOST_PICTURE = 2 << 20
PNG = b"\x89PNG\r\n\x1a\n"


def feedback_page(graded: Graded) -> str:
    """Return the feedback page of a submission.

    Parameters
    ----------
    graded : Graded
        The graded submission.
    """
    exercise = get_exercise(graded.exercise)
    body = [f"<p class='cw-callout'>{html.escape(_sentence(graded))}</p>"]
    if graded.reasons:
        items = "".join(f"<li>{html.escape(_plain(reason, 400))}</li>" for reason in graded.reasons)
        body.append(f"<h2>{html.escape(t('Remarks'))}</h2><ul>{items}</ul>")
    shown = {item.name: item for item in graded.shown if item.name}
    for task, verdict in zip(exercise.tasks, graded.verdicts, strict=True):
        body.append(f"<h2>{html.escape(t(task.title))}</h2>{verdict_html(verdict)}")
        body.append(_shown(shown.get(task.name)))
    return render(
        t("Feedback: {title}", title=t(exercise.title)),
        "".join(body),
        language(),
        eyebrow=graded.student,
        lead=t("{score:g} of {points:g} points", score=round(graded.score, 2), points=graded.points),
    )


def _sentence(graded: Graded) -> str:
    full = sum(verdict.earned == verdict.points for verdict in graded.verdicts)
    return t("{n} of {all} tasks are right in all parts.", n=full, all=len(graded.verdicts))


def page_path(folder: str | Path, exercise: str, student: str) -> Path:
    """Return where the feedback page of a student stands in a course."""
    return Path(folder) / "feedback" / student / exercise / f"{exercise}.html"


def write_feedback(folder: str | Path, graded: Graded) -> Path:
    """Write the feedback page of a submission into a course: `feedback/STUDENT/EXERCISE/EXERCISE.html`."""
    path = page_path(folder, graded.exercise, graded.student)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, feedback_page(graded))
    return path


def _shown(item: Shown | None) -> str:
    """Return a student's cell with what it showed: text and pictures, never markup of theirs."""
    if item is None:
        return ""
    parts = [f"<pre>{html.escape(_plain(item.code, MOST_TEXT))}</pre>"]
    parts += [_output(message) for message in item.messages[:50]]
    label = html.escape(t("Your cell and what it showed"))
    return f"<details><summary>{label}</summary>{''.join(parts)}</details>"


def _output(message: Any) -> str:
    content = message.get("content") if isinstance(message, dict) else None
    if not isinstance(content, dict):
        return ""
    data = content.get("data")
    if isinstance(data, dict):
        return _picture(data.get("image/png")) or _text(data.get("text/plain"))
    if "ename" in content:
        return _text(f"{content.get('ename')}: {content.get('evalue')}")
    return _text(content.get("text"))


def _text(value: Any) -> str:
    return f"<pre>{html.escape(_plain(value, MOST_TEXT))}</pre>" if isinstance(value, str) and value else ""


def _plain(value: str, most: int) -> str:
    text = UNPRINTABLE.sub("", ANSI.sub("", value))
    return text if len(text) <= most else text[:most] + " …"


def _picture(value: Any) -> str:
    """Return a picture that is one; anything else is left out."""
    if not isinstance(value, str) or len(value) > MOST_PICTURE:
        return ""
    try:
        data = base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return ""
    if not data.startswith(PNG):
        return ""
    alt = html.escape(t("Figure of your cell"))
    return f'<img alt="{alt}" src="data:image/png;base64,{base64.b64encode(data).decode("ascii")}">'
