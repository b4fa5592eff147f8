"""Receivables: the ledger, ageing, roll rates, days sales outstanding, warning rules and their back-test."""

from casework.credit.receivables.ageing import (
    AgeingHistory,
    AgeingResult,
    ageing,
    ageing_history,
    bucket_names,
    check_edges,
    place_days,
)
from casework.credit.receivables.ledger import Ledger, LeftOut, month_ends, read_ledger

__all__ = [
    "AgeingHistory",
    "AgeingResult",
    "Ledger",
    "LeftOut",
    "ageing",
    "ageing_history",
    "bucket_names",
    "check_edges",
    "month_ends",
    "place_days",
    "read_ledger",
]
