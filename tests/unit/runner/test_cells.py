import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill.engines import NotebookExecutionManager, papermill_engines

from casework.runner import cells
from casework.runner.cells import BoundedClient, LinkClient, LinkEngine, OutputLimitError
from casework.runner.warm.wire import Link

OK = {"status": "ok", "execution_count": 1}
ERROR = {"status": "error", "ename": "ValueError", "evalue": "too late", "traceback": ["Traceback"]}
READY = {"event": "ready", "language_info": {"name": "python"}}


def message(msg_type: str, **content: Any) -> dict[str, Any]:
    return {"event": "message", "msg_type": msg_type, "content": content}


def said(text: str, name: str = "stdout") -> dict[str, Any]:
    return message("stream", name=name, text=text)


def shown(text: str, kind: str = "display_data", **transient: Any) -> dict[str, Any]:
    return message(kind, data={"text/plain": text}, metadata={}, transient=transient)


@dataclass
class FakeHost:
    """A process that answers each cell with what the script has for its code."""

    script: dict[str, list[dict[str, Any]]]
    reply: dict[str, Any] = field(default_factory=lambda: OK)
    dies: str = ""
    mute: bool = False
    interrupts: int = 0
    asked: list[bool] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.link, self.there = Link.pair()
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            self.there.send(event="started", pid=1)
            if self.dies != "before it is ready":
                self.there.send(**READY)
            while not self.dies.startswith("before") and (request := self.there.receive()) is not None:
                self.requests.append(request)
                if request["kind"] == "finish":
                    self.there.send(event="finished", opened=["/data/a.csv"], written=["/b.txt"])
                elif request["kind"] == "execute":
                    self._answer(request)
                if self.dies:
                    break
        self.there.close()

    def _answer(self, request: dict[str, Any]) -> None:
        for item in self.script.get(request["code"], []):
            self.there.send(**{"parent": request["id"], "metadata": {}, "buffers": []} | item)
        if self.dies == "and says so":
            self.there.send(event="exit", code=-9)
        elif not (self.mute or self.dies):
            self.there.send(event="reply", content=self.reply)

    def interrupt(self) -> None:
        self.interrupts += 1

    def end(self, *, asked: bool) -> None:
        self.asked.append(asked)
        self.link.close()
        self.thread.join(10)


Start = Callable[..., LinkClient]


def manager_of(*made: Any) -> NotebookExecutionManager:
    manager = NotebookExecutionManager(new_notebook(cells=list(made), metadata={"papermill": {}}), progress_bar=False)
    manager.notebook_start()
    return manager


@pytest.fixture
def start() -> Iterator[Start]:
    """Make a client of cells with these sources, and the host that answers them; a host left over is ended."""
    hosts: list[FakeHost] = []

    def make(*made: Any, script: dict[str, Any] | None = None, options: Any = None, **host: Any) -> LinkClient:
        manager = manager_of(*(new_code_cell(item) if isinstance(item, str) else item for item in made))
        hosts.append(FakeHost(script or {}, **host))
        return LinkClient(manager, hosts[-1], **(options or {}))

    yield make
    for host in hosts:
        if not host.asked:
            host.end(asked=False)


def outputs(start: Start, *answers: dict[str, Any]) -> list[Any]:
    client = start("go", script={"go": list(answers)})
    client.run()
    return list(client.nb.cells[0].outputs)


def texts(found: list[Any]) -> list[tuple[str, str]]:
    return [(item.name, item.text) if "text" in item else ("data", item.data["text/plain"]) for item in found]


def test_text_of_a_stream_is_one_output_and_standard_output_comes_first(start: Start) -> None:
    found = outputs(start, said("w1", "stderr"), said("a"), said("w2", "stderr"), said("b"))
    assert texts(found) == [("stdout", "ab"), ("stderr", "w1w2")]


def test_text_around_a_figure_stays_around_it(start: Start) -> None:
    found = outputs(start, said("a"), said("w", "stderr"), shown("figure"), said("v", "stderr"), said("b"), said("c"))
    assert texts(found) == [("stdout", "a"), ("stderr", "w"), ("data", "figure"), ("stdout", "bc"), ("stderr", "v")]


def test_empty_text_is_no_output(start: Start) -> None:
    assert outputs(start, said("")) == []


