"""The validation register: published cases as data, run by the tests and by `casework validate` alike."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from casework.core.checks import check_names

CASES = Path(__file__).resolve().parent / "cases"
SHARED = CASES / "data"
Method = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Case:
    """One published case: source, inputs, expected numbers, tolerance, and what peers print."""

    module: str
    id: str
    topic: str
    method: str
    source: str
    inputs: dict[str, Any]
    expected: dict[str, Any]
    atol: float = 0.0
    rtol: float = 0.0
    note: str = ""
    part: str = ""

    @property
    def methods(self) -> str:
        """Name of the Python module that computes the case."""
        return f"casework.validation.{self.module}_{self.part}" if self.part else f"casework.validation.{self.module}"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One expected value against the computed one."""

    case: str
    name: str
    expected: Any
    computed: Any
    difference: float | None
    ok: bool


@dataclass(frozen=True, kw_only=True)
class CaseOutcome:
    """A case as it came out here and now."""

    case: Case
    comparisons: tuple[Comparison, ...]
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether every value agrees within the tolerance."""
        return not self.error and all(item.ok for item in self.comparisons)

    @property
    def largest_difference(self) -> float | None:
        """Return the largest absolute difference of a number, or None where there are only words."""
        differences = [item.difference for item in self.comparisons if item.difference is not None]
        return max(differences) if differences else None


def modules() -> tuple[str, ...]:
    """Return the modules that have cases."""
    return tuple(sorted({path.name.split(".")[0] for path in CASES.glob("*.toml")}))


def cases(module: str | None = None) -> tuple[Case, ...]:
    """Return all cases, or those of one module.

    Raises
    ------
    ParameterError
        No such module.
    """
    known = modules()
    if module is not None:
        check_names("module", [module], known)
    chosen = known if module is None else (module,)
    return tuple(case for name in chosen for case in _read(name))


def _read(module: str) -> Iterable[Case]:
    """Read `<module>.toml` and `<module>.<part>.toml`, whose cases `validation/<module>_<part>.py` computes."""
    for path in sorted(CASES.glob(f"{module}.toml")) + sorted(CASES.glob(f"{module}.*.toml")):
        part = path.name.removeprefix(module).removesuffix(".toml").strip(".")
        for item in tomllib.loads(path.read_text(encoding="utf-8"))["cases"]:
            yield Case(module=module, part=part, **{**item, "inputs": _with_data(item["inputs"])})


def _with_data(inputs: dict[str, Any]) -> dict[str, Any]:
    """Put the shared data in, where `data` names a file of `cases/data`."""
    named = inputs.get("data")
    return {**inputs, "data": shared_data(named)} if isinstance(named, str) else inputs


@lru_cache(maxsize=8)
def shared_data(name: str) -> dict[str, Any]:
    """Return data that several cases use, such as a published correlation matrix."""
    return tomllib.loads((SHARED / f"{name}.toml").read_text(encoding="utf-8"))


def check(case: Case) -> CaseOutcome:
    """Compute one case and compare every expected value."""
    methods: Mapping[str, Method] = import_module(case.methods).METHODS
    try:
        computed = methods[case.method](case.inputs)
    except Exception as error:
        return CaseOutcome(case=case, comparisons=(), error=f"{type(error).__name__}: {error}")
    return CaseOutcome(case=case, comparisons=tuple(_compare(case, "", case.expected, computed)))


def validate(module: str | None = None) -> tuple[CaseOutcome, ...]:
    """Compute all cases, or those of one module, now and here."""
    return tuple(check(case) for case in cases(module))


def _compare(case: Case, name: str, expected: Any, computed: Any) -> Iterable[Comparison]:
    if isinstance(expected, Mapping):
        for key, value in expected.items():
            inner = computed.get(key) if isinstance(computed, Mapping) else None
            yield from _compare(case, f"{name}.{key}" if name else key, value, inner)
    elif isinstance(expected, list):
        items = list(computed) if _is_sequence(computed) else []
        if len(items) != len(expected):
            yield Comparison(case=case.id, name=name, expected=expected, computed=computed, difference=None, ok=False)
            return
        for i, (value, inner) in enumerate(zip(expected, items, strict=True)):
            yield from _compare(case, f"{name}[{i}]", value, inner)
    else:
        yield _one(case, name, expected, computed)


def _is_sequence(value: Any) -> bool:
    return (isinstance(value, Sequence) and not isinstance(value, str)) or hasattr(value, "tolist")


def _one(case: Case, name: str, expected: Any, computed: Any) -> Comparison:
    computed = computed.item() if hasattr(computed, "item") else computed
    if expected == "nan":
        ok = computed is None or (isinstance(computed, float) and math.isnan(computed))
        return Comparison(case=case.id, name=name, expected=None, computed=computed, difference=None, ok=ok)
    if isinstance(expected, (int, float)) and not isinstance(expected, bool):
        if not isinstance(computed, (int, float)) or isinstance(computed, bool):
            return Comparison(case=case.id, name=name, expected=expected, computed=computed, difference=None, ok=False)
        difference = abs(float(computed) - float(expected))
        allowed = max(case.atol, case.rtol * abs(float(expected)))
        ok = difference <= allowed * (1 + 1e-9) + 1e-15 * abs(float(expected))
        return Comparison(
            case=case.id, name=name, expected=expected, computed=computed, difference=difference, ok=bool(ok)
        )
    return Comparison(
        case=case.id, name=name, expected=expected, computed=computed, difference=None, ok=bool(expected == computed)
    )
