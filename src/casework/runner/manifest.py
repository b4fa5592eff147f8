"""The manifest `run.json`: what went in, what came out, where and when."""

from __future__ import annotations

import platform
import sys
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import casework
from casework.runner.hashing import lock_sha256, package_sha256
from casework.runner.plan import Plan
from casework.runner.secrets import redact
from casework.runner.supervise import Outcome

SCHEMA = 1
PACKAGES = (
    "numpy",
    "pandas",
    "scipy",
    "statsmodels",
    "matplotlib",
    "seaborn",
    "pydantic",
    "pandera",
    "papermill",
    "ipykernel",
)


def build(
    plan: Plan,
    outcome: Outcome,
    *,
    started: datetime,
    seconds: float,
    outputs: str | None,
    results: str | None,
    cells: dict[str, int],
    problems: list[str],
    location: str | None,
) -> dict[str, Any]:
    """Return the manifest of a run as plain JSON, nothing secret in it."""
    request = plan.request
    return {
        "schema": SCHEMA,
        "study": request.name,
        "title": request.study.title if request.study else request.notebook.stem,
        "module": request.study.module if request.study else None,
        "notebook": request.notebook.name,
        "run_id": plan.run_id,
        "status": outcome.status,
        "error": _error(outcome, plan.secrets),
        "parameters": _redacted(plan.shown, plan.secrets),
        "seed": plan.shown.get("seed"),
        "lang": request.lang,
        "with_code": request.with_code,
        "data": (plan.data | {"location": location}) if plan.data else None,
        "hashes": {
            "notebook": plan.key["notebook"],
            "package": package_sha256(),
            "lock": lock_sha256(),
            "outputs": outputs,
            "results": results,
        },
        "cells": cells,
        "problems": problems,
        "environment": environment(),
        "started": started.astimezone(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 2),
        "cpu_seconds": outcome.cpu,
        "memory_bytes": outcome.memory,
        "engine": outcome.engine,
    }


def _error(outcome: Outcome, secrets: tuple[str, ...]) -> dict[str, Any] | None:
    if outcome.status == "ok":
        return None
    return {"name": outcome.ename, "message": redact(outcome.evalue, secrets)[:2000], "cell": outcome.cell}


def _redacted(parameters: dict[str, Any], secrets: tuple[str, ...]) -> dict[str, Any]:
    return {name: redact(value, secrets) if isinstance(value, str) else value for name, value in parameters.items()}


@lru_cache(maxsize=1)
def environment() -> dict[str, Any]:
    """Return versions of Python, system and the packages that make the numbers."""
    return {
        "casework": casework.__version__,
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
        "system": platform.system(),
        "machine": platform.machine(),
        "threads": 1,
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def now() -> datetime:
    """Return the time, with its zone."""
    return datetime.now(UTC)
