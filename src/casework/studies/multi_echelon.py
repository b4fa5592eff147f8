"""The study of stock in several stages: parameters, contract of the data, published results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from casework.core.messages import mark
from casework.datasets.contract import Column, Contract
from casework.studies.base import PublishedResult, Study, StudyParameters

DemandShape = Literal["normal", "gamma", "poisson"]


class EchelonParameters(StudyParameters):
    """Parameters of the study of stock in several stages."""

    data: str = Field(
        "echelon_ebike_network", description="bundled data set, or a file or SQL address of your own", min_length=1
    )
    stage: str = Field("stage", min_length=1, description="column of the name of the stage")
    successor: str = Field(
        "successor", min_length=1, description="column of the stages that it supplies, with ; between several"
    )
    lead_time: str = Field("lead_time", min_length=1, description="column of the lead time in whole periods")
    holding_cost: str = Field("holding_cost", min_length=1, description="column of the cost of a unit in stock")
    demand_mean: str = Field(
        "demand_mean", min_length=1, description="column of the mean demand of outside customers per period"
    )
    demand_sd: str = Field("demand_sd", min_length=1, description="column of the standard deviation of that demand")
    max_service_time: str = Field(
        "max_service_time", description="column of the longest wait that customers accept, empty for none"
    )
    inbound_time: str = Field("", description="column of the service time of outside suppliers, empty for none")
    service_level: float = Field(
        0.95, gt=0.5, lt=1, description="share of the time in which stock covers demand, above 0.5 and below 1"
    )
    pooling: float = Field(
        2.0, ge=1, le=2, description="2 where customers are independent, 1 where their demands move together"
    )
    end: str = Field("", description="stage where the chain ends, empty for the last one that all demand passes")
    stockout_cost: float = Field(
        25.0,
        gt=0,
        json_schema_extra={"unit": mark("currency/unit/period")},
        description="cost of a unit of demand that waits for a period",
    )
    distribution: DemandShape = Field("normal", description="shape of demand: normal, gamma, poisson")
    periods: int = Field(
        500, ge=50, le=1_000_000, json_schema_extra={"unit": mark("periods")}, description="periods of a replication"
    )
    replications: int = Field(100, ge=2, le=100_000, description="replications of the simulation")
    confidence: float = Field(0.95, gt=0, lt=1, description="confidence of the intervals")


@dataclass(frozen=True, kw_only=True)
class NetworkLayout:
    """Which column plays which part; None where the data have none."""

    stage: str
    successor: str
    lead_time: str
    holding_cost: str
    demand_mean: str
    demand_sd: str
    max_service_time: str | None
    inbound_time: str | None

    @property
    def shown(self) -> list[str]:
        """Columns that there are, in the order in which they are shown."""
        return list(dict.fromkeys(name for name in self.__dict__.values() if name))

    @property
    def network(self) -> dict[str, str]:
        """Columns of the network and its demand, as `excerpt` takes them."""
        parts = ("stage", "successor", "lead_time", "holding_cost", "demand_mean", "demand_sd")
        return {part: getattr(self, part) for part in parts}

    @property
    def promises(self) -> dict[str, str | None]:
        """Columns of service times, as `guaranteed_service` takes them."""
        return {"max_service_time": self.max_service_time, "inbound_time": self.inbound_time}


def layout(parameters: EchelonParameters, columns: Sequence[str]) -> NetworkLayout:
    """Return which column plays which part, for the columns that there are."""
    p, there = parameters, set(columns)
    return NetworkLayout(
        stage=p.stage,
        successor=p.successor,
        lead_time=p.lead_time,
        holding_cost=p.holding_cost,
        demand_mean=p.demand_mean,
        demand_sd=p.demand_sd,
        max_service_time=p.max_service_time if p.max_service_time in there else None,
        inbound_time=p.inbound_time if p.inbound_time in there else None,
    )


def contract(parameters: EchelonParameters, columns: Sequence[str]) -> Contract:
    """Return the columns that the study reads."""
    p = parameters
    needed: list[Column] = [
        Column(name=p.stage, kind="text", meaning=mark("name of the stage"), unique=True, missing=False),
        Column(name=p.successor, kind="text", meaning=mark("stages that it supplies")),
        Column(name=p.lead_time, kind="integer", meaning=mark("lead time in periods"), low=0, missing=False),
        Column(name=p.holding_cost, kind="number", meaning=mark("cost of a unit in stock"), low=0, missing=False),
        Column(name=p.demand_mean, kind="number", meaning=mark("mean demand of outside customers"), low=0),
        Column(name=p.demand_sd, kind="number", meaning=mark("standard deviation of that demand"), low=0),
    ]
    optional: list[tuple[str, str, Any]] = [
        ("max_service_time", p.max_service_time, mark("longest wait that customers accept")),
        ("inbound_time", p.inbound_time, mark("service time of outside suppliers")),
    ]
    needed += [
        Column(name=name, kind="integer", meaning=meaning, low=0, required=False, parameter=parameter)
        for parameter, name, meaning in optional
        if name
    ]
    return Contract(tuple(needed), min_rows=1)


STUDY = Study(
    name="multi_echelon",
    module="supply_chain",
    title="Stock in a chain of stages: where to hold it, and how much?",
    question="At which stages of our network should safety stock stand, how much, and what does the service cost?",
    minutes=60,
    level="advanced",
    parameters=EchelonParameters,
    contract=contract,
    layout=layout,
    results=(
        PublishedResult(name="n_stages", kind="scalar", title="Stages", unit="stages", digits=0),
        PublishedResult(name="n_holding", kind="scalar", title="Stages that keep safety stock", unit="stages",
                        key=True, digits=0),
        PublishedResult(name="safety_cost", kind="scalar", title="Cost of safety stock", unit="currency/period",
                        key=True),
        PublishedResult(name="safety_cost_everywhere", kind="scalar", title="Cost of safety stock at every stage",
                        unit="currency/period"),
        PublishedResult(name="safety_cost_at_ends", kind="scalar",
                        title="Cost of safety stock only at stages that face customers", unit="currency/period"),
        PublishedResult(name="saving", kind="scalar", title="Saving against stock at every stage", key=True),
        PublishedResult(name="placement", kind="table", title="Service times and safety stock by stage"),
        PublishedResult(name="period_values", kind="table", title="What a period less of lead time is worth"),
        PublishedResult(name="chain", kind="table", title="Best levels of the chain"),
        PublishedResult(name="chain_cost", kind="scalar", title="Cost of the chain", unit="currency/period", key=True),
        PublishedResult(name="chain_cost_error", kind="scalar", title="Accuracy of that cost", unit="currency/period",
                        digits=6),
        PublishedResult(name="bounds", kind="table", title="Bounds of the levels and rule of thumb"),
        PublishedResult(name="rule_gap", kind="scalar", title="Cost of the rule of thumb above the best"),
        PublishedResult(name="simulated_cost", kind="scalar", title="Simulated cost of the chain",
                        unit="currency/period"),
        PublishedResult(name="simulated_low", kind="scalar", title="Simulated cost, lower end",
                        unit="currency/period"),
        PublishedResult(name="simulated_high", kind="scalar", title="Simulated cost, upper end",
                        unit="currency/period"),
        PublishedResult(name="fill_rate", kind="scalar", title="Demand met at once", key=True),
        PublishedResult(name="neighbours", kind="table", title="Best levels and their neighbours"),
        PublishedResult(name="assembly", kind="table", title="Levels of the assembly tree"),
        PublishedResult(name="assembly_bound", kind="scalar", title="Least cost of the assembly tree",
                        unit="currency/period"),
        PublishedResult(name="assembly_cost", kind="scalar", title="Simulated cost of the assembly tree",
                        unit="currency/period"),
        PublishedResult(name="comparison", kind="table", title="Two ways to set levels, simulated"),
    ),
    methods=(
        mark("guaranteed-service model"),
        mark("serial base-stock optimum"),
        mark("newsvendor bounds"),
        mark("simulation of assembly trees"),
    ),
)  # fmt: skip
