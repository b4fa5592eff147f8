"""A notebook in another language: its prose is replaced by the catalogue's, its code stays."""

from __future__ import annotations

import copy
from typing import Any

from casework.core.messages import t, use_language
from casework.studies.base import Study
from casework.studies.notebook import parameters_cell, parameters_source


def translate_notebook(notebook: Any, lang: str, study: Study | None) -> Any:
    """Return a copy of a notebook with its prose in a language; outputs are left out.

    Parameters
    ----------
    notebook : NotebookNode
        The source; it is not changed.
    lang : {'en', 'zh'}
        The language.
    study : Study or None
        Its parameters cell is written anew, so that the comments are in the language too.
    """
    translated = copy.deepcopy(notebook)
    with use_language(lang):
        for cell in translated.cells:
            if cell.cell_type == "markdown":
                cell.source = t(cell.source)
            elif cell.cell_type == "code":
                cell.outputs = []
                cell.execution_count = None
        cell = parameters_cell(translated)
        if study is not None and cell is not None:
            cell.source = parameters_source(study)
    return translated
