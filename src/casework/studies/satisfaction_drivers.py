"""The study of the drivers of satisfaction: parameters, contract of the data, published results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from casework.core.equations import chain_model
from casework.core.errors import ParameterError
from casework.core.messages import mark, t
from casework.datasets.contract import Column, Contract
from casework.studies.base import PublishedResult, Study, StudyParameters

DriverMeasure = Literal["lmg", "relative_weight", "beta", "correlation", "stated"]
ScoreInterval = Literal["score", "adjusted", "wald", "bootstrap"]
CUT_RULES = ("mean", "median", "middle")

LEVELS: dict[str, list[str]] = {
    mark("accuracy"): ["booking_correct", "room_clean", "room_works", "bill_correct"],
    mark("availability"): ["check_in_fast", "staff_reachable", "wifi", "breakfast_hours"],
    mark("partnership"): ["staff_friendly", "staff_listens", "problem_solved"],
    mark("advice"): ["local_tips", "ideas_for_stay", "small_extras"],
}
DRIVERS: list[str] = [name for names in LEVELS.values() for name in names]
CHAIN: list[str] = [
    "staff_satisfaction ~ work_quality",
    "staff_retention ~ staff_satisfaction",
    "productivity ~ staff_satisfaction + staff_retention",
    "value ~ staff_retention + productivity",
    "overall ~ value",
    "recommend ~ overall",
    "revenue_growth ~ recommend",
    "profit_margin ~ revenue_growth + productivity",
]


class SatisfactionDriversParameters(StudyParameters):
    """Parameters of the drivers of satisfaction."""

    data: str = Field(
        "drivers_hotel_guests", description="bundled data set, or a file or SQL address of your own", min_length=1
    )
    drivers: list[str] = Field(DRIVERS, min_length=1, max_length=30, description="columns of the ratings, 1 to 30")
    outcome: str = Field("overall", description="column of overall satisfaction", min_length=1)
    scale_low: float = Field(1.0, description="worst rating of the scale")
    scale_high: float = Field(10.0, description="best rating of the scale")
    low_rating: float = Field(6.0, description="ratings up to here are low")
    high_rating: float = Field(9.0, description="ratings from here on are high")
    low_outcome: float = Field(6.0, description="respondents up to here are dissatisfied")
    high_outcome: float = Field(9.0, description="respondents from here on are delighted")
    importance: DriverMeasure = Field(
        "lmg", description="importance on the map: lmg, relative_weight, beta, correlation, stated"
    )
    stated: dict[str, float] = Field(
        {}, validate_default=True, description="importance of each driver, for importance stated"
    )
    importance_cut: str = Field("mean", description="where the map is cut: mean, median, middle, or a number [%]")
    performance_cut: str = Field(
        "mean", description="where the map is cut: mean, median, middle, or a number of points"
    )
    recommend: str = Field("recommend", description="column of the answer 0 to 10 to recommending, empty for none")
    nps_interval: ScoreInterval = Field(
        "score", description="interval of the net promoter score: score, adjusted, wald, bootstrap"
    )
    segment: str = Field("segment", description="column of the segment, empty for none")
    unit: str = Field("hotel", description="column of the branch, empty where each row is a branch")
    chain: list[str] = Field(CHAIN, description="service-profit chain: equations such as value ~ quality + speed")
    least_per_unit: int = Field(5, ge=1, description="branches with fewer rows are left out of the chain")
    levels: dict[str, list[str]] = Field(LEVELS, description="levels of the pyramid from the bottom up, with columns")
    level_met: float = Field(
        60.0, ge=0, le=100, json_schema_extra={"unit": mark("points")}, description="a level is met from here on, 0-100"
    )
    confidence: float = Field(0.95, gt=0, lt=1, description="confidence of the intervals")
    resamples: int = Field(2000, ge=100, le=100_000, description="bootstrap resamples, at least 100")

    @field_validator("drivers")
    @classmethod
    def _drivers(cls, value: list[str]) -> list[str]:
        twice = [name for name in dict.fromkeys(value) if value.count(name) > 1]
        if twice or "" in value:
            raise ValueError(
                t("each column once, none empty; not so: {names}", names=", ".join(map(repr, twice or [""])))
            )
        return value

    @field_validator("outcome")
    @classmethod
    def _outcome(cls, value: str, info: ValidationInfo) -> str:
        if value in info.data.get("drivers", []):
            raise ValueError(t("a column outside the drivers"))
        return value

    @field_validator("scale_high", "high_rating", "high_outcome")
    @classmethod
    def _above(cls, value: float, info: ValidationInfo) -> float:
        low = info.data.get(str(info.field_name).replace("high", "low"))
        if low is not None and not low < value:
            raise ValueError(t("above the low end {low}", low=f"{low:g}"))
        return value

    @field_validator("stated")
    @classmethod
    def _stated(cls, value: dict[str, float], info: ValidationInfo) -> dict[str, float]:
        needed = info.data.get("importance") == "stated"
        absent = [name for name in info.data.get("drivers", []) if name not in value]
        if needed and absent:
            raise ValueError(t("an importance for each driver; none for {names}", names=", ".join(map(repr, absent))))
        if needed and value and (min(value.values()) < 0 or sum(value.values()) <= 0):
            raise ValueError(t("importances of at least 0, not all 0"))
        return value

    @field_validator("importance_cut", "performance_cut")
    @classmethod
    def _cut(cls, value: str) -> str:
        if value not in CUT_RULES and cut(value) is value:
            raise ValueError(t("one of {values}, or a number", values=", ".join(CUT_RULES)))
        return value

    @field_validator("chain")
    @classmethod
    def _chain(cls, value: list[str]) -> list[str]:
        try:
            if value:
                chain_model(value)
        except ParameterError as error:
            found = "; ".join(f"{problem.where}: {problem.found}" for problem in error.problems)
            raise ValueError(t("equations that lead forward; {problems}", problems=found)) from None
        return value

    @field_validator("levels")
    @classmethod
    def _levels(cls, value: dict[str, list[str]]) -> dict[str, list[str]]:
        names = [name for group in value.values() for name in group]
        problems = [t("level {name} has no column", name=repr(level)) for level, group in value.items() if not group]
        problems += [
            t("each column in one level; {name} is in two", name=repr(name))
            for name in dict.fromkeys(names)
            if names.count(name) > 1
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return value


def cut(rule: str) -> str | float:
    """Return the rule of a cut: its name, or the number that it is.

    Examples
    --------
    >>> cut("mean"), cut("62.5")
    ('mean', 62.5)
    """
    try:
        number = float(rule)
    except ValueError:
        return rule
    return number if abs(number) < float("inf") else rule


@dataclass(frozen=True, kw_only=True)
class DriversLayout:
    """Which column plays which part; None or empty where the data have none."""

    drivers: tuple[str, ...]
    outcome: str
    recommend: str | None
    segment: str | None
    unit: str | None
    chain: tuple[str, ...]
    chain_columns: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]
    cuts: tuple[str | float, str | float]


def layout(parameters: SatisfactionDriversParameters, columns: Sequence[str]) -> DriversLayout:
    """Return which column plays which part, for the columns that there are."""
    p, there = parameters, set(columns)
    in_chain = chain_model(p.chain).names if p.chain else ()
    whole_chain = bool(in_chain) and there.issuperset(in_chain) and (not p.unit or p.unit in there)
    in_levels = [name for names in p.levels.values() for name in names]
    return DriversLayout(
        drivers=tuple(p.drivers),
        outcome=p.outcome,
        recommend=p.recommend if p.recommend in there else None,
        segment=p.segment if p.segment in there else None,
        unit=p.unit if p.unit in there else None,
        chain=tuple(p.chain) if whole_chain else (),
        chain_columns=tuple(in_chain) if whole_chain else (),
        levels={level: tuple(names) for level, names in p.levels.items()} if there.issuperset(in_levels) else {},
        cuts=(cut(p.importance_cut), cut(p.performance_cut)),
    )


def contract(parameters: SatisfactionDriversParameters, columns: Sequence[str]) -> Contract:
    """Return the columns that the study reads."""
    p = parameters
    ends = {"low": p.scale_low, "high": p.scale_high}
    asked = [
        Column(name=name, kind="number", meaning=mark("rating of a driver"), varies=True, **ends)  # type: ignore[arg-type]
        for name in p.drivers
    ]
    outcome = Column(name=p.outcome, kind="number", meaning=mark("overall satisfaction"), varies=True)
    found = [*asked, outcome, *_optional(p)]
    return Contract(tuple({column.name: column for column in reversed(found)}.values())[::-1], min_rows=3)


def _optional(p: SatisfactionDriversParameters) -> Iterator[Column]:
    """Yield the columns of sections that are left out where they are absent, and not columns already."""
    taken = {*p.drivers, p.outcome}
    if p.recommend and p.recommend not in taken:
        yield Column(name=p.recommend, kind="integer", meaning=mark("how likely a recommendation is, 0 to 10"), low=0,
                     high=10, required=False, parameter="recommend")  # fmt: skip
    for name, meaning, parameter in (
        (p.segment, mark("segment of the respondent"), "segment"),
        (p.unit, mark("branch of the respondent"), "unit"),
    ):
        if name and name not in taken:
            yield Column(name=name, kind="category", meaning=meaning, required=False, parameter=parameter)
    taken |= {p.recommend, p.segment, p.unit}
    levels = [name for names in p.levels.values() for name in names]
    for name in dict.fromkeys(levels):
        if name not in taken:
            yield Column(name=name, kind="number", meaning=mark("rating of a level of the pyramid"), low=p.scale_low,
                         high=p.scale_high, required=False, parameter="levels")  # fmt: skip
    for name in chain_model(p.chain).names if p.chain else ():
        if name not in taken and name not in levels:
            yield Column(name=name, kind="number", meaning=mark("variable of the service-profit chain"),
                         required=False, parameter="chain")  # fmt: skip


STUDY = Study(
    name="satisfaction_drivers",
    module="satisfaction",
    title="Drivers of satisfaction: what moves it, and what should we do first?",
    question="Which drivers move satisfaction, where should we start, and does it reach growth and profit?",
    minutes=60,
    level="intermediate",
    parameters=SatisfactionDriversParameters,
    contract=contract,
    layout=layout,
    results=(
        PublishedResult(name="r_squared", kind="scalar", title="Share of the outcome explained", key=True),
        PublishedResult(name="top_driver", kind="text", title="Driver that explains most", key=True),
        PublishedResult(name="top_share", kind="scalar", title="Its share of what is explained"),
        PublishedResult(
            name="n_respondents", kind="scalar", title="Respondents with complete ratings", unit="respondents"
        ),
        PublishedResult(name="n_left_out", kind="scalar", title="Respondents left out", unit="respondents"),
        PublishedResult(name="importance", kind="table", title="Importance of the drivers"),
        PublishedResult(name="key_dissatisfiers", kind="table", title="Key dissatisfiers"),
        PublishedResult(name="key_enhancers", kind="table", title="Key enhancers"),
        PublishedResult(name="penalty_reward", kind="table", title="Penalty and reward of the drivers"),
        PublishedResult(name="first_priority", kind="text", title="Driver to concentrate on first", key=True),
        PublishedResult(name="priorities", kind="table", title="Importance-performance map"),
        PublishedResult(name="pyramid", kind="table", title="Levels of the pyramid"),
        PublishedResult(name="nps", kind="scalar", title="Net promoter score", unit="points", key=True, digits=0),
        PublishedResult(name="nps_low", kind="scalar", title="Net promoter score, lower end", unit="points", digits=0),
        PublishedResult(name="nps_high", kind="scalar", title="Net promoter score, upper end", unit="points", digits=0),
        PublishedResult(name="nps_groups", kind="table", title="Net promoter score by segment"),
        PublishedResult(name="nps_differences", kind="table", title="Differences between segments"),
        PublishedResult(name="chain_links", kind="table", title="Links of the service-profit chain"),
        PublishedResult(name="chain_effects", kind="table", title="Effects along the chain"),
        PublishedResult(
            name="chain_total", kind="scalar", title="Effect from the start to the end of the chain", key=True
        ),
    ),
    methods=(
        mark("Shapley value of R squared (LMG)"),
        mark("relative weights"),
        mark("key dissatisfiers and enhancers"),
        mark("importance-performance map"),
        mark("net promoter score"),
        mark("service-profit chain"),
    ),
)
