"""The client side of executing cells: how messages become outputs, and how much of them is kept.

The same for every engine, so that a flood of output, or text that comes in other pieces, makes no difference
between a normal kernel and a warm one.
"""

from __future__ import annotations

import base64
import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from jupyter_client.session import Session
from jupyter_core.utils import run_sync
from nbclient.client import timestamp
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from papermill.engines import Engine, NBClientEngine, papermill_engines
from papermill.iorw import write_ipynb

from casework.core.errors import RunError
from casework.core.messages import t
from casework.runner.execution import STREAM_LIMIT
from casework.runner.plain import PlainClient, client_options
from casework.runner.warm.saving import seldom
from casework.runner.warm.wire import Link

OUTPUT_LIMIT = 192 << 20
KERNEL_ENGINE = "casework-kernel"
LINK_ENGINE = "casework-link"


class OutputLimitError(RunError):
    """A notebook wrote more than a report can hold."""


class BoundedClient(PlainClient):
    """papermill's client; text of one stream is one output, and outputs have a limit."""

    def __init__(self, nb_man: Any, **options: Any) -> None:
        super().__init__(nb_man, **options)
        self.output_size = 0
        self.stream_sizes: dict[tuple[int, str], int] = {}

    def output(self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int) -> Any:
        """Append an output; between two others there is one text of each stream, standard output first."""
        if msg["msg_type"] != "stream":
            self._count(msg["content"], outs)
            return super().output(outs, msg, display_id, cell_index)
        content = msg["content"] = self._cut(msg["content"], cell_index)
        if not content["text"]:
            return None
        if self._is_awaited(msg):
            return super().output(outs, msg, display_id, cell_index)
        _append_text(outs, content["name"], content["text"])
        return None

    def _cut(self, content: dict[str, Any], cell_index: int) -> dict[str, Any]:
        """Return the part of a stream's text that is still within its limit."""
        key = (cell_index, content["name"])
        before = self.stream_sizes.get(key, 0)
        text = content["text"]
        self.stream_sizes[key] = before + len(text)
        if before + len(text) <= STREAM_LIMIT:
            return content
        note = t("\n[cut here: more than {n} characters]\n", n=f"{STREAM_LIMIT:,}") if before <= STREAM_LIMIT else ""
        return content | {"text": text[: max(0, STREAM_LIMIT - before)] + note}

    def _count(self, content: dict[str, Any], outs: list[Any]) -> None:
        """Add up what is shown; the cell that shows too much keeps its text only."""
        data = content.get("data") or {}
        self.output_size += sum(_size(value) for value in (*data.values(), content.get("traceback")))
        if self.output_size > OUTPUT_LIMIT:
            outs[:] = [item for item in outs if item.output_type == "stream"]
            raise OutputLimitError(t("the outputs of the notebook are larger than {n} MiB", n=OUTPUT_LIMIT >> 20))


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str) else len(json.dumps(value, default=str)) if value else 0


def _append_text(outs: list[Any], name: str, text: str) -> None:
    """Put text where its stream is; when which stream wrote is chance, and not kept."""
    last = len(outs)
    while last and outs[last - 1].output_type == "stream":
        last -= 1
    here = next((item for item in outs[last:] if item.name == name), None)
    if here is not None:
        here.text += text
    else:
        outs.insert(last if name == "stdout" else len(outs), new_output("stream", name=name, text=text))


class CellHost(Protocol):
    """A process that executes cells: what the client needs of it."""

    link: Link

    def interrupt(self) -> None:
        """Interrupt the cell that runs."""

    def end(self, *, asked: bool) -> None:
        """End the process; `asked` where it was told to finish and will end by itself."""


@dataclass
class WidgetChannel:
    """The part of a kernel client that nbclient's own widgets use: it takes their messages to the kernel."""

    link: Link
    session: Session = field(default_factory=lambda: Session(key=b""))

    @property
    def shell_channel(self) -> WidgetChannel:
        """The channel of requests."""
        return self

    def send(self, message: dict[str, Any]) -> None:
        """Send a message."""
        header = {"msg_id": str(message["header"]["msg_id"]), "msg_type": message["header"]["msg_type"]}
        with suppress(OSError):
            self.link.post(kind="comm", message={"header": header, "content": message["content"], "buffers": []})


