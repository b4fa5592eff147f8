"""What `list`, `show` and `data` print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.cli.terminal import table
from casework.core.checks import check_names
from casework.core.errors import ParameterError, Problem
from casework.studies.parameters import describe_field, read_parameter_file, short_repr, type_name, validate
from casework.studies.registry import MODULES, get_study, studies

if TYPE_CHECKING:
    from casework.datasets.cards import Card
    from casework.datasets.contract import Contract
    from casework.studies.base import Study

DEFAULT_WIDTH = 32


def study_rows(module: str) -> list[dict[str, Any]]:
    """Return one row for each study, or for those of one module."""
    if module:
        check_names("module", [module], [name for name in MODULES if name])
    return [
        {
            "name": study.name,
            "module": study.module,
            "title": study.title,
            "minutes": study.minutes,
            "level": study.level,
            "question": study.question,
        }
        for study in studies().values()
        if not module or study.module == module
    ]


def study_details(name: str) -> dict[str, Any]:
    """Return everything about a study: JSON Schema of its parameters, contract, results."""
    study = get_study(name)
    contract = default_contract(study)
    return {
        "name": study.name,
        "module": study.module,
        "title": study.title,
        "question": study.question,
        "minutes": study.minutes,
        "level": study.level,
        "methods": list(study.methods),
        "parameters": study.parameters.model_json_schema(),
        "data": [column.to_dict() for column in contract.columns] if contract else [],
        "results": [vars(item) for item in study.results],
    }


def default_contract(study: Study) -> Contract | None:
    """Return the contract for the study's default parameters and its bundled data."""
    if study.contract is None:
        return None
    from casework.datasets.cards import get_card

    parameters = study.parameters()
    card = get_card(str(study.defaults()["data"]))
    return study.contract(parameters, [column.name for column in card.columns])


def study_text(name: str) -> str:
    """Return a study's description as text."""
    study = get_study(name)
    fields = study.parameters.model_fields
    defaults = study.defaults()
    parameters = [
        [
            key,
            type_name(field),
            short_repr(defaults[key], DEFAULT_WIDTH),
            describe_field(field),
            field.description or "",
        ]
        for key, field in fields.items()
    ]
    parts = [
        f"{study.name}: {study.title}",
        study.question,
        f"module {study.module or '-'}, {study.minutes} minutes, {study.level}",
        *(["methods: " + ", ".join(study.methods)] if study.methods else []),
        "",
        table(parameters, ["parameter", "type", "default", "takes", "meaning"]),
    ]
    contract = default_contract(study)
    if contract:
        columns = [
            [c.name, c.kind, column_range(c.low, c.high), "yes" if c.required else "no", c.meaning]
            for c in contract.columns
        ]
        parts += ["", "data (default columns):", table(columns, ["column", "holds", "range", "required", "meaning"])]
    results = [[item.name, item.kind, item.unit, item.title] for item in study.results]
    return "\n".join([*parts, "", "results:", table(results, ["result", "kind", "unit", "title"])])


def column_range(low: float | None, high: float | None) -> str:
    """Return the range of a column as text."""
    ends = ["" if end is None else f"{end:g}" for end in (low, high)]
    return "..".join(ends) if any(ends) else ""


def card_text(card: Card) -> str:
    """Return a data set's card as text."""
    columns = [[c.name, c.type, c.unit or "", c.label or "", c.description] for c in card.columns]
    return "\n".join([card.describe(), "", table(columns, ["column", "type", "unit", "label", "meaning"])])


def given_parameters(study: Study, given: dict[str, Any], params: Path | None) -> dict[str, Any]:
    """Return the parameters of a file with those of the command line over them."""
    return (read_parameter_file(params) if params else {}) | given


def check_rows(name: str, file: str, given: dict[str, Any], params: Path | None) -> dict[str, Any]:
    """Hold a file to a study's contract and return what was found."""
    study = get_study(name)
    if study.contract is None:
        raise ParameterError(Problem("--for", f"{name} reads no data"))
    parameters = validate(study, {**given_parameters(study, given, params), "data": file})
    from casework.datasets.loading import read_table
    from casework.studies.inputs import check_for_study

    found = check_for_study(study, parameters, read_table(file))
    return {
        "study": name,
        "data": found.name,
        "rows": found.rows_read,
        "used": len(found.frame),
        "summary": f"{found.name}: {len(found.frame)} of {found.rows_read} rows can be used for {name}.",
        "exclusions": [f"{item.where}: {item.count}: {item.reason}" for item in found.exclusions],
    }


def write_study_template(name: str, file: Path | None, given: dict[str, Any], params: Path | None) -> str:
    """Write an empty file with the columns a study reads, and say where."""
    study = get_study(name)
    if study.contract is None:
        raise ParameterError(Problem("study", f"{name} reads no data"))
    from casework.datasets.cards import get_card
    from casework.datasets.template import write_template

    parameters = validate(study, given_parameters(study, given, params))
    columns = [column.name for column in get_card(str(study.defaults()["data"])).columns]
    target = file or Path(f"{name}_template.csv")
    if target.exists():
        raise ParameterError(Problem("--file", f"{target} exists already", fix="name another file"))
    write_template(study.contract(parameters, columns), target)
    return f"written: {target}"
