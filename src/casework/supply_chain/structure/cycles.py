"""The cycle view and the macro processes: every process in its cycle, at its interface, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from casework.core.messages import join_sentences, mark, t
from casework.core.options import allowed
from casework.core.result import Result
from casework.supply_chain.structure.processes import ProcessTable
from casework.supply_chain.structure.rules import (
    BUYING,
    CYCLE_RULES,
    MACRO_RULES,
    WordRule,
    check_rules,
    first_word,
    match,
)
from casework.supply_chain.structure.stages import CycleName, MacroName, Stages
from casework.supply_chain.structure.tables import listing

CYCLES, MACROS = allowed(CycleName), allowed(MacroName)
HEADINGS = (mark("interface"), mark("reason"), mark("macro process"), mark("macro reason"))


@dataclass(frozen=True, kw_only=True)
class ClassifiedProcesses(Result):
    """Processes with their cycle, interface and macro process, each with its reason.

    Attributes
    ----------
    source : ProcessTable
    table : DataFrame
        process, stage, flow, interface (buyer and seller), cycle, reason, macro_process, macro_reason.
    """

    source: ProcessTable
    table: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> pd.DataFrame:
        """Processes by cycle and macro process, all classes listed."""
        both = pd.crosstab(self.table["cycle"], self.table["macro_process"])
        return both.reindex(index=list(CYCLES), columns=list(MACROS), fill_value=0)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a process."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how many processes each cycle holds."""
        counts = self.table["cycle"].value_counts().reindex(list(CYCLES), fill_value=0)
        return t(
            "Processes by cycle: customer order {order}, replenishment {replenishment}, manufacturing {manufacturing}, "
            "procurement {procurement}.",
            order=counts["customer order"],
            replenishment=counts["replenishment"],
            manufacturing=counts["manufacturing"],
            procurement=counts["procurement"],
        )


def classify_processes(
    chain: ProcessTable,
    *,
    macro_rules: Sequence[WordRule] = MACRO_RULES,
    cycle_rules: Sequence[WordRule] = CYCLE_RULES,
    buying: Sequence[str] = BUYING,
) -> ClassifiedProcesses:
    """Put each process into its cycle, its interface and its macro process.

    Parameters
    ----------
    chain : ProcessTable
        From `read_processes`; its columns `cycle` and `macro` decide where they are filled.
    macro_rules, cycle_rules : sequence of WordRule
        Words of names that point to a macro process; and, where one interface holds several cycles, to a cycle.
    buying : sequence of str
        Words of names that say that a stage faces its supplier, where the table names no partner.

    Returns
    -------
    ClassifiedProcesses

    Raises
    ------
    ParameterError
        A rule leads to an unknown class or has no word.

    Notes
    -----
    The interface lies between the stage and its partner; without a partner, between the stage and the next one
    towards the customer, or its supplier where a word says that it buys. Neighbours have one cycle. Where roles
    between two stages are missing, their cycles are run as one; a word picks the part, else the stage's own. Macro
    process: by the hand, else the word that stands first, else the partner: information and funds with a supplier or
    a customer are relationships; product is internal. Words cannot know what a firm means by a name: read the
    reasons, and correct in the table.

    References
    ----------
    Chopra, S. & Meindl, P. Supply Chain Management: Strategy, Planning, and Operation, chapter 1: cycle view of
    supply chain processes; macro processes in a firm.

    Examples
    --------
    >>> from casework.supply_chain.structure import read_processes
    >>> table = pd.DataFrame({"process": ["buy steel", "assemble", "sell"], "lead_time": [9, 2, 0],
    ...                       "stage": ["manufacturer", "manufacturer", "retailer"]})
    >>> chain = read_processes(table, stages=["supplier", "manufacturer", "distributor", "retailer", "customer"])
    >>> classify_processes(chain).table["cycle"].tolist()
    ['procurement', 'manufacturing', 'customer order']
    """
    macro = check_rules("macro_rules", macro_rules, MACROS)
    cycles = check_rules("cycle_rules", cycle_rules, CYCLES)
    rows = [_row(chain.stages, row, macro, cycles, tuple(buying)) for row in _records(chain)]
    table = pd.DataFrame(rows)
    return ClassifiedProcesses(source=chain, table=table, notes=(*chain.notes, *_notes(chain.stages, table)))


