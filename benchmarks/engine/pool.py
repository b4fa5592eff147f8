"""Unmodified papermill on warm kernels: `python -m engine.pool JOB`, a pool of spawned processes."""

from __future__ import annotations

import json
import multiprocessing
import sys
from typing import Any


def one(task: dict[str, Any]) -> None:
    import papermill

    papermill.execute_notebook(
        task["notebook"], task["output"], parameters=task["parameters"], kernel_name=task["kernel"], progress_bar=False
    )


def main(job: dict[str, Any]) -> dict[str, Any]:
    with multiprocessing.get_context("spawn").Pool(job["workers"]) as pool:
        done = sum(1 for _ in pool.imap_unordered(one, job["tasks"]))
        pool.close()
        pool.join()
    return {"done": done}


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
