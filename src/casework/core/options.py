"""Option values that several modules share: one `Literal` each, and messages are built from it."""

from __future__ import annotations

from typing import Any, Literal, get_args

InvalidAnswers = Literal["refuse", "exclude"]
RunStatus = Literal["ok", "failed", "timeout", "killed", "cancelled"]
DataKind = Literal["real", "adapted", "synthetic"]
ReportFormat = Literal["html", "pdf", "docx", "notebook"]
Severity = Literal["low", "medium", "high"]  # of what happened in a case
Size = Literal["small", "medium", "large"]  # of a case's tables
Variant = Literal["instructor", "student"]  # of a case: with or without its answers


def allowed(literal: Any) -> tuple[str, ...]:
    """Return the values of a `Literal`, in the order in which they are written.

    Examples
    --------
    >>> allowed(InvalidAnswers)
    ('refuse', 'exclude')
    """
    return tuple(str(value) for value in get_args(literal))
