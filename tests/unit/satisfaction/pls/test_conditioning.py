import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.satisfaction.pls import conditioning, fit_correlations

MODEL = "A =~ a; B =~ b; C =~ c; C ~ A + B"


def fitted(r):
    table = pd.DataFrame([[1, r, 0.5], [r, 1, 0.4], [0.5, 0.4, 1]], index=list("abc"), columns=list("abc"))
    return fit_correlations(table, MODEL, n=500)


@pytest.mark.parametrize("r", [0.0, 0.6, 0.9])
def test_by_solving_again(r):
    found = conditioning(fitted(r), step=0.02)
    changes = []
    for rab, rac, rbc in ((r + 0.02, 0.5, 0.4), (r, 0.52, 0.4), (r, 0.5, 0.42)):
        changed = np.linalg.solve([[1, rab], [rab, 1]], [rac, rbc])
        changes.append(np.abs(changed - np.linalg.solve([[1, r], [r, 1]], [0.5, 0.4])).max())
    row = found.table.iloc[0]
    assert row["largest_change"] == pytest.approx(max(changes))
    assert row["largest_vif"] == pytest.approx(1 / (1 - r * r))
    assert row["smallest_eigenvalue"] == pytest.approx(1 - r)
    assert found.smallest == pytest.approx(np.linalg.eigvalsh([[1, r, 0.5], [r, 1, 0.4], [0.5, 0.4, 1]])[0])


def test_nearly_equal_causes_move_far():
    assert conditioning(fitted(0.9)).worst > 4 * conditioning(fitted(0.2)).worst
    assert conditioning(fitted(0.2)).summary().startswith("Smallest eigenvalue 0.4")


def test_step_is_checked():
    with pytest.raises(ParameterError, match="step"):
        conditioning(fitted(0.2), step=0)
