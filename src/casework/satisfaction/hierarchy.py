"""The tree of an index: the whole, its dimensions to any depth, and the questions at the ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from casework.core.errors import ParameterError, Problem
from casework.core.messages import t

if TYPE_CHECKING:
    import pandas as pd

ROOT = "index"


@dataclass(frozen=True)
class Node:
    """One node: the whole (level 0), a dimension, or a question (no children)."""

    name: str
    parent: str
    level: int
    children: tuple[str, ...] = ()
    items: tuple[str, ...] = ()

    @property
    def is_item(self) -> bool:
        """Whether it is a question."""
        return not self.children


@dataclass(frozen=True)
class Hierarchy:
    """All nodes, each after its parent."""

    nodes: tuple[Node, ...]

    @property
    def root(self) -> Node:
        """The whole."""
        return self.nodes[0]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all nodes."""
        return tuple(node.name for node in self.nodes)

    @property
    def items(self) -> tuple[str, ...]:
        """Names of the questions, in order."""
        return self.root.items

    @property
    def groups(self) -> tuple[Node, ...]:
        """Nodes that have children, parents first."""
        return tuple(node for node in self.nodes if node.children)

    @property
    def dimensions(self) -> tuple[Node, ...]:
        """The children of the whole."""
        return tuple(self[name] for name in self.root.children)

    def __getitem__(self, name: str) -> Node:
        return next(node for node in self.nodes if node.name == name)

    def rename(self, names: Mapping[str, str]) -> Hierarchy:
        """Return the tree with other names for some nodes, such as the labels of the questions.

        Raises
        ------
        ParameterError
            Two nodes would have one name.
        """

        def new(name: str) -> str:
            return names.get(name, name)

        taken = [new(name) for name in self.names]
        if len(set(taken)) < len(taken):
            twice = sorted({name for name in taken if taken.count(name) > 1})
            raise ParameterError(Problem("hierarchy", t("{name} occurs twice", name=", ".join(map(repr, twice)))))
        return Hierarchy(
            tuple(
                Node(new(n.name), new(n.parent), n.level, tuple(map(new, n.children)), tuple(map(new, n.items)))
                for n in self.nodes
            )
        )

    def keep(self, items: Iterable[str]) -> Hierarchy:
        """Return the tree of these questions only; dimensions left empty fall away.

        Raises
        ------
        ParameterError
            No question is left.
        """
        wanted = set(items)
        kept = {node.name for node in self.nodes if wanted.intersection(node.items)}
        if not kept:
            raise ParameterError(Problem("hierarchy", t("no question is left"), t("at least one question")))
        return Hierarchy(
            tuple(
                replace(
                    node,
                    children=tuple(name for name in node.children if name in kept),
                    items=tuple(name for name in node.items if name in wanted),
                )
                for node in self.nodes
                if node.name in kept
            )
        )


def parse_hierarchy(spec: Mapping[str, Any] | Sequence[str]) -> Hierarchy:
    """Read a nested mapping of dimensions to questions.

    Parameters
    ----------
    spec : mapping or sequence of str
        `{"Product": ["q1", "q2"], "Service": {"Staff": ["q3"], "Hotline": ["q4", "q5"]}}`, to any depth; a
        plain list is an index without dimensions.

    Returns
    -------
    Hierarchy
        The whole is called 'index'.

    Raises
    ------
    ParameterError
        A dimension is empty, a name is no text or occurs twice; all problems at once.

    Examples
    --------
    >>> parse_hierarchy({"Product": ["q1", "q2"], "Price": ["q3"]}).names
    ('index', 'Product', 'q1', 'q2', 'Price', 'q3')
    """
    problems: list[Problem] = []
    nodes = tuple(_walk(ROOT, "", 0, spec, problems))
    seen: set[str] = set()
    for node in nodes:
        if node.name in seen:
            found = t("{name} occurs twice", name=repr(node.name))
            problems.append(Problem("hierarchy", found, t("every name once"), t("Rename the dimension.")))
        seen.add(node.name)
    if problems:
        raise ParameterError(problems)
    return Hierarchy(nodes)


def renamed(frame: pd.DataFrame, names: Mapping[str, str], columns: Sequence[str]) -> pd.DataFrame:
    """Return a table with other names in some of its columns; names that are not given stay.

    Parameters
    ----------
    frame : DataFrame
        A table of nodes.
    names : mapping of str to str
        New name of each old one.
    columns : sequence of str
        Columns that hold names.

    Examples
    --------
    >>> import pandas as pd
    >>> renamed(pd.DataFrame({"node": ["q1", "q2"]}), {"q1": "opening hours"}, ["node"])["node"].tolist()
    ['opening hours', 'q2']
    """
    import pandas as pd

    def other(column: pd.Series) -> pd.Series:
        return pd.Series([names.get(cell, cell) for cell in column], index=column.index, dtype=column.dtype)

    return frame.assign(**{name: other(frame[name]) for name in columns})


def _walk(name: str, parent: str, level: int, spec: Any, problems: list[Problem]) -> Iterator[Node]:
    """Yield a group and all below it."""
    below: list[Node] = []
    children: list[str] = []
    for child, part in _children(name, spec, problems):
        children.append(child)
        if part is None:
            below.append(Node(child, name, level + 1, (), (child,)))
        else:
            below.extend(_walk(child, name, level + 1, part, problems))
    items = tuple(node.name for node in below if node.is_item)
    yield Node(name, parent, level, tuple(children), items)
    yield from below


def _children(name: str, spec: Any, problems: list[Problem]) -> list[tuple[str, Any]]:
    """Return the children of a group with their parts; a question has none."""
    if isinstance(spec, str):
        return [(spec, None)]
    if isinstance(spec, Mapping) and spec:
        return [(str(child), part) for child, part in spec.items()]
    if isinstance(spec, Sequence) and spec:
        odd = [item for item in spec if not isinstance(item, str)]
        if not odd:
            return [(item, None) for item in spec]
        problems.append(Problem(t("hierarchy, {name}", name=repr(name)), repr(odd[0]), t("names of columns")))
        return []
    found = t("no question") if not spec else repr(spec)
    problems.append(
        Problem(t("hierarchy, {name}", name=repr(name)), found, t("a list of columns, or dimensions of lists"))
    )
    return []