def test_text_beyond_the_limit_is_cut_with_one_note(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "STREAM_LIMIT", 1000)
    found = outputs(start, said("x" * 600), said("y" * 600), said("z" * 600), said("e", "stderr"))
    note = "\n[cut here: more than 1,000 characters]\n"
    assert texts(found) == [("stdout", "x" * 600 + "y" * 400 + note), ("stderr", "e")]


def test_each_cell_has_its_own_limit(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "STREAM_LIMIT", 10)
    client = start("one", "two", script={"one": [said("1" * 10)], "two": [said("2" * 10)]})
    client.run()
    assert [cell.outputs[0].text for cell in client.nb.cells] == ["1" * 10, "2" * 10]


def test_too_many_outputs_end_the_run_and_leave_the_text(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "OUTPUT_LIMIT", 1 << 20)
    client = start("go", script={"go": [said("before"), shown("x" * 600_000), shown("y" * 600_000)]})
    with pytest.raises(OutputLimitError, match="larger than 1 MiB"):
        client.run()
    assert texts(client.nb.cells[0].outputs) == [("stdout", "before")]
    assert client.host.asked == [False]


def test_a_display_is_updated_in_its_place(start: Start) -> None:
    found = outputs(
        start,
        shown("10 %", display_id="bar"),
        said("between"),
        shown("100 %", "update_display_data", display_id="bar"),
    )
    assert texts(found) == [("data", "100 %"), ("stdout", "between")]


def test_cleared_output_is_gone(start: Start) -> None:
    assert texts(outputs(start, said("a"), message("clear_output", wait=False), said("b"))) == [("stdout", "b")]


def test_output_that_waits_to_be_cleared_goes_with_the_next(start: Start) -> None:
    clear = message("clear_output", wait=True)
    assert texts(outputs(start, said("a"), shown("d"), clear, said("b"), said("c"))) == [("stdout", "bc")]
    assert texts(outputs(start, said("a"), clear)) == [("stdout", "a")]


def test_messages_of_another_request_are_no_outputs(start: Start) -> None:
    assert outputs(start, {**said("late"), "parent": "77"}) == []


def test_only_code_is_sent(start: Start) -> None:
    skipped = new_code_cell("no", metadata={"tags": ["skip-execution"]})
    client = start(new_markdown_cell("# text"), " \n", skipped, "yes")
    client.run()
    assert [(item["kind"], item.get("id")) for item in client.host.requests] == [("execute", "3"), ("finish", None)]


def test_after_the_last_cell_the_process_is_asked_to_end_and_tells_what_was_opened(start: Start) -> None:
    client = start("go")
    client.run()
    assert client.host.asked == [True]
    assert client.opened == {"read": ["/data/a.csv"], "written": ["/b.txt"]}
    assert client.nb.metadata.language_info == {"name": "python"}


def test_an_error_ends_the_notebook(start: Start) -> None:
    client = start("bad", "never", reply=ERROR)
    client.run()
    assert [item.get("code") for item in client.host.requests] == ["bad", None]
    assert client.nb.cells[0].metadata.papermill["exception"] is True
    assert client.nb.cells[1].metadata.papermill["status"] == "pending"


def test_an_error_that_is_expected_does_not(start: Start) -> None:
    tagged = new_code_cell("bad", metadata={"tags": ["raises-exception"]})
    client = start(tagged, "after", reply=ERROR)
    client.run()
    assert [item.get("code") for item in client.host.requests] == ["bad", "after", None]


@pytest.mark.parametrize("how", ["and says so", "in a cell", "before a cell", "before it is ready"])
def test_a_dead_process_is_a_dead_kernel(start: Start, how: str) -> None:
    client = start("go", dies=how)
    client.on_cell_execute = lambda **_: client.host.thread.join(0.0 if how in ("and says so", "in a cell") else 10)
    with pytest.raises(DeadKernelError, match="Kernel died"):
        client.run()
    assert client.host.asked == [False]


def test_a_cell_that_takes_too_long_is_interrupted(start: Start) -> None:
    client = start("go", mute=True, options={"timeout": 1})
    client._get_timeout = lambda cell: 0.05
    with pytest.raises(CellTimeoutError, match="timed out"):
        client.run()
    assert (client.host.interrupts, client.host.asked) == (1, [False])


