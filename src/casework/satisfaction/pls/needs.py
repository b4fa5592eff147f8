"""What further analyses ask of a fit before they start."""

from __future__ import annotations

from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import t
from casework.satisfaction.pls.linear import Floats
from casework.satisfaction.pls.result import PLSResult


def need_fit(result: object) -> PLSResult:
    """Return the result if it is a fit.

    Raises
    ------
    ParameterError
        It is something else.
    """
    if not isinstance(result, PLSResult):
        raise ParameterError(
            Problem("result", t("a {kind}", kind=type(result).__name__), t("what fit_pls or fit_correlations returns"))
        )
    return result


def need_rows(result: object) -> Floats:
    """Return the answers behind a fit, shape (n, p).

    Raises
    ------
    DataError
        The model was fitted to correlations, without rows.
    ParameterError
        It is not a fit.
    """
    rows = need_fit(result).moments.rows
    if rows is None:
        raise DataError(
            Problem(t("model"), t("fitted to correlations, without rows"), t("a fit to rows, with fit_pls"))
        )
    return rows
