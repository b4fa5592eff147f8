from tests.unit.satisfaction.pls.quality_samples import fit

from casework.satisfaction.pls import blindfold, cvpat, fit_measures, fit_test, importance_map, measurement_quality
from casework.satisfaction.pls import predict_pls as predict
from casework.satisfaction.pls.quality_words import CODES, HEADINGS
from casework.satisfaction.pls.wording import HEADINGS as MODEL
from casework.satisfaction.wording import HEADINGS as COMMON

ELSEWHERE = {"importance", "performance", "target"}  # marked with the drivers


def test_every_column_is_marked():
    result = fit()
    prediction = predict(result, folds=4, repetitions=1)
    quality = measurement_quality(result)
    tables = [
        quality.constructs,
        quality.indicators,
        quality.pairs,
        quality.collinearity,
        fit_measures(result).measures,
        fit_measures(result).largest_residuals(),
        fit_test(result, resamples=19).table,
        blindfold(result).constructs,
        prediction.table,
        prediction.powers(),
        cvpat(prediction, resamples=100).table,
        importance_map(result, "L").constructs,
    ]
    columns = {str(column).replace("_", " ") for table in tables for column in table.columns}
    assert columns - {*HEADINGS, *MODEL, *COMMON, *CODES} <= ELSEWHERE


def test_words_stand_once():
    assert len(set(HEADINGS)) == len(HEADINGS)
    assert len(set(CODES)) == len(CODES)
