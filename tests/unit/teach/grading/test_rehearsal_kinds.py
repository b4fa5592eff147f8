import json

import pytest

from casework.teach.exercises.bank import exercise_names, get_exercise
from casework.teach.exercises.compile import compile_notebook
from casework.teach.exercises.model import Check, Exercise, Task
from casework.teach.exercises.values import decode
from casework.teach.grading.rehearsal_kinds import KINDS, Material, grade_id
from casework.teach.grading.submission import arrange


def material(exercise, tmp_path):
    source = get_exercise(exercise)
    return Material(exercise=source, student="rehearsal-x", salt="s", course=tmp_path, canary=tmp_path / "keep")


def test_there_are_thirty_of_different_names():
    assert len({kind.name for kind in KINDS}) == len(KINDS) == 30


@pytest.mark.parametrize("name", exercise_names())
def test_every_exercise_gives_them_all_with_what_to_expect(name, tmp_path):
    own = material(name, tmp_path)
    points, victim = own.exercise.points, own.victim()
    hidden = sum(check.points for task in own.exercise.tasks for check in task.checks if check.hidden)
    expected = {kind.name: kind.score(own) for kind in KINDS}
    assert expected["right"] == expected["spying"] == expected["script-output"] == points
    assert expected["blank"] == expected["wrong"] == expected["no-file"] == 0
    assert expected["endless-loop"] == expected["fork-bomb"] == points - victim.points
    assert points - hidden <= expected["hard-coded"] < points
    assert 0 < expected["partly-right"] < points
    assert expected["copied"] < 0.6 * points
    for kind in KINDS:
        made = kind.make(own)
        assert made is None or isinstance(made, str) or json.dumps(made)


@pytest.mark.parametrize("name", exercise_names())
def test_copied_earns_what_the_neighbour_s_answers_share_with_one_s_own(name, tmp_path):
    """Count by hand: calls are right, a value is right where both have it."""
    own = material(name, tmp_path)
    mine, theirs = own.solved(), own.solved("rehearsal-right")
    least = sum(
        check.points
        for task in own.exercise.tasks
        for check, one, other in zip(task.checks, mine.expected[task.name], theirs.expected[task.name], strict=True)
        if check.call or one.values == other.values
    )
    copied = next(kind for kind in KINDS if kind.name == "copied")
    assert least <= copied.score(own) + 1e-9


def test_the_grader_sees_what_was_tampered_with(tmp_path):
    own = material("supply_chain", tmp_path)
    master, remarks = compile_notebook(own.exercise), {}
    for kind in KINDS:
        made = kind.make(own)
        if isinstance(made, dict) and kind.name != "other-exercise":
            remarks[kind.name] = arrange(made["cells"], own.exercise, master).remarks
    assert {name for name, said in remarks.items() if said} == {
        "changed-checks",
        "changed-values",
        "deleted-cells",
        "doubled-cell",
    }


def test_places_are_written_into_hostile_cells_and_nowhere_else(tmp_path):
    own = material("supply_chain", tmp_path)
    made = {kind.name: kind.make(own) for kind in KINDS}
    naming = {name for name, one in made.items() if isinstance(one, dict) and str(tmp_path) in json.dumps(one)}
    assert naming == {"deletes-files", "writes-files", "reads-secrets"}
    assert str(own.canary) in json.dumps(made["deletes-files"])


def test_the_victim_is_a_task_that_no_later_one_needs(tmp_path):
    checks = (Check(value="a", points=1.0),)
    tasks = tuple(
        Task(name=name, title="", prose=(), answer=answer, checks=checks)
        for name, answer in (("one", "a = 1"), ("two", "b = a"), ("three", "def c(): return 1"), ("four", "d = c()"))
    )
    source = Exercise(name="x", module="voice", title="", minutes=1, parameters="", tasks=tasks)
    own = Material(exercise=source, student="x", salt="s", course=tmp_path, canary=tmp_path)
    assert own.victim().name == "two"
    assert grade_id({"cell_type": "code"}) == ""


def test_hidden_calls_that_are_visible_ones_too_are_known_by_heart(tmp_path):
    """In voice the last hidden pairs are fixed; the others are drawn, and may be pairs that were shown."""
    own = material("voice", tmp_path)
    task = own.exercise.task("category")
    shown, hidden = own.solved().expected["category"]
    pairs = [tuple(decode(one)) for one in shown.arguments]
    known = [tuple(decode(one)) in pairs for one in hidden.arguments]
    lost = next(check.points for check in task.checks if check.hidden) * (1 - sum(known) / len(known))
    by_heart = next(kind for kind in KINDS if kind.name == "hard-coded")
    assert by_heart.score(own) == pytest.approx(own.exercise.points - lost)
