"""What a crate says of runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.runner.crate import terms
from casework.runner.crate.graph import Graph
from casework.studies.registry import get_study

MANIFEST: dict[str, Any] = {
    "status": "ok",
    "started": "2026-11-21T23:59:50+00:00",
    "seconds": 12.4,
    "hashes": {"package": "aa"},
    "environment": {"casework": "0.1.0", "python": "3.11.7", "packages": {"numpy": "2.4.6", "odd": "1"}},
}


def test_a_parameter_of_a_study_has_its_type_unit_and_default(tmp_path: Path) -> None:
    graph, kano = Graph(tmp_path), get_study("kano")
    low = terms.input_parameter(graph, "low", [6], kano).as_jsonld()
    assert (low["additionalType"], low["unitText"], low["defaultValue"]) == ("Float", "points", 6)
    assert terms.input_parameter(graph, "table", ["berger"], kano)["additionalType"] == "Text"
    assert terms.input_parameter(graph, "attributes", [{}], kano)["additionalType"] == "PropertyValue"
    assert terms.input_parameter(graph, "fast", [True], kano)["defaultValue"] is False


def test_an_own_parameter_has_the_types_of_its_values(tmp_path: Path) -> None:
    graph = Graph(tmp_path)
    assert terms.input_parameter(graph, "a", [True], None)["additionalType"] == "Boolean"
    assert terms.input_parameter(graph, "b", [1, 2.5], None)["additionalType"] == ["Float", "Integer"]
    assert terms.input_parameter(graph, "c", [None], None)["additionalType"] == "Text"


def test_equal_values_of_a_parameter_are_shared_and_types_are_kept(tmp_path: Path) -> None:
    graph = Graph(tmp_path)
    slot = terms.input_parameter(graph, "x", [1], None)
    first = terms.value_of(graph, slot, "x", 1)
    assert terms.value_of(graph, slot, "x", 1) is first
    assert len({terms.value_of(graph, slot, "x", value).id for value in (1, 1.0, "1", True)}) == 4
    assert first["exampleOfWork"] is slot


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.dictionaries(st.text(), x)))
def test_every_value_can_stand_in_json_ld(value: Any) -> None:
    found = terms.plain(value)
    assert found is None or isinstance(found, (bool, int, float, str))
    json.dumps(found, allow_nan=False)


def test_software_names_versions_and_packages(tmp_path: Path) -> None:
    graph = Graph(tmp_path)
    casework = terms.software(graph, MANIFEST)
    assert casework["softwareVersion"] == "0.1.0"
    found = {item["name"]: item["softwareVersion"] for item in casework["softwareRequirements"]}
    assert found == {"Python": "3.11.7", "numpy": "2.4.6", "odd": "1"}
    assert terms.software(graph, MANIFEST) is casework
    other = MANIFEST | {"hashes": {"package": "bb"}}
    assert terms.software(graph, other) is not casework


def test_licences(tmp_path: Path) -> None:
    graph = Graph(tmp_path)
    assert terms.licence(graph, "CC-BY-4.0").id == "https://spdx.org/licenses/CC-BY-4.0"
    assert terms.licence(graph, "for teaching only")["name"] == "for teaching only"
    assert "No licence" in terms.licence(graph, "")["name"]


def test_times_cross_midnight() -> None:
    assert terms.times(MANIFEST) == ("2026-11-21T23:59:50+00:00", "2026-11-22T00:00:02+00:00")


@pytest.mark.parametrize(
    ("error", "told"),
    [({"name": "ValueError", "message": "no"}, "ValueError: no"), (None, "timeout"), ({"name": "E"}, "E")],
)
def test_a_run_that_failed_says_why(error: Any, told: str) -> None:
    found = terms.status({"status": "timeout", "error": error})
    assert found == {"actionStatus": terms.FAILED, "error": told}
    assert terms.status({"status": "ok", "error": None}) == {"actionStatus": terms.COMPLETED}


def test_the_language_is_the_python_of_the_run(tmp_path: Path) -> None:
    graph = Graph(tmp_path)
    found = terms.language(graph, MANIFEST["environment"])
    assert found["version"] == "3.11.7"
    assert terms.language(graph, MANIFEST["environment"]) is found


def test_units() -> None:
    assert terms.unit_of({"unit": "EUR"}) == "EUR"
    assert terms.unit_of({}) == ""


def test_a_published_value_has_its_slot(tmp_path: Path) -> None:
    graph = Graph(tmp_path)
    slot = terms.output_parameter(graph, "y", [1.5], title="Yield", unit="EUR")
    assert (slot["additionalType"], slot["unitText"], slot["description"]) == ("Float", "EUR", "Yield")
