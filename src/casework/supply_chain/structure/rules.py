"""Rules that put a process into a class by the words of its name: data, so that a firm can bring its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from casework.core.errors import ParameterError, Problem
from casework.core.messages import t


@dataclass(frozen=True)
class WordRule:
    """Words that point to a class.

    Attributes
    ----------
    label : str
        The class.
    words : tuple of str
        Beginnings of words, in any case; words of more than one part and Chinese words may stand anywhere.
    """

    label: str
    words: tuple[str, ...]


# After the macro processes of Chopra & Meindl, Supply Chain Management, chapter 1 (CRM, ISCM, SRM and what belongs to
# each).
MACRO_RULES: tuple[WordRule, ...] = (
    WordRule(
        "supplier relationship",
        (
            "sourc",
            "supplier",
            "vendor",
            "negotiat",
            "purchas",
            "procure",
            "buy",
            "tender",
            "material order",
            "supply collaboration",
            "采购",
            "供应商",
            "询价",
            "招标",
        ),
    ),
    WordRule(
        "customer relationship",
        (
            "market",
            "promot",
            "pric",
            "sell",
            "sale",
            "customer",
            "call cent",
            "order entry",
            "take order",
            "quote",
            "complaint",
            "after-sales",
            "营销",
            "促销",
            "定价",
            "销售",
            "客户",
            "顾客",
            "接单",
            "投诉",
        ),
    ),
    WordRule(
        "internal supply chain",
        (
            "plan",
            "forecast",
            "schedul",
            "produc",
            "make",
            "assembl",
            "manufactur",
            "cut",
            "sew",
            "pack",
            "stock",
            "stor",
            "warehouse",
            "pick",
            "ship",
            "deliver",
            "transport",
            "fulfil",
            "inspect",
            "install",
            "field service",
            "计划",
            "预测",
            "排产",
            "生产",
            "制造",
            "组装",
            "装配",
            "包装",
            "仓储",
            "入库",
            "拣货",
            "发货",
            "配送",
            "运输",
            "交付",
            "检验",
        ),
    ),
)
# Which way a stage faces: words of a buyer; all else is done for whoever is next towards the customer.
BUYING: tuple[str, ...] = (
    "buy",
    "purchas",
    "procure",
    "sourc",
    "order material",
    "receive material",
    "material order",
    "pay supplier",
    "negotiat",
    "replenish stock",
    "采购",
    "订料",
    "收料",
    "付款给供应商",
)
CYCLE_RULES: tuple[WordRule, ...] = (
    WordRule(
        "customer order",
        ("sell", "sale", "customer", "order entry", "take order", "till", "销售", "顾客", "客户", "接单"),
    ),
    WordRule("replenishment", ("replenish", "restock", "warehouse", "distribut", "补货", "配送中心", "仓")),
    WordRule(
        "manufacturing",
        (
            "schedul",
            "produc",
            "make",
            "assembl",
            "manufactur",
            "cut",
            "sew",
            "pack",
            "test",
            "weld",
            "paint",
            "排产",
            "生产",
            "制造",
            "组装",
            "装配",
            "包装",
            "测试",
            "焊接",
            "涂装",
        ),
    ),
    WordRule("procurement", ("procure", "purchas", "sourc", "material", "component", "采购", "物料", "零部件")),
)


@lru_cache(maxsize=256)
def pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Expression that finds any of the words: Latin ones where a word begins, others anywhere."""
    each = [rf"\b{re.escape(word)}" if word[0].isascii() else re.escape(word) for word in words]
    return re.compile("|".join(each) or r"(?!)", re.IGNORECASE)


def first_word(name: str, words: tuple[str, ...]) -> str:
    """Return the first of the words that the name holds, or nothing.

    Examples
    --------
    >>> first_word("Negotiate prices", ("negotiat", "buy")), first_word("rebuy", ("buy",))
    ('negotiat', '')
    """
    found = pattern(words).search(name)
    return found[0].casefold() if found else ""


def match(name: str, rules: Sequence[WordRule]) -> tuple[str, str]:
    """Return the class whose word stands earliest in the name, with the word; nothing where no rule fits.

    Examples
    --------
    >>> match("purchase material for the plan", MACRO_RULES)
    ('supplier relationship', 'purchas')
    """
    found = [
        (hit.start(), rule.label, hit[0].casefold()) for rule in rules if (hit := pattern(rule.words).search(name))
    ]
    _, label, word = min(found, key=lambda item: item[0], default=(0, "", ""))
    return label, word


def check_rules(name: str, rules: Sequence[WordRule], labels: Sequence[str]) -> tuple[WordRule, ...]:
    """Check that rules lead to known classes and hold words.

    Raises
    ------
    ParameterError
        A class is not known, or a rule has no word or an empty one: all of it at once.
    """
    problems = [
        Problem(
            name,
            t("class {label} is not known", label=repr(rule.label)),
            t("one of {values}", values=t(", ").join(labels)),
        )
        for rule in rules
        if rule.label not in labels
    ]
    problems += [
        Problem(name, t("class {label} has no word, or an empty one", label=repr(rule.label)), t("at least one word"))
        for rule in rules
        if not rule.words or not all(str(word).strip() for word in rule.words)
    ]
    if problems:
        raise ParameterError(problems)
    return tuple(rules)
