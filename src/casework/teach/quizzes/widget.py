"""A quiz in a notebook: one question at a time, told at once what is right and why, points at the end."""

from __future__ import annotations

import html
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from casework.core.errors import InputError
from casework.core.journal import note
from casework.core.messages import language, t, use_language
from casework.core.paths import RUN_VARIABLE
from casework.report.course_links import Link, links_output, map_link, study_link
from casework.report.display import show, tell
from casework.studies.registry import studies
from casework.teach.quizzes.bank import bank_names
from casework.teach.quizzes.controls import Control, control_for
from casework.teach.quizzes.judge import QuizScore, Verdict, judge, score
from casework.teach.quizzes.model import Response
from casework.teach.quizzes.paper import Paper, draw_paper
from casework.teach.quizzes.wording import instruction, letter

COLOURS = {"right": "#0f6b4f", "partly": "#8a4b00", "wrong": "#a32a1b"}
SIGNS = {"right": "✓", "partly": "◐", "wrong": "✗"}
WIDTH = "46rem"


def quiz(
    modules: str | Sequence[str],
    *,
    questions: int | None = 12,
    seed: int = 1,
    lang: str | None = None,
    finished: Callable[[QuizScore], None] | None = None,
) -> QuizPanel | None:
    """Ask a trainee some questions.

    Parameters
    ----------
    modules : str or sequence of str
        Modules, or paths of banks `.toml`.
    questions : int, optional
        How many; None for all.
    seed : int
        Chooses questions and shuffles options, 0 or above.
    lang : {'en', 'zh'}, optional
        Language; by default the one in force.
    finished : callable, optional
        Called with the score each time a quiz ends. In a trainee's own copy of the course it is noted there, too.

    Returns
    -------
    QuizPanel or None
        The panel in JupyterLab; in a report nothing is returned and the questions are listed.

    Raises
    ------
    ParameterError
        No such bank or language, or a number of questions that there are not.
    DataError
        A bank cannot be read.
    """
    with use_language(lang or language()):
        paper = draw_paper(modules, questions=questions, seed=seed)
        if os.environ.get(RUN_VARIABLE):
            _static_twin(paper)
            return None
        return QuizPanel(paper, lang=language(), finished=finished)


def _static_twin(paper: Paper) -> None:
    import pandas as pd

    rows = [
        (place, t(item.question.text), t("; ").join(_lettered([t(option) for option in item.options])))
        for place, item in enumerate(paper.items, 1)
    ]
    frame = pd.DataFrame(rows, columns=["number", "question", "options"])
    show(frame, caption="Questions of the quiz.", verbatim=["question", "options"])
    tell("In JupyterLab they are asked one by one, with an explanation of each answer.", role="note")


def _lettered(texts: Sequence[str]) -> list[str]:
    return [f"{letter(place)}. {text}" for place, text in enumerate(texts)]


class QuizPanel:
    """A quiz that is under way.

    Attributes
    ----------
    paper : Paper
        What is asked.
    responses : list
        The answers so far, None for one that was skipped.
    view : Widget
        What is shown.
    """

    def __init__(self, paper: Paper, *, lang: str, finished: Callable[[QuizScore], None] | None = None) -> None:
        import ipywidgets

        self.lang, self.finished = lang, finished
        self._head = ipywidgets.HTML()
        self._said = ipywidgets.HTML(layout={"max_width": WIDTH})
        self._answer = ipywidgets.VBox()
        self._main = ipywidgets.Button(button_style="primary", layout={"width": "auto", "min_width": "8rem"})
        self._skip = ipywidgets.Button(layout={"width": "auto"})
        self._main.on_click(self._go_on)
        self._skip.on_click(self._leave_out)
        self._links = ipywidgets.Output()
        buttons = ipywidgets.HBox([self._main, self._skip], layout={"margin": "8px 0"})
        self.view = ipywidgets.VBox(
            [self._head, self._answer, buttons, self._said, self._links],
            layout={"max_width": "50rem", "padding": "4px 0 12px"},
        )
        self._begin(paper)

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.view)

    @property
    def done(self) -> bool:
        """Whether all questions have been asked."""
        return self._place >= len(self.paper.items)

    def score(self) -> QuizScore:
        """Return what the answers so far are worth; a question that is still open earns nothing."""
        open_ones: list[Response] = [None] * (len(self.paper.items) - len(self.responses))
        return score(self.paper, self.responses + open_ones)

    def _begin(self, paper: Paper) -> None:
        self.paper, self._place = paper, 0
        self.responses: list[Response] = []
        self._ask()

    def _ask(self) -> None:
        """Show the question that is next."""
        item = self.paper.items[self._place]
        with use_language(self.lang):
            self._control: Control = control_for(item, self._go_on)
            self._checked = False
            self._head.value = _question_html(self.paper, self._place)
            self._answer.children = [self._control.view]
            self._main.description, self._skip.description = t("Check"), t("Skip")
            self._skip.layout.display = None
            self._said.value, self._links.outputs = "", ()

    def _go_on(self, _source: Any = None) -> None:
        """Do what the main button says: check, go on, or begin again."""
        if self.done:
            self._begin(self._another())
        elif self._checked:
            self._next()
        else:
            self._check()

    def _check(self) -> None:
        with use_language(self.lang):
            try:
                response = self._control.response()
            except InputError as error:
                self._said.value = _note_html(error.problems[0].found)
                return
            item = self.paper.items[self._place]
            self.responses.append(response)
            self._checked = True
            self._control.lock()
            self._links.outputs = _linked(_study_links([item.question.study]))
            study = "" if self._links.outputs else item.question.study
            self._said.value = _verdict_html(judge(item.question, response), study)
            self._skip.layout.display = "none"
            last = self._place == len(self.paper.items) - 1
            self._main.description = t("See the result") if last else t("Next question")

    def _leave_out(self, _source: Any = None) -> None:
        if not self._checked and not self.done:
            self.responses.append(None)
            self._next()

    def _next(self) -> None:
        self._place += 1
        if not self.done:
            self._ask()
            return
        result = self.score()
        with use_language(self.lang):
            self._head.value = _result_html(result)
            self._answer.children = []
            self._said.value = ""
            self._skip.layout.display = "none"
            self._main.description = t("Again, shuffled anew")
            self._links.outputs = _linked(_links_after(result))
        _keep(result)
        if self.finished is not None:
            self.finished(result)

    def _another(self) -> Paper:
        return draw_paper(self.paper.sources, questions=len(self.paper.items), seed=self.paper.seed + 1)


