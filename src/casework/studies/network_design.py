"""The study of network design: parameters, contract of the data, published results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from casework.core.messages import mark, t
from casework.datasets.contract import Column, Contract
from casework.studies.base import PublishedResult, Study, StudyParameters

Metric = Literal["euclidean", "manhattan", "great_circle"]


class NetworkParameters(StudyParameters):
    """Parameters of the network study."""

    data: str = Field(
        "network_bottled_tea", description="bundled data set, or a file or SQL address of your own", min_length=1
    )
    kind: str = Field("kind", min_length=1, description="column of the kind of place: site, customer or plant")
    name: str = Field("name", min_length=1, description="column of the name of the place")
    products: list[str] = Field(
        ["green_tea", "black_tea"],
        min_length=1,
        max_length=50,
        description="columns of quantities, one for each product: wanted by customers, makeable by plants",
    )
    fixed_cost: str = Field("fixed_cost", min_length=1, description="column of the cost of an open site")
    capacity: str = Field("capacity", description="column of the units that a site can handle, empty for no limit")
    existing: str = Field("existing", description="column that says yes for sites of today, empty for none")
    closing_cost: str = Field("closing_cost", description="column of the cost of closing such a site, empty for none")
    x: str = Field("x", min_length=1, description="column of the place from west to east, or of longitude")
    y: str = Field("y", min_length=1, description="column of the place from south to north, or of latitude")
    metric: Metric = Field(
        "euclidean", description="distance: euclidean, manhattan (right angles), great_circle (degrees, km)"
    )
    cost_columns: list[str] = Field(
        [], description="columns of unit costs in the customers' rows, named as the sites; empty to take the distance"
    )
    rate: float = Field(
        0.25, ge=0, json_schema_extra={"unit": mark("currency/unit/km")}, description="transport from site to customer"
    )
    inbound_rate: float = Field(
        0.08, ge=0, json_schema_extra={"unit": mark("currency/unit/km")}, description="transport from plant to site"
    )
    detour: float = Field(1.3, ge=1, le=5, description="length of the road over the distance")
    single_source: bool = Field(False, description="each customer is served from one site")
    min_sites: int = Field(0, ge=0, json_schema_extra={"unit": mark("sites")}, description="fewest open sites")
    max_sites: int = Field(
        0, ge=0, json_schema_extra={"unit": mark("sites")}, description="most open sites, 0 for no limit"
    )
    open_sites: list[str] = Field([], description="sites that must be open")
    closed_sites: list[str] = Field([], description="sites that must not be open")
    max_distance: float = Field(
        0.0, ge=0, json_schema_extra={"unit": mark("km")}, description="longest road to a customer, 0 for no limit"
    )
    closure_probability: float = Field(
        0.02, gt=0, le=0.5, description="probability that a site fails for the year, each of them"
    )
    shortage_cost: float = Field(
        400.0, ge=0, json_schema_extra={"unit": mark("currency/unit")}, description="cost of a unit not delivered"
    )
    sources: int = Field(2, ge=1, le=100, description="sites that a customer may be tied to, beside a single one")
    demand_change: float = Field(
        0.25, gt=0, lt=1, description="how far demand may fall or rise, as a share, in the demand scenarios"
    )
    time_limit: float = Field(
        60.0, gt=0, le=86_400, json_schema_extra={"unit": mark("s")}, description="longest search for one network"
    )

    @field_validator("products", "cost_columns", "open_sites", "closed_sites")
    @classmethod
    def _once(cls, value: list[str]) -> list[str]:
        twice = [name for name in dict.fromkeys(value) if value.count(name) > 1]
        problems = [t("each name once; {name} occurs twice", name=repr(name)) for name in twice]
        if any(not name.strip() for name in value):
            problems.append(t("a name in every place; one is empty"))
        if problems:
            raise ValueError("; ".join(problems))
        return value

    @field_validator("max_sites")
    @classmethod
    def _most(cls, value: int, info: ValidationInfo) -> int:
        fewest = info.data.get("min_sites", 0)
        if value and value < fewest:
            raise ValueError(t("at least {x}", x=fewest))
        return value


@dataclass(frozen=True, kw_only=True)
class PlacesLayout:
    """Which column plays which part; None where the data have none."""

    kind: str
    name: str
    products: tuple[str, ...]
    fixed_cost: str
    capacity: str | None = None
    existing: str | None = None
    closing_cost: str | None = None
    coordinates: tuple[str, str] | None = None

    @property
    def columns(self) -> dict[str, object]:
        """Arguments of `read_network` that name columns."""
        parts = ("kind", "name", "products", "fixed_cost", "capacity", "existing", "closing_cost", "coordinates")
        return {part: getattr(self, part) for part in parts if getattr(self, part) is not None}


def layout(parameters: NetworkParameters, columns: Sequence[str]) -> PlacesLayout:
    """Return which column plays which part, for the columns that there are."""
    p, there = parameters, set(columns)
    return PlacesLayout(
        kind=p.kind,
        name=p.name,
        products=tuple(p.products),
        fixed_cost=p.fixed_cost,
        capacity=p.capacity if p.capacity in there else None,
        existing=p.existing if p.existing in there else None,
        closing_cost=p.closing_cost if p.closing_cost in there else None,
        coordinates=None if p.cost_columns else (p.x, p.y),
    )


def contract(parameters: NetworkParameters, columns: Sequence[str]) -> Contract:
    """Return the columns that the study reads; cells that a kind of place has no use for may be empty."""
    p = parameters
    found = [
        Column(name=p.kind, kind="text", meaning=mark("kind of place: site, customer or plant"), missing=False),
        Column(name=p.name, kind="text", meaning=mark("name of the place"), missing=False),
        Column(name=p.fixed_cost, kind="number", meaning=mark("cost of an open site"), low=0),
    ]
    found += [
        Column(name=name, kind="number", meaning=mark("quantity of a product: wanted, or makeable"), low=0)
        for name in p.products
    ]
    found += [
        Column(name=name, kind="number", meaning=mark("cost of a unit from the site to the customer"), low=0)
        for name in p.cost_columns
    ]
    if not p.cost_columns:
        across, along = (180.0, 90.0) if p.metric == "great_circle" else (1e12, 1e12)
        found += [
            Column(name=p.x, kind="number", meaning=mark("place from west to east"), low=-across, high=across,
                   missing=False),
            Column(name=p.y, kind="number", meaning=mark("place from south to north"), low=-along, high=along,
                   missing=False),
        ]  # fmt: skip
    optional = (
        ("capacity", p.capacity, "number", mark("units that a site can handle")),
        ("existing", p.existing, "text", mark("yes for sites of today")),
        ("closing_cost", p.closing_cost, "number", mark("cost of closing a site of today")),
    )
    found += [_optional(parameter, name, kind, meaning) for parameter, name, kind, meaning in optional if name]
    return Contract(tuple({column.name: column for column in reversed(found)}.values())[::-1], min_rows=2)


def _optional(parameter: str, name: str, kind: str, meaning: str) -> Column:
    """Return a column that the data may lack."""
    if kind == "text":
        return Column(name=name, kind="text", meaning=meaning, required=False, parameter=parameter)
    return Column(name=name, kind="number", meaning=meaning, low=0, required=False, parameter=parameter)


STUDY = Study(
    name="network_design",
    module="supply_chain",
    title="Network design: which sites to open, and what if one fails?",
    question="Which plants and warehouses should be open, who serves whom, and what would a closed site cost us?",
    minutes=60,
    level="intermediate",
    parameters=NetworkParameters,
    contract=contract,
    layout=layout,
    results=(
        PublishedResult(name="n_sites", kind="scalar", title="Candidate sites", unit="sites", digits=0),
        PublishedResult(name="n_customers", kind="scalar", title="Customers", unit="customers", digits=0),
        PublishedResult(
            name="cost", kind="scalar", title="Cost of the best network", unit="currency", key=True, digits=0
        ),
        PublishedResult(name="open_count", kind="scalar", title="Open sites", unit="sites", key=True, digits=0),
        PublishedResult(name="gap", kind="scalar", title="Share of the cost that is not proven", digits=4),
        PublishedResult(name="cost_now", kind="scalar", title="Cost of the present sites", unit="currency", digits=0),
        PublishedResult(name="mean_distance", kind="scalar", title="Mean road to a customer", unit="km", digits=1),
        PublishedResult(name="sites", kind="table", title="Sites of the best network"),
        PublishedResult(name="flows", kind="table", title="Who serves whom"),
        PublishedResult(name="curve", kind="table", title="Cost by the number of sites"),
        PublishedResult(name="best_number", kind="scalar", title="Cheapest number of sites", unit="sites", digits=0),
        PublishedResult(name="values", kind="table", title="What each site is worth"),
        PublishedResult(
            name="expected_cost",
            kind="scalar",
            title="Expected cost with closures",
            unit="currency",
            key=True,
            digits=0,
        ),
        PublishedResult(
            name="worst_cost", kind="scalar", title="Cost of the dearest closure", unit="currency", key=True, digits=0
        ),
        PublishedResult(
            name="information_value", kind="scalar", title="Value of knowing the closure", unit="currency", digits=0
        ),
        PublishedResult(name="closures", kind="table", title="Cost when a site fails"),
        PublishedResult(name="sourcing", kind="table", title="Single and multiple sourcing"),
        PublishedResult(name="demand_plans", kind="table", title="Networks for uncertain demand"),
        PublishedResult(
            name="two_echelon_cost", kind="scalar", title="Cost with the way from the plants", unit="currency", digits=0
        ),
        PublishedResult(name="inbound", kind="table", title="What plants ship to warehouses"),
    ),
    methods=(
        mark("facility location"),
        mark("mixed-integer programming"),
        mark("cost by the number of sites"),
        mark("stochastic programming"),
        mark("two-echelon, multi-product flows"),
    ),
)
