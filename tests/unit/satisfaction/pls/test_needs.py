import pytest
from tests.unit.satisfaction.pls.quality_samples import fit, mobi

from casework.core.errors import DataError, ParameterError
from casework.satisfaction.pls.needs import need_fit, need_rows


def test_a_fit_and_its_rows():
    result = fit()
    assert need_fit(result) is result
    assert need_rows(result).shape == (61, 8)


def test_what_is_no_fit():
    with pytest.raises(ParameterError, match="a str"):
        need_fit("fit")


@pytest.mark.filterwarnings("ignore::casework.core.errors.CaseworkWarning")
def test_correlations_have_no_rows():
    with pytest.raises(DataError, match="without rows"):
        need_rows(mobi())
