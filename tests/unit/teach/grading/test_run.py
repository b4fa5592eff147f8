import sys

import pytest
from tests.unit.teach.grading.conftest import EXERCISE, answered

from casework.core.errors import DataError
from casework.teach.grading.course import new_course
from casework.teach.grading.gradebook import marks
from casework.teach.grading.run import grade_and_keep

pytest.importorskip("nbgrader")


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="confined processes need Linux here")
def test_marks_and_feedback_are_kept_as_they_come(tmp_path, submit):
    new_course(tmp_path)
    submit("ann", answered())
    submit("bob", "junk")
    told = []
    graded = grade_and_keep(tmp_path, EXERCISE, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]
    assert [one.student for one in graded.graded] == ["ann", "bob"]
    assert marks(tmp_path)["score"].tolist() == [one.score for one in graded.graded]
    assert len(list((tmp_path / "feedback").rglob("*.html"))) == 2


def test_without_a_course_nothing_is_written(tmp_path):
    with pytest.raises(DataError, match="not a folder of a course"):
        grade_and_keep(tmp_path, EXERCISE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="confined processes need Linux here")
def test_only_what_changed_is_graded_again_and_an_interruption_loses_nothing(tmp_path, submit, monkeypatch):
    monkeypatch.setattr("casework.teach.grading.records.package_sha256", lambda: "the same sources")
    new_course(tmp_path)
    for name in ("ann", "bob", "cid"):
        submit(name, "junk")

    def stopping(done, of):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade_and_keep(tmp_path, EXERCISE, jobs=1, progress=stopping)
    told = []
    graded = grade_and_keep(tmp_path, EXERCISE, progress=lambda done, of: told.append((done, of)))
    assert told[-1] == (2, 2)
    assert sum(one.unchanged for one in graded.graded) == 1
    again = grade_and_keep(tmp_path, EXERCISE, progress=lambda done, of: told.append((done, of)))
    assert len(told) == 2
    assert "3 submissions graded (3 unchanged)" in again.summary()
    page = tmp_path / "feedback" / "cid" / EXERCISE / f"{EXERCISE}.html"
    page.unlink()
    (tmp_path / "submitted" / "bob" / EXERCISE / f"{EXERCISE}.ipynb").write_text("other junk", encoding="utf-8")
    (tmp_path / "gradebook.db").unlink()
    assert [one.unchanged for one in grade_and_keep(tmp_path, EXERCISE).graded] == [True, False, False]
    assert page.is_file()
    assert marks(tmp_path)["student"].tolist() == ["ann", "bob", "cid"]
    fresh = grade_and_keep(tmp_path, EXERCISE, fresh=True, students=["ann"])
    assert [(one.student, one.unchanged) for one in fresh.graded] == [("ann", False)]
    with pytest.raises(DataError, match="--student an: nothing was submitted"):
        grade_and_keep(tmp_path, EXERCISE, students=["an"])
    assert not any("=" in note for note in fresh.notes)
