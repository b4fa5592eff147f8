"""Entities are there once, without lists of one, without anything of the machine."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from casework.core.errors import RunError
from casework.runner.crate.graph import Graph, linked, local, short


def test_an_entity_is_made_once_and_without_what_is_empty(tmp_path: Path) -> None:
    graph = Graph(tmp_path)
    first = graph.add("#a", "PropertyValue", name="a", value=0, unitText="", description=None)
    assert graph.add("#a", "PropertyValue", name="other") is first
    assert first.as_jsonld() == {"@id": "#a", "@type": "PropertyValue", "name": "a", "value": 0}


def test_texts_are_cleaned_and_lists_of_one_unpacked(tmp_path: Path) -> None:
    graph = Graph(tmp_path)
    entity = graph.add("#a", "Thing", name="/home/ann/x", other=[graph.add("#b", "Thing")])
    assert entity.as_jsonld()["name"] == "[home]/x"
    assert entity.as_jsonld()["other"] == {"@id": "#b"}


def test_a_file_says_its_size_and_hash_and_is_listed_once(tmp_path: Path) -> None:
    graph = Graph(tmp_path)
    (tmp_path / "my table.csv").write_bytes(b"abc")
    entity = graph.file("my table.csv")
    assert graph.file("my table.csv") is entity
    assert entity.id == "my%20table.csv"
    assert entity["contentSize"] == "3"
    assert entity["sha256"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    graph.write()
    content = json.loads((tmp_path / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    root = next(item for item in content["@graph"] if item["@id"] == "./")
    assert root["hasPart"] == [{"@id": "my%20table.csv"}]


def test_links_name_each_entity_once(tmp_path: Path) -> None:
    graph = Graph(tmp_path)
    a, b = graph.add("#a", "Thing"), graph.add("#b", "Thing")
    linked(a, "one", [b, b])
    linked(a, "two", [b, a, b])
    linked(a, "none", [])
    assert a.as_jsonld()["one"] == {"@id": "#b"}
    assert a.as_jsonld()["two"] == [{"@id": "#b"}, {"@id": "#a"}]
    assert "none" not in a


def test_identifiers_of_different_parts_differ() -> None:
    assert local("a", "b/c") != local("a/b", "c") != local("a", "b", "c")
    assert short({"a": 1}) == short({"a": 1}) != short({"a": 1.5})


def test_without_the_library_the_way_to_get_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rocrate.rocrate", None)
    with pytest.raises(RunError, match="needs the package rocrate"):
        Graph(tmp_path)
