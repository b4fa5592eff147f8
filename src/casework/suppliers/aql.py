"""Plans by acceptable quality level: the single sampling tables of MIL-STD-105E for normal inspection."""

from __future__ import annotations

from typing import Literal

from casework.core.checks import check_all, check_option, check_whole
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.suppliers.sampling import PlanResult, evaluate_plan

InspectionLevel = Literal["S-1", "S-2", "S-3", "S-4", "I", "II", "III"]

# MIL-STD-105E, table I: largest lot of each row, and the code letters of the rows for each inspection level.
LOTS = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000)
LETTERS: dict[str, str] = {
    "S-1": "AAAABBBBCCCCDDD",
    "S-2": "AAABBBCCCDDDEEE",
    "S-3": "AABBCCDDEEFFGGH",
    "S-4": "AABCCDEEFGGHJJK",
    "I": "AABCCDEFGHJKLMN",
    "II": "ABCDEFGHJKLMNPQ",
    "III": "BCDEFGHJKLMNPQR",
}
# Table II-A: sample size of each code letter. Its cells repeat along diagonals: a step to the next larger sample does
# what a step to the next looser AQL does, so the cells are kept once, by their distance from the one that accepts 0.
SAMPLES = dict(
    zip("ABCDEFGHJKLMNPQR", (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000), strict=True)
)
AQLS = (6.5, 4.0, 2.5, 1.5, 1.0, 0.65, 0.40, 0.25, 0.15, 0.10, 0.065, 0.040, 0.025, 0.015, 0.010)
LOOSER = (10.0,)  # further columns for percent nonconforming; they have no cell that accepts 0
ACCEPT = {0: 0, 3: 1, 4: 2, 5: 3, 6: 5, 7: 7, 8: 10, 9: 14, 10: 21}


def aql_plan(lot: int, aql: float, *, level: InspectionLevel = "II") -> tuple[str, PlanResult]:
    """Look up the single sampling plan for normal inspection by lot size and acceptable quality level.

    Parameters
    ----------
    lot : int
        Units in the lot, at least 2.
    aql : float
        Acceptable quality level [percent nonconforming]: one of the standard's, from 0.010 to 10.
    level : {'S-1', 'S-2', 'S-3', 'S-4', 'I', 'II', 'III'}
        Inspection level; II unless agreed otherwise.

    Returns
    -------
    letter : str
        Code letter of the plan used (an arrow in the table may have led to another letter than that of the lot).
    plan : PlanResult
        The whole lot is inspected, and none accepted, where the sample would not be smaller than the lot.

    Raises
    ------
    ParameterError
        The lot is too small, the AQL is not in the table, or the level is unknown.

    Notes
    -----
    Normal inspection only; the switch to tightened or reduced inspection is not made. For percent nonconforming the
    tables of ISO 2859-1 have the same cells.

    References
    ----------
    MIL-STD-105E (1989), tables I and II-A.

    Examples
    --------
    >>> letter, plan = aql_plan(1000, 1.0)
    >>> letter, plan.n, plan.c
    ('J', 80, 2)
    >>> letter, plan = aql_plan(100, 1.0)
    >>> letter, plan.n, plan.c
    ('E', 13, 0)
    """
    check_all(
        lambda: check_whole("lot", lot, low=2),
        lambda: check_option("level", level, InspectionLevel),
        lambda: _check_aql(aql),
    )
    row = sum(lot > end for end in LOTS)
    letter, accept = table_cell(LETTERS[level][row], aql)
    n = min(SAMPLES[letter], int(lot))
    c = accept if SAMPLES[letter] < lot else 0
    return letter, evaluate_plan(n=n, c=c, lot=int(lot), model="hypergeometric", aql=aql / 100)


def table_cell(letter: str, aql: float) -> tuple[str, int]:
    """Return code letter and acceptance number of a cell, arrows followed.

    Examples
    --------
    >>> table_cell("D", 0.65), table_cell("G", 0.65), table_cell("H", 0.65), table_cell("R", 0.65)
    (('F', 0), ('F', 0), ('J', 1), ('R', 21))
    """
    letters = list(SAMPLES)
    zero = AQLS.index(aql) if aql in AQLS else -1
    first = 3 if zero < 0 else 0
    steps = letters.index(letter) - zero
    if steps not in ACCEPT or steps < first:
        steps = _arrow(steps, first, len(letters) - 1 - zero)
    return letters[zero + steps], ACCEPT[steps]


def _arrow(steps: int, first: int, last: int) -> int:
    """Where the arrow of a cell leads: down to the next plan before and in the gap, else up."""
    if steps < first:
        return first
    if steps > max(ACCEPT):
        return max(ACCEPT)
    if steps == 1 or last < 3:
        return 0
    return 3


def _check_aql(aql: float) -> None:
    known = sorted({*AQLS, *LOOSER})
    if aql not in known:
        shown = ", ".join(f"{value:g}" for value in known)
        raise ParameterError(Problem("aql", repr(aql), t("one of {values} [percent]", values=shown)))
