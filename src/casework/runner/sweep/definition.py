"""What is written of a sweep when it begins: enough to resume it from anywhere, and nothing secret."""

from __future__ import annotations

from typing import Any

from casework.datasets.cards import dataset_names
from casework.runner.data import absolute
from casework.runner.manifest import now
from casework.runner.plan import request_to
from casework.runner.secrets import redact
from casework.runner.sweep.planning import SweepPlan
from casework.runner.sweep.points import Point


def definition_of(plan: SweepPlan) -> dict[str, Any]:
    """Return what is written of a sweep, so that it can be resumed from anywhere; passwords are not.

    Parameters
    ----------
    plan : SweepPlan
        The sweep.
    """
    request = plan.points[0].plan.request
    secrets = [secret for point in plan.points for secret in point.plan.secrets]
    given = any("data" in point.given for point in plan.points)
    data = {} if given or secrets or request.data is None else {"data": _absolute(request.data)}
    options = {name: getattr(request, name) for name in ("lang", "formats", "with_code", "timeout")}
    return {
        "study": plan.study,
        "source": request_to(request)["study"],
        "title": plan.title,
        "sweep_id": plan.sweep_id,
        "created": now().isoformat(timespec="seconds"),
        "varied": list(plan.cases.varied),
        "origin": plan.cases.origin,
        "options": options | data,
        "cases": [_case(point) for point in plan.points],
        "runs": [{"run_id": point.run_id} for point in plan.points],
    }


def _case(point: Point) -> dict[str, Any]:
    given, request = dict(point.given), point.plan.request
    if request.data is not None and "data" in given:
        given["data"] = redact(_absolute(request.data), point.plan.secrets)
    return given


def _absolute(address: str) -> str:
    return address if address in dataset_names() else absolute(address)
