"""One life of a kernel, as any client drives it: `python -m engine.kernels JOB`; times [s] and memory [bytes]."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

IMPORTS = """import pandas
import statsmodels.api
import seaborn
import matplotlib.pyplot as plt"""
PLOT = """fig, ax = plt.subplots()
ax.plot([1, 2, 3], [2, 1, 3]);"""


def main(job: dict[str, Any]) -> dict[str, Any]:
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name=job["kernel"])
    times = [time.perf_counter()]
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=120)
    times.append(time.perf_counter())
    run(client, IMPORTS)
    times.append(time.perf_counter())
    pictures = run(client, PLOT)
    memory = private_memory(manager.provisioner.pid)
    client.stop_channels()
    times.append(time.perf_counter())
    manager.shutdown_kernel()
    end = time.perf_counter() - times[-1]
    return {"ready": times[1] - times[0], "imports": times[2] - times[1], "end": end, "pictures": pictures, **memory}


def run(client: Any, code: str) -> int:
    """Execute a cell; return how many pictures came."""
    pictures = 0

    def hear(message: dict[str, Any]) -> None:
        nonlocal pictures
        pictures += "image/png" in message["content"].get("data", {})

    reply = client.execute_interactive(code, output_hook=hear, timeout=300)
    assert reply["content"]["status"] == "ok", reply["content"]
    return pictures


def private_memory(pid: int) -> dict[str, int]:
    """Memory of a process that is its own (`uss`), and with its share of what it shares (`pss`) [bytes]."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()[1:]
    found = {name: int(size.split()[0]) * 1024 for name, _, size in (line.partition(":") for line in lines)}
    return {"uss": found["Private_Clean"] + found["Private_Dirty"], "pss": found["Pss"]}


def boot() -> None:
    """Wait until a template is there."""
    from casework.runner.warm.client import connect
    from casework.runner.warm.identity import fixed_environment

    connect(fixed_environment(os.environ)).close()


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    boot()
    main(asked)  # what the client itself loads at its first kernel belongs to neither
    print(json.dumps(main(asked)))
