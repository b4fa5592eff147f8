"""Thirty submissions that a class may hand in: right, wrong, careless and hostile, each with what to expect of it.

They are made from an exercise and a student's own values. What they try to destroy is made for it
(`Material.canary`), and what takes much has an end, so that a machine that confines nothing loses nothing either.
"""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from casework.core.messages import mark
from casework.teach.exercises.bank import exercise_names, get_exercise
from casework.teach.exercises.compile import compile_notebook
from casework.teach.exercises.judge import judge_task
from casework.teach.exercises.model import Exercise, Task
from casework.teach.exercises.solution import Solved, solve
from casework.teach.exercises.values import decode
from casework.teach.exercises.variant import make_variant

CHECK = "_check"
LONG = mark("it took longer than {n:g} s")
ENDED = mark("the process of the cells ended: memory, or a call that ended it")
MEMORY = mark("it asked for more memory than there is for it")
REFUSED = mark("it is not permitted to start processes, use the network, or touch files outside its folder")
FLOOD = mark("it wrote more than {n} MiB")
DISK = mark("it wrote more than {n} MiB of files")
CHANGED = mark("cell {name} had been changed; it was put back as it was handed out")
DELETED = mark("cell {name} had been deleted; it was put back")
DOUBLED = mark("cell {name} is there more than once; the last counts")
ABSENT = mark("there is no file {name}")
NO_NOTEBOOK = mark("it is not a notebook")
OTHER = mark("it is a notebook of the exercise {name}")
Cells = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Material:
    """What a submission is made from.

    Attributes
    ----------
    exercise : Exercise
        What it answers.
    student, salt : str
        Whose, and the course's secret: from both come the student's values.
    course, canary : Path
        The course, and a folder in it whose files must stay as they are.
    """

    exercise: Exercise
    student: str
    salt: str
    course: Path
    canary: Path

    def solved(self, student: str = "") -> Solved:
        """Return the values and solutions of the student, or of another."""
        variant = make_variant(self.exercise.name, student or self.student, salt=self.salt)
        return solve(self.exercise.name, variant.seed, variant.hidden_seed)

    def victim(self) -> Task:
        """Return the first task that no later one needs: what happens in it costs its own points only."""
        tasks = self.exercise.tasks
        return next(one for place, one in enumerate(tasks) if not _stored(one) & _loaded(tasks[place + 1 :]))

    def answered(self, answers: Mapping[str, str] | None = None, *, base: str = "right") -> dict[str, Any]:
        """Return the student's notebook with the solutions (with `base` blank without), and other answers by task."""
        notebook = json.loads(_handed_out(self.exercise))
        known = {task.name: task.answer for task in self.exercise.tasks} if base == "right" else {}
        for cell in notebook["cells"]:
            name = grade_id(cell)
            cell["source"] = (answers or {}).get(name, known.get(name, cell["source"]))
        return dict(notebook)


Made = dict[str, Any] | str | None
Score = Callable[[Material], float]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of submission.

    Attributes
    ----------
    name : str
        What it is called; the student is `rehearsal-NAME`.
    make : callable
        Returns the notebook, the text of the file, or None for no file.
    score : callable
        Returns the points that it must have.
    reasons : tuple of str
        Messages of which one must be among the remarks; none where there must be no remark.
    """

    name: str
    make: Callable[[Material], Made]
    score: Score
    reasons: tuple[str, ...] = ()


@lru_cache(maxsize=8)
def _handed_out(exercise: Exercise) -> str:
    return json.dumps(compile_notebook(exercise))


def grade_id(cell: Mapping[str, Any]) -> str:
    """Return the name that nbgrader knows a cell by; empty for other cells."""
    return str(cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", ""))


def _stored(task: Task) -> set[str]:
    return {name for name, context in _names(task) if not isinstance(context, ast.Load)}


def _loaded(tasks: tuple[Task, ...]) -> set[str]:
    return {name for task in tasks for name, context in _names(task) if isinstance(context, ast.Load)}


def _names(task: Task) -> Iterator[tuple[str, Any]]:
    """Yield the names in a task's code and checks, with how each is used."""
    checks = [text for check in task.checks for text in (check.value, *check.arguments) if text]
    for text in (*task.code, task.answer, *checks):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Name):
                yield node.id, node.ctx
            elif isinstance(node, ast.FunctionDef):
                yield node.name, ast.Store()