class LinkClient(BoundedClient):
    """Execute the cells of a notebook in a process at the other end of a link."""

    def __init__(self, nb_man: Any, host: CellHost, **options: Any) -> None:
        super().__init__(nb_man, **options)
        self.host = host
        self.kc = WidgetChannel(host.link)
        self.opened: dict[str, list[str]] = {}

    def run(self) -> None:
        """Execute all cells; afterwards the process at the other end has ended."""
        asked = False
        try:
            about = self._next(None, None)
            self.reset_execution_trackers()
            self.papermill_execute_cells()
            self.nb.metadata["language_info"] = about["language_info"]
            self.set_widgets_metadata()
            self._finish()
            asked = True
        finally:
            self.host.end(asked=asked)

    def execute_cell(self, cell: Any, cell_index: int, **_: Any) -> Any:
        """Execute one cell as nbclient does."""
        if cell.cell_type != "code" or not cell.source.strip():
            return cell
        if self.skip_cells_with_tag in cell.metadata.get("tags", []):
            return cell
        if self.on_cell_execute:
            self.on_cell_execute(cell=cell, cell_index=cell_index)
        self.code_cells_executed += 1
        cell.outputs = []
        self.clear_before_next_output = False
        times = cell.metadata["execution"] = {"iopub.status.busy": timestamp()}
        self._say(kind="execute", code=cell.source, id=str(cell_index))
        limit = self._get_timeout(cell)
        reply = self._follow(cell, cell_index, limit, None if limit is None else time.monotonic() + limit)
        times["shell.execute_reply"] = times["iopub.status.idle"] = timestamp()
        run_sync(self._check_raise_for_error)(cell, cell_index, reply)  # a loop may be running already
        self.nb["cells"][cell_index] = cell
        return cell

    def _follow(self, cell: Any, cell_index: int, limit: float | None, deadline: float | None) -> dict[str, Any]:
        while True:
            message = self._next(cell, limit, deadline)
            if message["event"] == "reply":
                return message
            if message["event"] == "message" and message["parent"] == str(cell_index):
                message["header"] = {"msg_type": message["msg_type"]}
                message["parent_header"] = {"msg_id": message["parent"]}
                message["buffers"] = [base64.b64decode(item) for item in message["buffers"]]
                self.process_message(message, cell, cell_index)

    def _next(self, cell: Any, limit: float | None, deadline: float | None = None) -> dict[str, Any]:
        """Return the next message of the process; it may be dead, or too late, however much it says."""
        left = None if deadline is None else deadline - time.monotonic()
        if (left is not None and left <= 0) or not self.host.link.wait(left):
            self.host.interrupt()
            raise CellTimeoutError.error_from_timeout_and_cell("Cell execution timed out", int(limit or 0), cell)
        message = self.host.link.receive()
        if message is None or message.get("event") == "exit":
            raise DeadKernelError("Kernel died")
        return self._next(cell, limit, deadline) if message["event"] == "started" else message

    def _say(self, **message: Any) -> None:
        try:
            self.host.link.post(**message)
        except OSError:
            raise DeadKernelError("Kernel died") from None

    def _finish(self) -> None:
        """Tell the process to end, and take its last word."""
        with suppress(OSError):
            self.host.link.post(kind="finish")
        while (message := self.host.link.receive()) is not None:
            if message["event"] == "finished":
                self.opened = {"read": message["opened"], "written": message["written"]}
                return


class KernelEngine(NBClientEngine):  # type: ignore[misc]
    """papermill's own engine, with bounded outputs that are not written after each cell."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        """Execute the cells in an ordinary kernel."""
        client = BoundedClient(nb_man, **client_options(options), kernel_name=kernel_name)
        with seldom(nb_man):
            return client.execute()


class LinkEngine(Engine):  # type: ignore[misc]
    """Execute the cells at the other end of a link; the caller starts the process there."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        """Execute the cells; what came before an error is written where the caller wants the notebook."""
        host, partial, about = options.pop("host"), options.pop("partial", None), options.pop("about", None)
        client = LinkClient(nb_man, host, **client_options(options))
        try:
            client.run()
        except BaseException:
            if partial:
                write_ipynb(nb_man.nb, partial)
            raise
        if about is not None:
            about.update(opened=client.opened, plain=client.all_plain and "widgets" not in nb_man.nb.metadata)


def register_engines() -> None:
    """Make the engines known to papermill."""
    papermill_engines.register(KERNEL_ENGINE, KernelEngine)
    papermill_engines.register(LINK_ENGINE, LinkEngine)
