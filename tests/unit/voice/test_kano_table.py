import pytest

from casework.core.errors import ParameterError
from casework.voice.kano_table import EVALUATION_TABLES, check_order, evaluation_table


def test_berger_table_has_the_cells_of_matzler_and_hinterhuber_1998():
    letters = "".join(EVALUATION_TABLES["berger"])
    assert {letter: letters.count(letter) for letter in "IRAMQO"} == {"I": 9, "R": 7, "A": 3, "M": 3, "Q": 2, "O": 1}


def test_pouliot_differs_from_berger_in_two_contradictions():
    berger, pouliot = EVALUATION_TABLES["berger"], EVALUATION_TABLES["pouliot"]
    different = [(i + 1, j + 1) for i in range(5) for j in range(5) if berger[i][j] != pouliot[i][j]]
    assert different == [(2, 2), (4, 4)]
    assert pouliot[1][1] == pouliot[3][3] == "Q"


def test_three_level_table_is_the_five_level_one_with_its_middle_merged():
    berger = EVALUATION_TABLES["berger"]
    merged = [
        {(i, j): berger[a][b] for i, a in enumerate((0, m, 4)) for j, b in enumerate((0, m, 4))} for m in (1, 2, 3)
    ]
    assert merged[0] == merged[1] == merged[2]
    assert EVALUATION_TABLES["3-level"] == tuple("".join(merged[0][i, j] for j in range(3)) for i in range(3))


def test_own_table_is_read_letter_by_letter():
    table = evaluation_table([["Q", "O"], ["R", "Q"]])
    assert (table.name, table.levels, table.letters) == ("own", 2, ("QO", "RQ"))
    assert evaluation_table(table) is table


def test_unknown_name_gets_the_nearest_spelling():
    with pytest.raises(ParameterError, match=r"table: 'burger'.*berger, pouliot, 3-level.*Did you mean 'berger'"):
        evaluation_table("burger")


def test_table_must_be_square():
    with pytest.raises(ParameterError, match=r"table: 2 rows of \[3\] letters.*square"):
        evaluation_table(("QAO", "RIM"))


def test_all_unknown_letters_are_told_at_once():
    with pytest.raises(ParameterError, match=r"row 1, column 2: 'X'") as caught:
        evaluation_table(("QX", "YQ"))
    assert len(caught.value.problems) == 2


def test_order_is_completed_and_checked():
    assert check_order("AO") == "AOMIRQ"
    with pytest.raises(ParameterError, match=r"order: 'MM'.*at most once"):
        check_order("MM")
    with pytest.raises(ParameterError, match=r"order: 'MX'"):
        check_order("MX")
