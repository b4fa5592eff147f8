import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.credit.scorecard import Scorecard, bin_variables, scorecard_points
from casework.report.scorecards import read_scorecard, write_scorecard

RNG = np.random.default_rng(1)
DATA = pd.DataFrame(
    {
        "=x": RNG.normal(size=400).round(3),
        "@job": RNG.choice(["+1", "-cmd", "=HYPERLINK(1)", "plain, \u4e2d\u6587"], 400),
        "bad": RNG.integers(0, 2, 400),
    }
)


@pytest.fixture(scope="module")
def card() -> Scorecard:
    binning = bin_variables(DATA, target="bad", cuts={"@job": "each"})
    return scorecard_points(binning, {"=x": -1.1, "@job": -0.9}, 0.1, digits=None, base="separate")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_a_card_scores_the_same_after_it_was_written_and_read(card: Scorecard, tmp_path: Path, ending: str) -> None:
    path = write_scorecard(card, tmp_path / f"card.{ending}")
    again = read_scorecard(path)
    assert again.score(DATA).tolist() == card.score(DATA).tolist()
    assert again.score(DATA.head(1)).tolist() == card.score(DATA.head(1)).tolist()
    assert again.rules == card.rules


def test_no_cell_of_a_file_begins_like_a_formula(card: Scorecard, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    with write_scorecard(card, tmp_path / "card.csv").open(encoding="utf-8-sig", newline="") as file:
        texts = [cell for row in csv.reader(file) for cell in row]
    book = load_workbook(write_scorecard(card, tmp_path / "card.xlsx"))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    texts += [cell.value for cell in cells if isinstance(cell.value, str)]
    numbers = {str(value) for value in card.to_frame()[["points", "exact_points"]].to_numpy().ravel()}
    assert not [text for text in texts if text.startswith(("=", "+", "@", "-")) and text not in numbers]


def test_a_csv_that_a_german_spreadsheet_wrote(card: Scorecard, tmp_path: Path) -> None:
    frame = card.to_frame()[["variable", "rule", "points"]]
    frame["points"] = [repr(value).replace(".", ",") for value in frame["points"]]
    frame.to_csv(tmp_path / "card.csv", sep=";", index=False, encoding="utf-8-sig")
    assert read_scorecard(tmp_path / "card.csv").score(DATA).tolist() == card.score(DATA).tolist()


def test_files_that_are_no_scorecards(card: Scorecard, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"unknown ending '\.txt'"):
        write_scorecard(card, tmp_path / "card.txt")
    with pytest.raises(ParameterError, match="no such file"):
        read_scorecard(tmp_path / "none.csv")
    for name, content, said in (
        ("a.json", "[1]", "no scorecard in JSON"),
        ("b.json", '{"bins": [{"rule": 1}]}', "no scorecard in JSON"),
        ("c.csv", "a,b\n1,2\n", "no column 'rule'"),
        ("d.csv", "", "cannot be read"),
    ):
        (tmp_path / name).write_text(content, encoding="utf-8")
        with pytest.raises(DataError, match=said):
            read_scorecard(tmp_path / name)
    (tmp_path / "e.csv").write_bytes(b"\xff\xff\xfe")
    with pytest.raises(DataError, match="is no text"):
        read_scorecard(tmp_path / "e.csv")


def test_a_bin_too_long_for_excel(tmp_path: Path) -> None:
    names = [f"category number {i:05d}" for i in range(2000)]
    data = pd.DataFrame({"x": names * 2, "bad": [0] * 2000 + [1] * 2000})
    card = scorecard_points(bin_variables(data, target="bad", variables=["x"], max_prebins=2), {"x": -1.0}, 0.0)
    with pytest.raises(ParameterError, match="too many categories"):
        write_scorecard(card, tmp_path / "card.xlsx")
    assert read_scorecard(write_scorecard(card, tmp_path / "card.csv")).rules == card.rules
