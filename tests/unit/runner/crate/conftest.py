"""Runs as they lie in a folder, without a kernel; and the rules of the profile, checked by walking the JSON-LD."""

from __future__ import annotations

import copy
import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from casework.runner.hashing import notebook_sha256

BASE = "https://w3id.org/ro/crate/1.1"
WORKFLOW_CRATE = "https://w3id.org/workflowhub/workflow-ro-crate/1.0"
PROFILES = {"https://w3id.org/ro/wfrun/process/0.5", "https://w3id.org/ro/wfrun/workflow/0.5", WORKFLOW_CRATE}
WORKFLOW_TYPES = {"File", "SoftwareSourceCode", "ComputationalWorkflow"}
CONTEXTS = [f"{BASE}/context", "https://w3id.org/ro/terms/workflow-run/context"]
ENDED = {"http://schema.org/CompletedActionStatus": False, "http://schema.org/FailedActionStatus": True}
MANIFEST: dict[str, Any] = {
    "schema": 1,
    "study": "own",
    "title": "own",
    "module": None,
    "notebook": "own.ipynb",
    "status": "ok",
    "error": None,
    "parameters": {"x": 3, "rate": 0.5, "names": {}},
    "lang": "en",
    "data": None,
    "hashes": {"package": "aa", "lock": None},
    "environment": {"casework": "0.1.0", "python": "3.11.7", "threads": 1, "packages": {"numpy": "2.4.6"}},
    "started": "2026-11-21T21:57:49+00:00",
    "seconds": 12.4,
}
RESULTS = {"y": {"value": 6.0, "unit": "EUR", "title": "Yield", "kind": "scalar"}}

MakeRun = Callable[..., Path]


@pytest.fixture
def make_run(tmp_path: Path) -> MakeRun:
    """Give a function that writes a run's folder: `make_run("a-1", status="ok", parameters={...})`."""

    def make(name: str, *, results: Any = RESULTS, source: str = "y = x * 2.0", **changes: Any) -> Path:
        folder = tmp_path / "reports" / "own" / name
        (folder / "tables").mkdir(parents=True)
        notebook = new_notebook(
            cells=[new_markdown_cell("# Own"), new_code_cell("x = 3", metadata={"tags": ["parameters"]})]
        )
        notebook.cells.append(new_code_cell(source))
        manifest = copy.deepcopy(MANIFEST) | {"run_id": name.partition(".")[0]} | changes
        manifest["hashes"] |= {"notebook": notebook_sha256(notebook)}
        notebook.cells.insert(2, new_code_cell("x = 3", metadata={"tags": ["injected-parameters"]}))
        notebook.cells[-1].outputs = [new_output("stream", name="stdout", text="6.0")]
        nbformat.write(notebook, folder / "notebook.ipynb")
        write_json(folder / "run.json", manifest)
        write_json(folder / "results.json", results)
        (folder / "report.html").write_text("<p>report</p>", encoding="utf-8")
        (folder / "log.txt").write_text("", encoding="utf-8")
        (folder / "tables" / "shares.csv").write_text("a,b\n1,2\n", encoding="utf-8")
        return folder

    return make


def write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture
def make_sweep(tmp_path: Path, make_run: MakeRun) -> Callable[..., Path]:
    """Give a function that writes a sweep over runs beside it."""

    def make(*names: str, **statuses: str) -> Path:
        folder = tmp_path / "reports" / "own" / "sweep-7"
        folder.mkdir(parents=True)
        runs = []
        for position, name in enumerate(names):
            status = statuses.get(name.replace("-", "_"), "ok")
            make_run(name, status=status, parameters={"x": position, "rate": 0.5})
            runs.append({"run_id": name, "folder": f"../{name}", "status": status})
        write_json(folder / "sweep.json", {"study": "own", "sweep_id": "7", "runs": runs, "parameters": {"x": [0, 1]}})
        (folder / "results.csv").write_text("x,y\n0,0\n1,2\n", encoding="utf-8")
        (folder / "results.parquet").write_bytes(b"PAR1")
        links = "".join(f'<a href="../{name}/report.html">{name}</a>' for name in names)
        (folder / "index.html").write_text(links, encoding="utf-8")
        (folder / "comparison.html").write_text("<p>comparison</p>", encoding="utf-8")
        return folder

    return make


