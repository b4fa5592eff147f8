"""Find the words in a statement that break one of the five rules; texts in, offending words out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from casework.voice.requirements.rule_words import DIGITS, WIDE, RuleWords

PERSONS = re.compile(r"^\W*(?:i|we|you|customers?|users?|please|请|请您|我|我们|你们|大家|顾客|客户)\W*$", re.IGNORECASE)
CONTENT = re.compile(rf"[a-z]{{2,}}|[{WIDE}]{{2,}}", re.IGNORECASE)
CLAUSE_END = re.compile(r"[,;.。:!?]\s|[,;。:!?](?!\d)|$")
SENTENCE_END = re.compile(r"[.!?。](?:\s+|$)|[。!?]")
WORD = re.compile(r"[a-z\d][a-z\d'/%.-]*", re.IGNORECASE)
WIDE_CHARACTER = re.compile(rf"[{WIDE}]")
LEAST_BEFORE_REASON = 4  # characters: a statement that begins with its reason keeps it

Finder = Callable[[str], list[str]]


@dataclass(frozen=True)
class Search:
    """Patterns of one set of words, ready for use."""

    words: RuleWords
    patterns: dict[str, re.Pattern[str]]

    def found(self, name: str, text: str) -> list[str]:
        """Words of a list in a text, each once, in order."""
        return list(dict.fromkeys(word for word in self.patterns[name].findall(text) if word))

    def core(self, text: str) -> str:
        """Return the statement without the reason that follows it."""
        place = next((hit for hit in self.patterns["reasons"].finditer(text) if hit[1]), None)
        return text[: place.start()] if place and place.start() >= LEAST_BEFORE_REASON else text

    def subject(self, text: str) -> tuple[str, str]:
        """Split a statement before its first modal verb; without one the first part is empty."""
        place = next((hit for hit in self.patterns["modals"].finditer(text) if hit[1]), None)
        return (text[: place.start()], text[place.end() :]) if place else ("", text)

    def measured(self, text: str) -> bool:
        """Whether a text holds a number with a unit, or a comparison with a number."""
        return any(hit for hit in self.words.measure.findall(text)) or bool(self.words.bounded.search(text))


@lru_cache(maxsize=8)
def _patterns(key: tuple[tuple[str, tuple[str, ...]], ...]) -> Search:
    words = RuleWords(dict(key))
    names = ("modals", "demands", "graded", "judged", "rating_words", "joins", "absolutes", "soft_limits", "fillers")
    patterns = {name: words.pattern(name) for name in (*names, "reasons")}
    empty = ("modals", "vague_things", "function_words", "graded", "judged", "units", "comparators")
    patterns["empty"] = re.compile(words.pattern(*empty).pattern.replace("(", "(?:", 0), re.IGNORECASE)
    return Search(words, patterns)


def search(words: RuleWords) -> Search:
    """Return the patterns of a set of words, made once."""
    return _patterns(tuple(sorted(words.lists.items())))


def unspecific(finder: Search, text: str) -> list[str]:
    """Words that stand where the output should be named."""
    before, after = finder.subject(text)
    if before.strip() and not PERSONS.match(before):
        return [] if _content(finder, before) else [before.strip(" ,")]
    clause = after[: CLAUSE_END.search(after).start()]  # type: ignore[union-attr]
    return [] if _content(finder, clause) else [(before + clause).strip() or text]


def _content(finder: Search, text: str) -> bool:
    """Whether something is left of a text when empty words are taken out."""
    left = finder.patterns["empty"].sub(lambda hit: " " if hit[1] else f" {hit[0]} ", text)
    return bool(CONTENT.search(re.sub(DIGITS, " ", left)))


def several(finder: Search, text: str) -> list[str]:
    """Words that join a second demand to the first."""
    plain = finder.words.pairs.sub(" ", finder.core(text))
    joins = finder.found("joins", finder.subject(plain)[1])
    clauses = [clause for clause in re.split(r"[,;。]", plain) if clause.strip()]
    demands = [finder.found("demands", clause) for clause in clauses]
    second = [words[0] for words in demands if words][1:]
    return list(dict.fromkeys([*joins, *second]))


def unobservable(finder: Search, text: str) -> list[str]:
    """Judgements that nobody counts, and degrees without a number."""
    core = finder.core(text)
    judged = [] if finder.found("rating_words", core) else finder.found("judged", core)
    graded = finder.found("graded", core)
    return judged + ([] if not graded or finder.measured(core) else [word for word in graded if word not in judged])


def unbounded(finder: Search, text: str) -> list[str] | None:
    """Limits that are none; an empty list where no limit is named at all, None where there is one."""
    core = finder.core(text)
    if soft := finder.found("soft_limits", core):
        return soft
    return None if finder.measured(core) or finder.found("absolutes", core) else []


def padded(finder: Search, text: str) -> list[str]:
    """Courtesies, reasons and second sentences."""
    sentences = [part for part in SENTENCE_END.split(text) if part and part.strip()]
    return finder.found("fillers", text) + [part.strip()[:40] for part in sentences[1:]]


def lengths(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Chinese characters and Latin words of each text."""
    return [(len(WIDE_CHARACTER.findall(text)), len(WORD.findall(text))) for text in texts]
