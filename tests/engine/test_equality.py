"""The outputs of a notebook are the same on every path: normal kernel, fork, warm kernel, papermill's engine."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest

from casework.runner.hashing import outputs_sha256, results_sha256
from casework.runner.run import RunRecord, run
from casework.runner.supervise import run_environment
from casework.studies.registry import studies

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from helpers import write_notebook

pytestmark = pytest.mark.slow

MASKS = (
    (r"0x[0-9a-f]{6,}", "0x"),
    (r"ipykernel_\d+", "ipykernel"),
    (r"[0-9a-f]{32}", "id"),
    (r"\d{4}-\d\d-\d\dT[\d:.]+", "date"),
    (r"\b\d\d:\d\d(:\d\d(\.\d+)?)?", "time"),
    (r"[\d.]+it/s", "it/s"),
)
CELLS = (
    "import time, numpy as np, pandas as pd, matplotlib.pyplot as plt\nplt.plot([1, 3, 2]); plt.title('A')\nplt.show()",
    "rng = np.random.default_rng(3)\nfig, ax = plt.subplots(); ax.hist(rng.normal(size=200)); ax",
    "plt.rcParams['figure.figsize'] = (3, 2)\nplt.rcParams['font.size'] = 7\nplt.scatter([1, 2], [3, 4])",
    "frame = pd.DataFrame(rng.normal(size=(70, 30)), columns=[f'c{i}' for i in range(30)])\nframe",
    "print(frame)\npd.get_option('display.max_columns'), pd.get_option('display.width')",
    "pd.options.display.max_rows = 6\nframe.iloc[:, :3]",
    "import statsmodels.formula.api as smf\nfit = smf.ols('c0 ~ c1 + c2', frame).fit()\nfit.summary()",
    "print(fit.summary2())",
    "import sys\nprint('a', flush=True); print('b', file=sys.stderr); print('c'); print('d', end='')",
    "import warnings\nwarnings.warn('careful')",
    "print('供应商与客户'); '客户满意度'",
    "from IPython.display import *\nhandle = display('one', display_id='k')\nprint('between')\nhandle.update('two')",
    "display(Markdown('**x**'), HTML('<b>x</b>'), Latex('$x^2$'), JSON({'a': [1]}))",
    "display(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>'))",
    "display({'application/json': [np.int64(3), np.float32(0.5)]}, raw=True)\nprint('\\udcff')",
    "print('gone')\nclear_output()\nprint('kept')\nclear_output(wait=True)\nprint('last')",
    "import asyncio\nawait asyncio.sleep(0.01)\n'waited'",
    "%%bash\necho hi; echo err >&2",
    "!echo shell\nx = !echo taken\nx",
    "import subprocess\nsubprocess.run(['echo', 'from a child']); time.sleep(0.3)",
    "import os\nos.write(1, b'raw\\n'); os.write(2, b'raw too\\n'); time.sleep(0.3)",
    "from tqdm import tqdm\nfor i in tqdm(range(3)): pass",
    "import ipywidgets as w\nslider = w.IntSlider(value=3); slider",
    "%matplotlib inline\n%config InlineBackend.figure_formats = ['svg']",
    "plt.rcParams['svg.hashsalt'] = 'x'\nplt.plot([1, 2]);",
    "%config InlineBackend.figure_formats = ['png']",
    "import seaborn as sns\nsns.set_theme()\nsns.lineplot(x=[1, 2], y=[2, 3])",
    "from casework import show, tell\ntell('a sentence'); show(frame.iloc[:2, :2].round(3), caption='A table')",
    "_, In[1][:5], sorted(Out)[:3]",
    "%history -n 1-2",
    "import logging\nlogging.getLogger('x').warning('logged')",
    "logging.basicConfig(level=logging.INFO); logging.info('more')",
    "shell = get_ipython()\ntype(shell).__name__, type(shell.kernel).__name__, __name__",
    "sys.stdout.encoding, hash('a')",
    "sorted(set(sys.path)) == sorted(sys.path), sys.stdout.isatty(), plt.get_backend(), os.environ['MPLBACKEND']",
    "import multiprocessing as mp\nwith mp.get_context('fork').Pool(2) as pool:\n    print(pool.map(abs, [-1, -2]))",
    "def deep(n):\n    return 1 / 0 if n == 0 else deep(n - 1)",
    "try:\n    deep(1)\nexcept ZeroDivisionError:\n    logging.exception('deep')",
    "raise ValueError('供应 <b>x</b>')",
    "print('never')",
)

Cells = list[Any]


def masked(value: Any) -> Any:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    for pattern, replacement in MASKS:
        text = re.sub(pattern, replacement, text)
    return json.loads(text)


def outputs(notebook: Any) -> Cells:
    """Return code and outputs of each cell; between two others there is one text of each stream."""
    found: Cells = []
    for cell in notebook.cells:
        if cell.cell_type == "code" and "papermill-error-cell-tag" not in cell.metadata.get("tags", []):
            found.append([cell.source, cell.execution_count, merged(cell.outputs)])
    return [masked(item) for item in found]


def merged(items: Any) -> list[Any]:
    found: list[Any] = []
    for item in (json.loads(json.dumps(item)) for item in items):
        here = [other for other in found[-2:] if other["output_type"] == "stream"]
        same = [other for other in here if item["output_type"] == "stream" and other["name"] == item["name"]]
        if same:
            same[0]["text"] += item["text"]
        else:
            found.append(item)
    for first, second in zip(range(len(found)), range(1, len(found)), strict=False):
        if [found[first].get("name"), found[second].get("name")] == ["stderr", "stdout"]:
            found[first], found[second] = found[second], found[first]
    return found


def widgets(notebook: Any) -> list[Any]:
    mime = "application/vnd.jupyter.widget-state+json"
    states = notebook.metadata.get("widgets", {}).get(mime, {}).get("state", {}).values()
    return sorted((masked(state) for state in states), key=json.dumps)


# Not among those above: nbclient with a normal kernel now and then waits for ever at an output widget.
AREA_CELLS = (
    "import ipywidgets as w\nfrom IPython.display import HTML, display",
    "area = w.Output()\nwith area:\n    print('inside')\n    display(HTML('<i>in</i>'))\nprint('outside')\narea",
    "@w.interact(a=(0, 3))\ndef draw(a=1):\n    print('draw', a)",
)


def executed(record: RunRecord) -> Any:
    return nbformat.read(record.folder / "notebook.ipynb", 4)


def normally(study: str | Path, place: Path) -> RunRecord:
    """Run with a normal kernel, in processes of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST")  # a kernel that finds it leaves out what child processes write
        patch.setenv("CASEWORK_WARM", "0")
        return run(study, out=place / "normal", cache=None)


