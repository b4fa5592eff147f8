"""Parameters of a study: read from the command line and from files, checked before anything starts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from casework.core.checks import describe_range, nearest, suggest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.studies.base import NotebookParameters, Study

LEADING_ZERO = re.compile(r"[+-]?0\d+")  # YAML would read these as octal


def validate(study: Study, given: Mapping[str, Any]) -> NotebookParameters:
    """Check parameters against the study's model.

    Parameters
    ----------
    study : Study
        The study.
    given : mapping
        Parameters by name; what is not given takes its default.

    Raises
    ------
    ParameterError
        Unknown name, wrong type or value out of range: all of them at once, with what is allowed and the nearest
        spelling.
    """
    try:
        return study.parameters.model_validate(dict(given))
    except ValidationError as error:
        problems = [_problem(study, item) for item in error.errors(include_url=False)]
    raise ParameterError(_without_repeats(problems))


def _without_repeats(problems: list[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))


def _problem(study: Study, error: Any) -> Problem:
    name = str(error["loc"][0]) if error["loc"] else ""
    where = t("parameter {name}", name=".".join(str(part) for part in error["loc"]) or study.name)
    fields = study.parameters.model_fields
    if error["type"] == "extra_forbidden" or (name and name not in fields):
        return Problem(where, t("{study} has no such parameter", study=study.name), fix=suggest(name, fields))
    found = short_repr(error.get("input"))
    if not name:
        return Problem(where, str(error["msg"]))
    expected = describe_field(fields[name])
    if error["type"] == "value_error":
        return Problem(where, found, str(error["ctx"]["error"]))
    fix = nearest(str(error.get("input")), field_options(fields[name]))
    return Problem(where, found, expected, fix)


def short_repr(value: Any, width: int = 80) -> str:
    """Return a value as it is written in code, cut to a width."""
    text = repr(value)
    return text if len(text) <= width else text[: width - 3] + "..."


def field_options(field: FieldInfo) -> tuple[str, ...]:
    """Return the values that a field may take, where it is one of a list."""
    args = get_args(field.annotation)
    return tuple(map(str, args)) if str(get_origin(field.annotation)).endswith("Literal") else ()


def type_name(field: FieldInfo) -> str:
    """Return the plain type of a field, as a notebook's parameters cell writes it."""
    annotation = field.annotation
    if field_options(field):
        return "str"
    origin = get_origin(annotation) or annotation
    return getattr(origin, "__name__", str(origin))


def bounds(field: FieldInfo) -> dict[str, Any]:
    """Return the bounds of a field: `ge`, `gt`, `le`, `lt`, `min_length`, `max_length`."""
    found: dict[str, Any] = {}
    for item in field.metadata:
        for key in ("ge", "gt", "le", "lt", "min_length", "max_length"):
            if getattr(item, key, None) is not None:
                found[key] = getattr(item, key)
    return found


def describe_field(field: FieldInfo) -> str:
    """Return in words what a field takes: type, range or list, unit."""
    if options := field_options(field):
        return t("one of {values}", values=", ".join(options))
    words = {
        "int": t("a whole number"),
        "float": t("a number"),
        "str": t("a text"),
        "bool": t("true or false"),
        "list": t("a list"),
        "dict": t("a mapping"),
    }
    text = words.get(type_name(field), type_name(field))
    edge = bounds(field)
    if edge.get("min_length"):
        text = t("{what} that is not empty", what=text)
    low, high = edge.get("ge", edge.get("gt")), edge.get("le", edge.get("lt"))
    if low is not None or high is not None:
        inf = float("inf")
        text += " " + describe_range(
            -inf if low is None else low, inf if high is None else high, "gt" in edge, "lt" in edge
        )
    unit = field_unit(field)
    return f"{text} [{t(unit)}]" if unit else text


def field_unit(field: FieldInfo) -> str:
    """Return the unit of a field, or an empty text."""
    extra = field.json_schema_extra
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def parse_assignments(study: Study, assignments: Iterable[str]) -> dict[str, Any]:
    """Read `name=value` words of the command line.

    Values are read by the type of the parameter: text stays as it is, everything else (numbers, true, lists,
    mappings) is YAML.

    Raises
    ------
    ParameterError
        A word without `=`, or a value that YAML cannot read.
    """
    texts = {name for name, field in study.parameters.model_fields.items() if type_name(field) == "str"}
    return dict(parse_assignment(word, texts) for word in assignments)


def parse_assignment(word: str, texts: Iterable[str] = ()) -> tuple[str, Any]:
    """Read one `name=value`; the value of a name in `texts` is taken as it stands.

    Examples
    --------
    >>> parse_assignment("seed=3"), parse_assignment("segment=no", ["segment"])
    (('seed', 3), ('segment', 'no'))
    """
    import yaml

    name, equals, value = word.partition("=")
    name = name.strip()
    if not equals or not name:
        raise ParameterError(Problem("-p", repr(word), t("name=value")))
    if name in texts:
        return name, value
    try:
        return name, int(value) if LEADING_ZERO.fullmatch(value.strip()) else yaml.safe_load(value)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise ParameterError(
            Problem(
                t("parameter {name}", name=name),
                short_repr(value),
                t("a value in YAML or JSON notation"),
            )
        ) from None


def read_parameter_file(path: str | Path) -> dict[str, Any]:
    """Read parameters from a YAML or JSON file that holds one mapping.

    Raises
    ------
    ParameterError
        The file is missing, a folder, not readable, or holds no mapping of names.
    """
    import yaml

    path = Path(path)
    where = t("parameter file {name}", name=path.name)
    if not path.is_file():
        found = t("it is a folder") if path.is_dir() else t("there is no such file")
        raise ParameterError(Problem(where, found, t("a YAML or JSON file")))
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = json.loads(text) if path.suffix.lower() == ".json" else yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError, OSError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        found = (
            t("it cannot be read as YAML, line {line}", line=line + 1) if line is not None else t("it cannot be read")
        )
        raise ParameterError(Problem(where, found, t("one parameter a line, as in  seed: 7"))) from None
    if content is None:
        return {}
    if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
        raise ParameterError(
            Problem(where, t("it holds no names with values"), t("one parameter a line, as in  seed: 7"))
        )
    return content
