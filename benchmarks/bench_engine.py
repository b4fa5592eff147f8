"""The execution engine against what users do today: sweeps, warm kernels, re-runs, memory, the first run.

    python benchmarks/bench_engine.py [--runs 100] [--rounds 3] [--quick] [--json]

Everything is measured in turn in each round, and each row shows the median of the rounds' ratios with their range, by
the clock and by processor time (templates and their forks included). The serial loop of command lines is timed on two
runs of each study per round and scaled to all runs: it is linear. All peers are papermill and nbconvert as they are
installed; explorers draw their static twin for every one of them. Outputs are compared in the same run: where they
differed, or a run failed, nothing is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from pathlib import Path
from typing import Any

from engine import equal, peers
from engine.place import Cost, command, module, place, run, stop_templates
from engine.rows import Row
from engine.studies import Case, cases, parameters, sample

WORKERS = 2
PAIRS = 5


@dataclass
class Bench:
    """What was measured: a list of costs for each name, one for each round."""

    base: Path
    runs: int
    rounds: int
    costs: dict[str, list[Cost]] = field(default_factory=lambda: defaultdict(list))
    executed_after_change: list[int] = field(default_factory=list)
    verdicts: dict[str, str] = field(default_factory=dict)

    def round(self, number: int) -> None:
        """Measure everything once."""
        wanted = cases(self.runs)
        with place(self.base, f"round-{number}") as (folder, environment):
            measured = peers.loop(sample(1), folder / "loop-1", environment)
            html = self.sweeps(wanted, folder, environment)
            self.pure(wanted, environment)
            measured += peers.loop(sample(2)[3:], folder / "loop-2", environment)
            pool = self.pool(wanted, folder, environment)
            self.kernels(environment, ceil(PAIRS / self.rounds))
            pages, runs = "loop with pages", "loop"
            only_runs, only_pages = peers.scaled(measured, wanted)
            self.costs[runs].append(only_runs)
            self.costs[pages].append(only_runs + only_pages)
            self.compare(wanted, html, pool, folder, environment, first=number == 0)
        self.first_run(number)
        shutil.rmtree(self.base / f"round-{number}", ignore_errors=True)

    def sweeps(self, wanted: Sequence[Case], folder: Path, environment: dict[str, str]) -> list[Path]:
        """Sweep with pages, again unchanged, again with one set changed; then without pages. Return the notebooks."""
        html = {"out": str(folder / "out"), "formats": ["html"], "sweeps": grouped(wanted)}
        stop_templates(environment)
        cost, answer = module("sweeps", html, environment)
        expect(answer, executed=len(wanted), ok=len(wanted))
        notebooks = swept(wanted, folder / "out", answer["folders"])
        expect_warm(notebooks)
        self.costs["sweep with pages"].append(cost)
        again, answer_again = module("sweeps", html, environment)
        expect(answer_again, executed=0, ok=len(wanted))
        self.costs["again"].append(again)
        changed = [replace(wanted[0], parameters=parameters("kano", 9999)), *wanted[1:]]
        _, answer_changed = module("sweeps", html | {"sweeps": grouped(changed)}, environment)
        expect(answer_changed, executed=1, ok=len(wanted))
        self.executed_after_change.append(answer_changed["executed"])
        self.bare_sweep(wanted, folder, environment)
        return notebooks

    def bare_sweep(self, wanted: Sequence[Case], folder: Path, environment: dict[str, str]) -> None:
        """Sweep without pages, nothing warm, nothing cached."""
        stop_templates(environment)
        fresh = environment | {"CASEWORK_CACHE": str(folder / "cache-bare")}
        job = {"out": str(folder / "out-bare"), "formats": ["notebook"], "sweeps": grouped(wanted)}
        cost, answer = module("sweeps", job, fresh)
        expect(answer, executed=len(wanted), ok=len(wanted))
        expect_warm(swept(wanted, folder / "out-bare", answer["folders"]))
        self.costs["sweep"].append(cost)

    def pure(self, wanted: Sequence[Case], environment: dict[str, str]) -> None:
        """The pure-compute limit: with matplotlib's own drawing, and with casework's."""
        from casework.runner.warm.identity import fixed_environment

        for name, quick in (("limit", False), ("quick limit", True)):
            job = {"runs": [case.plain() for case in wanted], "workers": WORKERS, "quick": quick}
            _, answer = module("limit", job, fixed_environment(environment))
            self.costs[name].append(Cost(answer["wall"], answer["cpu"]))
            self.costs[f"{name} pictures"].append(Cost(answer["pictures"], 0))

    def pool(self, wanted: Sequence[Case], folder: Path, environment: dict[str, str]) -> list[Path]:
        """papermill's own API on warm kernels; return the notebooks."""
        stop_templates(environment)
        environment = environment | {"CASEWORK_CACHE": str(folder / "cache-pool")}  # no picture of the sweeps
        place_of = folder / "pool"
        place_of.mkdir()
        paths = [place_of / f"{at}.ipynb" for at in range(len(wanted))]
        tasks = [
            case.plain() | {"output": str(path), "kernel": "casework"} for case, path in zip(wanted, paths, strict=True)
        ]
        cost, answer = module("pool", {"tasks": tasks, "workers": WORKERS}, environment)
        expect(answer, done=len(wanted))
        self.costs["pool"].append(cost)
        return paths

    def dask(self, wanted: Sequence[Case], folder: Path, environment: dict[str, str]) -> list[Path]:
        """Some runs through dask, nothing cached; return the notebooks."""
        fresh = environment | {"CASEWORK_CACHE": str(folder / "cache-dask")}
        out = folder / "out-dask"
        job = {"out": str(out), "formats": ["notebook"], "sweeps": grouped(wanted), "engine": "dask"}
        _, answer = module("sweeps", job, fresh)
        expect(answer, executed=len(wanted), ok=len(wanted))
        return swept(wanted, out, answer["folders"])

    def kernels(self, environment: dict[str, str], pairs: int) -> None:
        """Lives of kernels, warm and normal in turn."""
        for at in range(2 * pairs):
            name = ("casework", "python3")[at % 2]
            _, life = module("kernels", {"kernel": name}, environment)
            assert life["pictures"] == 1, life
            for part, value in {
                "start": life["ready"] + life["imports"],
                "end": life["end"],
                "uss": life["uss"],
                "pss": life["pss"],
            }.items():
                self.costs[f"{name} {part}"].append(Cost(value, 0))

    def first_run(self, number: int) -> None:
        """The first run ever: nothing warm, nothing cached; its page included."""
        with place(self.base, f"first-{number}") as (folder, environment):
            case = replace(cases(1)[0], parameters={})
            plain, _ = peers.papermill(case, folder / "plain.ipynb", environment)
            ours, _ = run([command("casework"), "run", "kano", "--out", str(folder / "out")], environment)
            self.costs["first"].append(replace(ours, cpu=0))
            self.costs["first plain"].append(replace(plain, cpu=0))

    def compare(
        self,
        wanted: Sequence[Case],
        html: Sequence[Path],
        pool: Sequence[Path],
        folder: Path,
        environment: dict[str, str],
        *,
        first: bool,
    ) -> None:
        """Every run of the sweep and of the pool must have the same outputs; in the first round also the cold path."""
        different = [
            str(at) for at, pair in enumerate(zip(html, pool, strict=True)) if len(set(map(equal.outputs, pair))) > 1
        ]
        assert not different, f"sweep and warm kernels differ in runs {', '.join(different)}"
        drawn = sum(map(equal.pictures, html))
        for name in ("limit pictures", "quick limit pictures"):
            assert drawn == self.costs[name][-1].wall, f"the limit drew {self.costs[name][-1].wall}, not {drawn}"
        if first:
            dask = self.dask(wanted[:3], folder, environment)
            ways = {"sweep": html[:3], "dask": dask}
            self.verdicts = equal.check(wanted[:3], ways, folder / "equal", environment)
            assert set(self.verdicts.values()) == {"equal"}, self.verdicts

    def rows(self) -> list[Row]:
        """Hold what was measured to the goals."""
        of, n = self.costs, self.runs
        mib = {"unit": "MiB", "scale": 2.0**20}
        return [
            Row(
                f"sweep of {n} runs with pages",
                "papermill + nbconvert commands",
                of["sweep with pages"],
                of["loop with pages"],
                10,
            ),
            Row(f"sweep of {n} runs, notebooks only", "papermill command", of["sweep"], of["loop"], 10),
            Row(
                f"sweep of {n} runs, notebooks only",
                "pure-compute limit, plain exec and plain PNG",
                of["sweep"],
                of["limit"],
                1.25,
                slower=False,
            ),
            Row(
                f"sweep of {n} runs, notebooks only",
                "the same limit with casework's quicker drawing",
                of["sweep"],
                of["quick limit"],
                None,
                slower=False,
            ),
            Row(f"papermill API on warm kernels, {n} runs", "papermill command", of["pool"], of["loop"], 7),
            Row("kernel start and imports", "normal kernel", of["casework start"], of["python3 start"], 8),
            Row("kernel shutdown", "normal kernel", of["casework end"], of["python3 end"], 5),
            Row(f"unchanged again, {n} runs", "first sweep", of["again"], of["sweep with pages"], 0.03, slower=False),
            Row(
                "private memory of one more kernel (USS)",
                "normal kernel",
                of["casework uss"],
                of["python3 uss"],
                0.4,
                slower=False,
                **mib,
            ),
            Row(
                "its proportional memory (PSS)",
                "normal kernel",
                of["casework pss"],
                of["python3 pss"],
                None,
                slower=False,
                **mib,
            ),
            Row(
                "first run ever, with its page", "papermill command", of["first"], of["first plain"], 1.3, slower=False
            ),
        ]


