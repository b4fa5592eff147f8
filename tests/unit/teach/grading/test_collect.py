import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.teach.grading.conftest import EXERCISE, answered

from casework.core.errors import DataError, ParameterError
from casework.teach.exercises.bank import exercise_names, get_exercise
from casework.teach.exercises.compile import compile_notebook
from casework.teach.grading.class_list import write_students
from casework.teach.grading.collect import Matcher, collect
from casework.teach.grading.course import new_course

STUDENTS = [
    {"id": "ann", "name": "Ann Lee", "email": "ann.lee@x.org"},
    {"id": "ann-b", "name": "Bea Ann", "email": ""},
    {"id": "20230001", "name": "张三", "email": "zs@x.cn"},
    {"id": "u7", "name": "Anne-Marie Müller", "email": "u7@x.org"},
    {"id": "u8", "name": "Max Weiß", "email": ""},
    {"id": "u9", "name": "Max Weiss", "email": "20230001@other.org"},
]
NOTEBOOK = json.dumps(answered())


@pytest.fixture
def course(tmp_path):
    made = new_course(tmp_path / "course")
    write_students(made, STUDENTS)
    return made


def download(tmp_path, files):
    path = tmp_path / "downloads.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, (data, year) in files.items():
            archive.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), data)
    return path


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        ("Ann Lee_4711_assignsubmission_file_/supply_chain.ipynb", "ann"),  # Moodle
        ("leeann_LATE_98_76_supply_chain-1.ipynb", "ann"),  # Canvas
        ("Stock_u7_attempt_2026-11-22-08-15-00_supply_chain.ipynb", "u7"),  # Blackboard
        ("supply_chain/ann-b/supply_chain.ipynb", "ann-b"),
        ("ANN/answer.ipynb", "ann"),
        ("20230001张三作业.ipynb", "20230001"),
        ("张三_supply_chain.ipynb", "20230001"),
        ("zs@x.cn.ipynb", "20230001"),
        ("20230001@other.org_hw.ipynb", "u9"),
        ("Müller Anne-Marie_55_assignsubmission_file_/x.ipynb", "u7"),
        ("anna/supply_chain.ipynb", None),
        ("supply_chain.ipynb", None),
        ("Max Weiß_1_assignsubmission_file_/x.ipynb", "u8, u9"),
        ("ann/20230001.ipynb", "ann, 20230001"),
    ],
)
def test_whose_a_file_is(name, whose):
    assert ", ".join(Matcher(STUDENTS).match(name)[0]) == (whose or "")


@given(st.lists(st.from_regex(r"[a-z0-9][a-z0-9.@_-]{0,6}", fullmatch=True), min_size=1, unique=True), st.data())
def test_a_student_s_own_folder_always_tells(ids, data):
    own = data.draw(st.sampled_from(ids))
    whose = Matcher([{"id": one, "name": "", "email": ""} for one in ids])
    assert whose.match(f"{own}/answer!.ipynb")[0][:1] == (own,) or "answer" in ids


def test_a_download_is_placed_and_the_rest_named(tmp_path, course):
    other = next(name for name in exercise_names() if name != EXERCISE)
    elsewhere = json.dumps(compile_notebook(get_exercise(other)))
    files = {
        "ann/hw.ipynb": (NOTEBOOK, 2025),
        "ann/old.ipynb": (NOTEBOOK + " ", 2024),
        "ann/hw.pdf": ("x", 2026),
        "u7/junk.ipynb": ("not json", 2026),
        "u8/answer.ipynb": (elsewhere, 2026),
        "u9/essay.docx": ("x", 2026),
        "someone/x.ipynb": (NOTEBOOK, 2026),
        "../20230001.ipynb": (NOTEBOOK, 2026),
    }
    source = download(tmp_path, files)
    dry = collect(course, EXERCISE, source, dry_run=True)
    assert not (course / "submitted").exists()
    found = collect(course, EXERCISE, source)
    assert [one.state for one in dry.placed] == [one.state for one in found.placed]
    assert [(one.student, one.file, one.state) for one in found.placed] == [
        ("ann", "ann/hw.ipynb", "placed"),
        ("ann", "ann/old.ipynb", "older"),
        ("u7", "u7/junk.ipynb", "placed"),
    ]
    assert {one.file: one.reason for one in found.left} == {
        "u8/answer.ipynb": f"it is a notebook of the exercise {other}",
        "u9/essay.docx": "it is not a notebook (.ipynb)",
        "someone/x.ipynb": "no student of the list is named in it",
        "../20230001.ipynb": "its path leads out of the download",
    }
    assert found.missing == ("ann-b", "20230001", "u8", "u9")
    placed = course / "submitted" / "ann" / EXERCISE / f"{EXERCISE}.ipynb"
    assert placed.read_text(encoding="utf-8") == NOTEBOOK
    assert sorted(path.name for path in tmp_path.iterdir()) == ["course", "downloads.zip"]
    assert "2 placed, 0 replaced, 0 unchanged. 4 files could not be placed." in found.summary()
    assert len(found.to_frame()) == 7


def test_again_nothing_changes_and_another_one_is_not_taken_unasked(tmp_path, course):
    collect(course, EXERCISE, download(tmp_path, {"ann.ipynb": (NOTEBOOK, 2025)}))
    later = download(tmp_path, {"ann.ipynb": (NOTEBOOK + "\n", 2026)})
    states = [collect(course, EXERCISE, later, replace=replace).placed[0].state for replace in (False, True, True)]
    assert states == ["kept", "replaced", "unchanged"]


def test_notebooks_in_wrong_places_of_the_course_itself_are_brought_home(course):
    lost = course / "submitted" / "u7"
    lost.mkdir(parents=True)
    (lost / "Supply_Chain (1).ipynb").write_text(NOTEBOOK, encoding="utf-8")
    assert [one.student for one in collect(course, EXERCISE, course / "submitted").placed] == ["u7"]
    assert (lost / EXERCISE / f"{EXERCISE}.ipynb").is_file()


def test_links_in_the_course_are_not_followed(tmp_path, course):
    (tmp_path / "outside").mkdir()
    (course / "submitted").mkdir()
    (course / "submitted" / "ann").symlink_to(tmp_path / "outside")
    found = collect(course, EXERCISE, download(tmp_path, {"ann.ipynb": (NOTEBOOK, 2026)}))
    assert "is a link" in found.left[0].reason
    assert list((tmp_path / "outside").iterdir()) == []


def test_no_students_no_course_no_exercise(tmp_path, course):
    source = download(tmp_path, {})
    with pytest.raises(ParameterError, match="no exercise is called"):
        collect(course, "suply", source)
    with pytest.raises(DataError, match="not a folder of a course"):
        collect(tmp_path, EXERCISE, source)
    with pytest.raises(DataError, match="there are no students"):
        collect(new_course(tmp_path / "empty"), EXERCISE, source)
