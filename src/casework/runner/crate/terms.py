"""What a crate says of runs: language and software, licences, parameters and their values, times, status."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from casework.core.messages import t
from casework.runner.crate.files import clean_value
from casework.runner.crate.graph import Graph, local, short
from casework.studies.base import Study

TYPES: dict[str, str] = {
    "bool": "Boolean",
    "int": "Integer",
    "float": "Float",
    "str": "Text",
    "list": "PropertyValue",
    "dict": "PropertyValue",
}
HOMEPAGES: dict[str, str] = {
    "Python": "https://www.python.org/",
    "numpy": "https://numpy.org/",
    "pandas": "https://pandas.pydata.org/",
    "scipy": "https://scipy.org/",
    "statsmodels": "https://www.statsmodels.org/",
    "matplotlib": "https://matplotlib.org/",
    "seaborn": "https://seaborn.pydata.org/",
    "pydantic": "https://docs.pydantic.dev/",
    "pandera": "https://pandera.readthedocs.io/",
    "papermill": "https://papermill.readthedocs.io/",
    "ipykernel": "https://ipykernel.readthedocs.io/",
}
SPDX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")
COMPLETED, FAILED = "http://schema.org/CompletedActionStatus", "http://schema.org/FailedActionStatus"


def language(graph: Graph, environment: Mapping[str, Any]) -> Any:
    """Return the language of the notebooks: Python, in the version of the run."""
    from rocrate.model.computerlanguage import ComputerLanguage  # type: ignore[import-untyped]

    version = str(environment["python"])
    about = {
        "name": "Python",
        "alternateName": "Jupyter notebook",
        "version": version,
        "url": "https://www.python.org/",
    }
    identifier = local("language", "python", version)
    return graph.crate.get(identifier) or graph.crate.add(ComputerLanguage(graph.crate, identifier, about))


def software(graph: Graph, manifest: Mapping[str, Any]) -> Any:
    """Return the casework that made a run, with the packages that it used."""
    environment, package = manifest["environment"], manifest["hashes"].get("package")
    versions = {"Python": environment["python"]} | environment.get("packages", {})
    system = f"{environment.get('system', '')} {environment.get('machine', '')}".strip()
    return graph.add(
        local("software", "casework", str(environment["casework"]), short([environment, package])),
        "SoftwareApplication",
        name="casework",
        softwareVersion=str(environment["casework"]),
        operatingSystem=system,
        identifier=f"sha256:{package}" if package else None,
        softwareRequirements=[
            graph.add(
                local("software", name, str(version)),
                "SoftwareApplication",
                name=name,
                softwareVersion=str(version),
                url=HOMEPAGES.get(name),
            )
            for name, version in versions.items()
        ],
    )


def licence(graph: Graph, name: str) -> Any:
    """Return a licence by its SPDX name or its words; an empty name says that none is stated."""
    if SPDX.fullmatch(name):
        return graph.add(f"https://spdx.org/licenses/{name}", "CreativeWork", name=name, identifier=name)
    words = name or t("No licence is stated; ask those who made it before you use it.")
    return graph.add(local("licence", short(words)), "CreativeWork", name=words)


def input_parameter(graph: Graph, name: str, values: Iterable[Any], study: Study | None) -> Any:
    """Return the slot of a parameter, with what the study says of it."""
    from casework.studies.parameters import field_unit, type_name

    field = study.parameters.model_fields.get(name) if study else None
    declared = TYPES.get(type_name(field)) if field else None
    default = study.defaults().get(name) if study and field else None
    return graph.add(
        local("input", name),
        "FormalParameter",
        name=name,
        description=t(field.description) if field and field.description else None,
        additionalType=declared or _types(values),
        defaultValue=plain(default),
        unitText=field_unit(field) if field else None,
        valueRequired=False,
    )


def output_parameter(graph: Graph, name: str, values: Iterable[Any], *, title: str, unit: str) -> Any:
    """Return the slot of a published value."""
    return graph.add(
        local("output", name),
        "FormalParameter",
        name=name,
        description=title,
        additionalType=_types(values),
        unitText=unit,
    )


def _types(values: Iterable[Any]) -> list[str]:
    """Types of the values that a slot takes in this crate."""
    return sorted({TYPES.get(type(value).__name__, "Text") for value in values})


def value_of(graph: Graph, slot: Any, name: str, value: Any, *where: str, unit: str = "", title: str = "") -> Any:
    """Return one value of a slot; runs that have the same value of a parameter share it."""
    kind = slot.id.removeprefix("#").partition("/")[0]
    return graph.add(
        local("value", kind, *(where or (name, short(value)))),
        "PropertyValue",
        name=name,
        description=title,
        value=plain(value),
        unitText=unit,
        exampleOfWork=slot,
    )


def unit_of(item: Mapping[str, Any]) -> str:
    """Return the unit of a published value."""
    return t(str(item["unit"])) if item.get("unit") else ""


def times(manifest: Mapping[str, Any]) -> tuple[str, str]:
    """Return start and end of a run in ISO 8601, to the second."""
    start = datetime.fromisoformat(manifest["started"])
    end = start + timedelta(seconds=float(manifest["seconds"]))
    return start.isoformat(timespec="seconds"), end.isoformat(timespec="seconds")


def status(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return how a run ended, and its error where it did not end well."""
    if manifest["status"] == "ok":
        return {"actionStatus": COMPLETED}
    error = manifest.get("error") or {}
    told = ": ".join(str(part) for part in (error.get("name"), error.get("message")) if part)
    return {"actionStatus": FAILED, "error": told or str(manifest["status"])}


def plain(value: Any) -> Any:
    """Return a value as JSON-LD can hold it: structures as JSON text, numbers that are not finite as words.

    Examples
    --------
    >>> plain({"a": [1]}), plain(float("nan")), plain(0.5)
    ('{"a": [1]}', 'nan', 0.5)
    """
    if isinstance(value, (dict, list)):
        return json.dumps(clean_value(value), ensure_ascii=False, sort_keys=True)
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