def grouped(wanted: Iterable[Case]) -> dict[str, list[dict[str, Any]]]:
    """Return the parameter sets of each study."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for case in wanted:
        found[case.study].append(case.parameters)
    return dict(found)


def swept(wanted: Sequence[Case], out: Path, folders: dict[str, list[str]]) -> list[Path]:
    """Return the notebook of each run of a sweep."""
    left = {study: iter(names) for study, names in folders.items()}
    return [out / next(left[case.study]) / "notebook.ipynb" for case in wanted]


def expect(answer: dict[str, Any], **wanted: int) -> None:
    found = {name: answer[name] for name in wanted}
    assert found == wanted, f"expected {wanted}, found {found}"


def expect_warm(notebooks: Sequence[Path]) -> None:
    """No run may have fallen back to a normal kernel."""
    engines = {json.loads(path.with_name("run.json").read_text(encoding="utf-8"))["engine"] for path in notebooks}
    assert engines == {"warm"}, engines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=int(os.environ.get("BENCH_RUNS", "100")), help="runs of a sweep")
    parser.add_argument("--rounds", type=int, default=int(os.environ.get("BENCH_ROUNDS", "3")), help="rounds")
    parser.add_argument("--quick", action="store_true", help="12 runs, one round: to try, not to judge")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # templates end with the benchmark
    runs, rounds = (12, 1) if given.quick else (given.runs, given.rounds)
    with tempfile.TemporaryDirectory(prefix="cwb-") as base:
        bench = Bench(Path(base), runs, rounds)
        for number in range(rounds):
            bench.round(number)
            load = os.getloadavg()[1]
            print(f"round {number + 1} of {rounds} done, load average {load:.1f}", file=sys.stderr)
    rows = bench.rows()
    if given.json:
        print(json.dumps({"rows": [row.content() for row in rows], "outputs": bench.verdicts}, indent=2))
    else:
        print(*[row.text() for row in rows], sep="\n")
        print(f"one changed set executes: {bench.executed_after_change} runs")
        print(
            "outputs cold, warm, in process, swept, dask:",
            ", ".join(f"{key} {value}" for key, value in bench.verdicts.items()),
        )
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
