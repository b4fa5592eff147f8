from __future__ import annotations

import pytest

from casework.core.errors import DataError
from casework.datasets.cards import dataset_names, get_card, list_cards, read_card

CARD = """\
name = "tiny"
title = "Tiny survey"
kind = "real"
unit_of_observation = "respondent"
rows = 2
period = "2020"
currency = ""
source = "Author (2020), table 1"
licence = "CC0"
retrieved = 2024-05-01
generated_by = ""
sha256 = "{hash}"
known_issues = []
used_by = []
[[columns]]
name = "q1"
type = "integer"
unit = "points"
range = [1, 5]
missing = 3
description = "How was it?"
label = "visit"
[[columns]]
name = "group"
type = "category"
codes = {{ a = "first", b = "second" }}
missing = "none"
description = "Group"
""".format(hash="0" * 64)


def card(folder, text=CARD):
    place = folder / "tiny"
    place.mkdir(exist_ok=True)
    (place / "data.csv").write_text("q1,group\n1,a\n2,b\n")
    (place / "card.toml").write_text(text, encoding="utf-8")
    return read_card(place)


def problems(folder, text) -> list[str]:
    with pytest.raises(DataError, match=r"tiny") as error:
        card(folder, text)
    return [str(problem) for problem in error.value.problems]


def test_a_whole_card(tmp_path):
    tiny = card(tmp_path)
    assert tiny.retrieved == "2024-05-01"
    assert tiny.columns[0].range == (1.0, 5.0)
    assert tiny.columns[0].missing == "3"
    assert tiny.columns[1].codes == {"a": "first", "b": "second"}
    assert tiny.labels == {"q1": "visit"}
    assert tiny.describe() == ("Tiny survey: 2 rows, one for each respondent; 2020. The data are real. Licence: CC0.")


def test_synthetic_data_say_so(tmp_path):
    text = CARD.replace('"real"', '"synthetic"').replace('generated_by = ""', 'generated_by = "seed 7"')
    assert "The data are synthetic" in card(tmp_path, text).describe()


def test_all_problems_of_a_card_at_once(tmp_path):
    text = (
        CARD.replace('name = "tiny"', 'name = "other"')
        .replace('"real"', '"invented"')
        .replace("rows = 2", 'rows = "2"')
        .replace("0" * 64, "abc")
        .replace('licence = "CC0"', 'lisence = "CC0"')
        .replace("range = [1, 5]", "range = [5, 1]")
        .replace('type = "category"', 'type = "factor"')
        .replace('name = "group"', 'name = "q1"')
    )
    told = "\n".join(problems(tmp_path, text))
    for part in (
        "tiny/card.toml, lisence: this field is not known. Did you mean 'licence'?",
        "tiny/card.toml, licence: the field is missing",
        "rows: '2'. Expected: a whole number above 0",
        "name: 'other'. Expected: the name of the folder, 'tiny'",
        "kind: 'invented'. Expected: one of real, adapted, synthetic",
        "sha256: 'abc'. Expected: 64 hexadecimal digits",
        "column 'q1', range: [5, 1]",
        "type: 'factor'",
        "column 'q1' is described twice",
    ):
        assert part in told


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("retrieved = 2024-05-01", 'retrieved = ""', "retrieved: the field is empty"),
        ('"real"', '"synthetic"', "generated_by: the field is empty"),
        ("known_issues = []", "known_issues = [1]", "known_issues: [1]. Expected: a list of texts"),
        ("rows = 2", "rows = true", "rows: True"),
        ("name = ", "name ", "the card cannot be read"),
        ("missing = 3\n", "", "missing: the field is missing"),
        ('codes = { a = "first", b = "second" }', "codes = 3", "codes: 3"),
    ],
)
def test_single_problems(tmp_path, old, new, message):
    assert message in "\n".join(problems(tmp_path, CARD.replace(old, new, 1)))


def test_a_card_without_data(tmp_path):
    card(tmp_path)
    (tmp_path / "tiny" / "data.csv").unlink()
    with pytest.raises(DataError, match="tiny: there is no data file"):
        read_card(tmp_path / "tiny")


@pytest.mark.parametrize("name", ["kano_phone_pan", "../kano_phone_plan", "Kano_phone_plan"])
def test_unknown_names_get_the_nearest(name):
    with pytest.raises(DataError, match=r"no bundled data set of this name.*Did you mean 'kano_phone_plan'"):
        get_card(name)


def test_every_bundled_data_set_has_a_good_card():
    assert tuple(card.name for card in list_cards()) == dataset_names() != ()
    for bundled in list_cards():
        bundled.verify(bundled.data_file.read_bytes())


def test_other_bytes_are_not_the_data_of_the_card():
    with pytest.raises(DataError, match="SHA-256"):
        list_cards()[0].verify(b"other")
