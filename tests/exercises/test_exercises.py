"""Every bundled exercise, for fifty students: it can be solved, it is not solved when blank, and its words fit."""

import copy
import json
import re
import sys
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from casework.runner.confined.limits import Limits
from casework.stats.sampling import sample_size_proportion
from casework.supply_chain.inventory import abc_classes
from casework.teach.exercises.bank import exercise_names, get_exercise
from casework.teach.exercises.compile import compile_notebook
from casework.teach.exercises.judge import judge_task
from casework.teach.exercises.model import Task
from casework.teach.exercises.snapshot import answers_of
from casework.teach.exercises.solution import Solved, solve_exercise
from casework.teach.exercises.values import decode, encode
from casework.teach.grading.batch import grade_file
from casework.voice import evaluate_counts, evaluation_table

MODULES = {"voice", "satisfaction", "supply_chain", "credit"}
SEEDS = range(50)
NAMES = exercise_names()


@cache
def solved(name: str, seed: int) -> Solved:
    return solve_exercise(get_exercise(name), seed, 10_000 + seed)


def graded(name: str, seed: int, cell: str) -> dict[str, object]:
    """Run the cells as a student's notebook has them, with the given names alone, and judge each task."""
    exercise, whole = get_exercise(name), solved(name, seed)
    names = dict(copy.deepcopy(whole.given))
    verdicts = {}
    for task in exercise.tasks:
        for code in task.code:
            exec(code, names)
        try:
            exec(getattr(task, cell), names)
        except NotImplementedError:
            assert cell == "blank"
        expected = whole.expected[task.name]
        verdicts[task.name] = judge_task(task, expected, answers_of(task, expected, names))
    return verdicts


def alone(task, place):
    """Return a task with one of its checks."""
    return Task(name=task.name, title="", prose=(), answer="", checks=(task.checks[place],))


def wrong(value):
    """Return a value of the same kind that is not right and not near it."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value * 1.3713 + 7.31
    if isinstance(value, str):
        return "something else"
    if isinstance(value, list):
        return [wrong(item) for item in value]
    if isinstance(value, frozenset):
        return {"nothing of it"}
    return {key: wrong(item) for key, item in value.items()}


def numbers(value):
    """Yield the numbers in an expected value that nobody would write by chance."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | frozenset):
        for item in value:
            yield from numbers(item)
    elif isinstance(value, float) and not value.is_integer():
        yield value


def checks_of(name):
    for task in get_exercise(name).tasks:
        for place, check in enumerate(task.checks):
            yield task, place, check


