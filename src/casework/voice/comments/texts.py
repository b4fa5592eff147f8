"""Texts made ready: language, personal data masked, terms of English and Chinese comments."""

from __future__ import annotations

import pkgutil
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

import pandas as pd

from casework.core.messages import mark, t

WIDE = "\u3400-\u9fff\uf900-\ufaff"
E_MAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+", re.ASCII)
LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"，。]+", re.IGNORECASE)
DATE = r"(?!(?:19|20)\d\d[-./年]\d{1,2}[-./月]\d{1,2}(?!\d))(?!\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d(?!\d))"
NUMBER = re.compile(rf"(?<![\d.]){DATE}(?:\+\d|\(?\d)(?:[ ()./-]{{0,2}}\d){{6,18}}(?!\d)")
MASKS = {"e-mail": mark("[e-mail]"), "link": mark("[link]"), "number": mark("[number]")}
MASKED = re.compile(r"\[(?:e-mail|link|number|电子邮箱|链接|号码)\]")
LATIN_TERM = re.compile(r"[a-z][a-z'-]+[a-z]|[a-z]{2,}", re.IGNORECASE)
WIDE_RUN = re.compile(f"[{WIDE}]+")
LONGEST = 4  # characters of a Chinese term


def language_of(texts: pd.Series) -> pd.Series:
    """Language of each comment by its script: `en`, `zh`, or empty where there is no letter.

    Parameters
    ----------
    texts : Series of str
        Comments; empty cells are no text.

    Returns
    -------
    Series of str
        `zh` where Chinese characters are at least as many as Latin words.

    Examples
    --------
    >>> language_of(pd.Series(["Too slow", "送货很慢", "5!", None])).tolist()
    ['en', 'zh', '', '']
    """
    known = texts.fillna("").astype(str)
    wide, latin = known.str.count(f"[{WIDE}]"), known.str.count(r"[A-Za-z]+")
    found = pd.Series("en", index=texts.index, dtype=object)
    return found.mask(wide >= latin, "zh").mask((wide == 0) & (latin == 0), "").astype(str)


def mask_personal(texts: pd.Series) -> pd.Series:
    """Replace e-mail addresses, links and long numbers (telephone, card, account) by a word in brackets.

    Parameters
    ----------
    texts : Series of str
        Comments; empty cells stay empty.

    Returns
    -------
    Series
        Numbers of seven digits and more are masked, dates are not. Names and postal addresses are not found: read
        examples before you pass them on.

    Examples
    --------
    >>> mask_personal(pd.Series(["Call 555 010 1234 or write to a@example.com", "Since 2024-05-06"])).tolist()
    ['Call [number] or write to [e-mail]', 'Since 2024-05-06']
    """
    known = texts.astype("str").where(texts.notna())
    for pattern, name in ((E_MAIL, "e-mail"), (LINK, "link"), (NUMBER, "number")):
        known = known.str.replace(pattern, t(MASKS[name]).replace("\\", r"\\"), regex=True)
    return known


def masked_count(texts: pd.Series) -> int:
    """Comments in which `mask_personal` finds something.

    Examples
    --------
    >>> masked_count(pd.Series(["me@example.com", "fine", None]))
    1
    """
    known = texts.dropna().astype(str)
    found = [known.str.contains(pattern, regex=True).to_numpy(dtype=bool) for pattern in (E_MAIL, LINK, NUMBER)]
    return int((found[0] | found[1] | found[2]).sum())


def stop_words(extra: Iterable[str] = ()) -> dict[str, frozenset[str]]:
    """Words without a topic, by language, with words added to both.

    Examples
    --------
    >>> "the" in stop_words()["en"], "的" in stop_words()["zh"], "shop" in stop_words(["shop"])["en"]
    (True, True, True)
    """
    own = frozenset(word.casefold().strip() for word in extra) - {""}
    return {language: words | own for language, words in _bundled().items()}


def terms(text: str, *, language: str, stops: frozenset[str]) -> list[str]:
    """Terms of a comment: English words, or runs of 2 to 4 Chinese characters between stop words.

    Parameters
    ----------
    text : str
        The comment, masked or not.
    language : {'en', 'zh'}
        How it is cut.
    stops : frozenset of str
        Words without a topic.

    Examples
    --------
    >>> terms("The courier was late", language="en", stops=stop_words()["en"])
    ['courier', 'late']
    >>> terms("快递的箱子", language="zh", stops=stop_words()["zh"])
    ['快递', '箱子']
    """
    plain = _plain(text)
    latin = [word for word in LATIN_TERM.findall(plain) if word not in stops]
    return latin if language == "en" else [gram for gram, _, _ in _grams(plain, stops)] + latin


def chinese_words(texts: Iterable[str], *, stops: frozenset[str], variety: int = 3) -> frozenset[str]:
    """Find runs of 2 to 4 characters that behave like words: many different neighbours on both sides.

    Parameters
    ----------
    texts : iterable of str
        Comments.
    stops : frozenset of str
        Words at which the texts are cut.
    variety : int
        Different neighbours that a word has on each side at least; each end of a run is one of its own.

    References
    ----------
    Feng, H., Chen, K., Deng, X. & Zheng, W. (2004). Accessor variety criteria for Chinese word extraction.
    Computational Linguistics 30(1), 75-93.

    Examples
    --------
    >>> texts = ["快递员来了", "快递员好", "快递员", "快递慢", "快递", "好快递"]
    >>> sorted(chinese_words(texts, stops=frozenset({"了"})))
    ['快递', '快递员']
    """
    left: dict[str, set[str]] = {}
    right: dict[str, set[str]] = {}
    for place, text in enumerate(texts):
        for gram, before, after in _grams(_plain(text), stops):
            left.setdefault(gram, set()).add(before or f"{place}")
            right.setdefault(gram, set()).add(after or f"{place}")
    return frozenset(gram for gram in left if min(len(left[gram]), len(right[gram])) >= variety)


def _plain(text: str) -> str:
    return MASKED.sub(" ", unicodedata.normalize("NFKC", text)).casefold()


def _grams(plain: str, stops: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    """Yield runs of 2 to 4 characters between stop words, with the characters before and after (empty at an end)."""
    for run in WIDE_RUN.findall(plain):
        for part in _cutter(stops).split(run):
            for size in range(2, min(LONGEST, len(part)) + 1):
                for start in range(len(part) - size + 1):
                    end = start + size
                    yield part[start:end], part[start - 1 : start] if start else "", part[end : end + 1]


@lru_cache(maxsize=8)
def _cutter(stops: frozenset[str]) -> re.Pattern[str]:
    words = sorted((word for word in stops if re.search(f"[{WIDE}]", word)), key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, words)) or "(?!)")


@lru_cache(maxsize=1)
def _bundled() -> dict[str, frozenset[str]]:
    data = pkgutil.get_data("casework.voice.comments", "stopwords.toml") or b""
    return {language: frozenset(words) for language, words in tomllib.loads(data.decode("utf-8")).items()}
