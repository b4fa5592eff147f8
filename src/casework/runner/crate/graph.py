"""A Workflow Run RO-Crate being written: its profiles, its files, and entities each of which is there once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from casework.core.errors import RunError
from casework.core.messages import t
from casework.runner.crate.files import clean_value, encoding_of
from casework.runner.hashing import sha256_file, sha256_json

ROCRATE_VERSION = "1.1"
CONTEXT = "https://w3id.org/ro/terms/workflow-run/context"
PROFILES: dict[str, tuple[str, str]] = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
DIGITS = 10


class Graph:
    """A crate being written: adds each entity once, and nothing of this machine or secret in any text."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.crate = _new_crate()
        self.root = self.crate.root_dataset
        self.crate.metadata.extra_contexts.append(CONTEXT)
        for identifier, (name, version) in PROFILES.items():
            profile = self.add(identifier, "CreativeWork", name=name, version=version)
            self.root.append_to("conformsTo", profile)

    def add(self, identifier: str, kind: str | list[str], /, **properties: Any) -> Any:
        """Return the contextual entity of that identifier; it is made where there is none yet."""
        from rocrate.model.contextentity import ContextEntity  # type: ignore[import-untyped]

        known = self.crate.get(identifier)
        if known is not None:
            return known
        return self.crate.add(ContextEntity(self.crate, identifier, {"@type": kind, **_given(properties)}))

    def file(self, name: str, /, **properties: Any) -> Any:
        """Return the file of that name in the crate's folder, with its size, hash and media type."""
        known = self.crate.get(quote(name))
        if known is not None:
            return known
        return self.crate.add_file(self.folder / name, name, properties=_given(self.measured(name) | properties))

    def measured(self, name: str) -> dict[str, Any]:
        """Return what a file in the crate's folder says of itself."""
        path = self.folder / name
        size, digest = str(path.stat().st_size), sha256_file(path)
        return {"name": path.name, "contentSize": size, "sha256": digest, "encodingFormat": encoding_of(name)}

    def workflow(self, name: str, language: Any, /, **properties: Any) -> Any:
        """Return the notebook of that name as a workflow; the first one is the crate's main entity."""
        given = _given(self.measured(name) | properties)
        main = self.crate.mainEntity is None
        return self.crate.add_workflow(self.folder / name, name, properties=given, main=main, lang=language)

    def describe_root(self, **properties: Any) -> None:
        """Say what the crate as a whole is."""
        for name, value in _given(properties).items():
            self.root[name] = value

    def write(self) -> None:
        """Write the metadata beside the files."""
        self.crate.write(self.folder)


def _new_crate() -> Any:
    try:
        from rocrate.rocrate import ROCrate  # type: ignore[import-untyped]
    except ImportError:
        raise RunError(t("a crate needs the package {name}: pip install {name}", name="rocrate")) from None
    return ROCrate(version=ROCRATE_VERSION)


def _given(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Properties that are there, cleaned; a list of one is its one item, as RO-Crate asks."""
    found = {}
    for name, value in properties.items():
        items = value if isinstance(value, list) else [value]
        plain = [item if hasattr(item, "id") else clean_value(item) for item in items if item not in (None, "")]
        if plain:
            found[name] = plain if len(plain) > 1 else plain[0]
    return found


def linked(entity: Any, name: str, others: Sequence[Any]) -> None:
    """Let an entity name others, each once; one is named without a list, as RO-Crate asks."""
    found = list({other.id: other for other in others}.values())
    if found:
        entity[name] = found if len(found) > 1 else found[0]


def local(*parts: str) -> str:
    """Return an identifier inside the crate.

    Examples
    --------
    >>> local("input", "data set/2")
    '#input/data%20set%2F2'
    """
    return "#" + "/".join(quote(part, safe="") for part in parts)


def short(value: Any) -> str:
    """Return a short hash of a value of JSON."""
    return sha256_json(value)[:DIGITS]
