"""Speed of PLS path modelling against Python plspm, in one run, and how it grows.

    python benchmarks/bench_pls.py [--json] [--repeats 7] [--without-peer] [--peer-resamples 10]

The data are made up: 250 rows that have exactly the published means, deviations and correlations of the mobile phone
survey (mobi), 24 indicators, European model, path scheme, mode A, tolerance 1e-10. plspm 0.5.7 is installed into an
environment of its own (it needs pandas below 3) and told to standardize (`default_scale=Scale.NUM`; by default it does
not). Paths are compared before anything is timed. A bootstrap of plspm is timed with a few resamples on one process,
its fit to the whole sample taken off, and scaled up: a thousand would take minutes. Ours is `bootstrap_pls`: it draws
the resamples, estimates all of them, and returns every path, total and indirect effect, weight, loading and index.
Both sides calculate with one thread.
"""

from __future__ import annotations

# ruff: noqa: E402 - the number of threads is set before numpy is loaded
import argparse
import json
import os
import statistics
import subprocess
import tempfile
import tracemalloc
from pathlib import Path
from typing import Any

for _threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")

import numpy as np
import pandas as pd

from casework.satisfaction.pls import fit_pls, named_model
from casework.satisfaction.pls.bootstrap import bootstrap_pls
from casework.validation.register import shared_data
from measure import peer_python, seconds

PEER = """
import json, sys, time
import pandas as pd
import plspm.config as c
from plspm.mode import Mode
from plspm.plspm import Plspm
from plspm.scale import Scale
from plspm.scheme import Scheme

job = json.load(open(sys.argv[1]))
data = pd.read_csv(job["data"])

def config():
    structure = c.Structure()
    for start, end in job["paths"]:
        structure.add_path([start], [end])
    found = c.Config(structure.path(), default_scale=Scale.NUM)
    for name, items in job["blocks"].items():
        found.add_lv(name, Mode.A, *[c.MV(item) for item in items])
    return found

def timed(**more):
    made = config()
    start = time.perf_counter()
    result = Plspm(data, made, Scheme.PATH, iterations=300, tolerance=1e-10, **more)
    return time.perf_counter() - start, result

fits = [timed() for _ in range(job["repeats"])]
table = fits[0][1].path_coefficients()
paths = {a + "->" + b: float(table.loc[b, a]) for a, b in job["paths"]}
boot = [timed(bootstrap=True, bootstrap_iterations=job["resamples"], processes=1)[0] for _ in range(2)]
print(json.dumps({"fit": [seconds for seconds, _ in fits], "paths": paths, "bootstrap": boot}))
"""


def survey(n: int) -> pd.DataFrame:
    """Rows with exactly the moments of mobi."""
    mobi = shared_data("mobi")
    rows = np.random.default_rng(1).normal(size=(n, len(mobi["means"])))
    rows -= rows.mean(axis=0)
    rows = rows @ np.linalg.inv(np.linalg.cholesky(np.cov(rows, rowvar=False))).T
    rows = rows @ np.linalg.cholesky(np.array(mobi["correlation"])).T * mobi["deviations"] + mobi["means"]
    return pd.DataFrame(rows, columns=mobi["indicators"])


def bootstrap(frame: pd.DataFrame, resamples: int) -> int:
    """Bootstrap a fit; return how many resamples were used."""
    return bootstrap_pls(fit_pls(frame, named_model("ECSI")), resamples=resamples, seed=1).used


def ask_peer(frame: pd.DataFrame, resamples: int) -> dict[str, Any]:
    """Times and paths of plspm, in an environment of its own."""
    model = named_model("ECSI")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        python = peer_python(place / "env", "plspm==0.5.7", "pandas<3")
        frame.to_csv(place / "data.csv", index=False)
        job = {
            "data": str(place / "data.csv"),
            "blocks": {item.name: list(item.indicators) for item in model.constructs},
            "paths": model.paths,
            "repeats": 7,
            "resamples": resamples,
        }
        (place / "job.json").write_text(json.dumps(job), encoding="utf-8")
        (place / "peer.py").write_text(PEER, encoding="utf-8")
        call = [python, "-W", "ignore", place / "peer.py", place / "job.json"]
        found = subprocess.run(call, check=True, capture_output=True, text=True)
    answer: dict[str, Any] = json.loads(found.stdout.splitlines()[-1])
    return answer


def against_peer(frame: pd.DataFrame, repeats: int, resamples: int) -> list[dict[str, Any]]:
    model = named_model("ECSI")
    theirs = ask_peer(frame, resamples)
    ours = fit_pls(frame, model)
    largest = max(abs(value - ours.path(*way.split("->"))) for way, value in theirs["paths"].items())
    assert largest < 1e-7, largest
    fit = statistics.median(theirs["fit"])
    each = (statistics.median(theirs["bootstrap"]) - fit) / resamples
    return [
        _row("one fit, 250 x 24, rows to checked result", seconds(lambda: fit_pls(frame, model), 30 * repeats), fit),
        _row(
            f"1,000 resamples (theirs: {resamples}, scaled up)",
            seconds(lambda: bootstrap(frame, 1000), repeats),
            each * 1000,
        ),
    ]


def _row(case: str, ours: float, theirs: float | None = None, **more: Any) -> dict[str, Any]:
    ratio = None if theirs is None else theirs / ours
    return {"case": case, "casework_s": ours, "plspm_s": theirs, "ratio": ratio, **more}


def growth(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for resamples in (100, 1_000, 5_000, 20_000):
        once = seconds(lambda resamples=resamples: bootstrap(frame, resamples), 3)
        rows.append(_row(f"{resamples:,} resamples of 250", once, per_resample_ms=once / resamples * 1000))
    for resamples in (1_000, 20_000):
        tracemalloc.start()
        bootstrap(frame, resamples)
        rows[-1 if resamples == 20_000 else 1]["peak_mb"] = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
    return rows


def many_respondents() -> list[dict[str, Any]]:
    large = survey(100_000)
    model = named_model("ECSI")
    return [
        _row("one fit, 100,000 x 24", seconds(lambda: fit_pls(large, model), 3)),
        _row("200 resamples of 100,000 x 24", seconds(lambda: bootstrap(large, 200), 1)),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--peer-resamples", type=int, default=10)
    parser.add_argument("--without-peer", action="store_true")
    given = parser.parse_args()
    frame = survey(250)
    bootstrap(frame, 300)
    rows = [] if given.without_peer else against_peer(frame, given.repeats, given.peer_resamples)
    rows += growth(frame) + many_respondents()
    if given.json:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        slow = f"{row['plspm_s']:9.3f} s {row['ratio']:8.0f} x" if row["ratio"] else ""
        each = f"{row['per_resample_ms']:8.4f} ms each" if "per_resample_ms" in row else ""
        peak = f" {row['peak_mb']:6.0f} MB at most" if "peak_mb" in row else ""
        print(f"{row['case']:44} {row['casework_s']:9.5f} s {slow}{each}{peak}")


if __name__ == "__main__":
    main()
