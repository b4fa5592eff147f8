"""How a run ended, in words."""

from __future__ import annotations

import pytest

from casework.core.options import RunStatus, allowed
from casework.report.status import LABELS, SENTENCES, status_class, status_label, status_sentence


def test_every_status_has_words():
    assert set(LABELS) == set(SENTENCES) == set(allowed(RunStatus))


@pytest.mark.parametrize("status", allowed(RunStatus))
def test_class_of_a_status(status):
    assert status_class(status) == f"cw-status-{status}"


def test_an_unknown_status_is_shown_as_it_is_and_trusted_with_nothing():
    assert status_label("odd") == "odd"
    assert status_class('odd"><script>') == "cw-status-failed"
    assert "partial" in status_sentence("odd")
