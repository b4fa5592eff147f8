"""The study of the satisfaction index: parameters, contract of the data, published results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from casework.core.checks import suggest
from casework.core.messages import mark, t
from casework.datasets.contract import Column, Contract
from casework.studies.base import PublishedResult, Study, StudyParameters

IndexWeighting = Literal["equal", "direct", "entropy", "critic", "regression", "ahp"]

HIERARCHY: dict[str, Any] = {
    "Product": ["coverage", "call_quality", "data_speed"],
    "Service": {"Staff": ["staff_friendly", "staff_competent"], "Support": ["hotline_reachable", "problem_solved"]},
    "Purchase": ["order_easy", "contract_clear", "activation_fast"],
    "Price": ["value_for_money", "bill_clear", "tariff_fair"],
    "Supply": ["handset_choice", "delivery_on_time"],
}


class SatisfactionIndexParameters(StudyParameters):
    """Parameters of the satisfaction index."""

    data: str = Field(
        "index_phone_carriers", description="bundled data set, or a file or SQL address of your own", min_length=1
    )
    hierarchy: dict[str, Any] = Field(
        HIERARCHY, min_length=1, description="dimensions and the columns of their questions, nested to any depth"
    )
    scale_low: float = Field(1.0, description="worst answer of the scale")
    scale_high: float = Field(10.0, validate_default=True, description="best answer of the scale")
    weighting: IndexWeighting = Field(
        "equal", description="weights of the index: equal, direct, entropy, critic, regression, ahp"
    )
    weights: dict[str, float] = Field(
        {}, validate_default=True, description="weight of each dimension or question, for weighting direct"
    )
    pairwise: dict[str, Any] = Field(
        {}, validate_default=True, description="how many times more important, row over column, for weighting ahp"
    )
    expectation_suffix: str = Field("_expected", description="ending of the columns with the expected level")
    expectations: dict[str, str] = Field(
        {}, description="column of the expected level of a question, where named otherwise"
    )
    overall: str = Field("overall", description="column of overall satisfaction, empty for none")
    supplier: str = Field("supplier", description="column of the supplier judged, empty for none")
    own: str = Field("", description="own company as written in the data, empty for the one with most respondents")
    respondent: str = Field("respondent", description="column of the respondent number, empty for none")
    stratum: str = Field("region", description="column of the sampling stratum, empty for none")
    cluster: str = Field("", description="column of the sampling cluster, empty for none")
    weight: str = Field("weight", description="column of the design weight, empty for none")
    population: float = Field(
        0.0, ge=0, json_schema_extra={"unit": mark("customers")}, description="size of the population, 0 for very large"
    )
    confidence: float = Field(0.95, gt=0, lt=1, description="confidence of the intervals")
    margin: float = Field(
        1.0, gt=0, json_schema_extra={"unit": mark("points")}, description="margin wanted in the next survey"
    )
    response_rate: float = Field(0.25, gt=0, le=1, description="share of invited customers who answer")
    minimum_answered: float = Field(
        0.5, ge=0, le=1, description="least share of questions a respondent must answer to be scored"
    )
    resamples: int = Field(2000, ge=100, le=100_000, description="bootstrap resamples for ranks")

    @field_validator("hierarchy")
    @classmethod
    def _hierarchy(cls, value: dict[str, Any]) -> dict[str, Any]:
        problems = list(_faults("hierarchy", value))
        names = list(_names(value))
        problems += [
            t("each name once; {name} occurs twice", name=repr(name))
            for name in dict.fromkeys(names)
            if names.count(name) > 1
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return value

    @field_validator("scale_high")
    @classmethod
    def _scale(cls, value: float, info: ValidationInfo) -> float:
        low = info.data.get("scale_low")
        if low is not None and not low < value:
            raise ValueError(t("above the low end {low}", low=f"{low:g}"))
        return value

    @field_validator("weights")
    @classmethod
    def _weights(cls, value: dict[str, float], info: ValidationInfo) -> dict[str, float]:
        if info.data.get("weighting") == "direct" and not value:
            raise ValueError(t("a weight for each dimension, because weighting is {w}", w="direct"))
        known = list(_names(info.data.get("hierarchy", {})))
        problems = [
            t("{value} is not known", value=repr(name)) + ". " + suggest(name, known)
            for name in value
            if name not in known
        ]
        problems += list(_half_weighted("index", info.data.get("hierarchy", {}), value))
        problems += [t("the weight of {name} is negative", name=repr(name)) for name, x in value.items() if not x >= 0]
        if problems:
            raise ValueError("; ".join(problems))
        return value

    @field_validator("pairwise")
    @classmethod
    def _pairwise(cls, value: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        if info.data.get("weighting") == "ahp" and not value:
            raise ValueError(t("judgements of the dimensions, because weighting is {w}", w="ahp"))
        return value


@dataclass(frozen=True, kw_only=True)
class SurveyLayout:
    """Which column plays which part; None where the data have none."""

    items: tuple[str, ...]
    expectations: Mapping[str, str] = field(default_factory=dict)
    overall: str | None = None
    supplier: str | None = None
    stratum: str | None = None
    cluster: str | None = None
    weight: str | None = None


def _faults(name: str, spec: Any) -> Iterator[str]:
    """Say what is wrong with the tree of questions."""
    if isinstance(spec, Mapping) and spec:
        for key, part in spec.items():
            yield from _faults(str(key), part)
    elif isinstance(spec, list) and spec and all(isinstance(item, str) for item in spec):
        return
    elif not isinstance(spec, str):
        yield t("{name} as a list of columns, or of dimensions with lists", name=name)


def _names(spec: Any) -> Iterator[str]:
    """Yield the names of all dimensions and questions."""
    if isinstance(spec, Mapping):
        for key, part in spec.items():
            yield str(key)
            yield from _names(part)
    elif isinstance(spec, str):
        yield spec
    elif isinstance(spec, Sequence):
        yield from (str(item) for item in spec)


def _half_weighted(name: str, spec: Any, weights: Mapping[str, float]) -> Iterator[str]:
    """Say which groups have weights for some of their children only."""
    children = [spec] if isinstance(spec, str) else [str(child) for child in spec]
    absent = [child for child in children if child not in weights]
    if 0 < len(absent) < len(children):
        yield t("in {group} there is no weight for {names}", group=name, names=", ".join(map(repr, absent)))
    if isinstance(spec, Mapping):
        for child, part in spec.items():
            yield from _half_weighted(str(child), part, weights)


def _items(spec: Any) -> Iterator[str]:
    """Yield the columns of the questions."""
    parts = spec.values() if isinstance(spec, Mapping) else [spec]
    for part in parts:
        if isinstance(part, Mapping):
            yield from _items(part)
        else:
            yield from ([part] if isinstance(part, str) else part)


def layout(parameters: SatisfactionIndexParameters, columns: Sequence[str]) -> SurveyLayout:
    """Return which column plays which part, for the columns that there are."""
    p, there = parameters, set(columns)
    items = tuple(_items(p.hierarchy))
    named = {item: p.expectations.get(item, item + p.expectation_suffix) for item in items}
    return SurveyLayout(
        items=items,
        expectations={item: name for item, name in named.items() if name in there and name != item},
        overall=p.overall if p.overall in there else None,
        supplier=p.supplier if p.supplier in there else None,
        stratum=p.stratum if p.stratum in there else None,
        cluster=p.cluster if p.cluster in there else None,
        weight=p.weight if p.weight in there else None,
    )


def contract(parameters: SatisfactionIndexParameters, columns: Sequence[str]) -> Contract:
    """Return the columns that the study reads."""
    p = parameters
    answer = {"low": p.scale_low, "high": p.scale_high}
    items = tuple(_items(p.hierarchy))
    questions = [Column(name=item, kind="number", meaning=mark("answer to the question"), **answer) for item in items]  # type: ignore[arg-type]
    hopes = [
        Column(
            name=name,
            kind="number",
            meaning=mark("level that was expected"),
            required=name in p.expectations.values(),
            parameter="expectation_suffix",
            **answer,  # type: ignore[arg-type]
        )
        for name in _expected_columns(p, items, columns)
    ]
    return Contract((*_design_columns(p), *questions, *hopes, *_outcome(p, items)), min_rows=3)


def _expected_columns(p: SatisfactionIndexParameters, items: Sequence[str], columns: Sequence[str]) -> list[str]:
    """Return columns of expectations: those named, those there, or the first one where none is there."""
    named = [p.expectations[item] for item in items if item in p.expectations]
    ending = (
        [item + p.expectation_suffix for item in items if item not in p.expectations] if p.expectation_suffix else []
    )
    there = [name for name in ending if name in columns]
    return named + (there if there or named else ending[:1])


def _outcome(p: SatisfactionIndexParameters, items: Sequence[str]) -> list[Column]:
    needed = p.weighting == "regression"
    if not p.overall:
        return []
    meaning = mark("overall satisfaction, which weighting regression needs") if needed else mark("overall satisfaction")
    column = Column(name=p.overall, kind="number", meaning=meaning, required=needed, varies=needed, parameter="overall")
    return [] if p.overall in items else [column]


def _design_columns(p: SatisfactionIndexParameters) -> list[Column]:
    found = []
    if p.respondent:
        found.append(Column(name=p.respondent, kind="text", meaning=mark("number of the respondent"), required=False,
                            unique=True, missing=False, parameter="respondent"))  # fmt: skip
    if p.supplier:
        found.append(Column(name=p.supplier, kind="category", meaning=mark("supplier that is judged"), required=False,
                            parameter="supplier"))  # fmt: skip
    if p.stratum:
        found.append(Column(name=p.stratum, kind="category", meaning=mark("sampling stratum"), required=False,
                            missing=False, parameter="stratum"))  # fmt: skip
    if p.cluster:
        found.append(Column(name=p.cluster, kind="category", meaning=mark("sampling cluster"), required=False,
                            missing=False, parameter="cluster"))  # fmt: skip
    if p.weight:
        found.append(Column(name=p.weight, kind="number", meaning=mark("customers that the respondent stands for"),
                            low=1e-9, required=False, missing=False, parameter="weight"))  # fmt: skip
    return found


STUDY = Study(
    name="satisfaction_index",
    module="satisfaction",
    title="Satisfaction index: how satisfied are our customers, and against whom?",
    question="How satisfied are customers, from 0 to 100, where do they get less than they expect, and do we lead?",
    minutes=50,
    level="introductory",
    parameters=SatisfactionIndexParameters,
    contract=contract,
    layout=layout,
    results=(
        PublishedResult(name="index", kind="scalar", title="Satisfaction index", unit="points", key=True, digits=1),
        PublishedResult(
            name="index_low", kind="scalar", title="Index, lower end of the interval", unit="points", digits=1
        ),
        PublishedResult(
            name="index_high", kind="scalar", title="Index, upper end of the interval", unit="points", digits=1
        ),
        PublishedResult(name="index_se", kind="scalar", title="Standard error of the index", unit="points"),
        PublishedResult(
            name="n_respondents", kind="scalar", title="Respondents in the index", unit="respondents", key=True
        ),
        PublishedResult(name="n_left_out", kind="scalar", title="Respondents left out", unit="respondents"),
        PublishedResult(name="naive_mean", kind="scalar", title="Plain mean of all answers", unit="points", digits=1),
        PublishedResult(name="design_effect", kind="scalar", title="Design effect of the index"),
        PublishedResult(name="nodes", kind="table", title="Index, dimensions and questions"),
        PublishedResult(name="alpha", kind="table", title="Cronbach's alpha by dimension"),
        PublishedResult(name="weightings", kind="table", title="Weights of the dimensions by method"),
        PublishedResult(name="gap", kind="scalar", title="Perceived less expected", unit="points", key=True, digits=1),
        PublishedResult(name="share_complaining", kind="scalar", title="Share of complaining customers"),
        PublishedResult(name="gaps", kind="table", title="Gaps by dimension and question"),
        PublishedResult(name="classes", kind="table", title="Loyal, satisfied, complaining customers"),
        PublishedResult(name="rank", kind="scalar", title="Rank of the own company", key=True, digits=0),
        PublishedResult(name="probability_first", kind="scalar", title="Probability that the own company is first"),
        PublishedResult(name="comparison", kind="table", title="Index by supplier"),
        PublishedResult(name="differences", kind="table", title="Differences from the own company"),
        PublishedResult(name="comparison_dimensions", kind="table", title="Dimensions by supplier"),
        PublishedResult(
            name="answers_needed", kind="scalar", title="Answers needed for the margin", unit="answers", key=True
        ),
        PublishedResult(name="invitations_needed", kind="scalar", title="Invitations needed", unit="customers"),
    ),
    methods=(
        mark("hierarchical index"),
        mark("design-based intervals"),
        mark("gap of perception and expectation"),
        mark("Cronbach's alpha"),
        mark("sample size"),
    ),
)
