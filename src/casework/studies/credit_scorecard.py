"""The study of the credit scorecard: parameters, contract of the data, published results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, field_validator

from casework.core.messages import mark, t
from casework.datasets.contract import Column, Contract
from casework.studies.base import PublishedResult, Study, StudyParameters

Trend = Literal["auto", "monotone", "up", "down", "peak", "valley", "none"]
Evidence = Literal["bic", "aic", "lr", "all"]
EXAMPLE_VARIABLES = (
    "industry",
    "legal_form",
    "equity_ratio",
    "return_on_assets",
    "days_beyond_terms",
    "credit_bureau",
)  # columns that a template shows, where no file says what there is
CURRENCY = mark("currency")
MIN_ROWS = 50


class CreditScorecardParameters(StudyParameters):
    """Parameters of the credit scorecard."""

    data: str = Field(
        "credit_applications", description="bundled data set, or a file or SQL address of your own", min_length=1
    )
    target: str = Field("bad", description="column that says how each case turned out", min_length=1)
    event: str = Field("1", description="value of that column that means bad", min_length=1)
    period: str = Field("year", description="column of the period, empty for none; the last one tests the scorecard")
    customer: str = Field("customer", description="column of the customer, empty where each row is another one")
    variables: list[str] = Field([], max_length=500, description="columns that may enter the scorecard, empty for all")
    exclude: list[str] = Field([], description="columns that may not")
    champion: list[str] = Field(
        ["credit_bureau"], description="columns of today's scorecard; where there are none, the strongest variable"
    )
    special: dict[str, list[float]] = Field(
        {"credit_bureau": [-1.0]}, description="codes by column that are no amounts and get a bin of their own"
    )
    trend: Trend = Field("auto", description="risk from bin to bin: auto, monotone, up, down, peak, valley, none")
    max_bins: int = Field(6, ge=2, le=50, description="bins of a variable at most, besides missing and special ones")
    min_share: float = Field(0.05, ge=0, le=0.5, description="smallest share of the cases in a fine class")
    min_events: int = Field(5, ge=0, le=100_000, description="bad and good cases that each bin needs")
    smoothing: float = Field(0.0, ge=0, le=1000, description="added to good and bad of each bin; 0 merges empty ones")
    least_iv: float = Field(0.02, ge=0, le=10, description="variables with less information value are not tried")
    evidence: Evidence = Field(
        "bic", description="what one more variable must show: bic, aic, lr (a test), all (take every one)"
    )
    significance: float = Field(0.05, gt=0, lt=1, description="level of the test, for evidence lr")
    points: float = Field(600.0, ge=-100_000, le=100_000, description="points at the odds below")
    odds: float = Field(50.0, gt=0, le=1_000_000, description="good cases for one bad, at these points")
    pdo: float = Field(20.0, gt=0, le=100_000, description="points that double the odds")
    folds: int = Field(5, ge=2, le=100, description="folds of the test with cases never seen")
    repeats: int = Field(1, ge=1, le=1000, description="how often the folds are drawn")
    bad_cost: float = Field(
        10_000.0, gt=0, json_schema_extra={"unit": CURRENCY}, description="what an accepted bad case costs"
    )
    good_cost: float = Field(
        1_000.0, gt=0, json_schema_extra={"unit": CURRENCY}, description="what a rejected good case costs"
    )
    review_cost: float = Field(
        150.0, ge=0, json_schema_extra={"unit": CURRENCY}, description="what a person's look at a case costs"
    )
    bad_found: float = Field(0.6, ge=0, le=1, description="share of the bad cases that the person rejects")
    good_kept: float = Field(0.9, ge=0, le=1, description="share of the good cases that the person accepts")
    resamples: int = Field(500, ge=100, le=100_000, description="bootstrap resamples of the cut-off, at least 100")
    confidence: float = Field(0.95, gt=0, lt=1, description="confidence of the intervals")

    @field_validator("variables", "exclude", "champion")
    @classmethod
    def _once(cls, value: list[str]) -> list[str]:
        twice = [name for name in dict.fromkeys(value) if value.count(name) > 1]
        problems = [t("each name once; {name} occurs twice", name=repr(name)) for name in twice]
        if any(not name.strip() for name in value):
            problems.append(t("a name in every place; one is empty"))
        if problems:
            raise ValueError("; ".join(problems))
        return value


@dataclass(frozen=True, kw_only=True)
class ScorecardLayout:
    """Which column plays which part; None or empty where the data have none."""

    target: str
    period: str | None
    customer: str | None
    variables: tuple[str, ...]
    champion: tuple[str, ...]
    special: Mapping[str, tuple[float, ...]]


def layout(parameters: CreditScorecardParameters, columns: Sequence[str]) -> ScorecardLayout:
    """Return which column plays which part, for the columns that there are."""
    p, there = parameters, set(columns)
    names = [name for name in _variables(p, columns) if name in there]
    champion = tuple(name for name in p.champion if name in there)
    return ScorecardLayout(
        target=p.target,
        period=p.period if p.period in there else None,
        customer=p.customer if p.customer in there else None,
        variables=tuple(names),
        champion=champion,
        special={name: tuple(values) for name, values in p.special.items() if name in (*names, *champion)},
    )


def _variables(p: CreditScorecardParameters, columns: Sequence[str]) -> list[str]:
    """Return the columns that may enter: those named, or all that play no other part."""
    others = {p.target, p.period, p.customer, *p.exclude}
    return [name for name in dict.fromkeys(p.variables or columns) if name not in others]


def contract(parameters: CreditScorecardParameters, columns: Sequence[str]) -> Contract:
    """Return the columns that the study reads."""
    p = parameters
    found = [
        Column(name=p.target, kind="category", meaning=mark("how the case turned out"), missing=False, varies=True)
    ]
    if p.period:
        found.append(Column(name=p.period, kind="any", meaning=mark("period of the case"), required=False,
                            missing=False, parameter="period"))  # fmt: skip
    if p.customer:
        found.append(Column(name=p.customer, kind="category", meaning=mark("customer"), required=False, missing=False,
                            parameter="customer"))  # fmt: skip
    tried = _variables(p, columns or EXAMPLE_VARIABLES)
    found += [
        Column(name=name, kind="any", meaning=mark("what was known of the case"), required=False, parameter="variables")
        for name in tried
    ]
    found += [
        Column(
            name=name, kind="any", meaning=mark("variable of today's scorecard"), required=False, parameter="champion"
        )
        for name in p.champion
        if name not in tried and name not in (p.target, p.period, p.customer)
    ]
    return Contract(tuple(found), min_rows=MIN_ROWS)


STUDY = Study(
    name="credit_scorecard",
    module="credit",
    title="A credit scorecard: who will not pay?",
    question="Which facts tell customers who will pay from those who will not, and whom should we supply on credit?",
    minutes=75,
    level="intermediate",
    parameters=CreditScorecardParameters,
    contract=contract,
    layout=layout,
    results=(
        PublishedResult(name="n_cases", kind="scalar", title="Cases that made the scorecard", unit="cases", digits=0),
        PublishedResult(name="bad_rate", kind="scalar", title="Share of bad cases", digits=4),
        PublishedResult(name="information", kind="table", title="Information value of the variables"),
        PublishedResult(name="bins", kind="table", title="Bins with weight of evidence"),
        PublishedResult(name="strongest", kind="text", title="Variable with most information", key=True),
        PublishedResult(name="steps", kind="table", title="Steps of the choice of variables"),
        PublishedResult(name="coefficients", kind="table", title="Coefficients of the logit"),
        PublishedResult(name="n_variables", kind="scalar", title="Variables in the scorecard", digits=0),
        PublishedResult(name="scorecard", kind="table", title="The scorecard: points of each bin"),
        PublishedResult(name="auc_fitted", kind="scalar", title="AUC with the cases that made it", digits=4),
        PublishedResult(name="auc", kind="scalar", title="AUC with cases never seen", key=True, digits=4),
        PublishedResult(name="auc_low", kind="scalar", title="AUC with cases never seen, lower end", digits=4),
        PublishedResult(name="auc_high", kind="scalar", title="AUC with cases never seen, upper end", digits=4),
        PublishedResult(name="gini", kind="scalar", title="Gini with cases never seen", digits=4),
        PublishedResult(name="ks", kind="scalar", title="KS with cases never seen", digits=4),
        PublishedResult(name="folds", kind="table", title="AUC fold by fold"),
        PublishedResult(name="auc_last", kind="scalar", title="AUC in the last period", digits=4),
        PublishedResult(name="calibration", kind="table", title="Forecast and observed bad rates"),
        PublishedResult(name="calibration_p", kind="scalar", title="p value of the Hosmer-Lemeshow test", digits=4),
        PublishedResult(name="stability", kind="table", title="Population stability by variable and period"),
        PublishedResult(name="psi", kind="scalar", title="PSI of the score in the last period", digits=4),
        PublishedResult(name="cut_off", kind="scalar", title="Cheapest cut-off", unit="points", key=True, digits=0),
        PublishedResult(name="cut_off_low", kind="scalar", title="Cut-off, lower end", unit="points", digits=0),
        PublishedResult(name="cut_off_high", kind="scalar", title="Cut-off, upper end", unit="points", digits=0),
        PublishedResult(name="accept_rate", kind="scalar", title="Share accepted at the cheapest cut-off", digits=4),
        PublishedResult(name="bad_rate_accepted", kind="scalar", title="Bad rate of those accepted", digits=4),
        PublishedResult(name="cost_per_case", kind="scalar", title="Expected cost per case", unit="currency", key=True,
                        digits=2),
        PublishedResult(name="cost_accept_all", kind="scalar", title="Expected cost per case if all are accepted",
                        unit="currency", digits=2),
        PublishedResult(name="decisions", kind="table", title="Approve, refer, reject"),
        PublishedResult(name="challenge", kind="table", title="Champion and challenger"),
        PublishedResult(name="auc_gain", kind="scalar", title="AUC gained over the champion", digits=4),
        PublishedResult(name="swaps", kind="table", title="Who would change places"),
        PublishedResult(name="reasons", kind="table", title="Reason codes of the lowest scores"),
    ),
    methods=(
        mark("weight of evidence and information value"),
        mark("optimal monotone binning"),
        mark("logistic regression with stepwise choice"),
        mark("AUC with DeLong's interval"),
        mark("calibration tests"),
        mark("population stability index"),
        mark("cut-off by expected cost"),
    ),
)  # fmt: skip
