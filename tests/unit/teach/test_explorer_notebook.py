import ast
from types import SimpleNamespace

import pytest

from casework.core.errors import ParameterError
from casework.studies.notebook import read_notebook
from casework.studies.registry import get_study, studies
from casework.teach.explorer_notebook import explorer_notebook, explorer_parts


def cell(source, kind="code", tags=()):
    return SimpleNamespace(cell_type=kind, source=source, metadata={"tags": list(tags)})


def setup_of(*sources):
    (part,) = explorer_parts([*(cell(source) for source in sources), cell("explore(f, x=(0, 1, 1))")])
    return "\n".join(ast.unparse(statement) for statement in part.setup)


def test_only_what_is_needed_stays():
    assert setup_of("import a, b\nfrom c import f\ny = 2\nshow(y, caption='Y.')\npublish('y', y)") == "from c import f"


@pytest.mark.parametrize(
    "head", ["## Step 12: play\n\nStep 3: on.", "## 第 7 步：play\n\nStep 3: on.", "## play\n\nStep 3: on."]
)
def test_the_number_of_a_step_is_left_out(head):
    (part,) = explorer_parts([cell(head, "markdown"), cell("play(game)")])
    assert part.prose == "## play\n\nStep 3: on."


def test_needs_are_followed_backwards():
    assert setup_of("import g\na = 1\nb = a + 1\nc = 5", "f = g(b)") == "import g\na = 1\nb = a + 1\nf = g(b)"


def test_an_older_value_of_a_name_is_not_needed():
    assert setup_of("f = slow()", "f = quick()") == "f = quick()"
    assert setup_of("f = slow()", "f = better(f)") == "f = slow()\nf = better(f)"
    assert setup_of("a, f = slow()", "f: int = 3") == "f: int = 3"


def test_what_changes_a_value_stays():
    kept = setup_of("f = {}", "f['x'] = 1", "f.update(y=2)", "f.z = 3", "g.update(y=2)")
    assert kept == "f = {}\nf['x'] = 1\nf.update(y=2)\nf.z = 3"


def test_branches_stay_without_what_they_show():
    kept = setup_of("f = None", "if big:\n    f = 1\n    tell('Big.')\nelse:\n    tell('Small.')")
    assert "f = None" in kept
    assert "tell" not in kept
    assert "pass" in kept


def test_a_function_keeps_what_it_reads():
    assert setup_of("scale = 2\nother = 3", "def f(x=1):\n    return x * scale").startswith("scale = 2\ndef f")


def test_parameters_are_left_to_the_caller_and_prose_is_the_nearest():
    cells = [
        cell("f = 1", tags=["parameters"]),
        cell("far", "markdown"),
        cell("near", "markdown"),
        cell("explore(f)"),
        cell("after = 1"),
    ]
    (part,) = explorer_parts(cells)
    assert (part.prose, part.setup) == ("near", [])


def test_two_explorers_share_what_both_need_once():
    cells = [cell("a = 1\nb = 2"), cell("game = start(a)\nplay(game)"), cell("c = b"), cell("explore(c, a)")]
    first, second = explorer_parts(cells)
    assert [ast.unparse(item) for item in first.setup] == ["a = 1", "b = 2"]
    assert [ast.unparse(item) for item in second.setup] == ["c = b"]


def test_every_study_but_the_map_has_one_with_all_names_known():
    for study in studies().values():
        parts = explorer_parts(read_notebook(study.notebook).cells)
        if not study.module:
            assert not parts
            continue
        assert parts, study.name
        notebook = explorer_notebook(study, study.defaults())
        source = "\n".join(item.source for item in notebook.cells if item.cell_type == "code")
        known = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
        assert not known & {"publish", "show", "versions"}, study.name
        assert notebook.metadata["title"] == study.title


def test_a_study_without_an_explorer_is_refused():
    study = get_study("orientation")
    with pytest.raises(ParameterError, match=r"no explorer\. Expected: one of .*kano"):
        explorer_notebook(study, study.defaults())


@pytest.mark.parametrize("name", ["kano", "bullwhip"])
def test_the_notebook_runs_and_says_what_the_data_are(name, monkeypatch):
    from casework.core.paths import RUN_VARIABLE

    texts = []
    monkeypatch.setenv(RUN_VARIABLE, "1")  # the static twin stands for the widgets
    monkeypatch.setattr(
        "IPython.display.display", lambda data, raw=False, metadata=None: texts.append(data.get("text/plain", ""))
    )
    study = get_study(name)
    values = study.defaults() | {"fast": True}
    names: dict[str, object] = {}
    for item in explorer_notebook(study, values).cells:
        if item.cell_type == "code":
            exec(compile(item.source, name, "exec"), names)
    assert any("synthetic" in text for text in texts)
    assert any("In JupyterLab these are controls" in text for text in texts)


def test_prose_is_translated():
    study = get_study("kano")
    title = explorer_notebook(study, study.defaults(), lang="zh").cells[0].source
    assert title != explorer_notebook(study, study.defaults()).cells[0].source
