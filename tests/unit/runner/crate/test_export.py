"""Crates of real runs, failed runs and sweeps: valid against the profile, the same each time, nothing secret."""

from __future__ import annotations

import io
import json
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from casework.core.errors import RunError
from casework.core.messages import use_language
from casework.runner.crate import export_crate
from casework.runner.run import RunRecord, run
from casework.studies.registry import get_study

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from helpers import PUBLISH, write_notebook

ReadCrate = Callable[[Path], Any]
CheckProfile = Callable[[Any], None]
PATH_IN_CELL = "import pathlib\nprint(pathlib.Path.home() / 'x', 'postgresql://ann:secret@db/sales')\n1 / 0"


@pytest.fixture(scope="module")
def kano(tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    return run("kano", {"resamples": 200}, out=tmp_path_factory.mktemp("kano"), update_index=False)


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    folder = tmp_path_factory.mktemp("failed")
    (folder / "survey.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    path = write_notebook(folder / "own.ipynb", PUBLISH, PATH_IN_CELL, parameters="x: int = 3\ndata: str = ''")
    return run(path, {"x": 5}, data=folder / "survey.csv", out=folder / "out", update_index=False)


@pytest.mark.slow
def test_a_run_of_a_study(kano: RunRecord, tmp_path: Path, read_crate: ReadCrate, check_profile: CheckProfile) -> None:
    path = export_crate(str(kano.folder), to=tmp_path / "kano.zip", agent="Ann Lee")
    assert path == tmp_path / "kano.zip"
    crate = read_crate(path)
    check_profile(crate)
    assert (crate.folder / "workflow" / "kano.ipynb").read_bytes() == get_study("kano").notebook.read_bytes()
    assert crate.workflow["version"] == kano.manifest["hashes"]["notebook"][:12]
    assert {item["name"] for item in crate.follow(crate.workflow, "input")} == set(kano.manifest["parameters"])
    assert {item["name"] for item in crate.follow(crate.workflow, "output")} == {
        item.name for item in get_study("kano").results
    }
    assert crate.value("resamples") == [200]
    assert crate.value("n_respondents") == [kano.value("n_respondents")]
    (action,) = crate.of_type("CreateAction")
    assert crate.follow(action, "instrument") == [crate.workflow]
    assert [item["name"] for item in crate.follow(action, "agent")] == ["Ann Lee"]
    assert action["startTime"] == kano.manifest["started"]
    assert action["description"] == "casework run kano -p resamples=200"
    (data,) = [item for item in crate.follow(action, "object") if "File" in item["@type"]]
    assert (data["alternateName"], data["sha256"]) == ("kano_phone_plan", kano.manifest["data"]["sha256"])
    assert crate.root["license"] == {"@id": "https://spdx.org/licenses/MIT"}
    software = {item["name"]: item["softwareVersion"] for item in crate.of_type("SoftwareApplication")}
    assert software.items() >= kano.manifest["environment"]["packages"].items()
    assert software["casework"] == kano.manifest["environment"]["casework"]
    assert str(kano.folder.parent) not in crate.payload()


@pytest.mark.slow
def test_a_failed_run(failed: RunRecord, tmp_path: Path, read_crate: ReadCrate, check_profile: CheckProfile) -> None:
    crate = read_crate(export_crate(str(failed.folder), to=tmp_path / "failed.zip"))
    check_profile(crate)
    (action,) = crate.of_type("CreateAction")
    assert action["actionStatus"] == "http://schema.org/FailedActionStatus"
    assert "ZeroDivisionError" in action["error"]
    assert crate.value("y") == [10.0]
    assert "1 / 0" in (crate.folder / "workflow" / "own.ipynb").read_text(encoding="utf-8")
    assert "No licence" in crate.follow(crate.root, "license")[0]["name"]
    assert "survey.csv" in {item.get("name") for item in crate.of_type("CreativeWork")}
    assert not [name for name in crate.names if name.startswith("data/")]
    payload = crate.payload()
    for secret in (str(failed.folder.parents[2]), f"{Path.home()}/", "ann:secret@"):
        assert secret not in payload


@pytest.mark.slow
def test_own_data_go_in_where_that_is_wanted(
    failed: RunRecord, tmp_path: Path, read_crate: ReadCrate, check_profile: CheckProfile
) -> None:
    crate = read_crate(export_crate(str(failed.folder), to=tmp_path / "with.zip", include_data=True))
    check_profile(crate)
    (name,) = [name for name in crate.names if name.startswith("data/")]
    assert (crate.folder / name).read_bytes() == b"a,b\n1,2\n"
    assert crate.entities["#input/data"]["additionalType"] == "File"


def test_a_sweep(make_sweep: Callable[..., Path], read_crate: ReadCrate, check_profile: CheckProfile) -> None:
    folder = make_sweep("a-1", "b-2", "c-3", c_3="timeout")
    path = export_crate(str(folder))
    assert path == folder.with_name("sweep-7.crate.zip")
    crate = read_crate(path)
    check_profile(crate)
    runs = [item for item in crate.of_type("CreateAction") if crate.workflow in crate.follow(item, "instrument")]
    assert [item["@id"] for item in runs] == ["#run/a-1", "#run/b-2"]
    assert sorted(crate.value("x")) == [0, 1]
    assert crate.value("rate") == [0.5]
    assert len(crate.value("y")) == 2
    assert {"results.csv", "index.html", "runs/a-1/report.html", "runs/b-2/run.json"} <= crate.names
    assert not [name for name in crate.names if "c-3" in name]
    assert "left out: 1" in crate.root["description"]


def test_runs_of_different_notebooks_have_their_own_workflows(
    tmp_path: Path, make_sweep: Callable[..., Path], make_run: Callable[..., Path], read_crate: ReadCrate,
    check_profile: CheckProfile,
) -> None:  # fmt: skip
    folder = make_sweep("a-1")
    make_run("b-2", source="y = x * 3.0", parameters={"x": 1})
    content = json.loads((folder / "sweep.json").read_text(encoding="utf-8"))
    content["runs"].append({"run_id": "b-2", "folder": "../b-2", "status": "ok"})
    (folder / "sweep.json").write_text(json.dumps(content), encoding="utf-8")
    crate = read_crate(export_crate(str(folder)))
    check_profile(crate)
    assert len(crate.of_type("ComputationalWorkflow")) == 2
    assert "3.0" in next(
        (crate.folder / name).read_text()
        for name in crate.names
        if name.startswith("workflow/") and name.count("/") == 2
    )


def test_the_same_run_gives_the_same_crate_whoever_exports_it(tmp_path: Path, make_run: Callable[..., Path]) -> None:
    folder = make_run("a-1")
    first = export_crate(str(folder), to=tmp_path / "1.zip").read_bytes()
    (folder / "log.txt").touch()
    with use_language("zh"):
        assert export_crate("a-1", out=tmp_path / "reports", to=tmp_path / "2.zip").read_bytes() == first
    assert export_crate(str(folder)).read_bytes() == export_crate(str(folder)).read_bytes() == first


def test_a_folder_has_the_same_files_as_the_archive(
    tmp_path: Path, make_run: Callable[..., Path], read_crate: ReadCrate, check_profile: CheckProfile
) -> None:
    folder = make_run("a-1")
    (tmp_path / "empty").mkdir()
    for target in (tmp_path / "new" / "crate", tmp_path / "empty"):
        found = read_crate(export_crate(str(folder), to=target))
        check_profile(found)
        assert found.payload() == read_crate(export_crate(str(folder))).payload()


def test_the_library_reads_it_back(tmp_path: Path, make_run: Callable[..., Path]) -> None:
    from rocrate.rocrate import ROCrate

    path = export_crate(str(make_run("a-1")), to=tmp_path / "crate")
    crate = ROCrate(path)
    assert crate.mainEntity.id == "workflow/own.ipynb"
    assert crate.get("#run/a-1")["instrument"] is crate.mainEntity
    assert crate.mainEntity["programmingLanguage"]["version"] == "3.11.7"
    crate.write(tmp_path / "again")
    before, after = (json.loads((place / "ro-crate-metadata.json").read_text()) for place in (path, tmp_path / "again"))
    assert sorted(before["@graph"], key=lambda item: item["@id"]) == sorted(
        after["@graph"], key=lambda item: item["@id"]
    )


def test_names_and_values_are_text(
    make_run: Callable[..., Path], read_crate: ReadCrate, check_profile: CheckProfile
) -> None:
    nasty = {"<script>": "=cmd|' /C calc'!A0", "名": "{field} %s", "a/b#c?": {"$(x)": [None, "postgresql://u:pw@h/d"]}}
    results = {"<b>": {"value": float("nan"), "unit": "{x}", "title": "{y}"}, "../z": {"value": "/srv/ann/x.csv"}}
    crate = read_crate(export_crate(str(make_run("a-1", parameters=nasty, results=results, title="{t}"))))
    check_profile(crate)
    assert crate.value("<script>") == ["=cmd|' /C calc'!A0"]
    assert crate.value("<b>") == ["nan"]
    assert crate.value("../z") == ["[folder]/x.csv"]
    assert "u:pw@" not in crate.payload()
    json.loads(crate.text, parse_constant=lambda name: pytest.fail(name))


def test_a_run_in_chinese_has_a_crate_in_chinese(make_run: Callable[..., Path], read_crate: ReadCrate) -> None:
    crate = read_crate(export_crate(str(make_run("a-1", lang="zh"))))
    assert crate.entities["report.html"]["inLanguage"] == "zh"


def test_a_licence_that_is_named(make_run: Callable[..., Path], read_crate: ReadCrate) -> None:
    crate = read_crate(export_crate(str(make_run("a-1")), licence=" CC-BY-4.0 "))
    assert crate.root["license"] == {"@id": "https://spdx.org/licenses/CC-BY-4.0"}


def test_a_place_that_is_taken_is_left_alone(tmp_path: Path, make_run: Callable[..., Path]) -> None:
    folder = make_run("a-1")
    (tmp_path / "mine.zip").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("mine")
    for target in (tmp_path / "mine.zip", tmp_path / "full"):
        with pytest.raises(RunError, match="exists already; name another place"):
            export_crate(str(folder), to=target)
    assert (tmp_path / "mine.zip").read_text() == "mine"


def test_a_place_that_cannot_be_written(tmp_path: Path, make_run: Callable[..., Path]) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(RunError, match="cannot be written"):
        export_crate(str(make_run("a-1")), to=tmp_path / "file" / "crate.zip")


def test_nothing_is_left_where_an_export_fails(tmp_path: Path, make_run: Callable[..., Path]) -> None:
    folder = make_run("a-1")
    (folder / "notebook.ipynb").write_text("{")
    with pytest.raises(RunError, match=r"notebook\.ipynb: it cannot be read"):
        export_crate(str(folder), to=tmp_path / "new" / "crate.zip")
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_validator_of_the_profile_agrees(
    kano: RunRecord, failed: RunRecord, make_sweep: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("rocrate_validator", reason="the package roc-validator is not installed")
    serve_contexts(monkeypatch)
    crates = [
        export_crate(str(kano.folder), to=tmp_path / "kano.zip"),
        export_crate(str(failed.folder), to=tmp_path / "failed.zip", include_data=True),
        export_crate(str(make_sweep("a-1", "b-2"))),
    ]
    assert [problems_found(path) for path in crates] == [[], [], []]


def test_the_validator_would_find_a_crate_that_is_wrong(
    make_run: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("rocrate_validator", reason="the package roc-validator is not installed")
    serve_contexts(monkeypatch)
    path = export_crate(str(make_run("a-1")), to=tmp_path / "crate")
    metadata = path / "ro-crate-metadata.json"
    content = json.loads(metadata.read_text(encoding="utf-8"))
    for item in content["@graph"]:
        item.pop("instrument", None)
    metadata.write_text(json.dumps(content), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert any("instrument" in problem for problem in problems_found(path))


def problems_found(path: Path) -> list[str]:
    """What the validator finds against the MUST rules of Workflow Run Crate 0.5."""
    from rocrate_validator import services
    from rocrate_validator.models import Severity

    settings = services.ValidationSettings(
        rocrate_uri=str(path), profile_identifier="workflow-run-crate-0.5", requirement_severity=Severity.REQUIRED
    )
    return [issue.message for issue in services.validate(settings).get_issues(Severity.REQUIRED)]


def serve_contexts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer the validator's requests for the two JSON-LD contexts from here; all others find nothing.

    The context of RO-Crate 1.1 is made from that of 1.3, which the library `rocrate` carries: the four terms of
    Bioschemas had other addresses then, and `sha256` came from the context of the profile.
    """
    import requests
    from rocrate.vocabs import RO_CRATE
    from urllib3 import HTTPResponse

    terms = dict(RO_CRATE["@context"])
    bioschemas, run_terms = "https://bioschemas.org/", "https://w3id.org/ro/terms/workflow-run#"
    terms |= {name: bioschemas + name for name in ("ComputationalWorkflow", "FormalParameter")}
    terms |= {name: f"{bioschemas}ComputationalWorkflow#{name}" for name in ("input", "output")}
    terms.pop("sha256", None)
    own = {name: run_terms + name for name in ("sha256", "environment")}
    contexts = {
        "https://w3id.org/ro/crate/1.1/context": terms,
        "https://w3id.org/ro/terms/workflow-run/context": own,
    }

    def send(self: Any, request: Any, **options: Any) -> Any:
        found = contexts.get(request.url.rstrip("/"))
        raw = json.dumps({"@context": found or {}}).encode()
        headers = {"Content-Type": "application/ld+json"}
        answer = HTTPResponse(io.BytesIO(raw), headers, 200 if found else 404, preload_content=False)
        return requests.adapters.HTTPAdapter.build_response(self, request, answer)

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
