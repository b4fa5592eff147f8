"""Find the words in a statement that break one of the five rules; texts in, offending words out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from casework.voice.requirements.rule_words import DIGITS, WIDE, RuleWords

PERSONS = re.compile(
    r"^\W*(?:i|we|you|customers?|users?|please|请|请您|我|我们|你们|大家|顾客|客户)\W*$", re.IGNORECASE
)
CONTENT = re.compile(rf"[a-z]{{2,}}|[{WIDE}]{{2,}}", re.IGNORECASE)
CLAUSE_END = re.compile(r"[,;.。:!?]\s|[,;。:!?](?!\d)|$")
SENTENCE_END = re.compile(r"[.!?。](?:\s+|$)|[。!?]")
WORD = re.compile(r"[a-z\d][a-z\d'/%.-]*", re.IGNORECASE)
WIDE_CHARACTER = re.compile(rf"[{WIDE}]")
KEY = re.compile(r"[a-z]+|[^\sa-z\d]")
DIGIT = re.compile(r"\d")
SEARCHED = (
    "modals",
    "demands",
    "graded",
    "judged",
    "rating_words",
    "joins",
    "absolutes",
    "soft_limits",
    "fillers",
    "reasons",
)
EMPTY = ("modals", "vague_things", "function_words", "graded", "judged", "comparators")
LEAST_BEFORE_REASON = 4  # characters: a statement that begins with its reason keeps it


@dataclass(frozen=True)
class Search:
    """Patterns of one set of words, ready for use: for any text, and faster ones for plain ASCII."""

    words: RuleWords
    anything: dict[str, re.Pattern[str]]
    plain: dict[str, re.Pattern[str]]
    starts: dict[str, frozenset[str]]

    def absent(self, name: str, text: str) -> bool:
        """Whether a text has no word that begins like one of the list, so that no search is needed."""
        return self.starts[name].isdisjoint(_keys(text))

    def pattern(self, name: str, text: str) -> re.Pattern[str]:
        """Pattern of a list that suits a text."""
        return (self.plain if text.isascii() else self.anything)[name]

    def found(self, name: str, text: str) -> list[str]:
        """Words of a list in a text, each once, in order."""
        if self.absent(name, text):
            return []
        return list(dict.fromkeys(word for word in self.pattern(name, text).findall(text) if word))

    def first(self, name: str, text: str) -> re.Match[str] | None:
        """First word of a list in a text."""
        if self.absent(name, text):
            return None
        return next((hit for hit in self.pattern(name, text).finditer(text) if hit[1]), None)

    def core(self, text: str) -> str:
        """Return the statement without the reason that follows it."""
        place = self.first("reasons", text)
        return text[: place.start()] if place and place.start() >= LEAST_BEFORE_REASON else text

    def subject(self, text: str) -> tuple[str, str]:
        """Split a statement before its first modal verb; without one the first part is empty."""
        place = self.first("modals", text)
        return (text[: place.start()], text[place.end() :]) if place else ("", text)

    def measured(self, text: str) -> bool:
        """Whether a text holds a number with a unit, or a comparison with a number."""
        if not DIGIT.search(text) and self.absent("numbers", text):
            return False
        return any(hit for hit in self.words.measure.findall(text)) or bool(self.words.bounded.search(text))


@lru_cache(maxsize=8)
def _patterns(key: tuple[tuple[str, tuple[str, ...]], ...]) -> Search:
    words = RuleWords(dict(key))
    sets = {name: (name,) for name in SEARCHED} | {"empty": EMPTY}
    anything, plain = (
        {name: words.pattern(*lists, ascii_only=only) for name, lists in sets.items()} for only in (False, True)
    )
    starts = {name: frozenset(_keys_of(word) for word in entries) for name, entries in words.lists.items()}
    return Search(words, anything, plain, starts)


def _keys_of(word: str) -> str:
    """Key by which a word begins."""
    found = KEY.search(word.casefold())
    return found[0] if found else ""


@lru_cache(maxsize=4096)
def _keys(text: str) -> frozenset[str]:
    """Latin words and single other characters of a text."""
    return frozenset(KEY.findall(text.casefold()))


def search(words: RuleWords) -> Search:
    """Return the patterns of a set of words, made once."""
    return _patterns(tuple(sorted(words.lists.items())))


def unspecific(finder: Search, text: str) -> list[str]:
    """Words that stand where the output should be named."""
    before, after = finder.subject(text)
    if before.strip() and not PERSONS.match(before):
        return [] if _content(finder, before) else [before.strip(" ,")]
    end = CLAUSE_END.search(after)
    clause = after[: end.start()] if end else after
    return [] if _content(finder, clause) else [(before + clause).strip() or text]


def _content(finder: Search, text: str) -> bool:
    """Whether something is left of a text when empty words are taken out."""
    counted = text
    if DIGIT.search(text) or not finder.absent("numbers", text):
        counted = finder.words.measure.sub(lambda hit: " " if hit[1] else hit[0], text)
    left = finder.pattern("empty", text).sub(lambda hit: " " if hit[1] else f" {hit[0]} ", counted)
    return bool(CONTENT.search(re.sub(DIGITS, " ", left)))


def several(finder: Search, core: str) -> list[str]:
    """Words that join a second demand to the first, in a statement without its reason."""
    joined = not finder.absent("joins", core)
    plain = finder.words.pairs.sub(" ", core) if joined else core
    joins = finder.found("joins", finder.subject(plain)[1]) if joined else []
    if len(finder.found("demands", plain)) + plain.count(",") + plain.count(";") < 2:
        return joins
    clauses = [clause for clause in re.split(r"[,;。]", plain) if clause.strip()]
    demands = [finder.found("demands", clause) for clause in clauses]
    second = [words[0] for words in demands if words][1:]
    return list(dict.fromkeys([*joins, *second]))


def unobservable(finder: Search, core: str) -> list[str]:
    """Judgements that nobody counts, and degrees without a number."""
    judged = finder.found("judged", core)
    if judged and finder.first("rating_words", core):
        judged = []
    graded = finder.found("graded", core)
    return judged + ([] if not graded or finder.measured(core) else [word for word in graded if word not in judged])


def unbounded(finder: Search, core: str) -> list[str] | None:
    """Limits that are none; an empty list where no limit is named at all, None where there is one."""
    if soft := finder.found("soft_limits", core):
        return soft
    return None if finder.measured(core) or finder.first("absolutes", core) else []


def padded(finder: Search, text: str) -> list[str]:
    """Courtesies, reasons and second sentences."""
    sentences = [part for part in SENTENCE_END.split(text) if part and part.strip()]
    return finder.found("fillers", text) + [part.strip()[:40] for part in sentences[1:]]


def lengths(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Chinese characters and Latin words of each text."""
    return [(len(WIDE_CHARACTER.findall(text)), len(WORD.findall(text))) for text in texts]
