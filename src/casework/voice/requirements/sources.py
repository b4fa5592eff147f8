"""Where the voice of the customer is heard, how many to ask, and how likely a need is heard at all."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from casework.core.checks import check_fraction, check_number
from casework.core.messages import mark, t
from casework.core.result import Result

HEADINGS = (mark("source"), mark("tells"), mark("misses"), mark("size"), mark("interviews"), mark("heard"))
PLAN_HEADINGS = (
    mark("what is to be known"),
    mark("answers"),
    mark("invitations"),
    mark("share"),
    mark("index"),
    mark("path"),
    mark("path, refined rule"),
    mark("proportion"),
)
USUAL_SAMPLE = 200  # answers that a questionnaire is usually told to have at least

SOURCES: tuple[tuple[str, str, str, str], ...] = (
    (
        mark("questionnaire"),
        mark("How many customers want what, with a margin of error."),
        mark("Whatever was not asked; those who do not answer."),
        mark("200 answers or more; see the calculator."),
    ),
    (
        mark("interview"),
        mark("What customers mean, and what for."),
        mark("How many others think so."),
        mark("20 to 30 customers of each segment."),
    ),
    (
        mark("focus group"),
        mark("How customers talk among themselves; reactions to an idea."),
        mark("The quiet ones; a group agrees too soon."),
        mark("3 to 5 groups of 8 to 12."),
    ),
    (
        mark("complaints and service records"),
        mark("What goes wrong, unasked."),
        mark("Most of the unhappy, who leave without a word."),
        mark("All of a period, as comments are counted by a program."),
    ),
    (
        mark("observation at the customer's place"),
        mark("Habits, detours and errors that nobody mentions."),
        mark("Rare events; people act otherwise when watched."),
        mark("5 to 10 visits of each kind of use."),
    ),
    (
        mark("reports by sales and service staff"),
        mark("Early signs, lost orders, offers of competitors."),
        mark("What staff would rather not report."),
        mark("All staff in contact with customers, regularly."),
    ),
)


@dataclass(frozen=True, kw_only=True)
class HearingChance(Result):
    """How likely a need is heard at least once, by number of interviews.

    Attributes
    ----------
    share : float
        Share of the customers who hold, and mention, the need.
    interviews : int
        Interviews that reach the wanted chance.
    chance : float
        The chance wanted.
    table : DataFrame
        interviews, heard (chance).
    """

    share: float
    interviews: int
    chance: float
    table: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return interviews and chance."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how many interviews it takes."""
        return t(
            "A need that {share:.0%} of the customers mention is heard at least once in {n} interviews with a chance "
            "of {chance:.0%}.",
            share=self.share,
            n=self.interviews,
            chance=self.chance,
        )


def voice_sources() -> pd.DataFrame:
    """Return the six sources of the voice of the customer: source, tells, misses, size.

    Notes
    -----
    Books group the sources in different ways; these are the six that most lists share. The sizes are rules of thumb,
    but for the first: there the calculator gives the margin of error.

    References
    ----------
    Griffin, A. & Hauser, J. R. (1993). The voice of the customer. Marketing Science 12(1), 1-27 (interviews).
    Ulrich, K. T. & Eppinger, S. D. (2015). Product Design and Development, 6th ed., chapter 5 (focus groups of 8 to
    12, observation). Pande, Neuman & Cavanagh (2000). The Six Sigma Way (complaints, staff, surveys).

    Examples
    --------
    >>> len(voice_sources())
    6
    """
    return pd.DataFrame(SOURCES, columns=["source", "tells", "misses", "size"])


def interviews_needed(*, share: float = 0.1, chance: float = 0.95, most: int = 60) -> HearingChance:
    """Interviews needed so that a need of some customers is heard at least once.

    Parameters
    ----------
    share : float
        Share of the customers who would mention the need, between 0 and 1. Symbol p.
    chance : float
        Chance of hearing it at least once, between 0 and 1.
    most : int
        Interviews up to which the table goes, at least 1.

    Returns
    -------
    HearingChance
        The smallest n with 1 - (1 - p)^n of at least `chance`.

    Raises
    ------
    ParameterError
        An argument is out of its range.

    Notes
    -----
    Customers are drawn at random and mention the need independently; interviews among friends hear less.

    Examples
    --------
    >>> interviews_needed(share=0.1, chance=0.95).interviews
    29
    """
    check_fraction("share", share)
    check_fraction("chance", chance)
    last = int(check_number("most", most, low=1))
    needed = max(1, math.ceil(math.log1p(-chance) / math.log1p(-share) - 1e-12))
    counts = range(1, max(last, min(needed, 10_000)) + 1)
    table = pd.DataFrame({"interviews": list(counts), "heard": [1 - (1 - share) ** n for n in counts]})
    return HearingChance(share=share, interviews=needed, chance=chance, table=table)
