"""The engine's sweeps, as a script would call them: `python -m engine.sweeps JOB`, one sweep for each study."""

from __future__ import annotations

import json
import sys
from typing import Any

from casework import sweep


def main(job: dict[str, Any]) -> dict[str, Any]:
    done = [
        sweep(study, cases=cases, out=job["out"], formats=tuple(job["formats"]), engine=job.get("engine", "local"))
        for study, cases in job["sweeps"].items()
    ]
    return {
        "executed": sum(record.executed for record in done),
        "taken": sum(record.taken for record in done),
        "ok": sum(record.counts.get("ok", 0) for record in done),
        "folders": {
            study: [row["folder"] for row in record.rows] for study, record in zip(job["sweeps"], done, strict=True)
        },
    }


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
