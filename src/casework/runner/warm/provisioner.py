"""A Jupyter kernel provisioner whose kernels are forks of the template process.

Any client that knows kernelspecs (JupyterLab, nbclient, papermill) uses it by the kernelspec `casework`. Whatever
goes wrong leads to the normal start of the same kernel.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from casework.runner.cache.pictures import with_pictures
from casework.runner.warm import client, identity
from casework.runner.warm.client import UnavailableError
from casework.runner.warm.wire import Link

READY_SECONDS = 30.0
EXIT_SECONDS = 1.0
CODE_SECONDS = 1.0
LAUNCHERS = ("ipykernel_launcher", "ipykernel")


class ForkedKernel:
    """A kernel that is another process's child, with the face of a `Popen` object."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, link: Link) -> None:
        self.pid = pid
        self.link = link
        self.returncode: int | None = None
        self._handle: int | None = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """Return the exit code, or None while it lives."""
        return self.wait(0.0)

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for its end; the template tells the code, and where it is gone too the code is unknown (-1)."""
        if self._handle is not None and self.returncode is None and client.has_ended(self._handle, timeout):
            told = self.link.receive() if self.link.wait(CODE_SECONDS) else None
            self.returncode = int(told["code"]) if told and told.get("event") == "exit" else -1
            self._forget()
        return self.returncode

    def _forget(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
        self.link.close()

    def send_signal(self, number: int) -> None:
        """Send a signal through the handle, so that it never reaches another process with the same number."""
        if self._handle is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class WarmProvisioner(LocalProvisioner):
    """Start kernels by forking the template process, or normally where that cannot be."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> KernelConnectionInfo:
        """Start a kernel; see `LocalProvisioner`."""
        try:
            await self._launch_warm(cmd, **options)
        except (UnavailableError, OSError, ValueError) as error:
            if str(error):
                self.log.info("casework: normal start instead of a warm one: %s", error)
            return await super().launch_kernel(cmd, **options)
        return self.connection_info

    async def _launch_warm(self, cmd: list[str], **options: Any) -> None:
        arguments = kernel_arguments(cmd)
        identity.look_again()
        environment = with_pictures(options.get("env") or os.environ)
        cwd = str(options.get("cwd") or os.getcwd())  # noqa: PTH109
        if os.path.isfile(os.path.join(cwd, "matplotlibrc")):  # noqa: PTH113, PTH118
            raise UnavailableError("a file matplotlibrc is read when a kernel starts")
        message = {"kind": "kernel", "argv": arguments, "environment": environment, "cwd": cwd}
        with _descriptors(options.get("stdout"), options.get("stderr")) as files:
            link = client.request(message, environment, files, wait=False)
        ready = await asyncio.get_running_loop().run_in_executor(None, _ready, link)
        if ready is None:
            link.close()
            raise UnavailableError("the kernel did not start")
        self.process: Any = ForkedKernel(ready["pid"], link)
        self.pid = self.pgid = ready["pid"]
        self.cwd = cwd

    async def shutdown_requested(self, restart: bool = False) -> None:
        """Wait a moment for the kernel's own end, so that nobody needs to poll for it."""
        if isinstance(self.process, ForkedKernel):
            await asyncio.get_running_loop().run_in_executor(None, self.process.wait, EXIT_SECONDS)

    async def send_signal(self, signum: int) -> None:
        """Send a signal; none reaches a process that has ended."""
        if isinstance(self.process, ForkedKernel) and self.process.poll() is not None:
            return
        await super().send_signal(signum)


def kernel_arguments(cmd: list[str]) -> list[str]:
    """Return what comes behind the launcher in a kernel's command line.

    Raises
    ------
    ValueError
        It is no Python kernel of this interpreter.

    Examples
    --------
    >>> kernel_arguments(["python", "-m", "ipykernel_launcher", "-f", "c.json"])
    ['-f', 'c.json']
    """
    if len(cmd) < 3 or cmd[1] != "-m" or cmd[2] not in LAUNCHERS:
        raise ValueError("not a plain Python kernel")
    return list(cmd[3:])


def _ready(link: Link) -> dict[str, Any] | None:
    return link.receive() if link.wait(READY_SECONDS) else None


@contextmanager
def _descriptors(out: Any, err: Any) -> Iterator[list[int]]:
    """Give the descriptors that the stream arguments of `Popen` mean."""
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        first = _number(out, 1, nowhere.fileno())
        yield [first, first if err == subprocess.STDOUT else _number(err, 2, nowhere.fileno())]


def _number(stream: Any, standard: int, nowhere: int) -> int:
    if stream is None:
        return standard
    if stream == subprocess.DEVNULL:
        return nowhere
    if isinstance(stream, int):
        if stream < 0:
            raise UnavailableError("pipes to a kernel's output need a normal start")
        return stream
    return int(stream.fileno())
