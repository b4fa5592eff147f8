"""A scorecard as a file: written for people, read back to the same points."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import t

if TYPE_CHECKING:
    import pandas as pd

    from casework.credit.scorecard import Scorecard

ENDINGS = (".csv", ".xlsx", ".json")
KIND = "casework scorecard"


def write_scorecard(card: Scorecard, path: Path | str) -> Path:
    """Write a scorecard as CSV, Excel or JSON.

    Parameters
    ----------
    card : Scorecard
        From `scorecard_points`.
    path : Path or str
        Ends in .csv, .xlsx or .json; an existing file is replaced.

    Returns
    -------
    Path

    Raises
    ------
    ParameterError
        Another ending, or a group of categories that no cell of Excel holds.

    Notes
    -----
    Names are text: cells that a spreadsheet would run as a formula get an apostrophe before them. `read_scorecard` goes
    by the columns `rule` and `points`; the others are for people.
    """
    from casework.datasets.export import EXCEL_CELL, write_csv, write_excel

    target = Path(path)
    ending = _ending(target)
    frame = card.to_frame()
    if ending == ".csv":
        return write_csv(frame, target, excel=True)
    if ending == ".json":
        return _write_json(frame, target)
    longest = int(frame["rule"].str.len().max())
    if longest > EXCEL_CELL:
        found = t("a bin holds too many categories for a cell of Excel")
        raise ParameterError(Problem(str(target), found, fix=t("Write a CSV or JSON file instead")))
    return write_excel(frame, target, sheet="scorecard")


def read_scorecard(path: Path | str) -> Scorecard:
    """Read a scorecard that `write_scorecard` wrote, also after people changed its points.

    Parameters
    ----------
    path : Path or str
        Ends in .csv, .xlsx or .json. CSV with semicolons and decimal commas is read too.

    Raises
    ------
    ParameterError
        Another ending, or no such file.
    DataError
        The file cannot be read, or its table is not a scorecard: all problems at once.
    """
    from casework.credit.scorecard import Scorecard

    source = Path(path)
    ending = _ending(source)
    if not source.is_file():
        raise ParameterError(Problem(str(source), t("there is no such file")))
    read = {".csv": _read_csv, ".xlsx": _read_excel, ".json": _read_json}[ending]
    return Scorecard.from_frame(read(source.read_bytes(), source.name))


def _ending(path: Path) -> str:
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise ParameterError(Problem(str(path), t("unknown ending {ending}", ending=repr(ending)), ", ".join(ENDINGS)))
    return ending


def _write_json(frame: pd.DataFrame, path: Path) -> Path:
    from casework.core.files import write_text

    rows = json.loads(frame.to_json(orient="records", double_precision=15))
    exact = [
        {**row, "points": points, "exact_points": exact}
        for row, points, exact in zip(rows, frame["points"].tolist(), frame["exact_points"].tolist(), strict=True)
    ]
    write_text(path, json.dumps({"kind": KIND, "bins": exact}, ensure_ascii=False, indent=1) + "\n")
    return path


def _read_json(raw: bytes, where: str) -> pd.DataFrame:
    import pandas as pd

    try:
        content = json.loads(raw.decode("utf-8-sig"))
        bins = content["bins"]
        return pd.DataFrame([{"rule": row["rule"], "points": row["points"]} for row in bins])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DataError(Problem(where, t("this is no scorecard in JSON"), t("a file that casework wrote"))) from None


def _read_csv(raw: bytes, where: str) -> pd.DataFrame:
    import pandas as pd

    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise DataError(Problem(where, t("the file is no text"), t("a CSV file")))
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    try:
        frame = pd.read_csv(io.StringIO(text), sep=separator, dtype=str, keep_default_na=False)
    except (ValueError, pd.errors.ParserError):
        raise DataError(Problem(where, t("the table cannot be read"), t("a CSV file that casework wrote"))) from None
    if separator == ";" and "points" in frame:
        frame["points"] = frame["points"].str.replace(",", ".", regex=False)
    return frame


def _read_excel(raw: bytes, where: str) -> pd.DataFrame:
    from casework.datasets.workbooks import read_workbook

    return read_workbook(raw, where)[0]
