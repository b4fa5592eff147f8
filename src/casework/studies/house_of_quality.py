"""The study of the house of quality: parameters, contract of the data, published results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from casework.core.checks import suggest
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t
from casework.datasets.contract import Column, Contract
from casework.datasets.synthetic.house_facts import PRODUCTS, ROOF, TECHNICAL, by_product
from casework.studies.base import PublishedResult, Study, StudyParameters

NeedWeighting = Literal["kano", "raw", "importance"]
KanoMethod = Literal["tan_shen", "chaudha"]
Relative = Literal["sum", "maximum"]
RoofReading = Literal["improvement", "measure"]

LETTERS = "MOAI"
SIGNS = ("++", "+", "-", "--")
DIRECTIONS = ("more", "less", "target")
SYMBOLS = (("●", "◎", "strong"), ("○", "medium"), ("△", "weak"))  # of a scale with three steps, strongest first


class HouseParameters(StudyParameters):
    """Parameters of the house of quality."""

    data: str = Field(
        "house_phone_plan", description="bundled data set, or a file or SQL address of your own", min_length=1
    )
    need: str = Field("need", description="column of the needs, one row each", min_length=1)
    importance: str = Field("importance", description="column of their importance, any scale from 0", min_length=1)
    category: str = Field("category", description="column of the Kano category, empty for none")
    better: str = Field("better", description="column of better, empty for none")
    worse: str = Field("worse", description="column of worse (negative), empty for none")
    own: str = Field("Lumina", description="column of customers' rating of the own product, empty for none")
    competitors: list[str] = Field(
        list(PRODUCTS[1:]), description="columns of customers' ratings of competing products"
    )
    goal: str = Field("goal", description="column of the rating wanted, empty for none")
    sales_point: str = Field("sales_point", description="column of the sales point (1, 1.2, 1.5), empty for none")
    characteristics: list[str] = Field(
        [], description="columns of the characteristics; empty for all columns not named above"
    )
    scale: list[float] = Field([9, 3, 1], min_length=1, description="strengths of a relation, strongest first")
    rating_low: float = Field(1.0, description="worst rating")
    rating_high: float = Field(5.0, validate_default=True, description="best rating")
    weighting: NeedWeighting = Field("kano", description="weights of the needs: kano, raw, importance")
    kano: KanoMethod = Field("tan_shen", description="formula of the Kano adjustment: tan_shen, chaudha")
    exponents: dict[str, float] = Field(
        {}, description="own exponents of the formula by category; empty for the published ones"
    )
    relative: Relative = Field("sum", description="relative importance: by sum or maximum")
    technical: dict[str, dict[str, Any]] = Field(
        TECHNICAL, description="of each characteristic: unit, direction, values (own, competitors), target, cost"
    )
    roof: dict[str, dict[str, str]] = Field(ROOF, description="signs between characteristics: ++, +, -, --")
    roof_reading: RoofReading = Field(
        "improvement", description="what a sign relates: improvement of both, or the measure of both"
    )
    stretch: float = Field(0.0, ge=0, le=10, description="targets beyond the best product, as a share of the range")
    draws: int = Field(10_000, ge=100, le=1_000_000, description="draws of the weights, for the stability of ranks")
    concentration: float = Field(
        50.0, ge=0, le=1e6, description="how closely drawn weights keep to the given ones; 0 for not at all"
    )
    budget: float = Field(
        100.0, ge=0, json_schema_extra={"unit": mark("unit of cost")}, description="budget for the characteristics"
    )

    @field_validator("scale")
    @classmethod
    def _falling(cls, value: list[float]) -> list[float]:
        if any(first <= second for first, second in zip(value, [*value[1:], 0.0], strict=True)):
            raise ValueError(t("numbers above 0, strongest first, such as 9, 3, 1"))
        return value

    @field_validator("rating_high")
    @classmethod
    def _rating(cls, value: float, info: ValidationInfo) -> float:
        low = info.data.get("rating_low")
        if low is not None and not low < value:
            raise ValueError(t("above the low end {low}", low=f"{low:g}"))
        return value

    @field_validator("exponents")
    @classmethod
    def _exponents(cls, value: dict[str, float]) -> dict[str, float]:
        wrong = [letter for letter, k in value.items() if letter not in LETTERS or not 0 < k <= 100]
        if wrong:
            raise ValueError(t("letters of {letters} with a number above 0, at most 100", letters=LETTERS))
        return value

    @field_validator("technical")
    @classmethod
    def _technical(cls, value: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        if problems := [fault for name, row in value.items() for fault in _technical_faults(name, row)]:
            raise ValueError("; ".join(problems))
        return value

    @field_validator("roof")
    @classmethod
    def _roof(cls, value: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        if problems := list(_roof_faults(value)):
            raise ValueError("; ".join(problems))
        return value


@dataclass(frozen=True, kw_only=True)
class HouseLayout:
    """Which column plays which part; None where the data have none."""

    need: str
    importance: str
    characteristics: tuple[str, ...]
    category: str | None = None
    better: str | None = None
    worse: str | None = None
    own: str | None = None
    competitors: tuple[str, ...] = ()
    goal: str | None = None
    sales_point: str | None = None
    weighting: str = "raw"
    technical: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    roof: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def products(self) -> tuple[str, ...]:
        """Columns of customers' ratings, the own product first."""
        return (self.own, *self.competitors) if self.own else ()

    @property
    def planning(self) -> dict[str, str]:
        """Part in the planning of the needs to column, for the columns that there are."""
        parts = {
            "importance": self.importance,
            "current": self.own,
            "goal": self.goal if self.own else None,
            "sales_point": self.sales_point,
            "category": self.category,
            "better": self.better,
            "worse": self.worse,
        }
        return {part: column for part, column in parts.items() if column}


