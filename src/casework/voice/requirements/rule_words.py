"""The words by which requirement statements are judged: data of the package, to which a caller can add."""

from __future__ import annotations

import pkgutil
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from casework.core.checks import check_names
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t

LANGUAGES = ("en", "zh")
LISTS = (
    "modals",
    "demands",
    "vague_things",
    "function_words",
    "graded",
    "judged",
    "rating_words",
    "joins",
    "fixed_pairs",
    "units",
    "comparators",
    "numbers",
    "absolutes",
    "soft_limits",
    "fillers",
    "reasons",
    "neutral",
)
WIDE = "\u3400-\u9fff\uf900-\ufaff"  # Chinese characters
DIGITS = r"\d[\d.,:]*"
RANGE = (
    rf"(?:between|from)\s+{DIGITS}[^,;.]{{0,20}}?\s(?:and|to)\s+{DIGITS}"
    rf"|{DIGITS}\s*(?:and|or|to|-|~|到|至|或|和|、)\s*{DIGITS}"
)


@dataclass(frozen=True)
class RuleWords:
    """Word lists of the checker, and the patterns made of them.

    Parameters
    ----------
    lists : mapping of str to tuple of str
        Words of each list, of all languages together.
    longest : mapping of str to int
        Most words of an English, most characters of a Chinese statement.
    """

    lists: Mapping[str, tuple[str, ...]]
    longest: Mapping[str, int] = field(default_factory=lambda: {"en": 25, "zh": 40})

    def pattern(self, *names: str, ascii_only: bool = False) -> re.Pattern[str]:
        """Pattern with one group: a word of these lists; neutral phrases are passed over.

        With `ascii_only` the words of other scripts are left out, which is faster where a text has none.
        """
        words = [word for name in names for word in self.lists[name]]
        neutral = [word for word in self.lists["neutral"] if not any(other.startswith(word) for other in words)]
        parts = [[word for word in part if word.isascii() or not ascii_only] for part in (neutral, words)]
        return re.compile(rf"{_alternatives(parts[0])}|({_alternatives(parts[1])})", re.IGNORECASE)

    @cached_property
    def measure(self) -> re.Pattern[str]:
        """Pattern of a number with its unit, an amount of money or a time of day."""
        latin, wide = _by_script(self.lists["units"])
        tight = _trie(unit for unit in latin if not unit[0].isalpha() or not unit.isascii())
        words = _trie(unit for unit in latin if unit[0].isalpha())
        numerals = "".join(word for word in self.lists["numbers"] if _is_wide(word))
        spelled = _trie(word for word in self.lists["numbers"] if not _is_wide(word))
        neutral = _trie(word for word in self.lists["neutral"] if _is_wide(word))
        value = rf"(?<![a-z\d-])(?:{DIGITS}|\b{spelled})"
        return re.compile(
            rf"{neutral}|({value}\s*(?:or\s+{DIGITS}\s*)?(?:{tight}|{words}(?![a-z-])|{_trie(wide)})"
            rf"|[{numerals}]+{_trie(wide)}|[$€£¥]\s?{DIGITS}|\d{{1,2}}:\d\d|(?:scale|out)\s+of\s+{DIGITS})",
            re.IGNORECASE,
        )

    @cached_property
    def bounded(self) -> re.Pattern[str]:
        """Pattern of a comparison with a bare number, as in `at most 3`."""
        latin, wide = _by_script(self.lists["comparators"])
        return re.compile(rf"((?<![a-z]){_trie(latin)}\s+{DIGITS}|{_trie(wide)}\s*{DIGITS})", re.IGNORECASE)

    @cached_property
    def pairs(self) -> re.Pattern[str]:
        """Pattern of joins that join no demands: ranges and fixed expressions."""
        fixed = [word for word in self.lists["fixed_pairs"] if not _is_wide(word)]
        wide = [word for word in self.lists["fixed_pairs"] if _is_wide(word)]
        return re.compile(rf"{RANGE}|{_alternatives(fixed)}|{_trie(wide)}", re.IGNORECASE)


