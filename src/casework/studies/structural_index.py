"""The study of the causal satisfaction index: parameters, contract of the data, published results."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from casework.core.messages import mark, t
from casework.datasets.contract import Column, Contract
from casework.studies.base import PublishedResult, Study, StudyParameters

Scheme = Literal["path", "centroid", "factorial"]
Missing = Literal["listwise", "mean"]
Sign = Literal["construct", "individual", "none"]
Interval = Literal["percentile", "bias_corrected", "bca", "normal"]

# Indicators of the published models, without the package that fits them: a study is light. A test holds them to it.
NAMED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "ACSI": {
        "Expectation": ("EXPE1", "EXPE2", "EXPE3"),
        "Quality": ("QUAL1", "QUAL2", "QUAL3"),
        "Value": ("VALU1", "VALU2"),
        "Satisfaction": ("SATI1", "SATI2", "SATI3"),
        "Complaints": ("COMP",),
        "Loyalty": ("LOYA1", "LOYA2"),
    },
    "ECSI": {
        "Image": ("IMAG1", "IMAG2", "IMAG3", "IMAG4", "IMAG5"),
        "Expectation": ("CUEX1", "CUEX2", "CUEX3"),
        "Quality": ("PERQ1", "PERQ2", "PERQ3", "PERQ4", "PERQ5", "PERQ6", "PERQ7"),
        "Value": ("PERV1", "PERV2"),
        "Satisfaction": ("CUSA1", "CUSA2", "CUSA3"),
        "Complaints": ("CUSCO",),
        "Loyalty": ("CUSL1", "CUSL2", "CUSL3"),
    },
    "CCSI": {
        "Image": ("IMAG1", "IMAG2"),
        "Expectation": ("EXPE1", "EXPE2", "EXPE3", "EXPE4"),
        "Quality": ("QUAL1", "QUAL2", "QUAL3", "QUAL4"),
        "Value": ("VALU1", "VALU2"),
        "Satisfaction": ("SATI1", "SATI2", "SATI3", "SATI4"),
        "Loyalty": ("LOYA1", "LOYA2"),
    },
}
MEASURED = re.compile(r"""\s*(`[^`]*`|"[^"]*"|'[^']*'|[^\s=<~]+)\s*(?:=~|<~)(.*)""")


class StructuralIndexParameters(StudyParameters):
    """Parameters of the causal satisfaction index."""

    data: str = Field(
        "causal_telecom", description="bundled data set, or a file or SQL address of your own", min_length=1
    )
    model: str = Field(
        "ECSI", min_length=1, description="ACSI, ECSI, CCSI, or a text such as Q =~ q1 + q2; S =~ s1; S ~ Q"
    )
    columns: dict[str, str] = Field({}, description="column of the data for indicators whose names differ")
    formative: list[str] = Field([], description="constructs that their indicators form (mode B)")
    scale_low: float = Field(1.0, description="worst answer of the scale")
    scale_high: float = Field(10.0, description="best answer of the scale")
    other_scales: dict[str, list[float]] = Field({}, description="constructs on another scale: low and high of each")
    target: str = Field("Satisfaction", min_length=1, description="construct whose index matters most")
    scheme: Scheme = Field("path", description="inner weighting scheme: path, centroid, factorial")
    consistent: bool = Field(False, description="correct for unreliability in all results (PLSc)")
    missing: Missing = Field("listwise", description="missing answers: listwise, mean")
    segment: str = Field("segment", description="column of the groups to compare, empty for none")
    resamples: int = Field(2000, ge=100, le=100_000, description="bootstrap resamples, at least 100")
    sign: Sign = Field("construct", description="signs of resamples: construct, individual, none")
    interval: Interval = Field("percentile", description="interval: percentile, bias_corrected, bca, normal")
    confidence: float = Field(0.95, gt=0, lt=1, description="confidence of the intervals")
    permutations: int = Field(1000, ge=19, le=100_000, description="permutations of the groups, at least 19")
    folds: int = Field(10, ge=2, le=1000, description="parts of the sample for prediction, at least 2")
    repetitions: int = Field(10, ge=1, le=1000, description="times the sample is parted anew, at least 1")

    @field_validator("scale_high")
    @classmethod
    def _above(cls, value: float, info: ValidationInfo) -> float:
        low = info.data.get("scale_low")
        if low is not None and not low < value:
            raise ValueError(t("above the low end {low}", low=f"{low:g}"))
        return value

    @field_validator("other_scales")
    @classmethod
    def _ends(cls, value: dict[str, list[float]]) -> dict[str, list[float]]:
        wrong = [name for name, pair in value.items() if len(pair) != 2 or not pair[0] < pair[1]]
        if wrong:
            raise ValueError(
                t("two numbers for each construct, low and high; not so: {names}", names=", ".join(map(repr, wrong)))
            )
        return value

    @field_validator("model")
    @classmethod
    def _model(cls, value: str) -> str:
        if not blocks(value):
            raise ValueError(t("one of {values}, or lines such as Quality =~ q1 + q2", values=", ".join(NAMED)))
        return value

    @field_validator("columns")
    @classmethod
    def _columns(cls, value: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        known = {name for names in blocks(info.data.get("model", "")).values() for name in names}
        strange = [name for name in value if name not in known]
        if known and strange:
            raise ValueError(
                t("names of indicators of the model; not so: {names}", names=", ".join(map(repr, strange)))
            )
        return value

    @field_validator("target")
    @classmethod
    def _target(cls, value: str, info: ValidationInfo) -> str:
        known = list(blocks(info.data.get("model", "")))
        if known and value not in known:
            raise ValueError(t("a construct of the model: {names}", names=", ".join(known)))
        return value


def blocks(model: str) -> dict[str, tuple[str, ...]]:
    """Return the indicators of each construct, as far as a quick look at the model finds them.

    The package that fits the model reads it properly, and tells every problem.

    Examples
    --------
    >>> blocks("Quality =~ q1 + q2; Satisfaction =~ s1; Satisfaction ~ Quality")
    {'Quality': ('q1', 'q2'), 'Satisfaction': ('s1',)}
    """
    if named := NAMED.get(model.strip().upper()):
        return dict(named)
    plain = re.sub(r"#[^\n]*", "", model)
    joined = re.sub(r"\s*\+\s*", "+", plain)
    found = {}
    for statement in re.split(r"[\n;]", joined):
        if match := MEASURED.fullmatch(statement):
            items = (_bare(item) for item in match[2].split("+"))
            found[_bare(match[1])] = tuple(item for item in items if item)
    return found


def _bare(name: str) -> str:
    return name.strip().strip("`\"'").strip()


