"""papermill's client for warm kernels: it begins as soon as the kernel answers.

jupyter_client waits until a new kernel has said nothing for 0.2 s, to be rid of what it said first. A client of cells
knows each message's parent and needs no such silence; what it needs is that what a kernel says does arrive.
"""

from __future__ import annotations

import time
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient

from casework.runner.plain import PlainClient

ANSWER_SECONDS = 1.0
ARRIVAL_SECONDS = 0.2


class PromptClient(AsyncKernelClient):
    """A kernel's client that is ready when an answer has come, and what goes with it on the channel of outputs."""

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers, at most so long [s].

        Raises
        ------
        RuntimeError
            The kernel is dead, or does not answer in time.
        """
        end = time.monotonic() + (float("inf") if timeout is None else timeout)
        while not await self._has_answered(self.kernel_info()):
            if not await self._async_is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > end:
                raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")

    wait_for_ready = _async_wait_for_ready

    async def _has_answered(self, question: str) -> bool:
        """Return whether the answer to a question has come, and that the kernel is idle again."""
        try:
            while (reply := await self._async_get_shell_msg(timeout=ANSWER_SECONDS))["msg_type"] != "kernel_info_reply":
                pass
            while not _is_idle(await self._async_get_iopub_msg(timeout=ARRIVAL_SECONDS), question):
                pass
        except Empty:  # nobody may have listened yet to what the kernel said
            return False
        self._handle_kernel_info_reply(reply)
        return True


def _is_idle(message: dict[str, Any], question: str) -> bool:
    """Return whether a message ends what belongs to a question."""
    idle = message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
    return bool(idle and message["parent_header"].get("msg_id") == question)


class WarmClient(PlainClient):
    """papermill's client, for kernels that are forks of the template."""

    def create_kernel_manager(self) -> Any:
        """Make the manager of a kernel whose clients begin promptly."""
        manager = super().create_kernel_manager()
        manager.client_factory = PromptClient
        return manager
