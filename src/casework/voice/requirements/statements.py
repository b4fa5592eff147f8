"""The five rules of a good requirement statement, and a checker that says which are broken and by what words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from casework.core.checks import check_names
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.voice.requirements import rule_search as find
from casework.voice.requirements.rule_words import RuleWords, normal, rule_words

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADINGS = (
    mark("statement"),
    mark("language"),
    mark("rules met"),
    mark("rule"),
    mark("words"),
    mark("reason"),
    mark("ask"),
    mark("number"),
    mark("meaning"),
    mark("code"),
    mark("question"),
    mark("specific"),
    mark("single"),
    mark("acceptance"),
)
SEPARATOR = ", "  # of quoted words, the same in every language: they are published
LANGUAGE_NAMES = {"en": mark("English"), "zh": mark("Chinese"), "mixed": mark("mixed")}


@dataclass(frozen=True)
class Rule:
    """One rule of a good requirement statement."""

    name: str
    title: str
    meaning: str
    reason: str
    reason_without_words: str
    ask: str


RULES: tuple[Rule, ...] = (
    Rule(
        "specific",
        mark("specific output"),
        mark("It names the output, or the moment of contact, that the customer receives."),
        mark("The output is not named, only: {words}."),
        mark("The output is not named."),
        mark("What exactly does the customer receive, and at which moment?"),
    ),
    Rule(
        "single",
        mark("single factor"),
        mark("It demands one thing, so that it is met or not met as a whole."),
        mark("A second demand is joined on: {words}."),
        mark("A second demand is joined on."),
        mark("Which of the demands comes first? Write one statement for each."),
    ),
    Rule(
        "observable",
        mark("observable"),
        mark("Two people who look at the same case agree on what they see or measure."),
        mark("A matter of opinion: {words}."),
        mark("A matter of opinion."),
        mark("By what would you notice it? What could be counted or timed?"),
    ),
    Rule(
        "acceptance",
        mark("acceptance standard"),
        mark("It says from where on the output is accepted: a limit, a share, or yes and no."),
        mark("The limit is soft: {words}."),
        mark("No limit is named."),
        mark("From which value on would you send it back?"),
    ),
    Rule(
        "concise",
        mark("concise"),
        mark("It is one short sentence, without reasons and courtesies."),
        mark("Can be left out: {words}."),
        mark("The statement is too long."),
        mark("What remains when the reasons go to another place?"),
    ),
)
RULE_NAMES: tuple[str, ...] = tuple(rule.name for rule in RULES)


@dataclass(frozen=True, kw_only=True)
class StatementCheck(Result):
    """Which statements meet which rules.

    Attributes
    ----------
    met : DataFrame of bool, shape (statements, rules)
        On the index of the statements.
    statements, languages : Series of str
        The texts, and `en`, `zh` or `mixed`.
    findings : DataFrame
        One row for each broken rule: number (place in the index), statement, rule, words (quoted), reason, ask.
    """

    met: pd.DataFrame
    statements: pd.Series
    languages: pd.Series
    findings: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def shares(self) -> pd.Series:
        """Share of the statements that meet each rule."""
        return self.met.mean()

    @property
    def good(self) -> int:
        """Statements that meet all rules."""
        return int(self.met.all(axis=1).sum())

    def to_frame(self) -> pd.DataFrame:
        """Return one row a statement: statement, language, rules met, then one column a rule."""
        table = self.met.copy()
        table.insert(0, "statement", self.statements)
        table.insert(1, "language", self.languages.map(LANGUAGE_NAMES))
        table.insert(2, "rules_met", self.met.sum(axis=1))
        return table

    def summary(self) -> str:
        """Say how many statements meet all rules, and which rule is broken most."""
        n = len(self.met)
        worst = str(self.shares.idxmin())
        title = t(next(rule.title for rule in RULES if rule.name == worst))
        if self.good == n:
            return tn("The statement meets all rules.", "All {n} statements meet all rules.", n)
        return t(
            "{good} of {n} statements meet all {rules} rules; most often broken: {rule} ({share:.0%}).",
            good=self.good,
            n=n,
            rules=self.met.shape[1],
            rule=title,
            share=1 - float(self.shares.min()),
        )


def check_statements(
    statements: pd.Series | Sequence[str], *, words: RuleWords | None = None, rules: Sequence[str] = RULE_NAMES
) -> StatementCheck:
    """Hold requirement statements to the five rules, in English, Chinese or both.

    Parameters
    ----------
    statements : Series or sequence of str, shape (n,)
        One statement each; empty ones are left out and counted.
    words : RuleWords, optional
        Word lists; those of the package by default, see `rule_words`.
    rules : sequence of str
        Which of `specific`, `single`, `observable`, `acceptance`, `concise`.

    Returns
    -------
    StatementCheck

    Raises
    ------
    DataError
        There is no statement, or some are not text: all of them told at once.
    ParameterError
        A rule is not known.

    Notes
    -----
    A heuristic on words, not an understanding of language: it overlooks what is vague in words that no list has, and
    takes "the doors open and close" for two demands. Use it to find what to ask about, not to reject. The notebook
    measures its agreement with statements labelled by hand.

    References
    ----------
    Pande, P. S., Neuman, R. P. & Cavanagh, R. R. (2000). The Six Sigma Way, McGraw-Hill: requirement statements.
    ISO/IEC/IEEE 29148:2018, Requirements engineering, characteristics of requirements and terms to avoid.

    Examples
    --------
    >>> check = check_statements(["Delivery should be fast.", "热线在30秒内接听电话。"])
    >>> check.met.to_numpy().tolist()
    [[True, True, False, False, True], [True, True, True, True, True]]
    >>> check.findings["words"].tolist()
    ['fast', '']
    """
    check_names("rules", rules, RULE_NAMES)
    chosen = [rule for rule in RULES if rule.name in rules]
    texts, empty = _texts(statements)
    vocabulary = words or rule_words()
    codes, unique = pd.factorize(texts)
    readable = [normal(text) for text in unique]
    sizes = find.lengths(readable)
    cores = [find.search(vocabulary).core(text) for text in readable]
    offending = {rule.name: _offending(rule.name, readable, cores, sizes, vocabulary) for rule in chosen}
    met = pd.DataFrame(
        {name: np.array([item is None for item in found], dtype=bool)[codes] for name, found in offending.items()},
        index=texts.index,
    )
    notes = (tn("{n} empty statement was left out.", "{n} empty statements were left out.", empty),) if empty else ()
    languages = pd.Series(np.array([_language(*size) for size in sizes])[codes], index=texts.index)
    return StatementCheck(
        met=met,
        statements=texts,
        languages=languages,
        findings=_findings(texts, met, offending, codes, chosen),
        notes=notes,
    )


def _texts(statements: pd.Series | Sequence[str]) -> tuple[pd.Series, int]:
    if isinstance(statements, str):
        statements = [statements]
    given = statements if isinstance(statements, pd.Series) else pd.Series(list(statements), dtype=object)
    wrong = [(place, value) for place, value in given.items() if not isinstance(value, str) and not pd.isna(value)]
    if wrong:
        problems = [
            Problem(t("statement {place}", place=place), t("{value} is no text", value=repr(value)))
            for place, value in wrong[:20]
        ]
        raise DataError(problems)
    filled = given.map(lambda text: isinstance(text, str) and bool(text.strip())).to_numpy(dtype=bool)
    if not filled.any():
        raise DataError(Problem(t("statements"), t("no statement"), t("at least one statement")))
    return given[filled].astype(str), int((~filled).sum())


def _language(wide: int, latin: int) -> str:
    if not wide:
        return "en"
    return "zh" if wide >= latin * 2 else "mixed"


def _offending(
    rule: str, texts: Sequence[str], cores: Sequence[str], sizes: Sequence[tuple[int, int]], words: RuleWords
) -> list[list[str] | None]:
    """Offending words of each text, None where the rule is met; empty where it is broken without a word to blame."""
    finder = find.search(words)
    if rule == "acceptance":
        return [find.unbounded(finder, core) for core in cores]
    if rule == "concise":
        return [_wordy(finder, text, size, words) for text, size in zip(texts, sizes, strict=True)]
    if rule == "specific":
        return [find.unspecific(finder, text) or None for text in texts]
    method = find.several if rule == "single" else find.unobservable
    return [method(finder, core) or None for core in cores]


def _wordy(finder: find.Search, text: str, size: tuple[int, int], words: RuleWords) -> list[str] | None:
    wide, latin = size
    long = wide + latin > words.longest["zh"] if wide >= latin * 2 and wide else latin + wide > words.longest["en"]
    found = find.padded(finder, text)
    return found if found or long else None


def _findings(
    texts: pd.Series,
    met: pd.DataFrame,
    offending: Mapping[str, list[list[str] | None]],
    codes: np.ndarray[Any, Any],
    rules: Iterable[Rule],
) -> pd.DataFrame:
    """One row for each broken rule, in the order of the statements."""
    columns = ["number", "statement", "rule", "words", "reason", "ask"]
    parts = []
    for order, rule in enumerate(rules):
        broken = np.flatnonzero(~met[rule.name].to_numpy())
        quoted = np.array([SEPARATOR.join(words or ()) for words in offending[rule.name]], dtype=object)
        reasons = _reasons(rule, quoted)
        part = {"row": broken, "order": order, "number": texts.index.to_numpy()[broken]}
        rest = {"statement": texts.to_numpy()[broken], "rule": rule.title, "words": quoted[codes[broken]]}
        parts.append(pd.DataFrame({**part, **rest, "reason": reasons[codes[broken]], "ask": t(rule.ask)}))
    table = pd.concat(parts, ignore_index=True).sort_values(["row", "order"], kind="stable")
    return table[columns].reset_index(drop=True)


def _reasons(rule: Rule, quoted: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Reason for each text; the message is looked up once, not for each of them."""
    with_words, without = t(rule.reason), t(rule.reason_without_words)
    return np.array([with_words.format(words=words) if words else without for words in quoted], dtype=object)
