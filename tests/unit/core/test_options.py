from __future__ import annotations

from casework.core.options import DataKind, InvalidAnswers, ReportFormat, RunStatus, allowed


def test_values_come_in_their_order():
    assert allowed(InvalidAnswers) == ("refuse", "exclude")
    assert allowed(DataKind) == ("real", "adapted", "synthetic")
    assert allowed(RunStatus) == ("ok", "failed", "timeout", "killed", "cancelled")
    assert allowed(ReportFormat) == ("html", "pdf", "docx", "notebook")
