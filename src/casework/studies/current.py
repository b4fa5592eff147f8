"""Which study the notebook is that runs here."""

from __future__ import annotations

import os
from pathlib import PurePath

from casework.studies.registry import studies

SESSION_VARIABLE = "JPY_SESSION_NAME"  # set by Jupyter: the notebook's path
_STATE = {"loaded": ""}


def loaded(study: str) -> None:
    """Remember which study has read its data here."""
    _STATE["loaded"] = study


def current_study() -> str:
    """Return the study that runs here: by the notebook's name, else by the data that were read; else an empty text."""
    session = PurePath(os.environ.get(SESSION_VARIABLE, "")).parts
    for study in studies().values():
        path = study.notebook
        own = (study.module, path.name) if study.module else (path.name,)
        if session[-len(own) :] == own:
            return study.name
    return _STATE["loaded"]
