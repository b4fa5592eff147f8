import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from tests.unit.satisfaction.pls.surveys import TEXT, survey
from tests.unit.satisfaction.pls.test_published import mobi_fit

from casework.core.errors import ParameterError
from casework.satisfaction.pls import bootstrap_pls, compare_groups, compare_published, fit_pls, pls_index


@pytest.fixture(scope="module")
def results():
    data = pd.concat([survey(80, 1, 0.9), survey(80, 2, 0.0)], ignore_index=True)
    by = pd.Series(["old"] * 80 + ["new"] * 80)
    fit = fit_pls(data, TEXT)
    boot = bootstrap_pls(fit, resamples=200, by=by)
    return boot, pls_index(boot, low=1, high=10), compare_groups(fit, by=by, permutations=99, resamples=0)


def labels(ax):
    return [item.get_text() for item in ax.get_yticklabels()]


@pytest.mark.parametrize(("kind", "rows"), [("path", 3), ("total", 3), ("loading", 7), ("htmt", 3)])
def test_one_row_for_each_number(results, kind, rows):
    ax = results[0].plot(kind=kind)
    table = results[0].table(kind)
    assert len(labels(ax)) == rows
    assert [text.get_text() for text in ax.texts if text.get_text().replace("-", "").replace(".", "").isdigit()] == [
        f"{value:.2f}" for value in table["estimate"][::-1]
    ]
    plt.close(ax.figure)


def test_index_of_constructs_and_of_groups(results):
    ax = results[1].plot()
    assert labels(ax) == ["Satisfaction", "Value", "Quality"]
    assert ax.get_xlim() == (0, 100)
    assert results[1].summary().split("(")[0].strip() in ax.get_title(loc="left").replace("\n", " ")
    plt.close(ax.figure)
    ax = results[1].plot(kind="groups")
    assert labels(ax) == ["old", "new"]
    plt.close(ax.figure)


@pytest.mark.parametrize("kind", ["paths", "indices"])
def test_groups_side_by_side(results, kind):
    ax = results[2].plot(kind=kind)
    assert len(labels(ax)) == 3
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["new", "old"]
    plt.close(ax.figure)


def test_pairs_of_three_groups_are_named():
    by = pd.Series(np.tile(["a", "b", "c"], 40))
    found = compare_groups(fit_pls(survey(120), TEXT), by=by, permutations=19, resamples=0)
    ax = found.plot()
    assert len(labels(ax)) == 9
    assert labels(ax)[-1] == "a – b: Quality → Value"
    plt.close(ax.figure)


def test_published_numbers_lie_on_the_diagonal():
    ax = compare_published(mobi_fit()).plot()
    points = np.concatenate([np.asarray(item.get_offsets().data) for item in ax.collections])
    assert np.asarray(points[:, 0]) == pytest.approx(np.asarray(points[:, 1]), abs=1e-3)
    plt.close(ax.figure)


def test_kinds_are_checked(results):
    for result in results:
        with pytest.raises(ParameterError, match="kind"):
            result.plot(kind="nothing")
