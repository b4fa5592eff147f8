import pytest

from casework.core.errors import DataError
from casework.teach.exercises.parsing import parse_exercise

GOOD = """---
name: demo
module: voice
title: A demo
---
Hello.

```parameters
a = int(rng.integers(3))
b, c = 1, 2
_d = 4
```

## one: The first

Say what `a` is.

```answer
x = None
### BEGIN SOLUTION
x = a
### END SOLUTION
```

```checks
- value: x
  points: 2
  tolerance: 1%
- call: f
  with: ["[1]", "[b]"]
  hidden: true
```
"""


def test_a_good_text():
    exercise = parse_exercise(GOOD)
    assert (exercise.name, exercise.module, exercise.prose) == ("demo", "voice", ("Hello.",))
    assert exercise.given_names() == ("a", "b", "c")
    task = exercise.tasks[0]
    assert (task.title, task.points, task.prose) == ("The first", 3, ("Say what `a` is.",))
    first, second = task.checks
    assert (first.value, first.tolerance, first.relative) == ("x", 0.01, True)
    assert (second.call, second.arguments, second.hidden, second.points) == ("f", ("[1]", "[b]"), True, 1)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title: A demo\n", "", "the head lacks title"),
        ("module: voice", "modul: voice", "unknown line 'modul'"),
        ("x = a", "x = = a", "line 19: the code is not Python"),
        ("### END SOLUTION\n", "", "the solution is not marked"),
        ("points: 2", "points: 0", "points: 0"),
        ("tolerance: 1%", "tolerance: much", "tolerance: 'much'"),
        ("- value: x", "- value: x\n  call: f", "neither or both"),
        ("- value: x", "- valeu: x\n  value: x", "unknown line 'valeu'"),
        ("```checks\n", "```other\n", "task one has no check"),
        ("```parameters", "```params", "no values are given"),
    ],
)
def test_each_fault_is_named(old, new, said):
    with pytest.raises(DataError, match=said):
        parse_exercise(GOOD.replace(old, new))


def test_all_faults_at_once():
    with pytest.raises(DataError) as caught:
        parse_exercise(GOOD.replace("title: A demo\n", "").replace("points: 2", "points: -1"), where="demo.md")
    assert len(caught.value.problems) == 2
    assert "demo.md" in str(caught.value)