@dataclass(frozen=True, kw_only=True)
class StructuralLayout:
    """Which column plays which part; None where the data have none."""

    indicators: tuple[str, ...]
    segment: str | None


def layout(parameters: StructuralIndexParameters, columns: Sequence[str]) -> StructuralLayout:
    """Return which column plays which part, for the columns that there are."""
    p = parameters
    items = [p.columns.get(name, name) for names in blocks(p.model).values() for name in names]
    segment = p.segment if p.segment in columns and p.segment not in items else None
    return StructuralLayout(indicators=tuple(items), segment=segment)


def contract(parameters: StructuralIndexParameters, columns: Sequence[str]) -> Contract:
    """Return the columns that the study reads."""
    found = {column.name: column for column in _columns(parameters)}
    return Contract(tuple(found.values()), min_rows=3)


def _columns(p: StructuralIndexParameters) -> Iterator[Column]:
    for construct, names in blocks(p.model).items():
        low, high = p.other_scales.get(construct, [p.scale_low, p.scale_high])
        for name in names:
            yield Column(name=p.columns.get(name, name), kind="number", meaning=mark("indicator of a construct"),
                         low=low, high=high, varies=True)  # fmt: skip
    items = {p.columns.get(name, name) for names in blocks(p.model).values() for name in names}
    if p.segment and p.segment not in items:
        yield Column(name=p.segment, kind="category", meaning=mark("group of the respondent"), required=False,
                     parameter="segment")  # fmt: skip


STUDY = Study(
    name="structural_index",
    module="satisfaction",
    title="A causal satisfaction index: what makes it, what does it lead to, and how sure are we?",
    question="How satisfied are customers, what causes it, what follows from it, and for whom?",
    minutes=75,
    level="advanced",
    parameters=StructuralIndexParameters,
    contract=contract,
    layout=layout,
    results=(
        PublishedResult(name="index", kind="scalar", title="Index of the target", unit="points", key=True, digits=1),
        PublishedResult(name="index_low", kind="scalar", title="Index, lower end", unit="points", digits=1),
        PublishedResult(name="index_high", kind="scalar", title="Index, upper end", unit="points", digits=1),
        PublishedResult(name="r_squared", kind="scalar", title="Share of the target explained", key=True),
        PublishedResult(name="top_cause", kind="text", title="Construct with the largest total effect", key=True),
        PublishedResult(name="admissible", kind="text", title="Whether the fit can be used", key=True),
        PublishedResult(name="n_respondents", kind="scalar", title="Respondents used", unit="respondents", digits=0),
        PublishedResult(name="n_left_out", kind="scalar", title="Respondents left out", unit="respondents", digits=0),
        PublishedResult(name="checks", kind="table", title="Checks of the fit"),
        PublishedResult(name="measurement", kind="table", title="Weights and loadings"),
        PublishedResult(name="quality", kind="table", title="Reliability and validity"),
        PublishedResult(name="htmt", kind="table", title="Ratios of correlations between and within (HTMT)"),
        PublishedResult(name="paths", kind="table", title="Paths with intervals"),
        PublishedResult(name="explained", kind="table", title="Explained variance"),
        PublishedResult(name="effect_sizes", kind="table", title="Effect sizes f2, by both definitions"),
        PublishedResult(name="total_effects", kind="table", title="Total effects with intervals"),
        PublishedResult(name="indices", kind="table", title="Index of each construct, and by group"),
        PublishedResult(name="resamples_failed", kind="table", title="Resamples that were not as they should be"),
        PublishedResult(name="fit", kind="table", title="Fit of the model"),
        PublishedResult(name="prediction", kind="table", title="Prediction out of sample"),
        PublishedResult(name="predictive_ability", kind="table", title="Loss against benchmarks (CVPAT)"),
        PublishedResult(name="priorities", kind="table", title="Importance and performance"),
        PublishedResult(name="group_paths", kind="table", title="Differences of paths between groups"),
        PublishedResult(name="group_indices", kind="table", title="Differences of indices between groups"),
        PublishedResult(name="invariance", kind="table", title="Measurement invariance of composites (MICOM)"),
        PublishedResult(name="consistent_paths", kind="table", title="Consistent PLS against PLS"),
        PublishedResult(name="published_comparison", kind="table", title="Published numbers and ours"),
    ),
    methods=(
        mark("PLS path modelling"),
        mark("consistent PLS"),
        mark("reliability and validity"),
        mark("bootstrap"),
        mark("PLSpredict"),
        mark("importance-performance map"),
        mark("multi-group permutation test"),
    ),
)
