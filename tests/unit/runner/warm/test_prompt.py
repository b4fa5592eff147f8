import asyncio
import time
from collections.abc import Iterator
from queue import Empty
from typing import Any

import pytest
from jupyter_client.manager import AsyncKernelManager
from nbformat.v4 import new_code_cell, new_notebook
from papermill.engines import NotebookExecutionManager

from casework.runner.warm import prompt
from casework.runner.warm.prompt import PromptClient, WarmClient

REPLY = {"msg_type": "kernel_info_reply", "content": {"protocol_version": "5.3"}}
OTHER = {"msg_type": "input_request", "content": {}}


def status(state: str, question: str) -> dict[str, Any]:
    return {"msg_type": "status", "content": {"execution_state": state}, "parent_header": {"msg_id": question}}


class Scripted(PromptClient):
    """A client whose kernel says what is written here; None is silence."""

    alive = True

    def play(self, shell: list[Any], iopub: list[Any]) -> None:
        self.asked = 0
        self.said = {"shell": iter(shell), "iopub": iter(iopub)}

    def kernel_info(self, reply: bool = False, timeout: float | None = None) -> str:  # type: ignore[override]
        self.asked += 1
        return f"q{self.asked}"

    async def _async_get_shell_msg(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return _next(self.said["shell"])

    async def _async_get_iopub_msg(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return _next(self.said["iopub"])

    async def _async_is_alive(self) -> bool:
        return self.alive


def _next(said: Iterator[Any]) -> dict[str, Any]:
    message = next(said, None)
    if message is None:
        raise Empty
    return dict(message)


@pytest.mark.parametrize(
    ("shell", "iopub", "asked"),
    [
        ([REPLY], [status("busy", "q1"), status("idle", "q1")], 1),
        ([OTHER, REPLY], [status("idle", "q0"), status("idle", "q1")], 1),
        ([None, REPLY], [status("idle", "q1"), status("idle", "q2")], 2),  # too slow for the first question
        ([REPLY, REPLY], [None, status("idle", "q2")], 2),  # what it said first did not arrive
        ([REPLY, REPLY], [status("busy", "q1"), None, status("idle", "q2")], 2),
    ],
)
def test_ready_is_who_answers_and_is_heard(shell: list[Any], iopub: list[Any], asked: int) -> None:
    client = Scripted()
    client.play(shell, iopub)
    asyncio.run(client._async_wait_for_ready(timeout=60))
    assert client.asked == asked
    assert next(client.said["iopub"], None) is None


def test_a_dead_kernel_is_not_waited_for() -> None:
    client = Scripted()
    client.alive = False
    client.play([], [])
    with pytest.raises(RuntimeError, match="died before replying"):
        asyncio.run(client._async_wait_for_ready(timeout=60))


def test_a_silent_kernel_is_waited_for_so_long() -> None:
    client = Scripted()
    client.play([], [])
    with pytest.raises(RuntimeError, match=r"didn't respond in 0 seconds"):
        asyncio.run(client._async_wait_for_ready(timeout=0))


def test_a_kernel_is_used_as_soon_as_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompt, "ARRIVAL_SECONDS", 20.0)

    async def waited() -> float:
        manager = AsyncKernelManager(kernel_name="python3", client_factory=PromptClient)
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=60)
            begun = time.monotonic()
            await client.wait_for_ready(timeout=60)
            return time.monotonic() - begun
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)

    assert asyncio.run(waited()) < 10  # no silence is waited for


def test_papermill_s_client_of_warm_kernels_is_prompt() -> None:
    manager = NotebookExecutionManager(
        new_notebook(cells=[new_code_cell("print(1 + 1)")], metadata={"papermill": {}}), progress_bar=False
    )
    manager.notebook_start()
    client = WarmClient(manager, kernel_name="python3")
    made = client.execute()
    assert made.cells[0].outputs[0].text == "2\n"
    assert issubclass(client.create_kernel_manager().client_factory, PromptClient)