class Crate:
    """A crate as it was written: its files, its entities by identifier."""

    def __init__(self, path: Path, scratch: Path) -> None:
        self.folder = path
        if path.is_file():
            self.folder = scratch / "unpacked"
            shutil.rmtree(self.folder, ignore_errors=True)
            with zipfile.ZipFile(path) as archive:
                archive.extractall(self.folder)
        self.text = (self.folder / "ro-crate-metadata.json").read_text(encoding="utf-8")
        self.content = json.loads(self.text)
        self.graph: list[dict[str, Any]] = self.content["@graph"]
        self.entities = {item["@id"]: item for item in self.graph}

    @property
    def root(self) -> dict[str, Any]:
        return self.entities["./"]

    @property
    def workflow(self) -> dict[str, Any]:
        return self.entities[self.root["mainEntity"]["@id"]]

    @property
    def names(self) -> set[str]:
        return {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file()}

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [item for item in self.graph if kind in types(item)]

    def follow(self, item: dict[str, Any], name: str) -> list[dict[str, Any]]:
        return [self.entities[ref["@id"]] for ref in many(item.get(name)) if ref["@id"] in self.entities]

    def value(self, name: str) -> Any:
        return [item.get("value") for item in self.of_type("PropertyValue") if item["name"] == name]

    def payload(self) -> str:
        """All bytes of all files as one text."""
        return "".join((self.folder / name).read_bytes().decode("utf-8", errors="replace") for name in self.names)


def many(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def types(item: dict[str, Any]) -> set[str]:
    return set(many(item["@type"]))


@pytest.fixture
def read_crate(tmp_path: Path) -> Callable[[Path], Crate]:
    """Give a function that reads a crate without the library that wrote it."""
    return lambda path: Crate(path, tmp_path)


@pytest.fixture
def check_profile() -> Callable[[Crate], None]:
    """Give a function that holds a crate to the MUST rules of the profile and of what it is built on."""

    def check(crate: Crate) -> None:
        assert crate.content["@context"] == CONTEXTS
        assert len(crate.entities) == len(crate.graph), "an @id is there twice"
        check_references(crate)
        check_descriptor(crate)
        check_files(crate)
        check_workflow(crate)
        for action in crate.of_type("CreateAction"):
            check_action(crate, action)

    return check


def check_references(crate: Crate) -> None:
    for item in crate.graph:
        for name, value in item.items():
            assert not (isinstance(value, list) and len(value) == 1 and name != "@type"), (item["@id"], name)
            for ref in many(value):
                if isinstance(ref, dict):
                    assert set(ref) == {"@id"}
                    assert ref["@id"] in crate.entities or ref["@id"].startswith("https://"), (item["@id"], name, ref)


def check_descriptor(crate: Crate) -> None:
    descriptor, root = crate.entities["ro-crate-metadata.json"], crate.root
    assert types(descriptor) == {"CreativeWork"}
    assert descriptor["about"] == {"@id": "./"}
    assert {ref["@id"] for ref in many(descriptor["conformsTo"])} == {BASE, WORKFLOW_CRATE}
    assert types(root) == {"Dataset"}
    assert root["name"]
    assert root["description"]
    assert datetime.fromisoformat(root["datePublished"]).tzinfo
    profiles = crate.follow(root, "conformsTo")
    assert {item["@id"] for item in profiles} == PROFILES
    assert all(types(item) == {"CreativeWork"} for item in profiles)
    assert [types(item) for item in crate.follow(root, "license")] == [{"CreativeWork"}]


def check_files(crate: Crate) -> None:
    parts = {ref["@id"] for ref in crate.root["hasPart"]}
    files = {item["@id"]: item for item in crate.of_type("File")}
    assert parts == set(files)
    assert {unquote(name) for name in files} == crate.names - {"ro-crate-metadata.json"}
    for name, item in files.items():
        raw = (crate.folder / unquote(name)).read_bytes()
        assert item["sha256"] == hashlib.sha256(raw).hexdigest()
        assert item["contentSize"] == str(len(raw))
        assert "/" in item["encodingFormat"]


def check_workflow(crate: Crate) -> None:
    assert types(crate.workflow) == WORKFLOW_TYPES
    assert [types(item) for item in crate.follow(crate.workflow, "programmingLanguage")] == [{"ComputerLanguage"}]
    for side in ("input", "output"):
        assert len(crate.follow(crate.workflow, side)) == len(many(crate.workflow.get(side)))
        assert all(types(item) == {"FormalParameter"} for item in crate.follow(crate.workflow, side))
    assert all(item["additionalType"] and item["name"] for item in crate.of_type("FormalParameter"))
    assert any(crate.workflow in crate.follow(item, "instrument") for item in crate.of_type("CreateAction"))


def check_action(crate: Crate, action: dict[str, Any]) -> None:
    assert action in crate.follow(crate.root, "mentions")
    instruments = crate.follow(action, "instrument")
    assert len(instruments) == 1
    assert types(instruments[0]) & {"SoftwareApplication", *WORKFLOW_TYPES}
    assert datetime.fromisoformat(action["startTime"]) <= datetime.fromisoformat(action["endTime"])
    assert ENDED[action["actionStatus"]] == ("error" in action)
    assert action["name"]
    assert action["description"]
    for side, slots in (("object", "input"), ("result", "output")):
        for item in crate.follow(action, side):
            assert types(item) & {"File", "PropertyValue", "CreativeWork"}
            for slot in crate.follow(item, "exampleOfWork"):
                assert slot in crate.follow(instruments[0], slots), (item["@id"], slot["@id"])
