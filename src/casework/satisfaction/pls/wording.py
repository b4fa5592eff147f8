"""Words that stand in tables and figures of causal models, marked for the catalogue.

They are column names, with underscores as spaces, as `report.formats.heading` looks them up, and the constructs of the
named models.
"""

from __future__ import annotations

from casework.core.messages import mark

HEADINGS: tuple[str, ...] = (
    mark("from"),
    mark("to"),
    mark("path"),
    mark("correlation"),
    mark("direct effect"),
    mark("indirect effect"),
    mark("total effect"),
    mark("construct"),
    mark("outer mode"),
    mark("indicator"),
    mark("weight"),
    mark("answer weight"),
    mark("loading"),
    mark("communality"),
    mark("predictors"),
    mark("r2"),
    mark("r2 adjusted"),
    mark("f2 scores fixed"),
    mark("f2 reestimated"),
    mark("check"),
    mark("ok"),
    mark("decides"),
    mark("value"),
    mark("concerns"),
    mark("mean score"),
)
CONSTRUCTS: tuple[str, ...] = (
    mark("Image"),
    mark("Expectation"),
    mark("Quality"),
    mark("Value"),
    mark("Satisfaction"),
    mark("Complaints"),
    mark("Loyalty"),
)
