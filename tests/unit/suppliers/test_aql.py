import pytest

from casework.core.errors import ParameterError
from casework.suppliers.aql import aql_plan, table_cell

# Rows of table II-A of MIL-STD-105E, typed as they stand: acceptance number or arrow ("u" up, "d" down).
TABLE = {
    0.65: "d d d d d 0 u d 1 2 3 5 7 10 14 21",
    1.0: "d d d d 0 u d 1 2 3 5 7 10 14 21 u",
    2.5: "d d 0 u d 1 2 3 5 7 10 14 21 u u u",
    4.0: "d 0 u d 1 2 3 5 7 10 14 21 u u u u",
    10.0: "d d 1 2 3 5 7 10 14 21 u u u u u u",
}
LETTERS = "ABCDEFGHJKLMNPQR"


@pytest.mark.parametrize("aql", TABLE)
def test_cells_and_arrows(aql):
    cells = TABLE[aql].split()
    for place, letter in enumerate(LETTERS):
        row = place
        while cells[row] in "ud":
            row += 1 if cells[row] == "d" else -1
        assert table_cell(letter, aql) == (LETTERS[row], int(cells[row]))


def test_arrows_at_the_end_of_the_table():
    assert table_cell("R", 0.010) == ("Q", 0)
    assert table_cell("R", 0.015) == ("P", 0)
    assert table_cell("R", 0.025) == ("R", 1)


def test_levels_and_small_lots():
    assert aql_plan(1000, 1.0, level="S-1")[0] == "E"
    assert aql_plan(1000, 1.0, level="III")[1].n == 125
    letter, plan = aql_plan(5, 1.0)
    assert (letter, plan.n, plan.c) == ("E", 5, 0)
    assert aql_plan(10_000_000, 1.0)[0] == "Q"


def test_what_is_not_in_the_table():
    with pytest.raises(ParameterError, match="one of 0") as error:
        aql_plan(1, 1.2, level="IV")
    assert {problem.where for problem in error.value.problems} == {"lot", "level", "aql"}
