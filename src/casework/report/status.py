"""How a run ended, in words."""

from __future__ import annotations

from casework.core.messages import mark, t

LABELS = {
    "ok": mark("Complete"),
    "failed": mark("Failed"),
    "timeout": mark("Timed out"),
    "killed": mark("Killed"),
    "cancelled": mark("Cancelled"),
}
SENTENCES = {
    "ok": mark("The run is complete."),
    "failed": mark("A step of the run failed. This report is partial: it ends with that step."),
    "timeout": mark("The run was stopped at its time limit. This report is partial."),
    "killed": mark("The program that ran the notebook died. This report is partial."),
    "cancelled": mark("The run was cancelled. This report is partial."),
}


def status_label(status: str) -> str:
    """Return the word for a status.

    Examples
    --------
    >>> status_label("timeout")
    'Timed out'
    """
    return t(LABELS.get(status, status))


def status_sentence(status: str) -> str:
    """Return what the status means for the reader."""
    return t(SENTENCES.get(status, mark("This report is partial.")))


def status_class(status: str) -> str:
    """Return the class of a status in the style sheet; it never comes from outside."""
    return f"cw-status-{status}" if status in LABELS else "cw-status-failed"