def _records(chain: ProcessTable) -> list[dict[str, str]]:
    table = chain.processes[["process", "stage", "partner", "flow", "cycle", "macro"]]
    return [dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False)]


def _row(
    stages: Stages,
    row: dict[str, str],
    macro: tuple[WordRule, ...],
    cycles: tuple[WordRule, ...],
    buying: tuple[str, ...],
) -> dict[str, str]:
    other, facing = _partner(stages, row, buying)
    buyer, seller = sorted((row["stage"], other), key=stages.place, reverse=True)
    cycle, reason = _cycle(stages, row, buyer, seller, cycles)
    group, because = _macro(stages, row, macro)
    return {
        "process": row["process"],
        "stage": row["stage"],
        "flow": row["flow"],
        "interface": t("{buyer} – {seller}", buyer=buyer, seller=seller),
        "cycle": cycle,
        "reason": join_sentences([facing, reason]) if facing and not row["cycle"] else reason,
        "macro_process": group,
        "macro_reason": because,
    }


def _partner(stages: Stages, row: dict[str, str], buying: tuple[str, ...]) -> tuple[str, str]:
    """Return the other side of the interface, and why where the table does not say."""
    own, given = row["stage"], row["partner"]
    if given and given != own:
        return given, ""
    place = stages.place(own)
    word = first_word(row["process"], buying)
    if (word and place > 0) or place == len(stages.names) - 1:
        return stages.names[place - 1], t("Faces its supplier.")
    return stages.names[place + 1], t("Works for the next stage.")


def _cycle(
    stages: Stages, row: dict[str, str], buyer: str, seller: str, rules: tuple[WordRule, ...]
) -> tuple[str, str]:
    if row["cycle"]:
        return row["cycle"], t("Set by hand.")
    held = stages.cycles(buyer, seller)
    if len(held) == 1:
        return held[0], t("Interface of {buyer} and {seller}.", buyer=buyer, seller=seller)
    label, word = match(row["process"], [rule for rule in rules if rule.label in held])
    if label:
        return label, t(
            "No stage between {buyer} and {seller}; the name says '{word}'.", buyer=buyer, seller=seller, word=word
        )
    nearest = held[-1] if row["stage"] == seller and row["flow"] == "product" else held[0]
    return nearest, t("No stage between {buyer} and {seller}; their cycles are one.", buyer=buyer, seller=seller)


def _macro(stages: Stages, row: dict[str, str], rules: tuple[WordRule, ...]) -> tuple[str, str]:
    if row["macro"]:
        return row["macro"], t("Set by hand.")
    label, word = match(row["process"], rules)
    if label:
        return label, t("The name says '{word}'.", word=word)
    partner, own = row["partner"], row["stage"]
    if partner and partner != own and row["flow"] != "product":
        upstream = stages.place(partner) < stages.place(own)
        if upstream:
            return "supplier relationship", t("Information or funds with a supplier.")
        return "customer relationship", t("Information or funds with a customer.")
    return "internal supply chain", t("Work of the stage itself; no word points elsewhere.")


def _notes(stages: Stages, table: pd.DataFrame) -> tuple[str, ...]:
    notes = []
    present = {
        name
        for first, second in zip(stages.names, stages.names[1:], strict=False)
        for name in stages.cycles(first, second)
    }
    empty = [name for name in CYCLES if name in present and name not in set(table["cycle"])]
    if empty:
        notes.append(t("No process in: {names}.", names=listing(t(name) for name in empty)))
    lacking = [name for name in MACROS if name not in set(table["macro_process"])]
    if lacking:
        notes.append(t("No process in: {names}.", names=listing(t(name) for name in lacking)))
    return tuple(notes)
