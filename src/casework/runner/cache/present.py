"""The parts of an earlier run's cache key as they would be now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casework.core.errors import CaseworkError
from casework.core.messages import t
from casework.runner.cache import facts
from casework.runner.cache.parts import PARAMETERS, key_parts
from casework.runner.hashing import notebook_sha256, package_sha256, sha256_file


@dataclass(frozen=True, kw_only=True)
class Present:
    """What a re-run would be made of, and what could not be found out."""

    parts: dict[str, Any]
    notes: tuple[str, ...] = ()


def present_parts(then: Mapping[str, Any], manifest: Mapping[str, Any], folder: Path, store_root: Path) -> Present:
    """Return the parts of the cache key that a run would have if it were made again now.

    Parameters
    ----------
    then : mapping
        Parts of the run as they were, see `casework.runner.cache.parts.key_parts`.
    manifest : mapping
        Content of its `run.json`.
    folder : Path
        Its folder, from which its data are looked for.
    store_root : Path
        Folder of the cache.
    """
    notes: list[str] = []
    exporter, inputs = then.get("exporter"), then.get("inputs")
    exporter = exporter if isinstance(exporter, Mapping) else {}
    now = key_parts(
        study=str(then.get("study", "")),
        notebook=_notebook(then, notes),
        parameters=_parameters(then),
        data=_data(then, manifest, folder, notes),
        package=package_sha256(),
        lang=str(then.get("lang", "en")),
        formats=[str(name) for name in exporter.get("formats") or ()],
        with_code=bool(exporter.get("with_code")),
        threads=then.get("threads", 1),
        inputs={path: facts.current(path, store_root) for path in inputs} if isinstance(inputs, Mapping) else None,
    )
    return Present(parts={**then, **now}, notes=tuple(notes))


def _notebook(then: Mapping[str, Any], notes: list[str]) -> str:
    from casework.studies.notebook import read_notebook
    from casework.studies.registry import studies

    study = studies().get(str(then.get("study")))
    if study is None:
        notes.append(t("The notebook is your own; it is taken as unchanged."))
        return str(then.get("notebook"))
    return notebook_sha256(read_notebook(study.notebook))


def _parameters(then: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that the study takes now, with their values then; a new one with its default."""
    from casework.studies.registry import studies

    given = then.get(PARAMETERS)
    given = dict(given) if isinstance(given, Mapping) else {}
    study = studies().get(str(then.get("study")))
    return given if study is None else {name: given.get(name, value) for name, value in study.defaults().items()}


def _data(then: Mapping[str, Any], manifest: Mapping[str, Any], folder: Path, notes: list[str]) -> str | None:
    if then.get("data") is None:
        return None
    try:
        return _data_sha256(dict(manifest), folder)
    except (CaseworkError, OSError, ValueError, KeyError, TypeError, AttributeError):
        notes.append(t("The data cannot be read where they were."))
        return None


def _data_sha256(manifest: dict[str, Any], folder: Path) -> str | None:
    from casework.datasets.cards import dataset_names, get_card
    from casework.datasets.loading import current_sha256
    from casework.runner.verify import _where

    location = _where(manifest, folder)
    if location is None:
        return None
    if location in dataset_names():
        return sha256_file(get_card(location).data_file)
    return current_sha256(location)
