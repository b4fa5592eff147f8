"""A scorecard as a table that people can read, change and send, and that is read back to the same points."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeGuard

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import t
from casework.credit.scorecard.bins import VariableBins
from casework.credit.scorecard.scaling import Scaling, check_scaling

Floats = npt.NDArray[np.float64]
BASE = "base"
SPREADSHEET = 1e-13  # spreadsheets keep 15 digits; a smaller change is not by hand
COLUMNS = ("variable", "bin", "role", "count", "points", "exact_points", "rule")


def card_frame(
    rules: Mapping[str, VariableBins],
    points: Mapping[str, Floats],
    exact: Mapping[str, Floats],
    rows: Mapping[str, npt.NDArray[np.int64]],
    base: float,
    exact_base: float,
    scaling: Scaling,
    coefficients: Mapping[str, float],
) -> pd.DataFrame:
    """Return one row for the base and one per slot; `rule` holds in JSON which values belong to it."""
    head: dict[str, Any] = {
        "role": BASE,
        "points": scaling.points,
        "odds": scaling.odds,
        "pdo": scaling.pdo,
        "digits": scaling.digits,
    }
    head |= {"own": base, "exact": exact_base, "coefficients": dict(coefficients)}
    table: list[tuple[Any, ...]] = [("", "", BASE, 0, base, exact_base, _json(head))]
    for name, rule in rules.items():
        for slot, (label, role, where) in enumerate(zip(rule.labels, rule.roles, _slot_rules(rule), strict=True)):
            count = int(rows[name][slot])
            own, before = float(points[name][slot]), float(exact[name][slot])
            said = {"variable": name, "role": role, "rows": count, "own": own, "exact": before, **where}
            table.append((name, label, role, count, own, before, _json(said)))
    return pd.DataFrame(table, columns=list(COLUMNS))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, allow_nan=False)


def _slot_rules(rule: VariableBins) -> list[dict[str, Any]]:
    """Say what each slot holds."""
    edges = [None, *rule.cuts, None]
    own: list[dict[str, Any]] = (
        [{"low": low, "high": high} for low, high in pairwise(edges)]
        if rule.numeric
        else [{"values": list(group)} for group in rule.groups]
    )
    special = [{"label": label, "values": [_plain(value) for value in values]} for label, values in rule.specials]
    return [*own, *special, {"numeric": rule.numeric}, {}]


def _plain(value: Any) -> Any:
    found = value.item() if hasattr(value, "item") else value
    return found if isinstance(found, (int, float, str, bool)) else str(found)


def read_card_frame(frame: pd.DataFrame) -> dict[str, Any]:
    """Read the parts of a scorecard from its table.

    Raises
    ------
    DataError
        See `Scorecard.from_frame`: all problems at once.
    """
    missing = [name for name in ("rule", "points") if name not in frame.columns]
    if missing:
        raise DataError(
            [
                Problem(name, t("there is no column {name}", name=repr(name)), t("the table of a scorecard"))
                for name in missing
            ]
        )
    problems: list[Problem] = []
    read = [
        _read_row(place, row, problems) for place, row in enumerate(zip(frame["rule"], frame["points"], strict=True))
    ]
    slots = [row for row in read if row]
    parts = _parts(slots, problems) if not problems else {}
    if problems:
        raise DataError(problems)
    return parts


def _read_row(place: int, row: tuple[Any, Any], problems: list[Problem]) -> dict[str, Any] | None:
    """Read the rule and the points of one row."""
    where = t("row {row}", row=place + 2)
    try:
        rule = json.loads(row[0]) if isinstance(row[0], str) else None
    except (ValueError, RecursionError):
        rule = None
    if not isinstance(rule, dict) or not _is_rule(rule):
        problems.append(
            Problem(where, t("the rule cannot be read"), t("the rule as it was written"), t("Write it anew"))
        )
        return None
    value = pd.to_numeric(pd.Series([row[1]]), errors="coerce").iloc[0]
    if not math.isfinite(value):
        problems.append(Problem(where, t("{value} is not a number", value=repr(row[1])), t("points")))
        return None
    own = _number(rule, "own", value)
    same = abs(own - value) <= SPREADSHEET * max(1.0, abs(own))
    return {**rule, "given": own if same else float(value)}


def _is_rule(rule: dict[str, Any]) -> bool:
    """Say whether a rule has the parts that its role needs."""
    role = rule.get("role")
    if role == BASE:
        return True
    if not isinstance(rule.get("variable"), str) or role not in ("range", "category", "special", "missing", "unseen"):
        return False
    if role == "range":
        return all(rule.get(end) is None or _is_number(rule[end]) for end in ("low", "high"))
    values = rule.get("values")
    return role not in ("category", "special") or (
        isinstance(values, list) and all(isinstance(value, (str, int, float)) for value in values)
    )


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _parts(slots: Sequence[dict[str, Any]], problems: list[Problem]) -> dict[str, Any]:
    head = next((slot for slot in slots if slot["role"] == BASE), {"given": 0.0})
    by_name: dict[str, list[dict[str, Any]]] = {}
    for slot in slots:
        if slot["role"] != BASE:
            by_name.setdefault(slot["variable"], []).append(slot)
    if not by_name:
        problems.append(Problem("rule", t("no variable"), t("at least one")))
    ordered = {name: _ordered(found) for name, found in by_name.items()}
    return {
        "rules": {name: _rule(name, found, problems) for name, found in ordered.items()},
        "points": {name: np.array([slot["given"] for slot in found]) for name, found in ordered.items()},
        "exact": {
            name: np.array([_number(slot, "exact", slot["given"]) for slot in found]) for name, found in ordered.items()
        },
        "rows": {
            name: np.array([int(_number(slot, "rows", 0)) for slot in found], dtype=np.int64)
            for name, found in ordered.items()
        },
        "base": head["given"],
        "exact_base": _number(head, "exact", head["given"]),
        "scaling": _scaling(head, problems),
        "coefficients": _coefficients(head, ordered),
    }


def _number(slot: Mapping[str, Any], name: str, default: float) -> float:
    value = slot.get(name)
    return float(value) if _is_number(value) else float(default)


def _coefficients(head: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, float]:
    found = head.get("coefficients")
    given = found if isinstance(found, dict) else {}
    return {name: float(value) for name, value in given.items() if name in names and _is_number(value)}


def _scaling(head: Mapping[str, Any], problems: list[Problem]) -> Scaling:
    default = Scaling()
    try:
        return check_scaling(
            points=_number(head, "points", default.points),
            odds=_number(head, "odds", default.odds),
            pdo=_number(head, "pdo", default.pdo),
            digits=head.get("digits", default.digits),
        )
    except ParameterError as error:
        problems += error.problems
        return default


def _ordered(slots: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put slots in the order of a rule, also where people have sorted the table."""
    place = {"range": 0, "category": 0, "special": 1, "missing": 2, "unseen": 3}

    def key(slot: dict[str, Any]) -> tuple[int, float]:
        return place[slot["role"]], _number(slot, "low", -math.inf)

    return sorted(slots, key=key)


