from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field

from casework.core.errors import ParameterError
from casework.studies.base import PublishedResult, Study, StudyParameters
from casework.studies.parameters import (
    describe_field,
    parse_assignment,
    parse_assignments,
    read_parameter_file,
    type_name,
    validate,
)


class Parameters(StudyParameters):
    data: str = Field("toy", description="data")
    share: float = Field(0.1, ge=0, lt=1, description="share", json_schema_extra={"unit": "EUR"})
    mode: Literal["fast", "slow"] = Field("fast", description="mode")
    names: list[str] = Field([], description="names")


STUDY = Study(
    name="toy",
    module="voice",
    title="Toy",
    question="?",
    minutes=1,
    level="introductory",
    parameters=Parameters,
    contract=None,
    results=(PublishedResult(name="x", kind="scalar", title="X"),),
)


def test_defaults_are_taken_where_nothing_is_given() -> None:
    assert validate(STUDY, {}).model_dump()["share"] == 0.1


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ParameterError) as caught:
        validate(STUDY, {"shar": 1, "share": 2, "mode": "fsat", "seed": "x"})
    text = str(caught.value)
    assert len(caught.value.problems) == 4
    assert "Did you mean 'share'?" in text
    assert "Did you mean 'fast'?" in text
    assert "at least 0, below 1 [EUR]" in text
    assert "parameter seed: 'x'" in text


@pytest.mark.parametrize("value", [True, "1", [1], None, float("nan"), float("inf")])
def test_wrong_types_and_odd_numbers_are_refused(value: object) -> None:
    with pytest.raises(ParameterError, match="parameter share"):
        validate(STUDY, {"share": value})


def test_texts_of_the_command_line_stay_texts() -> None:
    assert parse_assignments(STUDY, ["data=007", "mode=no", "share=1e-3", "names=[a, b]"]) == {
        "data": "007",
        "mode": "no",
        "share": "1e-3",
        "names": ["a", "b"],
    }
    assert validate(STUDY, {"share": "1e-3"}).model_dump()["share"] == 0.001


@pytest.mark.parametrize("word", ["share", "=3", "  =3"])
def test_a_word_without_a_name_or_value_is_refused(word: str) -> None:
    with pytest.raises(ParameterError, match="name=value"):
        parse_assignment(word)


def test_a_value_that_is_no_yaml_is_refused() -> None:
    with pytest.raises(ParameterError, match="YAML or JSON"):
        parse_assignment("share=[1, ")


def test_parameter_files(tmp_path: Path) -> None:
    good = tmp_path / "good.yaml"
    good.write_text("share: 0.2\n名称: x\n", encoding="utf-8")
    assert read_parameter_file(good) == {"share": 0.2, "名称": "x"}
    (tmp_path / "good.json").write_text('{"share": 0.3}', encoding="utf-8")
    assert read_parameter_file(tmp_path / "good.json") == {"share": 0.3}
    (tmp_path / "empty.yaml").write_text("", encoding="utf-8")
    assert read_parameter_file(tmp_path / "empty.yaml") == {}


@pytest.mark.parametrize(
    ("content", "message"),
    [("- a\n- b\n", "no names with values"), ("a: [1\n", "line 2"), ("1: 2\n", "no names"), ("just text", "no names")],
)
def test_bad_parameter_files(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ParameterError, match=message):
        read_parameter_file(path)


def test_a_missing_parameter_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="no such file"):
        read_parameter_file(tmp_path / "none.yaml")
    with pytest.raises(ParameterError, match="a folder"):
        read_parameter_file(tmp_path)


def test_fields_are_described_in_words() -> None:
    fields = Parameters.model_fields
    assert describe_field(fields["share"]) == "a number at least 0, below 1 [EUR]"
    assert describe_field(fields["mode"]) == "one of fast, slow"
    assert [type_name(fields[name]) for name in ("data", "names", "mode", "fast")] == ["str", "list", "str", "bool"]


@pytest.mark.parametrize("value", ["1" * 5000, "2024-13-45", "[" * 5000, "{a: [}"])
def test_what_cannot_be_read_is_told_not_raised(value: str) -> None:
    with pytest.raises(ParameterError, match="parameter seed"):
        parse_assignment(f"seed={value}")


def test_a_leading_zero_is_no_octal() -> None:
    assert parse_assignment("seed=010") == ("seed", 10)
