"""papermill's client, with less work for the outputs that nearly all outputs are."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode, from_dict
from papermill.clientwrap import PapermillNotebookClient


class PlainClient(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's client; plain outputs are taken as they are, all others as ever.

    Attributes
    ----------
    all_plain : bool
        Whether all outputs until now were plain ones, or text.
    """

    def __init__(self, nb_man: Any, **options: Any) -> None:
        super().__init__(nb_man, **options)
        self.all_plain = True

    def output(self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int) -> Any:
        """Append an output, or what is made of it."""
        if is_plain(msg) and not display_id and not self._is_awaited(msg):
            outs.append(shown(msg))
            return outs[-1]
        self.all_plain = False
        return super().output(outs, msg, display_id, cell_index)

    def _is_awaited(self, msg: dict[str, Any]) -> bool:
        """Return whether a widget takes an output, or an output waits for the next one to clear it."""
        return bool(self.output_hook_stack[msg["parent_header"].get("msg_id")] or self.clear_before_next_output)


def is_plain(msg: dict[str, Any]) -> bool:
    """Return whether an output is what nearly all are, so that it need not be held against the schema of notebooks.

    Examples
    --------
    >>> is_plain({"msg_type": "display_data", "content": {"data": {"text/plain": "1"}, "metadata": {}}})
    True
    >>> is_plain({"msg_type": "display_data", "content": {"data": {"text/plain": 1}, "metadata": {}}})
    False
    """
    content = msg["content"]
    if msg["msg_type"] not in ("display_data", "execute_result") or not isinstance(content["metadata"], dict):
        return False
    return all(isinstance(value, str) or kind.endswith("json") for kind, value in content["data"].items())


def shown(msg: dict[str, Any]) -> NotebookNode:
    """Return a plain output as `nbformat.v4.output_from_msg` does.

    Examples
    --------
    >>> shown({"msg_type": "display_data", "content": {"data": {"text/plain": "1"}, "metadata": {}}})
    {'output_type': 'display_data', 'metadata': {}, 'data': {'text/plain': '1'}}
    """
    content = msg["content"]
    made = NotebookNode(output_type=msg["msg_type"], metadata=from_dict(content["metadata"]))
    made["data"] = from_dict(content["data"])
    if msg["msg_type"] == "execute_result":
        made["execution_count"] = content["execution_count"]
    return made


def client_options(options: dict[str, Any]) -> dict[str, Any]:
    """Return papermill's engine options under the names that its client knows.

    Examples
    --------
    >>> client_options({"input_path": "a.ipynb", "start_timeout": 9, "execution_timeout": 30})
    {'startup_timeout': 9, 'timeout': 30}
    """
    kept = {name: value for name, value in options.items() if name not in ("input_path", "execution_timeout")}
    kept["startup_timeout"] = kept.pop("start_timeout", 60)
    timeout = options.get("execution_timeout") or options.get("timeout")
    return kept | ({"timeout": timeout} if timeout else {})