def test_a_cell_that_never_stops_talking_is_interrupted_too(start: Start) -> None:
    client = start("go", script={"go": [said("x")] * 20}, mute=True)
    client._get_timeout = lambda cell: 0.0
    with pytest.raises(CellTimeoutError, match="timed out"):
        client.run()
    assert client.host.interrupts == 1


def test_a_widget_of_the_client_answers_over_the_link(start: Start) -> None:
    client = start()
    sent = client.kc.session.msg("comm_msg", {"comm_id": "c", "data": {"method": "update"}})
    client.kc.shell_channel.send(sent)
    client.run()
    first = client.host.requests[0]
    assert first["kind"] == "comm"
    assert first["message"]["header"]["msg_type"] == "comm_msg"
    assert first["message"]["content"] == {"comm_id": "c", "data": {"method": "update"}}


class Echo:
    """A widget that takes outputs and tells the kernel of each, as nbclient's own does."""

    def __init__(self, client: LinkClient) -> None:
        self.client = client

    def output(self, outs: Any, msg: Any, display_id: Any, cell_index: int) -> None:
        content = {"comm_id": "c", "data": msg["content"]["data"]}
        self.client.kc.send(self.client.kc.session.msg("comm_msg", content))


def test_a_widget_that_takes_large_outputs_and_a_cell_that_makes_more_do_not_wait_for_each_other(start: Start) -> None:
    large = "x" * 2_000_000
    client = start("go", script={"go": [shown(large)] * 3})
    client.on_cell_execute = lambda cell, cell_index: client.output_hook_stack["0"].append(Echo(client))
    runs = threading.Thread(target=client.run, daemon=True)
    runs.start()
    runs.join(60)
    assert not runs.is_alive()
    told = [item["message"]["content"] for item in client.host.requests if item["kind"] == "comm"]  # type: ignore[attr-defined]
    assert told == [{"comm_id": "c", "data": {"text/plain": large}}] * 3


def test_buffers_of_widgets_arrive_as_bytes(start: Start) -> None:
    state = {"_model_name": "M", "_model_module": "m", "_model_module_version": "1"}
    data = {"state": state, "buffer_paths": [["value"]]}
    client = start("go", script={"go": [{**message("comm_msg", comm_id="c", data=data), "buffers": ["AAEC"]}]})
    client.run()
    assert client.widget_buffers["c"][("value",)]["data"] == "AAEC"
    assert client.nb.metadata.widgets


def test_what_came_before_a_dead_kernel_is_written(tmp_path: Path) -> None:
    manager = manager_of(new_code_cell("go"))
    host = FakeHost({"go": [said("a last word")]}, dies="in a cell")
    partial = tmp_path / "notebook.ipynb"
    with pytest.raises(DeadKernelError, match="Kernel died"):
        LinkEngine.execute_managed_notebook(manager, "python3", host=host, partial=str(partial))
    assert nbformat.read(partial, as_version=4).cells[0].outputs[0].text == "a last word"


def test_the_engine_tells_what_was_opened() -> None:
    about: dict[str, Any] = {}
    LinkEngine.execute_managed_notebook(manager_of(), "python3", host=FakeHost({}), about=about)
    assert about == {"opened": {"read": ["/data/a.csv"], "written": ["/b.txt"]}, "plain": True}


def test_a_normal_kernel_has_the_same_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "STREAM_LIMIT", 4)
    client = BoundedClient(manager_of(new_code_cell("go")))
    cell = client.nb.cells[0]
    client.clear_before_next_output = False  # as nbclient does before each cell
    for text, name in (("war", "stderr"), ("ab", "stdout"), ("cdef", "stdout")):
        made = said(text, name) | {"header": {"msg_type": "stream"}, "parent_header": {"msg_id": "1"}}
        client.process_message(made, cell, 0)
    note = "\n[cut here: more than 4 characters]\n"
    assert texts(cell.outputs) == [("stdout", "abcd" + note), ("stderr", "war")]


def test_papermill_knows_the_engines() -> None:
    cells.register_engines()
    assert papermill_engines.get_engine(cells.LINK_ENGINE) is LinkEngine
    assert papermill_engines.get_engine(cells.KERNEL_ENGINE) is cells.KernelEngine
