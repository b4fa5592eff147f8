"""How well the checker of statements agrees with labels set by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from casework.core.checks import check_fraction
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.stats.proportion import wilson_interval
from casework.voice.requirements.statements import RULES

HEADINGS = (
    mark("precision"),
    mark("precision low"),
    mark("precision high"),
    mark("recall"),
    mark("recall low"),
    mark("recall high"),
    mark("statements"),
    mark("broken by label"),
    mark("broken by checker"),
    mark("both"),
)


@dataclass(frozen=True, kw_only=True)
class RuleAgreement(Result):
    """Precision and recall of the checker, rule by rule.

    Attributes
    ----------
    table : DataFrame
        rule, statements, broken_by_label, broken_by_checker, both, precision and recall with their intervals.
        Precision: of the rules that the checker calls broken, the share that the label calls so. Recall: the reverse.
    """

    table: pd.DataFrame
    confidence: float

    def to_frame(self) -> pd.DataFrame:
        """Return one row a rule."""
        return self.table.copy()

    def summary(self) -> str:
        """Name the rule with the lowest precision and the one with the lowest recall."""
        by_rule = self.table.set_index("rule")
        precision, recall = by_rule["precision"].dropna(), by_rule["recall"].dropna()
        if not len(precision) or not len(recall):
            return t("No rule is broken, so there is nothing to compare.")
        return t(
            "Lowest precision: {first} ({precision:.0%}); lowest recall: {second} ({recall:.0%}).",
            first=t(str(precision.idxmin())),
            precision=float(precision.min()),
            second=t(str(recall.idxmin())),
            recall=float(recall.min()),
        )


def rule_agreement(met: pd.DataFrame, labels: pd.DataFrame, *, confidence: float = 0.95) -> RuleAgreement:
    """Compare what the checker says with labels set by hand.

    Parameters
    ----------
    met, labels : DataFrame of bool, shape (statements, rules)
        Whether each rule is met, by the checker and by hand; same index, same columns.
    confidence : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    RuleAgreement

    Raises
    ------
    DataError
        Rows or rules differ, or there are none.

    Notes
    -----
    Wilson's interval; it covers chance in drawing the statements, not that the labels are one person's opinion.

    Examples
    --------
    >>> met = pd.DataFrame({"single": [True, False, False]})
    >>> agreement = rule_agreement(met, pd.DataFrame({"single": [True, False, True]}))
    >>> agreement.table[["precision", "recall"]].to_numpy().tolist()
    [[0.5, 1.0]]
    """
    check_fraction("confidence", confidence)
    if not met.index.equals(labels.index) or set(met.columns) != set(labels.columns) or met.empty:
        raise DataError(
            Problem(t("labels"), t("other rows or rules than the checker's"), t("the same index and columns"))
        )
    names = [rule.name for rule in RULES if rule.name in met.columns]
    found, wanted = ~met[names].to_numpy(dtype=bool), ~labels[names].to_numpy(dtype=bool)
    both, by_label, by_checker = ((found & wanted).sum(axis=0), wanted.sum(axis=0), found.sum(axis=0))
    titles = {rule.name: rule.title for rule in RULES}
    columns: dict[str, object] = {
        "rule": [titles[name] for name in names],
        "statements": len(met),
        "broken_by_label": by_label,
        "broken_by_checker": by_checker,
        "both": both,
    }
    for name, total in (("precision", by_checker), ("recall", by_label)):
        low, high = wilson_interval(both, total, confidence=confidence)
        share = np.divide(both, total, out=np.full(len(names), np.nan), where=total > 0)
        columns |= {name: share, f"{name}_low": low, f"{name}_high": high}
    return RuleAgreement(table=pd.DataFrame(columns), confidence=confidence)