def _technical_faults(name: str, row: Mapping[str, Any]) -> Iterator[str]:
    direction = row.get("direction", "")
    if direction and direction not in DIRECTIONS:
        yield t("{name}: direction is one of {values}", name=repr(name), values=", ".join(DIRECTIONS))
    if not isinstance(row.get("values", []), list):
        yield t("{name}: values is a list, own product first", name=repr(name))
        return
    cells = [(key, value) for key, value in row.items() if key not in ("unit", "direction", "values")]
    for key, value in [*cells, *(("values", value) for value in row.get("values", []))]:
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
            yield t("{name}: {key} is a number, not {value}", name=repr(name), key=key, value=repr(value))


def _roof_faults(roof: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for first, row in roof.items():
        for second, sign in row.items():
            names = {"first": repr(first), "second": repr(second)}
            if sign not in ("", *SIGNS):
                yield t("{first} and {second}: one of {values}", values=", ".join(SIGNS), **names)
            if first == second:
                yield t("{first}: no sign with itself", first=repr(first))
            elif roof.get(second, {}).get(first, sign) != sign:
                yield t("{first} and {second}: two different signs", **names)


def _named_columns(p: HouseParameters) -> set[str]:
    single = {p.need, p.importance, p.category, p.better, p.worse, p.own, p.goal, p.sales_point}
    return {name for name in single | set(p.competitors) if name}


def _characteristics(p: HouseParameters, columns: Sequence[str]) -> tuple[str, ...]:
    """Columns of the characteristics: those given, else all that play no other part."""
    named = _named_columns(p)
    return tuple(p.characteristics or (name for name in columns if name not in named))


def _unknown(p: HouseParameters, names: Sequence[str]) -> Iterator[Problem]:
    """Yield names in `technical` and `roof` that are no characteristics; the bundled ones are not the caller's."""
    technical, roof = _given(p, names)
    yield from _not_there("technical", technical, names)
    yield from _not_there("roof", dict.fromkeys(name for row, part in roof.items() for name in (row, *part)), names)


def _not_there(where: str, given: Mapping[str, Any], names: Sequence[str]) -> Iterator[Problem]:
    for name in given:
        if name not in names:
            yield Problem(where, t("{name} is no characteristic", name=repr(name)), fix=suggest(name, names))


def contract(parameters: HouseParameters, columns: Sequence[str]) -> Contract:
    """Return the columns that the study reads.

    Raises
    ------
    DataError
        There is no column of a characteristic, or `technical` or `roof` names one that is not there.
    """
    p = parameters
    names = _characteristics(p, columns)
    problems = list(_unknown(p, names))
    if not names:
        problems.append(
            Problem(
                t("columns"), t("there is no characteristic"), t("a column for each characteristic, beside the needs")
            )
        )
    if problems:
        raise DataError(problems)
    codes = _codes(p.scale)
    meaning = mark("how strongly the characteristic serves the need")
    relations = [
        Column(name=name, kind="number", meaning=meaning, codes=codes, required=False, parameter="characteristics")
        for name in names
    ]
    return Contract((*_need_columns(p), *_rating_columns(p), *relations))


def _codes(scale: Sequence[float]) -> dict[str, int]:
    """Return which texts stand for which strength."""
    levels: list[Any] = [int(level) if float(level).is_integer() else level for level in scale]
    if len(levels) != len(SYMBOLS):
        return {f"{level:g}": level for level in (*levels, 0)}
    found = {symbol: level for level, symbols in zip(levels, SYMBOLS, strict=True) for symbol in symbols}
    return {**found, "0": 0}


def _need_columns(p: HouseParameters) -> list[Column]:
    wanted = p.kano == "chaudha" and p.weighting == "kano"
    found = [
        Column(name=p.need, kind="text", meaning=mark("need of the customers"), unique=True, missing=False),
        Column(name=p.importance, kind="number", meaning=mark("importance of the need"), low=0, missing=False),
    ]
    if p.category:
        found.append(
            Column(
                name=p.category,
                kind="category",
                meaning=mark("Kano category: M, O, A, I, R, Q"),
                required=False,
                missing=p.weighting != "kano",
                parameter="category",
            )
        )
    indices = (("better", p.better, 0.0, 1.0), ("worse", p.worse, -1.0, 0.0))
    found += [
        Column(
            name=name,
            kind="number",
            meaning=mark("share from the Kano evaluation"),
            low=low,
            high=high,
            required=wanted,
            parameter=key,
        )
        for key, name, low, high in indices
        if name
    ]
    return found


def _rating_columns(p: HouseParameters) -> list[Column]:
    rating = {"low": p.rating_low, "high": p.rating_high}
    parts = [
        ("own", p.own, mark("customers' rating of the own product"), rating),
        *(("competitors", name, mark("customers' rating of a competing product"), rating) for name in p.competitors),
        ("goal", p.goal, mark("rating that is wanted"), rating),
        ("sales_point", p.sales_point, mark("sales point: 1, 1.2 or 1.5"), {"low": 1.0, "high": 1.5}),
    ]
    return [
        Column(name=name, kind="number", meaning=meaning, required=False, parameter=key, **span)  # type: ignore[arg-type]
        for key, name, meaning, span in parts
        if name
    ]


def layout(parameters: HouseParameters, columns: Sequence[str]) -> HouseLayout:
    """Return which column plays which part, for the columns that there are."""
    p, there = parameters, set(columns)
    names = tuple(name for name in _characteristics(p, columns) if name in there)
    single = {
        key: name if name in there else None
        for key in ("category", "better", "worse", "own", "goal", "sales_point")
        for name in (getattr(p, key),)
    }
    known = p.weighting != "kano" or single["category"]
    given_technical, given_roof = _given(p, names)
    return HouseLayout(
        need=p.need,
        importance=p.importance,
        characteristics=names,
        competitors=tuple(name for name in p.competitors if name in there),
        weighting=p.weighting if known else "raw",
        technical={
            name: by_product(row, (p.own, *p.competitors)) for name, row in given_technical.items() if name in names
        },
        roof=_kept_roof(given_roof, names),
        **single,
    )


def _kept_roof(roof: Mapping[str, Mapping[str, str]], names: Sequence[str]) -> dict[str, dict[str, str]]:
    return {
        first: {second: sign for second, sign in row.items() if second in names}
        for first, row in roof.items()
        if first in names
    }


def _given(
    p: HouseParameters, names: Sequence[str]
) -> tuple[Mapping[str, Mapping[str, Any]], Mapping[str, Mapping[str, str]]]:
    """Return `technical` and `roof`; those of the bundled data are for a house with all its characteristics only."""
    bundled = set(TECHNICAL) <= set(names)
    technical = p.technical if bundled or p.technical != TECHNICAL else {}
    roof = p.roof if bundled or p.roof != ROOF else {}
    return technical, roof


STUDY = Study(
    name="house_of_quality",
    module="voice",
    title="House of quality: what must we engineer to give customers what they need?",
    question="Which characteristics of the product serve the needs most, what is their aim, where do they conflict?",
    minutes=60,
    level="intermediate",
    parameters=HouseParameters,
    contract=contract,
    layout=layout,
    results=(
        PublishedResult(name="first_characteristic", kind="text", title="Most important characteristic", key=True),
        PublishedResult(name="first_share", kind="scalar", title="Its share of the importance", key=True),
        PublishedResult(
            name="probability_first", kind="scalar", title="Share of draws in which it stays first", key=True
        ),
        PublishedResult(
            name="n_conflicts", kind="scalar", title="Pairs of characteristics in conflict", unit="pairs", key=True,
            digits=0,
        ),
        PublishedResult(name="n_needs", kind="scalar", title="Needs", unit="needs", digits=0),
        PublishedResult(
            name="n_characteristics", kind="scalar", title="Characteristics", unit="characteristics", digits=0,
        ),
        PublishedResult(
            name="n_contradictions", kind="scalar", title="Measures that contradict the customers",
            unit="characteristics", digits=0,
        ),
        PublishedResult(name="chosen_share", kind="scalar", title="Importance covered by the choice"),
        PublishedResult(name="need_weights", kind="table", title="Weights of the needs"),
        PublishedResult(name="characteristics", kind="table", title="Importance of the characteristics"),
        PublishedResult(name="gaps", kind="table", title="Own product against the best competitor"),
        PublishedResult(name="targets", kind="table", title="Targets of the characteristics"),
        PublishedResult(name="consistency", kind="table", title="Measurements against customers' ratings"),
        PublishedResult(name="conflicts", kind="table", title="Conflicts between characteristics"),
        PublishedResult(name="stability", kind="table", title="Ranks under other weights"),
        PublishedResult(name="scales", kind="table", title="Ranks under other scales"),
        PublishedResult(name="selection", kind="table", title="Choice within the budget"),
    ),
    methods=(
        mark("quality function deployment"),
        mark("Kano-adjusted weights"),
        mark("competitive benchmark"),
        mark("conflicts in the roof"),
        mark("stability of ranks"),
    ),
)  # fmt: skip