def test_every_module_has_an_exercise_of_five_tasks_and_more():
    assert {get_exercise(name).module for name in NAMES} >= MODULES
    assert all(len(get_exercise(name).tasks) >= 5 for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_solution_earns_everything_and_the_blank_nothing(name):
    for seed in SEEDS:
        for task, verdict in graded(name, seed, "answer").items():
            assert verdict.earned == verdict.points, (seed, task, verdict.remarks)
        for task, verdict in graded(name, seed, "blank").items():
            assert verdict.earned == 0, (seed, task, verdict.remarks)


@pytest.mark.parametrize("name", NAMES)
def test_each_known_mistake_is_wrong_and_named(name):
    for seed in SEEDS:
        expected = solved(name, seed).expected
        for task, place, check in checks_of(name):
            wanted = expected[task.name][place]
            for value, say in wanted.mistakes:
                answers = [value, *wanted.values[1:]]
                verdict = judge_task(alone(task, place), [wanted], [answers])
                assert verdict.earned < check.points, (seed, task.name, say)
                assert say in verdict.remarks[0].text, (seed, task.name, say, verdict.remarks)


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_answer_earns_nothing_and_no_message_tells_the_right_one(name):
    for seed in SEEDS:
        for task, place, check in checks_of(name):
            wanted = solved(name, seed).expected[task.name][place]
            right = [decode(value) for value in wanted.values]
            verdict = judge_task(alone(task, place), [wanted], [[encode(wrong(value)) for value in right]])
            text = " ".join([verdict.remarks[0].text, check.say, *(mistake.say for mistake in check.mistakes)])
            assert verdict.earned == 0
            assert verdict.remarks[0].text
            for number in numbers(right):
                found = re.findall(r"-?\d+\.\d+", text)
                assert not any(abs(float(word) - number) <= 0.001 * abs(number) for word in found), (task.name, text)


@pytest.mark.parametrize("name", NAMES)
def test_students_have_values_of_their_own(name):
    given = [json.dumps(encode(dict(solved(name, seed).given))) for seed in SEEDS]
    assert len(set(given)) == len(SEEDS)
    for task, place, check in checks_of(name):
        answers = {json.dumps(solved(name, seed).expected[task.name][place].values) for seed in SEEDS}
        fixed = check.call and not check.hidden and all(text.isascii() and "[" in text for text in check.arguments)
        assert len(answers) > 1 or fixed, task.name


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_of_another_student_does_not_earn_what_is_computed(name):
    exercise = get_exercise(name)
    shares = []
    for seed in SEEDS[:-1]:
        mine, theirs = solved(name, seed).expected, solved(name, seed + 1).expected
        earned = sum(
            judge_task(task, mine[task.name], [list(wanted.values) for wanted in theirs[task.name]]).earned
            for task in exercise.tasks
        )
        shares.append(earned / exercise.points)
    assert max(shares) < 0.6
    assert sum(shares) / len(shares) < 0.35


@pytest.mark.parametrize("name", NAMES)
def test_every_task_says_under_which_name_it_wants_the_answer(name):
    for task, _, check in checks_of(name):
        text = " ".join(task.prose)
        assert f"`{check.value or check.call}" in text
        assert check.say or check.hidden or len(task.checks) > 1


def values_of(name, seed):
    """Return the given values and what each named answer should be, decoded."""
    expected = solved(name, seed).expected
    wanted = {(task.name, check.value): expected[task.name][place] for task, place, check in checks_of(name)}
    return solved(name, seed).given, {key: decode(one.values[0]) for key, one in wanted.items() if key[1]}


@pytest.mark.parametrize("seed", range(8))
def test_supply_chain_another_way(seed):
    given, right = values_of("supply_chain", seed)
    lots = np.arange(10.0, 5000.0)
    cost = given["demand"] / lots * given["order_cost"] + lots / 2 * given["holding_rate"] * given["price"]
    assert right["lot", "lot"] == pytest.approx(lots[cost.argmin()], abs=1)
    z = norm.ppf(given["service"])
    assert right["reorder", "safety"] == pytest.approx(z * np.sqrt(given["lead_weeks"] * given["spread"] ** 2))
    classes = abc_classes(list(given["yearly_value"].values())).table["abc"].tolist()
    assert list(map(right["classes", "classes"].get, given["yearly_value"])) == classes
    sales = pd.Series(given["sales"], dtype=float)
    orders = (sales + 3 * sales.rolling(4).mean().diff()).dropna()
    assert right["orders", "orders"] == pytest.approx(orders.tolist())
    assert right["orders", "amplification"] == pytest.approx(orders.var() / sales[4:].var())
    ratio = given["lead_time"] / given["window"]
    assert right["calm", "factors"]["now"] == pytest.approx(1 + 2 * ratio + 2 * ratio**2)


@pytest.mark.parametrize("seed", range(8))
def test_voice_another_way(seed):
    given, right = values_of("voice", seed)
    heard = [1 - (1 - given["share"]) ** n >= given["chance"] for n in range(200)]
    assert right["interviews", "interviews"] == heard.index(True)
    table = evaluation_table("berger").codes
    codes = list("MOAIRQ")
    names = dict(given)
    exec(get_exercise("voice").task("category").answer, names)
    assert all(names["kano_category"](i, j) == codes[table[i - 1][j - 1]] for i in range(1, 6) for j in range(1, 6))
    found = evaluate_counts(given["counts"]).to_frame()
    assert list(right["coefficients", "better"].values()) == pytest.approx(found["better"].tolist())
    assert list(right["coefficients", "worse"].values()) == pytest.approx(found["worse"].tolist())
    assert right["sigma", "level"] == pytest.approx(norm.isf(right["sigma", "dpmo"] / 1e6) + 1.5)
    absolute = np.array(list(given["importance"].values())) @ given["relations"].to_numpy()
    assert list(right["house", "weights"].values()) == pytest.approx((absolute / absolute.sum()).tolist())
    assert 0 < len(right["clear", "clear"]) < 5


@pytest.mark.parametrize("seed", range(8))
def test_satisfaction_another_way(seed):
    given, right = values_of("satisfaction", seed)
    assert right["scale", "points"] == pytest.approx(np.interp(given["answers"], [1, 10], [0, 100]).mean())
    weights, scores = list(given["weights"].values()), list(given["scores"].values())
    assert right["index", "index"] == pytest.approx(np.average(scores, weights=weights))
    sample = sample_size_proportion(
        margin=given["margin"], population=given["passengers"], response_rate=given["response"]
    )
    assert right["sample", "needed"] == sample.answers
    assert right["sample", "to_ask"] == pytest.approx(sample.invitations, abs=5)
    covariance = np.cov(given["items"].to_numpy().T)
    assert right["alpha", "alpha"] == pytest.approx(4 / 3 * (1 - np.trace(covariance) / covariance.sum()))
    assert len(set(right["quadrants", "quadrants"].values())) == 4
    lines = given["lines"]
    error = np.hypot(*(lines["sd"] / np.sqrt(lines["n"])))
    assert right["difference", "z"] == pytest.approx((lines["mean"].iloc[0] - lines["mean"].iloc[1]) / error)


@pytest.mark.parametrize("seed", range(8))
def test_credit_another_way(seed):
    given, right = values_of("credit", seed)
    assert right["dso", "dso"] == pytest.approx(given["receivables"] / (given["sales"] / given["days"]))
    not_due = given["receivables"] - given["past_due"]
    assert right["dso", "best_dso"] == pytest.approx(not_due / (given["sales"] / given["days"]))
    ages = pd.cut(given["invoices"]["days_overdue"], [-999, 0, 30, 60, 90, 999])
    sums = given["invoices"].groupby(ages, observed=False)["amount"].sum()
    assert list(right["ageing", "ages"].values()) == sums.tolist()
    odds = (1 - given["default_probability"]) / given["default_probability"]
    doublings = np.log2(odds / given["base_odds"])
    assert right["points", "score"] == pytest.approx(given["base_points"] + given["double"] * doublings)
    rho = given["correlation"]
    distress = norm.ppf(given["default_probability"]) + np.sqrt(rho) * norm.ppf(given["level"])
    assert right["stress", "bad_rate"] == pytest.approx(norm.cdf(distress / np.sqrt(1 - rho)), rel=1e-6)
    a, b = (given["bands"][name] / given["bands"][name].sum() for name in ("now", "when built"))
    assert right["reading", "stability"] == pytest.approx(((a - b) * np.log(a / b)).sum())
    profits = sorted(right["cutoff", "profits"].values())
    assert profits[2] - profits[1] > 0.002 * profits[2]


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="confined processes need Linux here")
@pytest.mark.parametrize("name", NAMES)
def test_the_solution_earns_everything_in_confinement(name, tmp_path):
    exercise = get_exercise(name)
    notebook = json.loads(json.dumps(compile_notebook(exercise)))
    answers = {task.name: task.answer for task in exercise.tasks}
    for cell in notebook["cells"]:
        cell["source"] = answers.get(cell["metadata"]["nbgrader"]["grade_id"], cell["source"])
    (tmp_path / "one.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    one = grade_file(tmp_path / "one.ipynb", name, "ann", salt="for tests", limits=Limits())
    assert (one.score, one.reasons) == (exercise.points, ())
