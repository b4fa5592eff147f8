"""`papermill --engine casework`: the cells run in a fork of the template process.

Where that cannot be, papermill's own engine runs them. Where papermill is only told a kernelspec whose kernels are
warm (`-k casework`), its own engine runs them too; it writes what comes close together once, see `saving`.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from papermill.engines import Engine, NBClientEngine, papermill_engines
from papermill.log import logger

from casework.runner.cache.pictures import with_pictures
from casework.runner.warm import client
from casework.runner.warm.client import UnavailableError, tell_once
from casework.runner.warm.identity import fixed_environment
from casework.runner.warm.saving import seldom
from casework.runner.warm.wire import Link

END_SECONDS = 20.0
PROVISIONER = "casework-warm"


@dataclass
class RemoteCells:
    """Cells in a fork of the template; this process talks to them over a link."""

    link: Link
    pid: int

    def interrupt(self) -> None:
        """Interrupt the cell that runs."""
        with suppress(ProcessLookupError, PermissionError):
            os.kill(self.pid, signal.SIGINT)

    def end(self, *, asked: bool) -> None:
        """Wait for the end that was asked for; otherwise leaving the link ends the fork."""
        while asked and self.link.wait(END_SECONDS):
            message = self.link.receive()
            if message is None or message["event"] == "exit":
                break
        self.link.close()


class CaseworkEngine(Engine):  # type: ignore[misc]
    """papermill's engine of warm runs."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        """Execute the cells of a parameterized notebook."""
        from casework.runner.cells import LinkEngine  # papermill loads its engines while it is itself being loaded

        try:
            cls._check(kernel_name)
            host = cls._start()
        except UnavailableError as error:
            tell_once(str(error))
            return NBClientEngine.execute_managed_notebook(nb_man, kernel_name, **options)
        with seldom(nb_man):
            return LinkEngine.execute_managed_notebook(nb_man, kernel_name, host=host, **options)

    @staticmethod
    def _check(kernel_name: str) -> None:
        """Refuse a kernelspec that does not name this interpreter's own kernel."""
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

        from casework.runner.warm.provisioner import kernel_arguments

        try:
            argv = KernelSpecManager().get_kernel_spec(kernel_name).argv
            kernel_arguments(argv)
        except (NoSuchKernel, ValueError):
            raise UnavailableError(f"the kernel {kernel_name!r} is not a plain Python kernel") from None

    @staticmethod
    def _start() -> RemoteCells:
        cwd = os.getcwd()  # noqa: PTH109
        message = {"kind": "cells", "environment": with_pictures(os.environ), "cwd": cwd, "memory": None}
        link = client.request(message, fixed_environment(os.environ), [1, 2])
        started = link.receive()
        if started is None:
            link.close()
            raise UnavailableError("the process of the cells did not start")
        return RemoteCells(link, int(started["pid"]))


class WarmKernelEngine(NBClientEngine):  # type: ignore[misc]
    """papermill's own engine; notebooks on warm kernels are written less often, all others as ever."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        """Execute the cells in the kernel that was asked for."""
        if not _is_warm(kernel_name):
            return super().execute_managed_notebook(nb_man, kernel_name, **options)
        from casework.runner.plain import client_options  # papermill loads its engines while it is being loaded
        from casework.runner.warm.prompt import WarmClient

        with seldom(nb_man):
            return WarmClient(nb_man, kernel_name=kernel_name, log=logger, **client_options(options)).execute()


def _is_warm(kernel_name: str) -> bool:
    """Return whether the kernels of a kernelspec are forks of the template."""
    from jupyter_client.kernelspec import KernelSpecManager

    try:
        about = KernelSpecManager().get_kernel_spec(kernel_name).metadata
        return bool(about["kernel_provisioner"]["provisioner_name"] == PROVISIONER)
    except Exception:  # whatever is wrong with it, papermill itself will say
        return False


if papermill_engines.get_engine() is NBClientEngine:
    papermill_engines.register(None, WarmKernelEngine)
