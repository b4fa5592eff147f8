"""Plan a run: everything is checked here, before a kernel starts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casework.core.checks import check_number, check_option, suggest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import LANGUAGES, t
from casework.core.options import ReportFormat
from casework.runner.data import DataFacts, read_facts
from casework.runner.hashing import notebook_sha256, package_sha256, sha256_json
from casework.runner.secrets import secrets_of
from casework.studies.base import Study
from casework.studies.cases import is_case
from casework.studies.notebook import check_own_parameters, read_cells
from casework.studies.parameters import read_parameter_file, validate
from casework.studies.registry import get_study, studies

HASH_LENGTH = 10
LABEL_LENGTH = 28
NO_CACHE = "no-cache"  # tag of a cell that depends on the time, the network or chance


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the caller asks for, checked as far as that needs neither data nor kernel."""

    study: Study | None
    notebook: Path
    parameters: dict[str, Any]
    data: str | None
    lang: str = "en"
    formats: tuple[str, ...] = ("html",)
    with_code: bool = False
    timeout: float | None = None

    @property
    def name(self) -> str:
        """Name of the study, or of the notebook."""
        return self.study.name if self.study else _slug(self.notebook.stem)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A run that may start: request, what is known of the data, identity."""

    request: Request
    shown: dict[str, Any]
    data: dict[str, Any] | None
    run_id: str
    key: dict[str, Any]
    secrets: tuple[str, ...] = ()
    data_sources: dict[str, str] = field(default_factory=dict)
    cacheable: bool = True  # no cell is tagged `no-cache`


def make_request(
    study: str | Path,
    *,
    parameters: Mapping[str, Any] | None = None,
    params_file: str | Path | None = None,
    data: str | Path | None = None,
    lang: str = "en",
    formats: Sequence[str] = ("html",),
    with_code: bool = False,
    timeout: float | None = None,
) -> Request:
    """Check everything that can be checked without data, pandas or a kernel.

    Raises
    ------
    ParameterError
        Unknown study, parameter, language or format; a value of the wrong type or out of range.
    """
    given: dict[str, Any] = read_parameter_file(params_file) if params_file else {}
    given |= dict(parameters or {})
    if data is not None:
        given["data"] = str(data)
    if lang not in LANGUAGES:
        raise ParameterError(Problem("--lang", repr(lang), t("one of {values}", values=", ".join(LANGUAGES))))
    for name in formats:
        check_option("--format", name, ReportFormat)
    if timeout is not None:
        check_number("--timeout", timeout, low=0, low_open=True, unit="s")
    rest: dict[str, Any] = {"lang": lang, "formats": tuple(formats), "with_code": with_code, "timeout": timeout}
    path = Path(study)
    if str(study) not in studies() and path.suffix == ".ipynb":
        return _own_request(path, given, rest)
    definition = get_study(str(study))
    checked = validate(definition, given).model_dump()
    address = str(checked["data"]) if definition.contract else None
    return Request(study=definition, notebook=definition.notebook, parameters=checked, data=address, **rest)


def _own_request(path: Path, given: dict[str, Any], rest: dict[str, Any]) -> Request:
    if not path.is_file():
        near = suggest(path.name, [item.name for item in path.parent.glob("*.ipynb")]) if path.parent.is_dir() else ""
        raise ParameterError(Problem(t("notebook {name}", name=path.name), t("there is no such file"), fix=near))
    checked = check_own_parameters(path, given)
    address = checked.get("data")
    return Request(
        study=None,
        notebook=path.resolve(),
        parameters=checked,
        data=address if isinstance(address, str) and address else None,
        **rest,
    )


def request_to(request: Request) -> dict[str, Any]:
    """Return a request as plain data, for another process."""
    return {
        "study": request.study.name if request.study else str(request.notebook),
        "parameters": request.parameters,
        "lang": request.lang,
        "formats": list(request.formats),
        "with_code": request.with_code,
        "timeout": request.timeout,
    }


def request_from(content: Mapping[str, Any]) -> Request:
    """Return the request that plain data describe, checked again."""
    return make_request(**content)


def make_plan(request: Request, facts: DataFacts | None = None) -> Plan:
    """Give the run its identity; its data are read and checked where nothing is known of them yet.

    Parameters
    ----------
    request : Request
        What to run.
    facts : DataFacts, optional
        What is known of the data.

    Raises
    ------
    DataError
        The data cannot be read or break the study's contract: all problems at once.
    """
    source = read_cells(request.notebook)
    known = facts or read_facts(request)
    shown = dict(request.parameters) | ({"data": known.shown} if known.shown is not None else {})
    key = {
        "study": request.name,
        "notebook": notebook_sha256(source),
        "parameters": shown,
        "data": known.data["sha256"] if known.data else None,
        "package": package_sha256(),
        "lang": request.lang,
    }
    label = "-".join(part for part in (_label(shown, request), request.lang if request.lang != "en" else "") if part)
    return Plan(
        request=request,
        shown=shown,
        data=known.data,
        run_id=f"{label}-{sha256_json(key)[:HASH_LENGTH]}",
        key=key,
        secrets=secrets_of(str(request.data)) if request.data else (),
        data_sources=known.sources,
        cacheable=not any(NO_CACHE in cell.metadata.get("tags", []) for cell in source.cells),
    )


def _label(shown: dict[str, Any], request: Request) -> str:
    if is_case(request.study):
        return _slug(str(shown["variant"]))
    data = str(shown.get("data") or request.name)
    return _slug(Path(data.partition("#")[0]).stem if "://" not in data else data.rpartition("/")[2])


def _slug(text: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:LABEL_LENGTH].strip("_")
    return slug or "run"