# what they earn


def _full(material: Material) -> float:
    return material.exercise.points


def _nothing(material: Material) -> float:
    return 0.0


def _but_victim(material: Material) -> float:
    return material.exercise.points - material.victim().points


def _first_half(material: Material) -> float:
    return sum(task.points for task in _half(material))


def _by_heart(material: Material) -> float:
    """Return what who knows by heart what can be seen earns: of hidden calls those that are visible ones, too."""
    expected = material.solved().expected
    earned = 0.0
    for task in material.exercise.tasks:
        pairs = list(zip(task.checks, expected[task.name], strict=True))
        seen = [(check.call, one) for check, wanted in pairs if wanted and not check.hidden for one in wanted.arguments]
        for check, wanted in pairs:
            if check.call and check.hidden and wanted:
                known = [(check.call, one) in seen for one in wanted.arguments]
                earned += check.points * sum(known) / len(known)
            else:
                earned += check.points
    return earned


def _of_the_neighbour(material: Material) -> float:
    """Return what a neighbour's numbers earn: functions are right for everybody, numbers only by chance."""
    mine, theirs = material.solved().expected, material.solved(NEIGHBOUR).expected
    earned = 0.0
    for task in material.exercise.tasks:
        answers = [
            list(other.values if check.value.isidentifier() else own.values) if own and other else []
            for check, own, other in zip(task.checks, mine[task.name], theirs[task.name], strict=True)
        ]
        earned += judge_task(task, mine[task.name], answers).earned
    return earned


# how they are made

NEIGHBOUR = "rehearsal-right"


