import base64

import pytest
from tests.unit.teach.grading.conftest import EXERCISE

from casework.teach.exercises.bank import exercise_names, get_exercise
from casework.teach.exercises.values import decode
from casework.teach.exercises.variant import make_variant
from casework.teach.grading.rehearsal_kinds import Material
from casework.teach.grading.rehearsal_leaks import hidden_texts, leaks

VARIANT = make_variant(EXERCISE, "ann", salt="the key")


@pytest.fixture
def own(tmp_path):
    return Material(exercise=get_exercise(EXERCISE), student="ann", salt="the key", course=tmp_path, canary=tmp_path)


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "feedback" / "ann" / EXERCISE / f"{EXERCISE}.html"
    path.parent.mkdir(parents=True)

    def write(text):
        path.write_text(text, encoding="utf-8")
        return path

    return write


def hidden_value(own):
    task = next(task for task in own.exercise.tasks if any(check.hidden for check in task.checks))
    place = next(k for k, check in enumerate(task.checks) if check.hidden)
    return decode(own.solved().expected[task.name][place].values[0])


def test_a_hidden_value_is_found_in_any_of_its_forms(own, page, tmp_path):
    value = hidden_value(own)
    for text in (f"it was {value!r}.", f"<p>{value:.2f}</p>", f"{value:,}"):
        page(text)
        assert [one.rpartition(": ")[2] for one in leaks(tmp_path, own)] == ["a hidden value"]
    for text in ("nothing", f"1{value!r}", f"{value!r}7", "<img src='data:image/png;base64," + "A" * 50 + "'>"):
        page(text)
        assert list(leaks(tmp_path, own)) == []


def test_keys_and_scripts(own, page, tmp_path):
    page(f"the key {VARIANT.hidden_seed} <script>1</script>")
    assert [one.rpartition(": ")[2] for one in leaks(tmp_path, own)] == ["the key", "a script"]
    page("&lt;script&gt; <img alt='x'>")
    assert list(leaks(tmp_path, own)) == []
    page("<img src=x onerror=alert(1)>")
    assert len(list(leaks(tmp_path, own))) == 1


def test_what_is_in_a_picture_does_not_count(own, page, tmp_path):
    data = base64.b64encode(b"\x89PNG" + b"0" * 60).decode()
    page(f"<img src='data:image/png;base64,{data}{VARIANT.hidden_seed}'>")
    assert list(leaks(tmp_path, own)) == []


@pytest.mark.parametrize("name", exercise_names())
def test_what_a_student_sees_is_not_taken_for_hidden(name, tmp_path):
    own = Material(exercise=get_exercise(name), student="ann", salt="s", course=tmp_path, canary=tmp_path)
    shown = " ".join(map(str, own.solved().given.values()))
    texts = hidden_texts(own)
    assert texts
    assert not [text for text in texts if text.replace(".", "").isdigit() and f" {text} " in shown]
