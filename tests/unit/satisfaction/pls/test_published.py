import pandas as pd
import pytest

from casework.satisfaction.pls import compare_published, fit_correlations, named_model
from casework.satisfaction.pls.published import MEANS, PATHS, TOTALS
from casework.validation.register import shared_data


def mobi_fit(n=250, shift=0.0, **settings):
    mobi = shared_data("mobi")
    names = mobi["indicators"]
    means = pd.Series(mobi["means"], index=names) + shift
    return fit_correlations(
        pd.DataFrame(mobi["correlation"], index=names, columns=names),
        named_model("ECSI"),
        n=n,
        means=means,
        deviations=pd.Series(mobi["deviations"], index=names),
        **settings,
    )


def test_means_are_those_of_the_survey():
    mobi = shared_data("mobi")
    by_name = dict(zip(mobi["indicators"], mobi["means"], strict=True))
    assert [by_name[name] for name in named_model("ECSI").indicators] == pytest.approx(list(MEANS), abs=1e-9)


def test_all_published_numbers_are_met():
    found = compare_published(mobi_fit())
    assert found is not None
    assert found.agree
    assert len(found.table) == len(PATHS) + len(TOTALS) == 33
    assert found.summary().startswith("33 of 33 published numbers")


def test_settings_of_the_fit_do_not_matter():
    assert compare_published(mobi_fit(scheme="factorial")).table.equals(compare_published(mobi_fit()).table)


def test_other_data_are_not_compared():
    assert compare_published(mobi_fit(n=251)) is None
    assert compare_published(mobi_fit(shift=0.001)) is None
    other = pd.DataFrame([[1, 0.5], [0.5, 1]], index=["a", "b"], columns=["a", "b"])
    assert compare_published(fit_correlations(other, "A =~ a; B =~ b; B ~ A", n=250)) is None
