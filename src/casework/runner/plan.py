"""Plan a run: everything is checked here, before a kernel starts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.core.checks import check_number, check_option, suggest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import LANGUAGES, t
from casework.core.options import ReportFormat
from casework.runner.hashing import notebook_sha256, package_sha256, sha256_json
from casework.runner.secrets import secrets_of
from casework.studies.base import Study
from casework.studies.notebook import check_own_parameters, read_notebook
from casework.studies.parameters import read_parameter_file, validate
from casework.studies.registry import get_study, studies

if TYPE_CHECKING:
    from casework.datasets.loading import LoadedTable

HASH_LENGTH = 10
LABEL_LENGTH = 28


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
    source: Any
    data: dict[str, Any] | None
    run_id: str
    key: dict[str, Any]
    secrets: tuple[str, ...] = ()
    data_sources: dict[str, str] = field(default_factory=dict)


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


def make_plan(request: Request) -> Plan:
    """Read and check the data, and give the run its identity.

    Raises
    ------
    DataError
        The data cannot be read or break the study's contract: all problems at once.
    """
    source = read_notebook(request.notebook)
    shown = dict(request.parameters)
    data: dict[str, Any] | None = None
    sources: dict[str, str] = {}
    secrets: tuple[str, ...] = ()
    table, left_out = _read_data(request)
    if table is not None:
        shown["data"] = table.name
        data = _describe(table) | left_out
        secrets = secrets_of(str(request.data))
        if table.card is None:
            sources = {table.name: _absolute(str(request.data))}
    key = {
        "study": request.name,
        "notebook": notebook_sha256(source),
        "parameters": shown,
        "data": data["sha256"] if data else None,
        "package": package_sha256(),
        "lang": request.lang,
    }
    label = "-".join(part for part in (_label(shown, request), request.lang if request.lang != "en" else "") if part)
    return Plan(
        request=request,
        shown=shown,
        source=source,
        data=data,
        run_id=f"{label}-{sha256_json(key)[:HASH_LENGTH]}",
        key=key,
        secrets=secrets,
        data_sources=sources,
    )


def _read_data(request: Request) -> tuple[LoadedTable | None, dict[str, Any]]:
    if request.data is None:
        return None, {}
    from casework.datasets.loading import read_table

    table = read_table(request.data)
    if request.study is None:
        return table, {}
    from casework.studies.inputs import check_for_study

    checked = check_for_study(request.study, validate(request.study, request.parameters), table)
    exclusions = [{"where": item.where, "count": item.count, "reason": item.reason} for item in checked.exclusions]
    return table, {"exclusions": exclusions, "missing": dict(checked.missing)}


def _describe(table: LoadedTable) -> dict[str, Any]:
    from casework.datasets.fingerprint import fingerprint

    return {
        "name": table.name,
        "kind": table.card.kind if table.card else "own",
        "title": table.card.title if table.card else table.name,
        "licence": table.card.licence if table.card else "",
        "format": table.kind,
        "encoding": table.encoding,
        "separator": table.separator,
        "sheet": table.sheet,
        "rows": len(table.frame),
        "columns": len(table.frame.columns),
        "sha256": table.sha256,
        "fingerprint": fingerprint(table.frame),
    }


def _absolute(address: str) -> str:
    """Return the address as it can be used from any working directory."""
    if "://" in address:
        head, _, rest = address.partition(":///")
        if head.startswith("sqlite") and rest and not rest.startswith((":memory:", "/")):
            return f"{head}:///{Path(rest.partition('#')[0]).resolve().as_posix()}" + (
                "#" + rest.partition("#")[2] if "#" in rest else ""
            )
        return address
    name, hash_sign, part = address.partition("#")
    if Path(address).exists() or not hash_sign:
        return str(Path(address).resolve())
    return f"{Path(name).resolve()}#{part}"


def _label(shown: dict[str, Any], request: Request) -> str:
    data = str(shown.get("data") or request.name)
    return _slug(Path(data.partition("#")[0]).stem if "://" not in data else data.rpartition("/")[2])


def _slug(text: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:LABEL_LENGTH].strip("_")
    return slug or "run"
