"""Invented contacts of an online shop: comments with known topic and mood, ratings, and measured service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from casework.core.checks import check_number
from casework.core.messages import mark

TOPICS: tuple[str, ...] = (
    mark("delivery"),
    mark("hotline"),
    mark("product"),
    mark("refund"),
    mark("website"),
    mark("installation"),
)
Parts = Mapping[str, Mapping[str, tuple[str, ...]]]

ENGLISH: Parts = {
    "delivery": {
        "of": ("the parcel", "the delivery", "the shipment", "the courier", "the driver", "the box"),
        "good": ("came on time", "was a day early", "came right to the door", "was exactly as announced"),
        "bad": ("came a week late", "was late twice", "never came to the door", "missed the agreed window"),
    },
    "hotline": {
        "of": ("the hotline", "the agent", "the call centre", "the phone support", "the adviser on the phone"),
        "good": ("answered the call at once", "called me back as promised", "knew the answer", "was friendly"),
        "bad": ("kept me in the queue", "hung up on me", "never called me back", "did not know the answer"),
    },
    "product": {
        "of": ("the washing machine", "the dryer", "the fridge", "the motor", "the drum"),
        "good": ("runs quietly", "uses little power", "is solid", "works perfectly", "is well made"),
        "bad": ("broke after a month", "leaks", "makes a terrible noise", "rattles", "overheats"),
    },
    "refund": {
        "of": ("the refund", "my money", "the voucher", "the price difference", "the payment"),
        "good": ("was on my account in days", "was credited at once", "was correct to the cent", "came without a word"),
        "bad": (
            "is still missing on my account",
            "was paid short",
            "was charged twice",
            "was booked to the wrong card",
        ),
    },
    "website": {
        "of": ("the website", "the app", "the checkout", "the search", "the login page"),
        "good": ("is clear", "loads fast", "works on my phone", "takes one click", "shows what I need"),
        "bad": ("crashed", "froze with a full basket", "logged me out", "shows an error", "lost my basket"),
    },
    "installation": {
        "of": ("the technician", "the fitter", "the installation team", "the installer"),
        "good": ("connected every hose", "took the old machine along", "protected the floor", "tested the connection"),
        "bad": ("scratched the floor", "forgot a hose", "left the old machine behind", "did not test the connection"),
    },
}
CHINESE: Parts = {
    "delivery": {
        "of": ("快递", "包裹", "送货", "物流", "配送", "箱子"),
        "good": ("准时到达", "提前一天到", "送到楼上", "和约定的一样"),
        "bad": ("晚了一个星期", "迟到两次", "没有送到门口", "错过约定时间"),
    },
    "hotline": {
        "of": ("客服", "热线", "电话", "接线员", "人工台"),
        "good": ("马上接通", "按时回电", "知道答案", "态度友好"),
        "bad": ("一直排队", "直接挂断", "不肯回电", "不知道答案"),
    },
    "product": {
        "of": ("洗衣机", "烘干机", "冰箱", "电机", "滚筒"),
        "good": ("声音很小", "非常省电", "结实耐用", "做工精细"),
        "bad": ("用了一个月就坏", "漏水", "噪音太大", "总是发热"),
    },
    "refund": {
        "of": ("退款", "余款", "优惠券", "差价", "货款"),
        "good": ("当天到账", "金额正确", "很快退回账户", "一分不少"),
        "bad": ("还没有到账", "金额少了", "重复扣款", "退错账户"),
    },
    "website": {
        "of": ("网站", "应用", "结算页", "搜索", "登录页"),
        "good": ("清楚明白", "打开很快", "操作方便", "一点就到"),
        "bad": ("经常崩溃", "清空购物车", "自动退出", "显示出错"),
    },
    "installation": {
        "of": ("安装师傅", "技术员", "安装队", "装机工"),
        "good": ("接好水管", "带走旧机器", "保护地板", "测试接口"),
        "bad": ("划伤地板", "忘带水管", "不带走旧机器", "没有测试接口"),
    },
}
ASIDES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {
        "good": ("thank you", "I will order again", "very satisfied", "great", "recommended to my sister"),
        "bad": (
            "very disappointed",
            "never again",
            "I want an answer",
            "this is not acceptable",
            "I will tell everyone",
        ),
        "flat": ("I ordered last month", "it was my second order", "just so you know", "that is all", "see my account"),
    },
    "zh": {
        "good": ("谢谢", "下次还会买", "非常满意", "很棒", "推荐给了朋友"),
        "bad": ("非常失望", "再也不买了", "请给个说法", "无法接受", "要告诉所有人"),
        "flat": ("上个月下的单", "这是第二次购买", "说明一下情况", "就这些", "见我的账户"),
    },
}
CONTACTS = {"en": " My number is 555 010 {n:04d}", "zh": " 我的电话1380000{n:04d}"}
ADDRESSES = {"en": " Write to buyer{n}@example.com", "zh": " 邮箱buyer{n}@example.com"}
WAITED, DELIVERED, REFUNDED = (22.0, 0.55), (2.2, 0.45), (3.1, 0.45)  # median and spread of the logarithm


@dataclass(frozen=True, kw_only=True)
class CommentTruth:
    """What a method should find: topic and mood of each comment, on the rows of the comments.

    `good` is the mood meant, whatever the rating says; `language` is en or zh.
    """

    topic: pd.Series
    good: pd.Series
    language: pd.Series


def shop_contacts(
    *, contacts: int = 900, seed: int = 23, chinese: float = 0.4, noise: float = 0.08, personal: float = 0.04
) -> tuple[pd.DataFrame, CommentTruth]:
    """Draw contacts of an online shop, with what is true of their comments.

    Parameters
    ----------
    contacts : int
        Rows, at least 20.
    seed : int
        The same seed gives the same contacts.
    chinese : float
        Share of comments written in Chinese, 0 to 1; the others are in English.
    noise : float
        Share of ratings that do not fit the comment, 0 to 1.
    personal : float
        Share of comments with an invented telephone number or e-mail address, 0 to 1.

    Returns
    -------
    contacts : DataFrame
        contact, customer, comment, rating (1-5), answer_seconds, delivery_days, refund_days, solved_first (1 or 0);
        what does not apply to a contact is empty.
    truth : CommentTruth

    Raises
    ------
    ParameterError
        Fewer than 20 contacts, or a share outside 0 to 1.

    Notes
    -----
    A comment is two clauses of its topic and mood, often an aside, at times a clause of a second topic and a typing
    error. About one customer in six writes more than once.

    Examples
    --------
    >>> table, truth = shop_contacts(contacts=20, seed=1)
    >>> table.shape, sorted(set(truth.language))
    ((20, 8), ['en', 'zh'])
    """
    check_number("contacts", contacts, low=20)
    for name, share in (("chinese", chinese), ("noise", noise), ("personal", personal)):
        check_number(name, share, low=0, high=1)
    rng = np.random.default_rng(seed)
    shares = np.array([0.24, 0.2, 0.18, 0.15, 0.12, 0.11])
    topic = rng.choice(TOPICS, size=contacts, p=shares)
    language = np.where(rng.random(contacts) < chinese, "zh", "en")
    good = rng.random(contacts) < np.array([{"hotline": 0.35, "refund": 0.4}.get(name, 0.58) for name in topic])
    second = np.where(rng.random(contacts) < 0.2, rng.choice(TOPICS, size=contacts), "")
    comment = [
        _comment(*row, rng)
        for row in zip(topic.tolist(), second.tolist(), language.tolist(), good.tolist(), strict=True)
    ]
    comment = [_with_address(text, lang, personal, rng) for text, lang in zip(comment, language.tolist(), strict=True)]
    table = pd.DataFrame(
        {
            "contact": np.arange(1, contacts + 1),
            "customer": rng.integers(1001, 1001 + 3 * contacts, size=contacts),
            "comment": comment,
            "rating": _ratings(good, noise, rng),
            **_service(topic, good, rng),
        }
    )
    truth = CommentTruth(topic=pd.Series(topic), good=pd.Series(good), language=pd.Series(language))
    return table, truth


def _comment(topic: str, second: str, language: str, good: bool, rng: np.random.Generator) -> str:
    mood, parts = ("good" if good else "bad"), _clauses(topic, language, good, 2, rng)
    if second and second != topic:
        parts += _clauses(second, language, good, 1, rng)
    if rng.random() < 0.75:
        parts.append(str(rng.choice(ASIDES[language][mood if rng.random() < 0.6 else "flat"])))
    order = parts if rng.random() < 0.7 else parts[::-1]
    if language == "zh":
        return ",".join(order) + ("。" if rng.random() < 0.5 else "")
    text = ", ".join(order) + (rng.choice([".", "!", ""]))
    return _typo(text[0].upper() + text[1:], rng)


def _clauses(topic: str, language: str, good: bool, n: int, rng: np.random.Generator) -> list[str]:
    """Clauses about a topic: something of it, and what is good or bad about it."""
    parts = (CHINESE if language == "zh" else ENGLISH)[topic]
    things = rng.choice(parts["of"], size=n, replace=False)
    verdicts = rng.choice(parts["good" if good else "bad"], size=n, replace=False)
    return [
        f"{thing}{'' if language == 'zh' else ' '}{verdict}" for thing, verdict in zip(things, verdicts, strict=True)
    ]


def _typo(text: str, rng: np.random.Generator) -> str:
    """Swap two neighbouring letters in about one comment in seven."""
    place = int(rng.integers(1, len(text) - 2))
    if rng.random() > 0.15 or not text[place : place + 2].isalpha():
        return text
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _with_address(text: str, language: str, share: float, rng: np.random.Generator) -> str:
    if rng.random() >= share:
        return text
    forms = CONTACTS if rng.random() < 0.5 else ADDRESSES
    return text + forms[language].format(n=int(rng.integers(1000, 9999)))


def _ratings(good: NDArray[np.bool_], noise: float, rng: np.random.Generator) -> pd.Series:
    meant = np.where(rng.random(len(good)) < noise, ~good, good)
    rating = np.where(meant, rng.choice([3, 4, 5], len(good), p=[0.1, 0.4, 0.5]),
                      rng.choice([1, 2, 3], len(good), p=[0.45, 0.4, 0.15]))  # fmt: skip
    return pd.Series(rating).where(rng.random(len(good)) > 0.03).astype("Int64")


def _service(topic: NDArray[Any], good: NDArray[np.bool_], rng: np.random.Generator) -> dict[str, pd.Series]:
    """Measurements of each contact; those who complain were served more slowly."""
    slower = np.where(good, 1.0, 1.6)

    def drawn(median: float, spread: float, own: str) -> NDArray[np.float64]:
        return median * np.exp(spread * rng.normal(size=len(topic))) * np.where(topic == own, slower, 1.0)

    called = (topic == "hotline") | (rng.random(len(topic)) < 0.3)
    paid_back = topic == "refund"
    solved = rng.random(len(topic)) < np.where((topic == "hotline") & ~good, 0.55, 0.9)
    return {
        "answer_seconds": pd.Series(drawn(*WAITED, "hotline").round()).where(called).astype("Int64"),
        "delivery_days": pd.Series(np.maximum(drawn(*DELIVERED, "delivery").round(), 1)).astype("Int64"),
        "refund_days": pd.Series(np.maximum(drawn(*REFUNDED, "refund").round(), 1)).where(paid_back).astype("Int64"),
        "solved_first": pd.Series(solved.astype(int)).where(called).astype("Int64"),
    }
