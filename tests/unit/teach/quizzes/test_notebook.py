import nbformat
import pytest

from casework.core.errors import ParameterError
from casework.teach.quizzes.bank import bank_names, get_bank
from casework.teach.quizzes.notebook import quiz_notebook
from casework.teach.quizzes.widget import QuizPanel


@pytest.mark.parametrize("name", bank_names())
def test_its_cell_asks_the_questions_of_the_module(name: str) -> None:
    notebook = quiz_notebook(name)
    nbformat.validate(notebook)
    names: dict[str, object] = {}
    exec(notebook.cells[1].source.replace("quiz(", "panel = quiz(", 1), names)
    panel = names["panel"]
    assert isinstance(panel, QuizPanel)
    assert panel.paper.sources == (name,)
    assert f"{len(panel.paper.items)} of {len(get_bank(name).questions)} questions" in notebook.cells[0].source


def test_it_is_the_same_every_time() -> None:
    assert quiz_notebook("voice") == quiz_notebook("voice")


def test_an_unknown_bank_is_refused() -> None:
    with pytest.raises(ParameterError, match="voice"):
        quiz_notebook("voise")
