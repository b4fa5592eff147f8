"""One argument for every way to say which model: the name of a published one, or a text of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from casework.core.checks import check_names, suggest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.satisfaction.pls.building import parse_model
from casework.satisfaction.pls.model import PLSModel
from casework.satisfaction.pls.named import NAMED, named_model


def read_model(model: str, *, columns: Mapping[str, str] | None = None, formative: Sequence[str] = ()) -> PLSModel:
    """Return the model that a name or a text tells.

    Parameters
    ----------
    model : str
        `ACSI`, `ECSI` or `CCSI` (small letters will do), or a text as `parse_model` reads it.
    columns : mapping of str to str, optional
        {indicator of the model: column of the data}, for those whose names differ.
    formative : sequence of str
        Constructs whose indicators form them (mode B), besides those that the text marks with `<~`.

    Returns
    -------
    PLSModel

    Raises
    ------
    ParameterError
        The text cannot be read, or a name is not known.

    Examples
    --------
    >>> model = read_model("ecsi", formative=["Image"])
    >>> model.name, model["Image"].mode, model["Value"].mode
    ('ECSI', 'B', 'A')
    """
    key = model.strip().upper()
    if key not in NAMED and "~" not in model:
        expected = t("one of {values}, or lines such as Quality =~ q1 + q2", values=", ".join(NAMED))
        raise ParameterError(Problem("model", repr(model.strip()), expected, suggest(key, NAMED)))
    chosen = named_model(key) if key in NAMED else parse_model(model)
    chosen = chosen.rename(columns) if columns else chosen
    check_names("formative", formative, chosen.names)
    constructs = tuple(replace(item, mode="B") if item.name in formative else item for item in chosen.constructs)
    return replace(chosen, constructs=constructs, lines={}) if formative else chosen
