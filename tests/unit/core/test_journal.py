import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from casework.core import journal
from casework.core.messages import COURSE_FILE
from casework.core.paths import RUN_VARIABLE


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.delenv(RUN_VARIABLE, raising=False)
    (tmp_path / COURSE_FILE).write_text('lang = "en"\n', encoding="utf-8")
    (tmp_path / "voice").mkdir()
    monkeypatch.chdir(tmp_path / "voice")
    return tmp_path


def rows(home):
    with closing(sqlite3.connect(home / journal.FOLDER / journal.FILE)) as book:
        return book.execute("SELECT kind, name, part, score, points, times FROM deeds ORDER BY kind, part").fetchall()


def test_the_copy_is_found_from_within(home):
    assert journal.course_home() == home.resolve()
    assert journal.course_home(home.parent) is None


def test_the_best_score_stays(home):
    for score in (2, 5, 3):
        journal.note("task", "credit", part="limit", score=score, points=6)
    journal.note("opened", "kano")
    journal.note("opened", "kano")
    assert rows(home) == [("opened", "kano", "", None, None, 2), ("task", "credit", "limit", 5.0, 6.0, 3)]


def test_a_score_of_another_length_is_held_by_its_share(home):
    journal.note("quiz", "voice", score=6, points=12)
    journal.note("quiz", "voice", score=4, points=5)
    journal.note("quiz", "voice", score=6, points=10)
    assert rows(home) == [("quiz", "voice", "", 4.0, 5.0, 3)]


def test_a_score_after_none_is_taken(home):
    journal.note("quiz", "voice")
    journal.note("quiz", "voice", score=0, points=5)
    assert rows(home) == [("quiz", "voice", "", 0.0, 5.0, 2)]


def test_nothing_is_noted_in_a_run_or_elsewhere(home, monkeypatch, tmp_path_factory):
    monkeypatch.setenv(RUN_VARIABLE, "1")
    journal.note("opened", "kano")
    monkeypatch.delenv(RUN_VARIABLE)
    journal.note("opened", "")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    journal.note("opened", "kano")
    assert not (home / journal.FOLDER).exists()


def test_it_never_raises(home):
    (home / journal.FOLDER).write_text("in the way", encoding="utf-8")
    journal.note("opened", "kano")
    (home / journal.FOLDER).unlink()
    (home / journal.FOLDER).mkdir()
    (home / journal.FOLDER / journal.FILE).write_text("not a database " * 100, encoding="utf-8")
    journal.note("opened", "kano")


def test_several_notebooks_at_once(home):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: journal.note("task", "credit", part=f"t{n % 4}", score=n, points=40), range(40)))
    assert [(part, score, times) for _, _, part, score, _, times in rows(home)] == [
        ("t0", 36.0, 10),
        ("t1", 37.0, 10),
        ("t2", 38.0, 10),
        ("t3", 39.0, 10),
    ]


def test_it_is_for_its_owner_only_and_not_for_git(home):
    journal.note("opened", "kano")
    folder = home / journal.FOLDER
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / ".gitignore").read_text(encoding="utf-8") == "*\n"


def test_the_best_marks_of_an_exercise(home, monkeypatch):
    assert journal.best_marks("credit") == {}
    journal.note("task", "credit", part="limit", score=2, points=6)
    journal.note("task", "voice", part="limit", score=1, points=6)
    journal.note("quiz", "credit", score=9, points=12)
    assert journal.best_marks("credit") == {"limit": 2.0}
    monkeypatch.setenv(RUN_VARIABLE, "1")
    assert journal.best_marks("credit") == {}
    monkeypatch.delenv(RUN_VARIABLE)
    (home / journal.FOLDER / journal.FILE).write_text("no database " * 99, encoding="utf-8")
    assert journal.best_marks("credit") == {}
