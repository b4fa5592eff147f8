"""Compare chains on the same demand: what sharing, lead times, batches or another rule would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.supply_chain.bullwhip.chain import Chain
from casework.supply_chain.bullwhip.demand import Demand
from casework.supply_chain.bullwhip.simulation import ChainResult, simulate_chain

COLUMNS = (mark("scenario"), mark("cost change"), mark("stage"))


@dataclass(frozen=True, kw_only=True)
class ScenariosResult(Result):
    """Amplification and cost of several chains that met the same demand.

    Attributes
    ----------
    table : DataFrame
        A row per scenario: `amplification` of the last stage with its interval (`low`, `high`), `fill_rate` of the
        first stage, `cost` of all stages [currency/period], `cost_change` against the first scenario.
    results : mapping of scenario to ChainResult
    """

    table: pd.DataFrame
    results: Mapping[str, ChainResult]
    confidence: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table of the scenarios."""
        return self.table.copy()

    def summary(self) -> str:
        """Name the scenario that calms the chain most."""
        calm = self.table.iloc[int(self.table["amplification"].argmin())]
        first = self.table.iloc[0]
        if calm["scenario"] == first["scenario"]:
            return t("No change calms the chain as it is: its last stage amplifies {x:.2f} times.",
                     x=first["amplification"])  # fmt: skip
        return t(
            "Calmest: {scenario}. The last stage amplifies {x:.2f} times instead of {y:.2f}; cost changes by "
            "{change:+.0%}.",
            scenario=t(str(calm["scenario"])),
            x=calm["amplification"],
            y=first["amplification"],
            change=calm["cost_change"],
        )


def compare_chains(chains: Mapping[str, Chain], demand: Demand, **sizes: Any) -> ScenariosResult:
    """Simulate several chains on the same demand.

    Parameters
    ----------
    chains : mapping of name to Chain
        The first is the one that the others are compared with.
    demand : Demand
        Of the customers; every chain meets the same numbers.
    **sizes
        Of `simulate_chain`: periods, replications, warm_up, confidence, seed, chunk.

    Raises
    ------
    ParameterError
        There is no chain, or as for `simulate_chain`.
    """
    if not chains:
        raise ParameterError(Problem("chains", t("there is none"), t("at least one chain")))
    results = {name: simulate_chain(chain, demand, **sizes) for name, chain in chains.items()}
    rows = []
    base = next(iter(results.values())).cost
    for name, result in results.items():
        last, first = result.stages.iloc[-1], result.stages.iloc[0]
        rows.append(
            {
                "scenario": name,
                "amplification": last["amplification"],
                "low": last["low"],
                "high": last["high"],
                "fill_rate": first["fill_rate"],
                "cost": result.cost,
                "cost_change": result.cost / base - 1 if base > 0 else float("nan"),
            }
        )
    confidence = next(iter(results.values())).confidence
    return ScenariosResult(table=pd.DataFrame(rows), results=results, confidence=confidence)
