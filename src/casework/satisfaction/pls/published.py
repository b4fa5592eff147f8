"""Published results of the mobile phone survey, set beside ours where the data are that survey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from casework.core.messages import mark, t
from casework.core.result import Result
from casework.satisfaction.pls.fit import fit_correlations
from casework.satisfaction.pls.linear import Floats
from casework.satisfaction.pls.named import named_model
from casework.satisfaction.pls.result import PLSResult

RESPONDENTS = 250
# Mobile phone survey of Tenenhaus, Esposito Vinzi, Chatelin & Lauro (2005): means of the indicators, in the
# order of the model ECSI. With 250 answers in whole numbers a mean has three digits, so these are exact.
MEANS: tuple[float, ...] = (
    *(7.640, 7.780, 6.744, 7.588, 7.932),
    *(7.580, 7.532, 7.424),
    *(7.944, 7.192, 7.700, 7.916, 7.872, 7.776, 7.592),
    *(6.156, 6.916),
    *(7.988, 7.128, 7.316),
    7.068,
    *(7.452, 4.988, 7.668),
)
CENTROID, PATH = "Monecke & Leisch (2012), semPLS", "seminr 2.3.1"
# Total effects, centroid scheme: Monecke & Leisch (2012), Journal of Statistical Software 48(3), printed to 3 digits.
TOTALS: Mapping[tuple[str, str], float] = {
    ("Image", "Expectation"): 0.505,
    ("Image", "Quality"): 0.281,
    ("Image", "Value"): 0.182,
    ("Image", "Satisfaction"): 0.390,
    ("Image", "Complaints"): 0.205,
    ("Image", "Loyalty"): 0.399,
    ("Expectation", "Quality"): 0.557,
    ("Expectation", "Value"): 0.361,
    ("Expectation", "Satisfaction"): 0.419,
    ("Expectation", "Complaints"): 0.221,
    ("Expectation", "Loyalty"): 0.218,
    ("Quality", "Value"): 0.557,
    ("Quality", "Satisfaction"): 0.619,
    ("Quality", "Complaints"): 0.326,
    ("Quality", "Loyalty"): 0.323,
    ("Value", "Satisfaction"): 0.192,
    ("Value", "Complaints"): 0.101,
    ("Value", "Loyalty"): 0.100,
    ("Satisfaction", "Complaints"): 0.526,
    ("Satisfaction", "Loyalty"): 0.521,
    ("Complaints", "Loyalty"): 0.071,
}
# Paths, path scheme: a run of seminr 2.3.1; semPLS 1.0-10, plspm (R) 0.4.9 and cSEM 0.6.1.9000 agree.
PATHS: Mapping[tuple[str, str], float] = {
    ("Image", "Expectation"): 0.5049139,
    ("Expectation", "Quality"): 0.5567490,
    ("Expectation", "Value"): 0.0499884,
    ("Quality", "Value"): 0.5583044,
    ("Image", "Satisfaction"): 0.1787395,
    ("Expectation", "Satisfaction"): 0.0625229,
    ("Quality", "Satisfaction"): 0.5120239,
    ("Value", "Satisfaction"): 0.1947651,
    ("Satisfaction", "Complaints"): 0.5280662,
    ("Image", "Loyalty"): 0.1957553,
    ("Satisfaction", "Loyalty"): 0.4854776,
    ("Complaints", "Loyalty"): 0.0669261,
}
DIGITS: Mapping[str, int] = {CENTROID: 3, PATH: 7}
WORDS = (mark("total effect"), mark("path"))


@dataclass(frozen=True, kw_only=True)
class PublishedComparison(Result):
    """Our numbers beside published ones.

    Parameters
    ----------
    table : DataFrame
        `source`, `scheme`, `measure`, `from`, `to`, `published`, `ours`, `difference`, and whether they `agree` in the
        digits printed.
    """

    table: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row per number."""
        return self.table.copy()

    @property
    def agree(self) -> bool:
        """Whether all numbers agree in the digits printed."""
        return bool(self.table["agree"].all())

    def summary(self) -> str:
        """Say how many numbers agree."""
        return t(
            "{k} of {n} published numbers are met in all digits printed; the largest difference is {x}.",
            k=int(self.table["agree"].sum()),
            n=len(self.table),
            x=f"{self.table['difference'].abs().max():.1e}",
        )


def compare_published(fit: PLSResult) -> PublishedComparison | None:
    """Compare with published results of the mobile phone survey, where the data are that survey.

    Parameters
    ----------
    fit : PLSResult
        Any fit of the indicators of the European index; the publications' own settings are used for the comparison.

    Returns
    -------
    PublishedComparison or None
        None where the data are others: the indicators are not the 24 of the model, the respondents not 250, or a
        mean is another in the third digit.

    References
    ----------
    Monecke & Leisch (2012), Journal of Statistical Software 48(3), total effects; data: Tenenhaus, Esposito Vinzi,
    Chatelin & Lauro (2005), Computational Statistics & Data Analysis 48, 159-205.
    """
    model = named_model("ECSI")
    places = _places(fit, model.indicators)
    if places is None:
        return None
    names = list(model.indicators)
    matrix = pd.DataFrame(fit.moments.correlations[np.ix_(places, places)], index=names, columns=names)
    rows = []
    for source, scheme, measure, numbers in (
        (CENTROID, "centroid", "total effect", TOTALS),
        (PATH, "path", "path", PATHS),
    ):
        effects = fit_correlations(matrix, model, n=fit.n, scheme=scheme).effects().set_index(["from", "to"])
        column = effects["total_effect" if measure == "total effect" else "direct_effect"]
        rows += [(source, scheme, measure, *way, value, float(column[way])) for way, value in numbers.items()]
    table = pd.DataFrame(rows, columns=["source", "scheme", "measure", "from", "to", "published", "ours"])
    table["difference"] = table["ours"] - table["published"]
    reach = table["source"].map(lambda source: 0.5 * 10.0 ** -DIGITS[source] * (1 + 1e-9))
    return PublishedComparison(table=table.assign(agree=table["difference"].abs() <= reach))


def _places(fit: PLSResult, names: tuple[str, ...]) -> list[int] | None:
    """Where the indicators of the survey stand in the fit; None where it is another survey."""
    if fit.n != RESPONDENTS or set(fit.moments.names) != set(names):
        return None
    places = [fit.moments.names.index(name) for name in names]
    means: Floats = fit.moments.means[places]
    same = np.abs(means - np.array(MEANS)) < 5e-4
    return places if bool(np.all(same)) else None