@pytest.fixture
def through_papermill(tmp_path: Path) -> Callable[..., Any]:
    """Return what executes a notebook by papermill's own interface, in the environment of a run."""

    def go(notebook: Path, parameters: dict[str, Any], cwd: Path, **options: Any) -> Any:
        place = tmp_path / "executed.ipynb"
        with pytest.MonkeyPatch.context() as patch, suppress(papermill.PapermillExecutionError):
            patch.delenv("PYTEST_CURRENT_TEST")
            for name, value in run_environment("en", {}).items():
                patch.setenv(name, value)
            papermill.execute_notebook(notebook, place, parameters, cwd=cwd, progress_bar=False, **options)
        return nbformat.read(place, 4)

    return go


NORMAL_KERNEL = {"kernel_name": "python3", "engine_name": "nbclient", "request_save_on_cell_execute": False}
WARM_KERNEL = {"kernel_name": "casework"}
ENGINE = {"kernel_name": "python3", "engine_name": "casework"}


def test_outputs_are_the_same_on_every_path(tmp_path: Path, through_papermill: Callable[..., Any]) -> None:
    notebook = write_notebook(tmp_path / "own.ipynb", *CELLS)
    warm = run(notebook, out=tmp_path / "warm", cache=None)
    normal = normally(notebook, tmp_path)
    assert (normal.manifest["engine"], warm.manifest["engine"]) == ("normal", "warm")
    expected = outputs(executed(normal))
    assert sum("image/png" in item.get("data", {}) for cell in expected for item in cell[2]) == 4
    assert outputs(executed(warm)) == expected
    assert widgets(executed(warm)) == widgets(executed(normal))
    assert widgets(executed(warm))
    assert {name: warm.manifest[name] for name in ("status", "error", "cells")} == {
        name: normal.manifest[name] for name in ("status", "error", "cells")
    }
    for options in (WARM_KERNEL, ENGINE):
        other = through_papermill(notebook, {"x": 3}, tmp_path, **options)
        assert outputs(other) == expected
        assert widgets(other) == widgets(executed(normal))


