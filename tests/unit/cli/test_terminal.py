import pytest

from casework.cli import terminal
from casework.core.errors import DataError, ParameterError, Problem, RunError


def test_tables_align_and_count_wide_characters_double() -> None:
    lines = terminal.table([["客户", 1], ["ab", 22]], ["name", "n"]).splitlines()
    assert lines == ["name  n", "----  --", "客户  1", "ab    22"]


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in terminal.printable("a\x1b[31m")


def test_errors_are_one_block(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.show_error(DataError([Problem("a.csv, row 2", "9", "1 to 5", "mend it"), Problem("a.csv", "x")]))
    terminal.show_error(ParameterError("wrong"))
    terminal.show_error(RunError("no run"))
    assert capsys.readouterr().err == (
        "casework: the data cannot be used; nothing was run.\n"
        "  - a.csv, row 2: 9. Expected: 1 to 5. Mend it.\n"
        "  - a.csv: x.\n"
        "casework: the parameters cannot be used; nothing was run.\n"
        "  - wrong.\n"
        "casework: no run\n"
    )


def test_nobody_watches_a_pipe() -> None:
    assert not terminal.watched()
    with terminal.progress_bar("x") as progress:
        assert progress is None


def test_a_progress_bar_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "watched", lambda: True)
    with terminal.progress_bar("x") as progress:
        assert progress is not None
        progress(1, 3)