def _rule(name: str, slots: Sequence[dict[str, Any]], problems: list[Problem]) -> VariableBins:
    """Check that the slots of a variable are whole, and make its rule."""
    ranges = [slot for slot in slots if slot["role"] == "range"]
    groups = [slot for slot in slots if slot["role"] == "category"]
    special = [slot for slot in slots if slot["role"] == "special"]
    roles = [slot["role"] for slot in slots]
    cuts = [_number(slot, "low", math.nan) for slot in ranges[1:]]
    numeric = bool(ranges) or (not groups and any(slot.get("numeric") for slot in slots))
    if roles.count("missing") != 1 or roles.count("unseen") != 1 or (ranges and groups) or (numeric and not ranges):
        problems.append(
            Problem(
                name, t("rows are missing or there twice"), t("ranges or groups, one row for missing, one for unseen")
            )
        )
    ends = [(slot.get("low"), slot.get("high")) for slot in ranges]
    if ends and (ends[0][0] is not None or ends[-1][1] is not None or any(a[1] != b[0] for a, b in pairwise(ends))):
        problems.append(
            Problem(name, t("ranges leave a gap or overlap"), t("each range begins where the one before ends"))
        )
    texts = [value for slot in (*groups, *special) for value in slot["values"]]
    if len(set(map(str, texts))) < len(texts):
        problems.append(Problem(name, t("a value stands in two rows"), t("one row for each value")))
    return VariableBins(
        name,
        numeric,
        cuts=tuple(cut for cut in cuts if not math.isnan(cut)),
        groups=tuple(tuple(str(value) for value in slot["values"]) for slot in groups),
        specials=tuple((str(slot.get("label", "")), tuple(slot["values"])) for slot in special),
    )
