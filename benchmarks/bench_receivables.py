"""Speed of ageing and of the warnings, against the usual way in pandas.

    python benchmarks/bench_receivables.py [--json] [--repeats 3] [--copies 20]

A ledger of about 1,000,000 documents (copies of the synthetic one) at 36 month-ends. No package on PyPI was found that
ages receivables, so the peer is what an analyst writes: for each month-end filter, sum the settlements by invoice, cut
the days past due, sum by customer and bucket. Both tables of totals are compared. Then the whole way: measures, rules,
defaults, back-test and a curve of thresholds.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from casework.credit.receivables import (
    USUAL_RULES,
    Ledger,
    ageing_history,
    backtest,
    customer_measures,
    find_defaults,
    read_ledger,
    threshold_curve,
    warn_customers,
)
from casework.datasets.synthetic.credit_documents import credit_ledger

EDGES = (0, 30, 60, 90)


def documents(copies: int) -> pd.DataFrame:
    frame, _ = credit_ledger()
    names = ["customer", "document", "invoice"]
    parts = [frame.assign(**{name: frame[name] + f"_{i}" for name in names}) for i in range(copies)]
    return pd.concat(parts, ignore_index=True)


def usual_way(frame: pd.DataFrame, dates: tuple[str, ...]) -> pd.DataFrame:
    """Return open amounts by month-end and bucket, without money on account."""
    table = frame.assign(date=pd.to_datetime(frame["date"]), due=pd.to_datetime(frame["due"]))
    invoices, others = table[table["kind"] == "invoice"], table[table["kind"] != "invoice"]
    rows = []
    for day in map(pd.Timestamp, dates):
        own = invoices[invoices["date"] <= day]
        paid = others[others["date"] <= day].groupby("invoice")["amount"].sum()
        rest = own["amount"] - own["document"].map(paid).fillna(0.0)
        bucket = pd.cut((day - own["due"]).dt.days, [-np.inf, *EDGES, np.inf], labels=False)
        by = rest.groupby([own["customer"], bucket]).sum()
        rows.append(by.groupby(level=1).sum().reindex(range(5), fill_value=0.0).to_numpy())
    return pd.DataFrame(rows)


def whole_way(ledger: Ledger) -> Any:
    measures = customer_measures(ledger)
    failed = find_defaults(ledger)
    return backtest(warn_customers(measures, USUAL_RULES), failed), threshold_curve(measures, failed)


def timed(function: Callable[..., Any], *given: Any, repeats: int) -> tuple[float, Any]:
    times = []
    for _ in range(repeats):
        start = time.process_time()
        found = function(*given)
        times.append(time.process_time() - start)
    return statistics.median(times), found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--copies", type=int, default=20)
    options = parser.parse_args()
    frame = documents(options.copies)
    read, ledger = timed(read_ledger, frame, repeats=options.repeats)
    ours, history = timed(ageing_history, ledger, repeats=options.repeats)
    usual, expected = timed(usual_way, frame, history.dates, repeats=1)
    whole, _ = timed(whole_way, ledger, repeats=options.repeats)
    gap = np.abs(history.totals[list(history.buckets)].to_numpy() - expected.to_numpy()).max()
    found = {
        "documents": len(frame), "month_ends": len(history.dates), "read_and_check_s": read, "ageing_s": ours,
        "usual_way_s": usual, "ratio_with_reading": usual / (read + ours), "ratio_ageing_alone": usual / ours,
        "largest_difference": float(gap), "measures_rules_backtest_curve_s": whole,
    }  # fmt: skip
    if options.json:
        print(json.dumps(found, indent=1))
        return
    for name, value in found.items():
        print(f"{name:32} {value:,.4g}" if isinstance(value, float) else f"{name:32} {value:,}")


if __name__ == "__main__":
    main()
