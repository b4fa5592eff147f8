"""A causal model: constructs, the indicators that measure them, and the paths between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from casework.core.checks import check_option, nearest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.satisfaction.pls.construct import Construct
from casework.satisfaction.pls.problems import find_problems
from casework.satisfaction.pls.structure import Scheme, Structure
from casework.satisfaction.pls.text import write_name

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class PLSModel:
    """Constructs with their indicators, and the paths between the constructs; checked when it is made.

    Made by `parse_model` from a text, by `build_model` from data, or by `named_model`.

    Parameters
    ----------
    constructs : tuple of Construct
        In the order in which tables and figures show them.
    paths : tuple of (str, str)
        (from, to).
    name : str
        What to call the model, such as ECSI.

    Raises
    ------
    ParameterError
        A construct has no indicators or no path, a name is not known or stands twice, or a path closes a circle; all
        problems at once.
    """

    constructs: tuple[Construct, ...]
    paths: tuple[tuple[str, str], ...]
    name: str = ""
    lines: Mapping[object, int] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse what cannot be estimated."""
        if problems := list(find_problems(self.constructs, self.paths, self.lines)):
            raise ParameterError(problems)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the constructs."""
        return tuple(construct.name for construct in self.constructs)

    @property
    def indicators(self) -> tuple[str, ...]:
        """All indicators, block after block."""
        return tuple(item for construct in self.constructs for item in construct.indicators)

    @property
    def targets(self) -> tuple[str, ...]:
        """Constructs that a path leads to."""
        ends = {end for _, end in self.paths}
        return tuple(name for name in self.names if name in ends)

    @property
    def parts(self) -> tuple[tuple[str, ...], ...]:
        """Groups of constructs that paths join; more than one where the inner model falls into pieces."""
        left, found = list(self.names), []
        while left:
            group = {left[0]}
            while more := {b for a, b in _both(self.paths) if a in group} - group:
                group |= more
            found.append(tuple(name for name in left if name in group))
            left = [name for name in left if name not in group]
        return tuple(found)

    def __getitem__(self, name: str) -> Construct:
        return next(construct for construct in self.constructs if construct.name == name)

    def predictors(self, target: str) -> tuple[str, ...]:
        """Return the constructs from which a path leads to `target`, in order."""
        starts = {start for start, end in self.paths if end == target}
        return tuple(name for name in self.names if name in starts)

    def levels(self) -> dict[str, int]:
        """Longest way to each construct: 0 where no path leads."""
        found: dict[str, int] = {}
        while len(found) < len(self.constructs):
            for name in self.names:
                before = self.predictors(name)
                if name not in found and all(item in found for item in before):
                    found[name] = 1 + max((found[item] for item in before), default=-1)
        return found

    def structure(self, scheme: str = "path") -> Structure:
        """Return the model as arrays for the numerical core, with an inner scheme."""
        return _structure(self, check_option("scheme", scheme, Scheme))

    def without_path(self, start: str, end: str) -> tuple[tuple[str, str], ...]:
        """Return the paths but for one."""
        return tuple(path for path in self.paths if path != (start, end))

    def rename(self, columns: Mapping[str, str]) -> PLSModel:
        """Return the model on other columns: {indicator of the model: column of the data}.

        Raises
        ------
        ParameterError
            A name is no indicator of the model, or two would have one name.
        """
        unknown = [name for name in columns if name not in self.indicators]
        if unknown:
            raise ParameterError(
                [
                    Problem(name, t("is no indicator of the model"), fix=nearest(name, self.indicators))
                    for name in unknown
                ]
            )
        return replace(
            self,
            constructs=tuple(
                replace(item, indicators=tuple(columns.get(name, name) for name in item.indicators))
                for item in self.constructs
            ),
            lines={},
        )

    def to_text(self) -> str:
        """Return the model as a text that `parse_model` reads."""
        measured = [(item.name, "=~" if item.mode == "A" else "<~", item.indicators) for item in self.constructs]
        led = [(target, "~", self.predictors(target)) for target in self.targets]
        return "\n".join(
            f"{write_name(left)} {sign} {' + '.join(map(write_name, right))}" for left, sign, right in (*measured, *led)
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per indicator: `construct`, `outer_mode`, `indicator`."""
        import pandas as pd

        rows = [(item.name, item.mode, name) for item in self.constructs for name in item.indicators]
        return pd.DataFrame(rows, columns=["construct", "outer_mode", "indicator"])

    def __str__(self) -> str:
        """Return the text of the model."""
        return self.to_text()


@lru_cache(maxsize=64)
def _structure(model: PLSModel, scheme: str) -> Structure:
    place = {name: i for i, name in enumerate(model.names)}
    return Structure(
        sizes=tuple(len(construct.indicators) for construct in model.constructs),
        modes=tuple(construct.mode for construct in model.constructs),
        paths=tuple((place[start], place[end]) for start, end in model.paths),
        scheme=scheme,
    )


def _both(paths: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    pairs = set(paths)
    return pairs | {(end, start) for start, end in pairs}