def _keep(result: QuizScore) -> None:
    """Note a quiz of the course in the trainee's own copy of it; one without any answer is none."""
    known = set(bank_names()).intersection(result.paper.sources) if result.answered else set()
    for module in sorted(known):
        pairs = zip(result.paper.items, result.shares, strict=True)
        shares = [share for item, share in pairs if item.question.module == module]
        if shares:
            note("quiz", module, score=sum(shares), points=len(shares))


def _links_after(result: QuizScore) -> list[Link]:
    """Return where to go after a quiz: the studies of what was not right, the map."""
    pairs = zip(result.paper.items, result.shares, strict=True)
    return [*_study_links(item.question.study for item, share in pairs if share < 1), map_link()]


def _study_links(names: Iterable[str]) -> list[Link]:
    known = studies()
    return [study_link(known[name]) for name in dict.fromkeys(names) if name in known]


def _linked(links: Iterable[Link]) -> tuple[dict[str, Any], ...]:
    """Return the links that lead somewhere as outputs; JupyterLab opens links of outputs, not those of widgets."""
    found = [link for link in links if link.exists()]
    if not found:
        return ()
    return ({"output_type": "display_data", "data": links_output(found, lead=t("Read on:")), "metadata": {}},)


def _question_html(paper: Paper, place: int) -> str:
    item = paper.items[place]
    count = t("Question {place} of {n}", place=place + 1, n=len(paper.items))
    about = f"{count} · {t(item.question.topic)}"
    return (
        f'<div style="max-width:{WIDTH};line-height:1.45;white-space:normal">'
        f'<progress max="{len(paper.items)}" value="{place}" style="width:100%;height:6px" '
        f'aria-label="{html.escape(count)}"></progress>'
        f'<div style="color:#52606d">{html.escape(about)}</div>'
        f'<div style="font-size:1.2em;margin:0.35em 0">{html.escape(t(item.question.text))}</div>'
        f'<div style="color:#52606d">{html.escape(instruction(item.question))}</div></div>'
    )


def _note_html(text: str) -> str:
    sentence = text[:1].upper() + text[1:] + t(".")
    return f'<div role="status" style="color:{COLOURS["partly"]}">{html.escape(sentence)}</div>'


def _state(share: float) -> str:
    return "right" if share == 1 else ("partly" if share > 0 else "wrong")


def _verdict_html(verdict: Verdict, study: str) -> str:
    state = _state(verdict.share)
    right = "" if state == "right" else f"<div>{html.escape(t('Right is: {answer}', answer=verdict.answer))}</div>"
    more = (
        f'<div style="color:#52606d">{html.escape(t("More in the study {study}.", study=study))}</div>' if study else ""
    )
    return (
        f'<div role="status" style="border-left:4px solid {COLOURS[state]};padding:0.3em 0.9em;line-height:1.45;'
        f'white-space:normal"><b style="color:{COLOURS[state]}">{SIGNS[state]} {html.escape(verdict.text)}</b>'
        f"{right}<div>{html.escape(verdict.explanation)}</div>{more}</div>"
    )


def _result_html(result: QuizScore) -> str:
    rows = "".join(
        f'<tr><td style="color:{COLOURS[_state(share)]};text-align:center">{SIGNS[_state(share)]}</td>'
        f'<td style="text-align:left;white-space:normal">{html.escape(t(item.question.text))}</td>'
        f'<td style="text-align:right">{share:.2g}</td></tr>'
        for item, share in zip(result.paper.items, result.shares, strict=True)
    )
    heads = "".join(
        f'<th style="text-align:{side}">{html.escape(name)}</th>'
        for name, side in (("", "left"), (t("question"), "left"), (t("points"), "right"))
    )
    return (
        f'<div role="status" style="max-width:{WIDTH};line-height:1.45;white-space:normal">'
        f'<div style="font-size:1.2em;margin:0.35em 0">{html.escape(result.summary())}</div>'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
