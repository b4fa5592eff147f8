from pathlib import Path

import pytest

from casework.core.errors import DataError, ParameterError
from casework.studies.inputs import load


def test_bundled_data_are_read_without_a_study() -> None:
    found = load("kano_phone_plan")
    assert found.card is not None
    assert len(found.frame) == found.card.rows == found.rows_read
    assert "synthetic" in found.describe()


def test_a_study_checks_and_lays_out_its_data() -> None:
    found = load("kano_phone_plan", study="kano")
    picked = found.pick(dict(found.layout.functional))
    assert list(picked.columns) == list(found.layout.functional)


def test_own_data_are_described_without_a_card(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("f1,d1\n1,5\n2,5\n", encoding="utf-8")
    found = load(str(path), study="kano")
    assert found.describe() == "own.csv: 2 rows of your own data."


def test_a_broken_contract_is_told_whole(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("f1,d1,f2,d2\n1,9,x,1\n2,5,1,2\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load(str(path), study="kano")
    assert len(caught.value.problems) == 2
    left_out = load(str(path), study="kano", invalid="exclude").excluded()
    assert left_out["count"].sum() >= 2


def test_parameters_are_checked_before_the_data_are_read() -> None:
    with pytest.raises(ParameterError, match="Did you mean 'threshold'"):
        load("nowhere.csv", study="kano", treshold=1)
