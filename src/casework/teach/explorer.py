"""An explorer: move a slider, see the figure change. In a report its static twin stands instead.

The same function draws both, so the report and the widget cannot disagree.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping
from typing import Any

from casework.core.errors import CaseworkError, ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.paths import RUN_VARIABLE
from casework.core.result import Result
from casework.report.display import show, tell
from casework.report.formats import format_value, heading

# Names and options of controls that are no columns of a result and so are not in the catalogue for another reason.
CONTROLS = (
    mark("threshold"),
    mark("table"),
    mark("window"),
    mark("shared"),
    mark("consistent"),
    mark("reaction"),
    mark("sector correlation"),
    mark("stockout cost"),
    mark("product"),
    mark("samples"),
    mark("pool"),
    mark("sensitivity"),
    mark("held"),
    mark("incentive"),
)
OPTIONS = (
    mark("moving average"),
    mark("smoothing"),
    mark("base stock"),
    mark("anchoring"),
    mark("centroid"),
    mark("factorial"),
    mark("maximum"),
)
Control = tuple[float, float, float] | list[Any] | bool


def explore(
    function: Callable[..., Result],
    *,
    caption: str,
    kind: str | None = None,
    alt: str = "",
    **controls: Control,
) -> Any:
    """Let a trainee change a function's arguments and watch its result.

    Parameters
    ----------
    function : callable
        Takes the controls by name, each with a default, and returns a result that can be drawn.
    caption : str
        Caption of the figure, an English message of the catalogue.
    kind : str, optional
        Which picture of the result.
    alt : str
        Alternative text; by default the result's summary.
    **controls : (low, high, step), list of options, or bool
        One control for each argument.

    Returns
    -------
    Widget or None
        The panel in JupyterLab; in a report nothing is returned and the static twin is shown.

    Raises
    ------
    ParameterError
        A control that the function does not take, or that has no default there.
    """
    start = _start_values(function, controls)
    if os.environ.get(RUN_VARIABLE):
        _static_twin(function, start, caption=caption, kind=kind, alt=alt)
        return None
    return _panel(function, controls, start, caption=caption, kind=kind, alt=alt)


def _start_values(function: Callable[..., Result], controls: Mapping[str, Control]) -> dict[str, Any]:
    known = inspect.signature(function).parameters
    problems = [
        Problem(t("control {name}", name=name), t("the function has no argument of that name with a default"))
        for name in controls
        if name not in known or known[name].default is inspect.Parameter.empty
    ]
    if problems:
        raise ParameterError(problems)
    return {name: known[name].default for name in controls}


def _static_twin(
    function: Callable[..., Result], start: Mapping[str, Any], *, caption: str, kind: str | None, alt: str
) -> None:
    values = t(", ").join(
        t("{name} = {value}", name=heading(name), value=format_value(value)) for name, value in start.items()
    )
    show(function(**start), caption=caption, kind=kind, alt=alt)
    tell("Drawn with {values}. In JupyterLab these are controls that you can move.", values=values, role="note")


def _panel(
    function: Callable[..., Result],
    controls: Mapping[str, Control],
    start: Mapping[str, Any],
    *,
    caption: str,
    kind: str | None,
    alt: str,
) -> Any:
    import ipywidgets

    widgets = {name: _widget(name, control, start[name]) for name, control in controls.items()}
    output = ipywidgets.Output()

    def redraw(_change: Any = None) -> None:
        with output:
            output.clear_output(wait=True)
            try:
                result = function(**{name: widget.value for name, widget in widgets.items()})
                show(result, caption=caption, kind=kind, alt=alt)
                tell(result.summary())
            except CaseworkError as error:
                tell(str(error), role="warning")

    for widget in widgets.values():
        widget.observe(redraw, names="value")
    redraw()
    return ipywidgets.VBox([ipywidgets.HBox(list(widgets.values()), layout={"flex_flow": "row wrap"}), output])


def _widget(name: str, control: Control, value: Any) -> Any:
    import ipywidgets

    label = heading(name)
    common = {"description": label, "style": {"description_width": "initial"}}
    if isinstance(control, bool):
        return ipywidgets.Checkbox(value=bool(value), **common)
    if isinstance(control, list):
        options = [(_words(option), option) for option in control]
        return ipywidgets.Dropdown(options=options, value=value, **common)
    low, high, step = control
    slider = ipywidgets.IntSlider if all(isinstance(x, int) for x in (*control, value)) else ipywidgets.FloatSlider
    return slider(value=value, min=low, max=high, step=step, continuous_update=False, **common)


def _words(option: Any) -> str:
    """Return an option as people say it: its message, else its underscores as spaces."""
    known = t(str(option))
    return known if known != str(option) else heading(str(option))
