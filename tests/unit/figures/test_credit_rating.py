import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.credit import rating as cr
from casework.figures import draw
from casework.figures.credit_rating import grade_colours

mpl.use("Agg")
NAMES = ["zones", "points", "rating", "overrides", "rates", "limits", "plain_limits", "reviews", "moves", "unseen",
         "timed", "curve", "bands"]  # fmt: skip


@pytest.fixture(scope="module")
def results():
    rng = np.random.default_rng(4)
    n = 120
    firms = pd.DataFrame({"customer": np.tile(np.arange(n // 2), 2), "year": np.repeat([1, 2], n // 2),
                          "<b>$x$": rng.normal(1, 1, n), "importance": rng.integers(1, 6, n)})  # fmt: skip
    ratios = {f"x{i}": rng.normal(1, 0.8, n) for i in range(1, 5)}
    points = cr.score_indicators(firms, cr.parse_indicators({"$a$": ["<b>$x$"], "other": ["-importance"]}))
    by_hand = pd.Series(np.where(np.arange(n) % 9 == 0, "C", ""), firms.index)
    rated = cr.rate_customers(points.by_dimension(), overrides=by_hand, reasons=by_hand.replace("C", "<i>new $"))
    firms = firms.assign(grade=rated.table["grade"], bad=(rng.random(n) < 0.15).astype(int), owed=rng.gamma(2, 50, n))
    rules = cr.standard_rules(purchase_months=3, purchases="owed")
    moved = cr.migration(firms, defaulted="bad")
    return {
        "zones": cr.altman_scores(ratios, model="service"),
        "points": points,
        "rating": rated,
        "overrides": rated.overrides,
        "rates": cr.default_rates(firms["grade"], firms["bad"]),
        "limits": cr.credit_limits(firms, rules, open_balance="owed", grade_factors={"E": 0}),
        "plain_limits": cr.credit_limits(firms, rules),
        "reviews": cr.review_calendar(firms, as_of="2025-12-31"),
        "moves": moved,
        "unseen": cr.migration_pairs(["A"], ["B"]),
        "timed": cr.duration_matrix(pd.DataFrame({"customer": [1, 1], "time": [0, 0.5], "grade": ["A", "B"]}), end=1),
        "curve": moved.default_curve(years=3),
        "bands": moved.default_curve(years=3, resamples=100),
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_has_a_finding_as_title_and_says_what_its_axes_are(results, name):
    ax = draw(results[name])
    ax.get_figure().canvas.draw()
    assert len(ax.get_title(loc="left")) > 12
    assert ax.get_xlabel()


def test_a_rating_has_two_pictures(results):
    assert "median" in draw(results["rating"], kind="scores").get_title(loc="left")
    with pytest.raises(ParameterError, match="grades, scores"):
        draw(results["rating"], kind="circle")


def test_bars_hold_the_numbers(results):
    ax = draw(results["rating"])
    assert [bar.get_height() for bar in ax.patches] == results["rating"].distribution["final"].tolist()


def test_unseen_grades_get_a_dash(results):
    texts = [text.get_text() for text in draw(results["unseen"]).texts]
    assert texts.count("–") == 4 * 5
    assert texts.count("100.0%") == 1


def test_zones_without_a_score_can_be_drawn():
    with pytest.warns(match="missing"):
        empty = cr.altman_scores({"x1": [np.nan], "x2": [0.1], "x3": [0.1], "x4": [1.0]}, model="service")
    assert draw(empty).get_title(loc="left")


def test_colours_run_from_best_to_worst():
    assert len(set(grade_colours(7))) == 7
    assert grade_colours(1)
