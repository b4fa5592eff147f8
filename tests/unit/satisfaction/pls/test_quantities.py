import numpy as np
import pandas as pd
import pytest
from tests.unit.satisfaction.pls.surveys import fitted

from casework.satisfaction.pls import bootstrap_pls, measurement_quality


@pytest.fixture(scope="module")
def fit():
    return fitted()


@pytest.fixture(scope="module")
def boot(fit):
    return bootstrap_pls(fit, resamples=20)


def test_whole_sample_gives_what_the_fit_says(fit, boot):
    assert boot.table("path")["estimate"].to_numpy() == pytest.approx(fit.to_frame()["path"].to_numpy())
    effects = fit.effects()
    for kind, column in (("total", "total_effect"), ("indirect", "indirect_effect")):
        table = boot.table(kind).set_index(["from", "to"])["estimate"]
        expected = effects.set_index(["from", "to"])[column].loc[table.index]
        assert table.to_numpy() == pytest.approx(expected.to_numpy())
    measured = fit.measurement()
    assert boot.table("weight")["estimate"].to_numpy() == pytest.approx(measured["weight"].to_numpy())
    assert boot.table("loading")["estimate"].to_numpy() == pytest.approx(measured["loading"].to_numpy())
    assert boot.table("r2")["estimate"].to_numpy() == pytest.approx(fit.r2.to_numpy())
    assert boot.table("index")["estimate"].to_numpy() == pytest.approx(fit.performance().to_numpy())
    pairs = measurement_quality(fit).pairs
    assert boot.table("htmt")["estimate"].to_numpy() == pytest.approx(pairs["htmt"].to_numpy())
    assert boot.table("correlation")["estimate"].to_numpy() == pytest.approx(pairs["correlation"].to_numpy())


def test_points_are_slopes_of_answer_scores(fit, boot):
    scores = fit.answer_scores()
    slope = np.polyfit(scores["Quality"], scores["Value"], 1)[0]
    table = boot.table("total_points").set_index(["from", "to"])["estimate"]
    assert table["Quality", "Value"] == pytest.approx(slope)


def test_single_items_are_fixed_and_not_followed():
    rng = np.random.default_rng(1)
    from casework.satisfaction.pls import fit_pls

    data = pd.DataFrame(rng.normal(size=(40, 3)), columns=list("abc")).assign(c=lambda x: x["a"] + x["c"])
    boot = bootstrap_pls(fit_pls(data, "A =~ a; B =~ b + c; B ~ A"), resamples=10)
    assert boot.table("weight")["to"].tolist() == ["b", "c"]
    assert boot.table("indirect").empty