def _half(material: Material) -> tuple[Task, ...]:
    return material.exercise.tasks[: len(material.exercise.tasks) // 2]


def _in_victim(code: str) -> Callable[[Material], Made]:
    """Return what puts code into the cell of one task; PLACE in it is the folder that must stay, COURSE the course."""

    def make(material: Material) -> Made:
        text = code.replace("PLACE", repr(str(material.canary))).replace("COURSE", repr(str(material.course)))
        return material.answered({material.victim().name: text})

    return make


def _wrong(material: Material) -> Made:
    def nothing(task: Task) -> str:
        names = dict.fromkeys(check.value or check.call for check in task.checks)
        calls = {check.call for check in task.checks if check.call}
        return "\n".join(f"def {name}(*given): return None" if name in calls else f"{name} = None" for name in names)

    return material.answered({task.name: nothing(task) for task in material.exercise.tasks})


def _partly(material: Material) -> Made:
    return material.answered({task.name: task.answer for task in _half(material)}, base="blank")


def _hard_coded(material: Material) -> Made:
    """Return answers that know by heart what can be seen: right numbers, functions that look up what was shown."""
    expected = material.solved().expected
    answers = {}
    for task in material.exercise.tasks:
        lines = [f"{task.answer}"]
        for check, wanted in zip(task.checks, expected[task.name], strict=True):
            if check.call and not check.hidden and wanted is not None:
                known = {
                    repr(tuple(decode(given))): decode(result)
                    for given, result in zip(wanted.arguments, wanted.values, strict=True)
                }
                lines += [f"_seen = {known!r}", f"def {check.call}(*given): return _seen.get(repr(given))"]
        answers[task.name] = "\n".join(lines)
    return material.answered(answers)


def _copied(material: Material) -> Made:
    """Return the right answers of another student, typed in."""
    theirs = material.solved(NEIGHBOUR).expected
    answers = {}
    for task in material.exercise.tasks:
        lines = [] if all(check.value.isidentifier() for check in task.checks) else [task.answer]
        for check, wanted in zip(task.checks, theirs[task.name], strict=True):
            if check.value.isidentifier() and wanted is not None:
                lines.append(f"{check.value} = {_literal(decode(wanted.values[0]))}")
        answers[task.name] = "\n".join(lines)
    return material.answered(answers)


def _literal(value: Any) -> str:
    """Return a value as Python text; numbers that are none, too."""
    text = repr(value)
    return f"eval({text!r}, {{'nan': float('nan'), 'inf': float('inf')}})" if "nan" in text or "inf" in text else text


def _other_checks(material: Material) -> Made:
    notebook = material.answered(base="blank")
    for cell in notebook["cells"]:
        if grade_id(cell).endswith(CHECK):
            cell["source"] = "marks = 100\nmarks"
    return notebook


def _other_values(material: Material) -> Made:
    notebook = material.answered()
    begin = next(cell for cell in notebook["cells"] if grade_id(cell) == "begin")
    names = ", ".join(material.exercise.given_names())
    begin["source"] = f"from casework.teach.exercises import check\n{names}, = [1] * {names.count(',') + 1}"
    return notebook


def _other_points(material: Material) -> Made:
    notebook = material.answered()
    for cell in notebook["cells"]:
        about = cell["metadata"]["nbgrader"]
        about.update(locked=False) if "points" not in about else about.update(points=1000, locked=False)
    return notebook


def _deleted(material: Material) -> Made:
    victim = material.victim().name
    gone = ("begin", victim, f"{victim}{CHECK}")
    notebook = material.answered()
    notebook["cells"] = [cell for cell in notebook["cells"] if grade_id(cell) not in gone]
    return notebook


def _doubled(material: Material) -> Made:
    """Return a notebook with a right answer and below it a copy of its cell that is empty again: the last counts."""
    notebook, victim = material.answered(), material.victim()
    place = next(k for k, cell in enumerate(notebook["cells"]) if grade_id(cell) == victim.name)
    second = copy.deepcopy(notebook["cells"][place]) | {"id": "second", "source": victim.blank}
    notebook["cells"].insert(place + 1, second)
    return notebook


def _spies(material: Material) -> Made:
    """Return functions that note what they are called with, and a last cell that shows it."""
    answers = {
        task.name: "\n".join([task.answer, *(_noting(name) for name in {check.call for check in task.checks} - {""})])
        for task in material.exercise.tasks
    }
    notebook = material.answered(answers)
    last: dict[str, Any] = {"cell_type": "code", "metadata": {}, "id": "last", "outputs": [], "execution_count": None}
    notebook["cells"].append(last | {"source": "print('SEEN', globals().get('_noted'))"})
    return notebook


def _noting(name: str) -> str:
    return (
        f"_noted, _real_{name} = globals().get('_noted', []), {name}\n"
        f"def {name}(*given):\n"
        f"    _noted.append(given)\n"
        f"    open('noted.txt', 'a').write(repr(given))\n"
        f"    print('SEEN', given)\n"
        f"    return _real_{name}(*given)"
    )


def _with_scripts(material: Material) -> Made:
    victim = material.victim()
    code = (
        "\nfrom IPython.display import HTML, Javascript, display\n"
        "display(HTML('<script>alert(1)</script><img src=x onerror=alert(2)>'), Javascript('alert(3)'))\n"
        "print('</pre><script>alert(4)</script>')"
    )
    return material.answered({victim.name: victim.answer + code})


def _another_exercise(material: Material) -> Made:
    name = next(one for one in exercise_names() if one != material.exercise.name)
    return dict(json.loads(_handed_out(get_exercise(name))))


FORGED = """\
import sys
import casework.teach.exercises as exercises
import casework.teach.exercises.live as live
live.check = exercises.check = check = lambda *a, **k: 99.0
live.Marks = float
for frame in sys._current_frames().values():
    frame.f_globals['earned'] = 99.0
"""
STUBBORN = """\
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
while True:
    try:
        while True: pass
    except BaseException: pass
"""
HOG = "kept = []\nfor _ in range(80): kept.append(bytearray(10**8))"
BOMB = "import os, time\nfor _ in range(200):\n    if os.fork() == 0:\n        time.sleep(20)\n        os._exit(0)"
FLOODING = "for _ in range(10**5): print('x' * 10**5)"
FILLING = "for k in range(2000):\n    with open(f'f{k}', 'wb') as file: file.write(b'0' * 10**6)"
DELETING = "import shutil\nshutil.rmtree(PLACE)"
WRITING = "import pathlib\nfor path in pathlib.Path(PLACE).rglob('*'):\n    path.write_text('changed')\n"
WRITING += "open(PLACE + '/new', 'w').write('new')"
READING = "print(open(COURSE + '/casework_course.toml').read())"
CALLING = "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9/', timeout=2)"
KILLING = "import os, signal\nos.kill(os.getppid(), signal.SIGTERM)"

KINDS: tuple[Kind, ...] = (
    Kind(name="right", make=lambda m: m.answered(), score=_full),
    Kind(name="blank", make=lambda m: m.answered(base="blank"), score=_nothing),
    Kind(name="wrong", make=_wrong, score=_nothing),
    Kind(name="partly-right", make=_partly, score=_first_half),
    Kind(name="hard-coded", make=_hard_coded, score=_by_heart),
    Kind(name="copied", make=_copied, score=_of_the_neighbour),
    Kind(name="syntax-error", make=_in_victim("answer = (1"), score=_but_victim),
    Kind(name="changed-checks", make=_other_checks, score=_nothing, reasons=(CHANGED,)),
    Kind(name="changed-values", make=_other_values, score=_full, reasons=(CHANGED,)),
    Kind(name="changed-points", make=_other_points, score=_full),
    Kind(name="forged-marks", make=_in_victim(FORGED), score=_but_victim),
    Kind(name="deleted-cells", make=_deleted, score=_but_victim, reasons=(DELETED,)),
    Kind(name="doubled-cell", make=_doubled, score=_but_victim, reasons=(DOUBLED,)),
    Kind(name="spying", make=_spies, score=_full),
    Kind(name="endless-loop", make=_in_victim("while True: pass"), score=_but_victim, reasons=(LONG,)),
    Kind(name="stubborn-loop", make=_in_victim(STUBBORN), score=_but_victim, reasons=(LONG,)),
    Kind(name="memory-hog", make=_in_victim(HOG), score=_but_victim, reasons=(MEMORY, ENDED, LONG)),
    Kind(name="fork-bomb", make=_in_victim(BOMB), score=_but_victim, reasons=(REFUSED,)),
    Kind(name="output-flood", make=_in_victim(FLOODING), score=_but_victim, reasons=(FLOOD,)),
    Kind(name="disk-flood", make=_in_victim(FILLING), score=_but_victim, reasons=(DISK,)),
    Kind(name="deletes-files", make=_in_victim(DELETING), score=_but_victim, reasons=(REFUSED,)),
    Kind(name="writes-files", make=_in_victim(WRITING), score=_but_victim, reasons=(REFUSED,)),
    Kind(name="reads-secrets", make=_in_victim(READING), score=_but_victim, reasons=(REFUSED,)),
    Kind(name="network-call", make=_in_victim(CALLING), score=_but_victim, reasons=(REFUSED,)),
    Kind(name="kills-others", make=_in_victim(KILLING), score=_but_victim, reasons=(REFUSED,)),
    Kind(name="ends-itself", make=_in_victim("import os\nos._exit(0)"), score=_but_victim, reasons=(ENDED,)),
    Kind(name="script-output", make=_with_scripts, score=_full),
    Kind(name="no-notebook", make=lambda m: "My answers are in the mail.\n", score=_nothing, reasons=(NO_NOTEBOOK,)),
    Kind(name="other-exercise", make=_another_exercise, score=_nothing, reasons=(OTHER,)),
    Kind(name="no-file", make=lambda m: None, score=_nothing, reasons=(ABSENT,)),
)
