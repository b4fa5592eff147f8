import os
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from casework.runner import hashing


def notebook(text: str = "a", *, count: int = 1, tags: list[str] | None = None, error: str = "") -> Any:
    outputs = [
        new_output("stream", name="stdout", text=text),
        new_output("stream", name="stderr", text=error),
        new_output("display_data", data={"image/png": "AAAA"}, metadata={"casework": {"kind": "figure"}}),
    ]
    cell = new_code_cell("x", outputs=outputs, execution_count=count, metadata={"tags": tags or []})
    return new_notebook(cells=[cell])


def test_volatile_things_do_not_count() -> None:
    base = hashing.outputs_sha256(notebook())
    assert hashing.outputs_sha256(notebook(count=9, error="/somewhere/123")) == base
    assert hashing.outputs_sha256(notebook("b")) != base
    assert hashing.outputs_sha256(notebook("b", tags=["volatile"])) == hashing.outputs_sha256(
        notebook("c", tags=["volatile"])
    )


def test_published_values_are_found_and_the_last_one_wins() -> None:
    outputs = [
        new_output("display_data", data={hashing.RESULT_MIME: {"name": "x", "kind": "scalar", "value": value}})
        for value in (1, 2)
    ]
    found = hashing.published(new_notebook(cells=[new_code_cell("x", outputs=outputs)]))
    assert found == [{"name": "x", "kind": "scalar", "value": 2}]


def test_a_notebook_is_known_by_its_sources_not_its_outputs() -> None:
    assert hashing.notebook_sha256(notebook("a")) == hashing.notebook_sha256(notebook("b"))


def test_hashes_of_files_and_json(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    # SHA-256 of "abc": FIPS 180-4, example B.1
    assert hashing.sha256_file(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert hashing.sha256_text("abc") == hashing.sha256_file(path)
    assert hashing.sha256_json({"b": 1, "a": 2}) == hashing.sha256_json({"a": 2, "b": 1})
    assert len(hashing.package_sha256()) == 64


def test_a_checkout_has_a_lock() -> None:
    if hashing.lock_sha256() is None:
        pytest.skip("not a checkout")
    assert len(hashing.lock_sha256() or "") == 64


def test_sources_are_read_again_only_when_they_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    usual = hashing._digest

    def digest(sources: Any) -> str:
        read.append(len(sources))
        return usual(sources)

    def found() -> str:
        hashing.package_sha256.cache_clear()
        return hashing.package_sha256()

    monkeypatch.setattr(hashing, "PACKAGE", tmp_path)
    monkeypatch.setattr(hashing, "_digest", digest)
    monkeypatch.setattr(hashing, "_read", {})
    source = tmp_path / "a.py"
    source.write_text("x = 1", encoding="utf-8")
    assert found() == found()
    assert read == [1, 1]  # just written: it may change again at the same time
    monkeypatch.setattr(hashing, "SETTLED", -1)
    first = found()
    assert found() == first
    assert read == [1, 1, 1]
    about = source.stat()
    source.write_text("x = 2", encoding="utf-8")
    os.utime(source, ns=(about.st_atime_ns, about.st_mtime_ns))  # size and time as they were
    assert found() != first
    (tmp_path / "b.py").write_text("", encoding="utf-8")
    assert len({first, found()}) == 2
    assert read == [1, 1, 1, 1, 2]
    hashing.package_sha256.cache_clear()
