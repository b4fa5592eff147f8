"""Named models: the American, the European and the Chinese customer satisfaction index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from casework.core.checks import check_option
from casework.core.messages import mark
from casework.satisfaction.pls.building import parse_model
from casework.satisfaction.pls.model import PLSModel

ModelName = Literal["ACSI", "ECSI", "CCSI"]


@dataclass(frozen=True)
class NamedModel:
    """A published model of customer satisfaction.

    Parameters
    ----------
    title : str
        Its full name.
    text : str
        The model, as `parse_model` reads it.
    questions : mapping of str to str
        What each indicator asks, on a scale from 1 to 10 where nothing else is said.
    source : str
        Where it was published.
    """

    title: str
    text: str
    questions: Mapping[str, str]
    source: str


NAMED: Mapping[str, NamedModel] = {
    "ACSI": NamedModel(
        title=mark("American Customer Satisfaction Index"),
        text="""
        Expectation =~ EXPE1 + EXPE2 + EXPE3
        Quality =~ QUAL1 + QUAL2 + QUAL3
        Value =~ VALU1 + VALU2
        Satisfaction =~ SATI1 + SATI2 + SATI3
        Complaints =~ COMP
        Loyalty =~ LOYA1 + LOYA2
        Quality ~ Expectation
        Value ~ Expectation + Quality
        Satisfaction ~ Expectation + Quality + Value
        Complaints ~ Satisfaction
        Loyalty ~ Satisfaction + Complaints
        """,
        questions={
            "EXPE1": mark("overall quality expected before the purchase"),
            "EXPE2": mark("how well it was expected to fit personal needs"),
            "EXPE3": mark("how often things were expected to go wrong (turned round)"),
            "QUAL1": mark("overall quality experienced"),
            "QUAL2": mark("how well it fits personal needs"),
            "QUAL3": mark("how often things went wrong (turned round)"),
            "VALU1": mark("price, given the quality"),
            "VALU2": mark("quality, given the price"),
            "SATI1": mark("overall satisfaction"),
            "SATI2": mark("compared with expectations"),
            "SATI3": mark("compared with the ideal"),
            "COMP": mark("has complained (0 no, 1 yes)"),
            "LOYA1": mark("how likely to buy again"),
            "LOYA2": mark("price change that would be tolerated"),
        },
        source="Fornell, Johnson, Anderson, Cha & Bryant (1996), Journal of Marketing 60(4), 7-18, figure 1, table 1",
    ),
    "ECSI": NamedModel(
        title=mark("European Customer Satisfaction Index"),
        text="""
        Image =~ IMAG1 + IMAG2 + IMAG3 + IMAG4 + IMAG5
        Expectation =~ CUEX1 + CUEX2 + CUEX3
        Quality =~ PERQ1 + PERQ2 + PERQ3 + PERQ4 + PERQ5 + PERQ6 + PERQ7
        Value =~ PERV1 + PERV2
        Satisfaction =~ CUSA1 + CUSA2 + CUSA3
        Complaints =~ CUSCO
        Loyalty =~ CUSL1 + CUSL2 + CUSL3
        Expectation ~ Image
        Quality ~ Expectation
        Value ~ Expectation + Quality
        Satisfaction ~ Image + Expectation + Quality + Value
        Complaints ~ Satisfaction
        Loyalty ~ Image + Satisfaction + Complaints
        """,
        questions={
            "IMAG1": mark("can be trusted in what it says and does"),
            "IMAG2": mark("stable and firmly established"),
            "IMAG3": mark("contributes to society"),
            "IMAG4": mark("concerned about its customers"),
            "IMAG5": mark("innovative and forward looking"),
            "CUEX1": mark("overall quality expected at the start"),
            "CUEX2": mark("expected to meet personal needs"),
            "CUEX3": mark("how often things were expected to go wrong"),
            "PERQ1": mark("overall perceived quality"),
            "PERQ2": mark("technical quality"),
            "PERQ3": mark("service and personal advice"),
            "PERQ4": mark("quality of the services used"),
            "PERQ5": mark("range of products and services"),
            "PERQ6": mark("reliability and accuracy"),
            "PERQ7": mark("clear and open information"),
            "PERV1": mark("fees and prices, given the quality"),
            "PERV2": mark("quality, given the fees and prices"),
            "CUSA1": mark("overall satisfaction"),
            "CUSA2": mark("fulfilment of expectations"),
            "CUSA3": mark("closeness to the ideal"),
            "CUSCO": mark("how well the last complaint was handled, or would be"),
            "CUSL1": mark("would choose the company again"),
            "CUSL2": mark("price difference at which they would switch"),
            "CUSL3": mark("would recommend the company"),
        },
        source=(
            "Tenenhaus, Esposito Vinzi, Chatelin & Lauro (2005), Computational Statistics & Data Analysis 48, 159-205, "
            "figure 1 and table 1"
        ),
    ),
    "CCSI": NamedModel(
        title=mark("Chinese Customer Satisfaction Index"),
        text="""
        Image =~ IMAG1 + IMAG2
        Expectation =~ EXPE1 + EXPE2 + EXPE3 + EXPE4
        Quality =~ QUAL1 + QUAL2 + QUAL3 + QUAL4
        Value =~ VALU1 + VALU2
        Satisfaction =~ SATI1 + SATI2 + SATI3 + SATI4
        Loyalty =~ LOYA1 + LOYA2
        Expectation ~ Image
        Quality ~ Image + Expectation
        Value ~ Image + Expectation + Quality
        Satisfaction ~ Image + Expectation + Quality + Value
        Loyalty ~ Satisfaction
        """,
        questions={
            "IMAG1": mark("overall image of the brand"),
            "IMAG2": mark("how much the brand stands out"),
            "EXPE1": mark("overall quality expected before the purchase"),
            "EXPE2": mark("how well it was expected to fit personal needs"),
            "EXPE3": mark("expected reliability"),
            "EXPE4": mark("expected service"),
            "QUAL1": mark("overall quality experienced"),
            "QUAL2": mark("how well it fits personal needs"),
            "QUAL3": mark("reliability experienced"),
            "QUAL4": mark("service experienced"),
            "VALU1": mark("price, given the quality"),
            "VALU2": mark("quality, given the price"),
            "SATI1": mark("overall satisfaction"),
            "SATI2": mark("compared with expectations"),
            "SATI3": mark("compared with the ideal"),
            "SATI4": mark("compared with competitors"),
            "LOYA1": mark("how likely to buy again"),
            "LOYA2": mark("price change that would be tolerated"),
        },
        source=(
            "Constructs: GB/T 19038-2009, Guidelines for the model and method of customer satisfaction measurement. "
            "The eleven paths and the wording follow secondary descriptions and differ among editions: check them "
            "against the standard that you work to"
        ),
    ),
}


def named_model(name: str, *, columns: Mapping[str, str] | None = None) -> PLSModel:
    """Return a published model, ready to fit.

    Parameters
    ----------
    name : {'ACSI', 'ECSI', 'CCSI'}
        Which one; small letters will do.
    columns : mapping of str to str, optional
        {indicator of the model: column of the data}, for those whose names differ; `NAMED[name].questions` says what
        each indicator asks.

    Returns
    -------
    PLSModel
        All constructs reflective (mode A), as published. The names of ECSI's indicators are those of the mobile phone
        survey (mobi) of Tenenhaus and others.

    Raises
    ------
    ParameterError
        The model is not known, a name in `columns` is none of its indicators, or two would have one column.

    References
    ----------
    See `NAMED[name].source`.

    Examples
    --------
    >>> model = named_model("ecsi")
    >>> len(model.names), len(model.indicators), len(model.paths)
    (7, 24, 12)
    >>> named_model("ACSI", columns={"COMP": "complained"})["Complaints"].indicators
    ('complained',)
    """
    key = check_option("name", str(name).upper(), ModelName)
    model = replace(parse_model(NAMED[key].text), name=key, lines={})
    return model.rename(columns) if columns else model
