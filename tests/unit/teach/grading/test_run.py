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