@pytest.mark.parametrize("name", sorted(studies()))
def test_studies_are_the_same_on_every_path(
    name: str, tmp_path: Path, shared_cache: Path, through_papermill: Callable[..., Any]
) -> None:
    study = studies()[name]
    given = {"fast": True} if "fast" in study.parameters.model_fields else {}  # the same cells, smaller simulations
    warm = run(name, given, out=tmp_path / "warm", cache=shared_cache)  # perhaps that of tests/notebooks
    assert (warm.status, warm.manifest["engine"]) == ("ok", "warm")
    used, cwd = dict(warm.manifest["parameters"]), study.notebook.parent
    normal = through_papermill(study.notebook, used, cwd, **NORMAL_KERNEL)
    expected = outputs(normal)
    assert outputs(executed(warm)) == expected
    hashes = warm.manifest["hashes"]
    assert (hashes["outputs"], hashes["results"]) == (outputs_sha256(normal), results_sha256(normal))
    for options in (WARM_KERNEL, ENGINE):
        assert outputs(through_papermill(study.notebook, used, cwd, **options)) == expected


def test_random_numbers_are_the_same_where_they_are_seeded_only(
    tmp_path: Path, through_papermill: Callable[..., Any]
) -> None:
    import_all = "import random, numpy as np, uuid, os, tempfile"
    seeded = (
        "random.seed(1); np.random.seed(1); print(random.random(), np.random.rand(), np.random.default_rng(1).random())"
    )
    free = "[random.random(), np.random.rand(), np.random.default_rng().random(), uuid.uuid4().hex, tempfile.mktemp()]"
    notebook = write_notebook(tmp_path / "own.ipynb", import_all, free, seeded)
    first, second = (executed(run(notebook, out=tmp_path / name, cache=None)) for name in "ab")
    normal = executed(normally(notebook, tmp_path))
    kernel = through_papermill(notebook, {"x": 3}, tmp_path, **WARM_KERNEL)
    again = through_papermill(notebook, {"x": 3}, tmp_path, **ENGINE)
    every = [first, second, normal, kernel, again]
    assert len({notebook.cells[-1].outputs[0].text for notebook in every}) == 1
    drawn = [eval(notebook.cells[-2].outputs[0].data["text/plain"]) for notebook in every]
    assert all(len(set(values)) == len(every) for values in zip(*drawn, strict=True))


def test_where_nothing_can_be_warm_all_is_the_same_and_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from casework.runner.warm import client

    notebook = write_notebook(
        tmp_path / "own.ipynb", "from casework import publish\npublish('y', x * 2.0)", "print('y')"
    )
    warm = run(notebook, out=tmp_path / "warm", cache=None)
    with caplog.at_level("WARNING", logger="casework"), pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "_told", set())
        patch.setattr(sys, "platform", "darwin")
        normal = [run(notebook, out=tmp_path / f"normal{n}", cache=None) for n in range(2)]
    assert sum("this system cannot fork safely" in record.message for record in caplog.records) == 1
    assert {record.manifest["engine"] for record in normal} == {"normal"}
    assert {record.manifest["hashes"]["outputs"] for record in (warm, *normal)} == {warm.manifest["hashes"]["outputs"]}


def test_output_widgets_hold_what_is_written_into_them(tmp_path: Path) -> None:
    record = run(write_notebook(tmp_path / "own.ipynb", *AREA_CELLS), out=tmp_path / "out", cache=None)
    assert record.status == "ok"
    notebook = executed(record)
    texts = ["".join(item.get("text", "") for item in cell.get("outputs", [])) for cell in notebook.cells]
    assert "outside\n" in texts
    assert not any("inside" in text for text in texts)
    models = notebook.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"].values()
    held = [item for model in models for item in model["state"].get("outputs", ())]
    assert {item["text"] for item in held if item["output_type"] == "stream"} == {"inside\n", "draw 1\n"}
    assert [item["data"]["text/html"] for item in held if "data" in item] == ["<i>in</i>"]
