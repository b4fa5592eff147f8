"""Speed and growth of the statement checker, in one run.

    python benchmarks/bench_requirements.py [--json] [--statements 100000]

Growth: all statements differ, so nothing is saved by repetition; then the same number with 128 different ones. Plain
way of one rule (is there a word of judgement?): a loop over the words, each searched for by a pattern of its own. Both
ways are checked to agree before they are timed.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from casework.voice.requirements.rule_words import normal, rule_words
from casework.voice.requirements.statements import check_statements

STATEMENTS = Path(__file__).resolve().parents[1] / "datasets" / "requirement_statements" / "data.csv"
WORDS = rule_words()


def made_up(n: int, *, different: bool) -> list[str]:
    texts = np.resize(pd.read_csv(STATEMENTS)["statement"].to_numpy(dtype=object), n)
    return [f"{text} {place}" for place, text in enumerate(texts)] if different else texts.tolist()


def plain(texts: list[str]) -> list[bool]:
    neutral = [re.compile(_bounded(word), re.IGNORECASE) for word in WORDS.lists["neutral"]]
    judged = [re.compile(_bounded(word), re.IGNORECASE) for word in WORDS.lists["judged"]]
    found = []
    for text in texts:
        for pattern in neutral:
            text = pattern.sub("|", text)
        found.append(any(pattern.search(text) for pattern in judged))
    return found


def _bounded(word: str) -> str:
    return rf"(?<![a-z\d-]){re.escape(word)}(?![a-z\d-])" if word.isascii() else re.escape(word)


def ours(texts: list[str]) -> list[bool]:
    pattern = WORDS.pattern("judged")
    return [any(pattern.findall(text)) for text in texts]


def seconds(function: Callable[[], object]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--statements", type=int, default=100_000)
    given = parser.parse_args()
    sample = [normal(text) for text in made_up(1280, different=True)]
    same = np.mean([a == b for a, b in zip(plain(sample), ours(sample), strict=True)])
    assert same > 0.99, same
    rows = {"plain, one rule [s per 1,280]": seconds(lambda: plain(sample))}
    rows["ours, one rule [s per 1,280]"] = seconds(lambda: ours(sample))
    rows["ratio"] = rows["plain, one rule [s per 1,280]"] / rows["ours, one rule [s per 1,280]"]
    for n in (given.statements // 100, given.statements // 10, given.statements):
        texts = made_up(n, different=True)
        rows[f"all rules, {n:,} different statements [s]"] = seconds(lambda texts=texts: check_statements(texts))
    repeated = made_up(given.statements, different=False)
    rows[f"all rules, {given.statements:,} of 128 different [s]"] = seconds(lambda: check_statements(repeated))
    print(json.dumps(rows) if given.json else "\n".join(f"{name:55} {value:10.3f}" for name, value in rows.items()))


if __name__ == "__main__":
    main()