def rule_words(
    extra: Mapping[str, Iterable[str]] | None = None, *, longest: Mapping[str, int] | None = None
) -> RuleWords:
    """Return the word lists of the checker, with words added.

    Parameters
    ----------
    extra : mapping of str to iterable of str, optional
        Words to add, by the name of the list, such as `{"judged": ["snappy"], "units": ["fps"]}`; English and
        Chinese words may stand together.
    longest : mapping of str to int, optional
        Most words of a statement in English (`en`), most characters in Chinese (`zh`).

    Returns
    -------
    RuleWords

    Raises
    ------
    ParameterError
        A list or language of that name does not exist, a word is empty or no text, a length is below 1.

    Examples
    --------
    >>> "friendly" in rule_words().lists["judged"], rule_words({"judged": ["snappy"]}).lists["judged"][-1]
    (True, 'snappy')
    """
    base = _bundled()
    given = {name: [words] if isinstance(words, str) else list(words) for name, words in (extra or {}).items()}
    lengths = dict(longest or {})
    check_names("extra", given, LISTS)
    check_names("longest", lengths, LANGUAGES)
    problems = [
        Problem(name, repr(word), t("a word"))
        for name, words in given.items()
        for word in words
        if not isinstance(word, str) or not word.strip()
    ]
    problems += [
        Problem(name, repr(value), t("a number {range}", range=t("at least {x}", x=1)))
        for name, value in lengths.items()
        if isinstance(value, bool) or not isinstance(value, int) or value < 1
    ]
    if problems:
        raise ParameterError(problems)
    if not given and not lengths:
        return base
    lists = {name: (*words, *map(normal, given.get(name, ()))) for name, words in base.lists.items()}
    return RuleWords(lists, {**base.longest, **lengths})


def normal(text: str) -> str:
    """Return a text with full-width signs made ordinary and white space made single.

    Examples
    --------
    >>> normal("不超过　２％ ，")
    '不超过 2% ,'
    """
    return " ".join(unicodedata.normalize("NFKC", text).split())


@lru_cache(maxsize=1)
def _bundled() -> RuleWords:
    contents = [_contents(language) for language in LANGUAGES]
    lists = {name: tuple(normal(word) for content in contents for word in content.get(name, ())) for name in LISTS}
    return RuleWords(lists, {content["language"]: content["longest"] for content in contents})


def _contents(language: str) -> dict[str, Any]:
    data = pkgutil.get_data("casework.voice.requirements", f"words_{language}.toml")
    return tomllib.loads((data or b"").decode("utf-8"))


def _is_wide(word: str) -> bool:
    return bool(re.search(f"[{WIDE}]", word)) or word in {"、", ";", "%", "‰"}


def _by_script(words: Iterable[str]) -> tuple[list[str], list[str]]:
    """Words that need a boundary around them, and those that do not."""
    known = list(words)
    return [word for word in known if not _is_wide(word)], [word for word in known if _is_wide(word)]


def _alternatives(words: Iterable[str]) -> str:
    """Pattern of any of the words, Latin ones between boundaries, the longest that fits."""
    latin, wide = _by_script(words)
    bounded = rf"(?<![a-z\d-]){_trie(latin)}(?![a-z\d-])"
    return f"(?:{bounded}|{_trie(wide)})" if wide else bounded


def _trie(words: Iterable[str]) -> str:
    """Pattern of any of the words as a tree of their letters: each place of a text is looked at once.

    Examples
    --------
    >>> _trie(["fast", "faster"])
    'fast(?:er)?'
    """
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for char in word.casefold():
            node = node.setdefault(char, {})
        node[""] = {}
    return _branch(tree) if tree else r"(?!)"


def _branch(node: dict[str, Any]) -> str:
    ends = "" in node
    parts = [_letter(char) + _branch(child) for char, child in sorted(node.items()) if char]
    if not parts:
        return ""
    if len(parts) == 1 and not ends:
        return parts[0]
    return f"(?:{'|'.join(parts)}){'?' if ends else ''}"


def _letter(char: str) -> str:
    return r"\s+" if char == " " else re.escape(char)
