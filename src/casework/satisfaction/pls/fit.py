"""Fit a causal model of satisfaction by partial least squares path modelling."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from casework.core.errors import CaseworkWarning, ParameterError, Problem
from casework.core.messages import t
from casework.satisfaction.pls.admissible import check_fit, sentences
from casework.satisfaction.pls.building import parse_model
from casework.satisfaction.pls.estimation import estimate
from casework.satisfaction.pls.given import check_dominant, check_kind
from casework.satisfaction.pls.linear import Ints
from casework.satisfaction.pls.model import PLSModel
from casework.satisfaction.pls.moments import Moments, moments_from, moments_of
from casework.satisfaction.pls.result import PLSResult


def fit_pls(
    data: pd.DataFrame,
    model: PLSModel | str,
    *,
    scheme: str = "path",
    standardized: bool = True,
    consistent: bool = False,
    missing: str = "listwise",
    dominant: dict[str, str] | None = None,
    tolerance: float = 1e-10,
    max_iterations: int = 300,
) -> PLSResult:
    """Fit a causal model to answers: what drives what, and how strongly.

    Parameters
    ----------
    data : DataFrame, shape (n, columns)
        One row per respondent; n at least 3.
    model : PLSModel or str
        The model, or its text as `parse_model` reads it.
    scheme : {'path', 'centroid', 'factorial'}
        How neighbours in the inner model are weighed: regression and correlation, signs, correlations.
    standardized : bool
        Standardize the indicators (the usual choice); False weighs them in the metric of the answers, so that
        indicators that spread more count more.
    consistent : bool
        Correct for the unreliability of the reflective blocks (PLSc).
    missing : {'listwise', 'mean'}
        Leave out respondents with a missing answer, or fill in the indicator's mean; counted in `notes`.
    dominant : dict of str to str, optional
        {construct: indicator} whose loading is to be positive; otherwise the loadings of a construct sum to a
        positive number.
    tolerance : float
        Largest change of a weight that counts as none, above 0.
    max_iterations : int
        At least 1.

    Returns
    -------
    PLSResult
        Paths (`to_frame`), weights and loadings (`measurement`), R2 (`explained`), effects, f2, scores, and the
        checks of the fit (`admissible`, `check_table`).

    Raises
    ------
    DataError
        A column is missing, not numeric, infinite or constant, or fewer than 3 rows are left; all at once.
    ParameterError
        The model or an option cannot be used.

    Warns
    -----
    CaseworkWarning
        The fit is not admissible (not converged, Heywood case, ...), or an indicator runs against its construct, hardly
        varies, or the respondents are few.

    Notes
    -----
    The weights make the scores explain one another well in their own sample; they are no test of the model. Loadings
    and paths of reflective constructs are biased (loadings up, paths down) unless `consistent`. A construct and its
    mirror image fit alike, hence the rule of signs.

    References
    ----------
    Lohmoeller (1989), Latent Variable Path Modeling with Partial Least Squares; Tenenhaus, Esposito Vinzi, Chatelin
    & Lauro (2005), Computational Statistics & Data Analysis 48, 159-205; Dijkstra & Henseler (2015), MIS Quarterly
    39(2), 297-316.

    Examples
    --------
    >>> survey = pd.DataFrame({"q1": [1, 4, 6, 9, 8] * 4, "s1": [3, 2, 7, 7, 9] * 4})
    >>> result = fit_pls(survey, "Quality =~ q1; Satisfaction =~ s1; Satisfaction ~ Quality")
    >>> bool(abs(result.path("Quality", "Satisfaction") - survey["q1"].corr(survey["s1"])) < 1e-12)
    True
    """
    chosen = _model(model)
    moments = moments_of(data, chosen, missing=missing)
    return _fit(moments, chosen, scheme, standardized, consistent, dominant, tolerance, max_iterations)


def fit_correlations(
    correlations: pd.DataFrame,
    model: PLSModel | str,
    *,
    n: int = 0,
    means: pd.Series | None = None,
    deviations: pd.Series | None = None,
    scheme: str = "path",
    standardized: bool = True,
    consistent: bool = False,
    dominant: dict[str, str] | None = None,
    tolerance: float = 1e-10,
    max_iterations: int = 300,
) -> PLSResult:
    """Fit a causal model to published correlations, without rows.

    Parameters
    ----------
    correlations : DataFrame, shape (columns, columns)
        Correlations, rows and columns named after the indicators.
    model, scheme, consistent, dominant, tolerance, max_iterations
        As in `fit_pls`.
    n : int
        Respondents behind the numbers, for adjusted R2 and the checks; 0: not known.
    means, deviations : Series, optional
        Of the indicators, for an index on the scale of the answers.
    standardized : bool
        False fits in the metric of the answers, and needs the deviations.

    Returns
    -------
    PLSResult
        Everything but scores of respondents.

    Raises
    ------
    DataError
        An indicator is missing, or the matrix is no correlation matrix; all problems at once.
    ParameterError
        The model or an option cannot be used.

    Warns
    -----
    CaseworkWarning
        As `fit_pls`.

    Examples
    --------
    >>> names = ["q1", "q2", "s1"]
    >>> table = pd.DataFrame([[1, 0.6, 0.3], [0.6, 1, 0.3], [0.3, 0.3, 1]], index=names, columns=names)
    >>> result = fit_correlations(table, "Quality =~ q1 + q2; Satisfaction =~ s1; Satisfaction ~ Quality", n=200)
    >>> round(result.path("Quality", "Satisfaction"), 4)  # by hand: 0.6 / sqrt(3.2)
    0.3354
    """
    chosen = _model(model)
    moments = moments_from(correlations, chosen, n=n, means=means, deviations=deviations)
    if not standardized and deviations is None:
        raise ParameterError(
            Problem("deviations", t("not given"), t("needed with {setting}", setting="standardized=False"))
        )
    return _fit(moments, chosen, scheme, standardized, consistent, dominant, tolerance, max_iterations)


def _model(model: PLSModel | str) -> PLSModel:
    check_kind("model", model, (PLSModel, str), t("a PLSModel, or the text of a model"))
    return parse_model(model) if isinstance(model, str) else model


def _fit(
    moments: Moments,
    model: PLSModel,
    scheme: str,
    standardized: bool,
    consistent: bool,
    dominant: dict[str, str] | None,
    tolerance: float,
    max_iterations: int,
) -> PLSResult:
    structure = model.structure(scheme)
    batch = estimate(
        moments.correlations if standardized else moments.covariance,
        structure,
        consistent=consistent,
        tolerance=tolerance,
        max_iterations=max_iterations,
        dominant=dominant_places(model, dominant),
    )
    checks = check_fit(batch, moments, model, structure)
    if wrong := sentences(checks):
        warnings.warn(wrong, CaseworkWarning, stacklevel=3)
    return PLSResult(
        model=model,
        moments=moments,
        estimate=batch,
        scheme=scheme,
        standardized=standardized,
        consistent=consistent,
        tolerance=tolerance,
        max_iterations=int(max_iterations),
        checks=checks,
        notes=_notes(wrong, moments, model),
    )


def _notes(wrong: str, moments: Moments, model: PLSModel) -> tuple[str, ...]:
    notes = [*([wrong] if wrong else []), *moments.notes()]
    if len(parts := model.parts) > 1:
        listed = "; ".join(", ".join(part) for part in parts)
        notes.append(
            t("The inner model falls into {n} parts, each estimated alone: {parts}.", n=len(parts), parts=listed)
        )
    return tuple(notes)


def dominant_places(model: PLSModel, dominant: dict[str, str] | None) -> Ints | None:
    """Place of the dominant indicator of each construct among the indicators, -1 for none.

    Raises
    ------
    ParameterError
        A construct is not known, or the indicator is not its own.
    """
    check_dominant(dominant)
    if not dominant:
        return None
    problems = [
        Problem("dominant", t("{name} is no indicator of {construct}", name=repr(item), construct=repr(construct)))
        for construct, item in dominant.items()
        if construct not in model.names or item not in model[construct].indicators
    ]
    if problems:
        raise ParameterError(problems)
    places = np.full(len(model.names), -1, dtype=np.int64)
    for construct, item in dominant.items():
        places[model.names.index(construct)] = model.indicators.index(item)
    return places
