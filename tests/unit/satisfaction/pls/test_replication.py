import numpy as np
import pandas as pd
import pytest
from tests.unit.satisfaction.pls.reference import pls_on_rows
from tests.unit.satisfaction.pls.surveys import fitted

from casework.satisfaction.pls import bootstrap_pls, fit_pls
from casework.satisfaction.pls.quantities import Quantities
from casework.satisfaction.pls.replication import Replication, turned
from casework.satisfaction.pls.resampling import bootstrap_counts, generator


def test_a_resample_is_a_fit_to_the_repeated_rows():
    fit = fitted()
    boot = bootstrap_pls(fit, resamples=3)
    counts = np.concatenate([c for _, c in bootstrap_counts(150, 3, generator(7, 0))], axis=1)
    structure = fit.structure
    for b in range(3):
        rows = fit.moments.rows[np.repeat(np.arange(150), counts[b].astype(int))]
        weights, paths, r2 = pls_on_rows(rows, structure.sizes, structure.modes, structure.paths, "path")
        assert boot.draws_of("path").to_numpy()[b] == pytest.approx([paths[way] for way in structure.paths], abs=1e-8)
        assert boot.draws_of("weight").to_numpy()[b] == pytest.approx(weights, abs=1e-8)
        assert boot.draws_of("r2").to_numpy()[b] == pytest.approx(r2[1:], abs=1e-8)
        again = fit_pls(pd.DataFrame(rows, columns=fit.model.indicators), fit.model)
        assert boot.draws_of("index").to_numpy()[b] == pytest.approx(again.performance().to_numpy())


def test_turning_a_construct_turns_all_of_it():
    fit = fitted()
    whole = fit.estimate
    quantities = Quantities(fit.model, fit.structure, True)
    engine = Replication(fit, quantities, np.full(150, -1), "none", 7)
    mirrored = turned(whole, type(whole)(**{**vars(whole), "loadings": -whole.loadings}), quantities)
    assert mirrored.weights == pytest.approx(-whole.weights)
    assert mirrored.paths == pytest.approx(whole.paths)
    first = whole.loadings.copy()
    first[:, :3] *= -1
    mirrored = turned(whole, type(whole)(**{**vars(whole), "loadings": first}), quantities)
    assert mirrored.paths[0, 0] == pytest.approx(-whole.paths[0, 0])
    assert mirrored.paths[0, 1] == pytest.approx(whole.paths[0, 1])
    assert np.isfinite(engine.whole()).all()
