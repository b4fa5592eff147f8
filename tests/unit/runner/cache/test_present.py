from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from casework.datasets.cards import get_card
from casework.runner.cache.parts import key_parts
from casework.runner.cache.present import present_parts
from casework.runner.hashing import package_sha256, sha256_file

BASE: dict[str, Any] = {
    "study": "kano",
    "notebook": "a" * 64,
    "parameters": {"seed": 1},
    "data": "b" * 64,
    "package": "c" * 64,
    "lang": "zh",
    "formats": ("pdf",),
    "with_code": True,
    "threads": 2,
}


@pytest.fixture(autouse=True)
def _light_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do without the seconds that nbformat takes to load."""
    monkeypatch.setattr("casework.studies.notebook.read_notebook", lambda path: SimpleNamespace(cells=[]))


def test_parts_that_the_caller_chose_stay_and_the_others_are_found_anew(tmp_path: Path) -> None:
    then = key_parts(**BASE) | {"engine": "warm"}
    now = present_parts(then, {"parameters": {"data": "kano_phone_plan"}}, tmp_path, tmp_path).parts
    same = ("study", "lang", "environment", "python", "system", "threads", "exporter", "engine")
    assert [name for name in then if now[name] == then[name]] == [name for name in then if name in same]
    assert now["package"] == package_sha256()
    assert now["parameters"]["seed"] == 1
    assert now["parameters"]["resamples"] == 2000


def test_bundled_data_are_found_by_their_name(tmp_path: Path) -> None:
    now = present_parts(key_parts(**BASE), {"parameters": {"data": "kano_phone_plan"}}, tmp_path, tmp_path)
    assert now.parts["data"] == sha256_file(get_card("kano_phone_plan").data_file)
    assert now.notes == ()


def test_own_data_are_found_from_the_folder_of_reports(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_bytes(b"x\n1\n")
    manifest = {"data": {"location": "../own.csv"}}
    now = present_parts(key_parts(**BASE), manifest, tmp_path / "out" / "kano" / "run", tmp_path)
    assert now.parts["data"] == sha256_file(tmp_path / "own.csv")


@pytest.mark.parametrize("manifest", [{}, {"data": {"location": "gone.csv"}}, {"data": 5}, {"parameters": []}])
def test_data_that_are_not_there_are_told(tmp_path: Path, manifest: dict[str, Any]) -> None:
    now = present_parts(key_parts(**BASE), manifest, tmp_path / "out" / "kano" / "run", tmp_path)
    assert now.parts["data"] is None
    assert now.notes == ("The data cannot be read where they were.",)


def test_a_run_without_data_has_none_now(tmp_path: Path) -> None:
    now = present_parts(key_parts(**BASE | {"data": None}), {}, tmp_path, tmp_path)
    assert now.parts["data"] is None
    assert now.notes == ()


def test_further_files_are_hashed_anew(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"1")
    then = key_parts(**BASE | {"data": None, "inputs": {str(path): "d" * 64, str(tmp_path / "y"): None}})
    now = present_parts(then, {}, tmp_path, tmp_path / "cache")
    assert now.parts["inputs"] == {str(path): sha256_file(path), str(tmp_path / "y"): None}


def test_parameters_keep_their_values_and_types_while_the_study_takes_them(tmp_path: Path) -> None:
    then = key_parts(**BASE | {"data": None, "parameters": {"gone": 1, "low": 6.0, "high": 9}})
    now = present_parts(then, {}, tmp_path, tmp_path).parts["parameters"]
    assert "gone" not in now
    assert (repr(now["low"]), repr(now["high"])) == ("6.0", "9")
