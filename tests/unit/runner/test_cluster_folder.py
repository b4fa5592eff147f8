from __future__ import annotations

import io
import json
import logging
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.core.errors import RunError
from casework.runner import cluster_folder
from casework.runner.cache.parts import cache_key
from casework.runner.cache.store import Store
from casework.runner.cluster_folder import Expected, pack, receive, unpack

PARTS = {"study": "kano", "environment": "e1"}


def finished(folder: Path, *, status: str = "ok", run_id: str = "a-1", **changes: Any) -> Path:
    about = {"key": cache_key(PARTS), "parts": PARTS, "opened": [], "written": []}
    content = {
        "run_id": run_id,
        "status": status,
        "data": {"name": "a.csv", "location": "../tmp/a.csv"},
        "cache": about | changes,
        "seconds": 1.5,
        "cpu_seconds": None,
        "memory_bytes": 5,
    }
    (folder / "tables").mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps(content), encoding="utf-8")
    (folder / "tables" / "a.csv").write_bytes(b"a\r\n1\n")
    return folder


def expected(out: Path, cache: Path | None = None) -> Expected:
    return Expected(study="kano", run_id="a-1", parts=PARTS, location="data/a.csv", out=out, cache=cache)


def archive(*names: str, kind: int = zipfile.ZIP_STORED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", kind) as file:
        for name in names:
            file.writestr(zipfile.ZipInfo(name), b"x", compress_type=kind)
    return held.getvalue()


def test_a_run_takes_its_place_with_the_place_of_its_data_as_seen_from_here(tmp_path: Path) -> None:
    status, place = receive(pack(finished(tmp_path / "worker")), expected(tmp_path / "out"))
    assert (status, place) == ("ok", tmp_path / "out" / "kano" / "a-1")
    assert json.loads((place / "run.json").read_text(encoding="utf-8"))["data"]["location"] == "data/a.csv"
    assert (place / "tables" / "a.csv").read_bytes() == b"a\r\n1\n"
    assert [path.name for path in place.parent.iterdir()] == ["a-1"]


def test_a_run_that_is_not_ok_gets_its_status_as_ending_and_is_not_kept(tmp_path: Path) -> None:
    content = pack(finished(tmp_path / "worker", status="timeout"))
    status, place = receive(content, expected(tmp_path / "out", tmp_path / "cache"))
    assert (status, place.name) == ("timeout", "a-1.timeout")
    assert not (tmp_path / "cache").exists()


def test_a_run_goes_into_the_cache(tmp_path: Path) -> None:
    receive(pack(finished(tmp_path / "worker")), expected(tmp_path / "out", tmp_path / "cache"))
    entry = Store(tmp_path / "cache").find(cache_key(PARTS))
    assert entry is not None
    assert (entry.run_id, entry.study, entry.seconds, entry.memory) == ("a-1", "kano", 1.5, 5)


@pytest.mark.parametrize("name", ["opened", "written"])
def test_a_run_that_used_further_files_is_not_kept(tmp_path: Path, name: str) -> None:
    content = pack(finished(tmp_path / "worker", **{name: ["extra.csv"]}))
    receive(content, expected(tmp_path / "out", tmp_path / "cache"))
    assert not (tmp_path / "cache").exists()


def test_a_run_of_another_environment_is_not_kept_and_this_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_folder, "_told", set())
    parts = PARTS | {"environment": "e2"}
    content = pack(finished(tmp_path / "worker", key=cache_key(parts), parts=parts))
    with caplog.at_level(logging.WARNING, "casework"):
        for _ in range(2):
            receive(content, expected(tmp_path / "out", tmp_path / "cache"))
    assert [record.message.rpartition(" ")[2] for record in caplog.records] == ["environment"]
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    "content",
    [
        archive("../run.json"),
        archive("/run.json"),
        archive("a/../../b"),
        archive("a\\b"),
        archive("c:evil"),
        archive("a", "a/b"),
        archive("run.json", kind=zipfile.ZIP_DEFLATED),
    ],
    ids=["above", "absolute", "inside", "backslash", "drive", "file and folder", "compressed"],
)
def test_names_that_reach_outside_are_refused(tmp_path: Path, content: bytes) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    with pytest.raises(RunError, match="not the folder of a run"):
        unpack(content, inside)
    assert [path.name for path in tmp_path.rglob("*")] == ["inside"]


def test_a_name_twice_is_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = archive("a", "a")
    with pytest.raises(RunError, match="not the folder of a run"):
        unpack(content, tmp_path)


@given(cut=st.integers(0, 400), flip=st.integers(0, 400))
def test_damage_is_told_and_leaves_nothing(tmp_path_factory: pytest.TempPathFactory, cut: int, flip: int) -> None:
    folder = tmp_path_factory.mktemp("damage")
    whole = bytearray(pack(finished(folder / "worker")))
    damaged = bytes(whole[: max(0, len(whole) - 1 - cut)])
    with pytest.raises(RunError, match=r"damaged|not the folder"):
        receive(damaged, expected(folder / "out"))
    assert not list((folder / "out" / "kano").iterdir())
    whole[flip % len(whole)] ^= 0x55
    try:
        receive(bytes(whole), expected(folder / "out"))
    except RunError:
        assert not list((folder / "out" / "kano").iterdir())


def test_another_run_than_the_expected_one_is_refused(tmp_path: Path) -> None:
    content = pack(finished(tmp_path / "worker", run_id="../../b"))
    with pytest.raises(RunError, match="another run than it was given"):
        receive(content, expected(tmp_path / "out"))
    content = pack(finished(tmp_path / "strange", status="../x"))
    with pytest.raises(RunError, match="another run than it was given"):
        receive(content, expected(tmp_path / "out"))


@pytest.mark.parametrize("text", ["", "[]", "{}", "\x00"])
def test_a_manifest_that_is_none_is_damage(tmp_path: Path, text: str) -> None:
    (finished(tmp_path / "worker") / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(RunError, match="damaged"):
        receive(pack(tmp_path / "worker"), expected(tmp_path / "out"))


def test_a_link_is_not_packed(tmp_path: Path) -> None:
    (finished(tmp_path / "worker") / "passwd").symlink_to("/etc/passwd")
    with pytest.raises(RunError, match="worker: there is something else than files"):
        pack(tmp_path / "worker")
