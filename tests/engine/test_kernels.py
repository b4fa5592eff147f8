"""The warm kernel as a client of Jupyter sees it: started, interrupted, restarted, dead, gone with its client."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import KernelManager

from casework.runner.warm.child import children

pytestmark = pytest.mark.slow

Template = Callable[[], dict[str, Any]]
WaitFor = Callable[..., bool]


class Kernel:
    """A kernel and its client."""

    def __init__(self) -> None:
        self.manager = KernelManager(kernel_name="casework")
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("PYTEST_CURRENT_TEST")  # a kernel that finds it leaves out what child processes write
            self.manager.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.connect()

    def connect(self) -> None:
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def run(self, code: str, wait: float = 60) -> tuple[dict[str, Any], str]:
        """Execute code; return the reply and the text it wrote."""
        text: list[str] = []

        def take(message: dict[str, Any]) -> None:
            content = message["content"]
            text.append(content.get("text") or content.get("data", {}).get("text/plain", ""))

        reply = self.client.execute_interactive(code, timeout=wait, output_hook=take)
        return reply["content"], "".join(text)

    def settle(self) -> None:
        """Take what is left of a cell whose outputs nobody heard, until the kernel says that it is idle."""
        while True:
            message = self.client.get_iopub_msg(timeout=20)
            if message["content"].get("execution_state") == "idle":
                return

    @property
    def pid(self) -> int:
        return int(self.manager.provisioner.pid)

    def close(self) -> None:
        self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=not self.manager.is_alive())


@pytest.fixture
def kernel(template: Template) -> Iterator[Kernel]:
    template()
    found = Kernel()
    yield found
    found.close()


def test_a_kernel_lives(kernel: Kernel, template: Template) -> None:
    assert kernel.pid in children(template()["pid"])
    reply, text = kernel.run("import os\nx = 40 + 2\nprint(x, os.getpid())")
    assert (reply["status"], text) == ("ok", f"42 {kernel.pid}\n")
    _, text = kernel.run("import subprocess, time\nsubprocess.run(['echo', 'from a child']); time.sleep(0.3)")
    assert "from a child" in text
    kernel.client.execute("import time\ntime.sleep(60)")
    time.sleep(0.5)
    kernel.manager.interrupt_kernel()
    assert kernel.client.get_shell_msg(timeout=20)["content"]["ename"] == "KeyboardInterrupt"
    kernel.settle()
    assert kernel.run("print(x)")[1] == "42\n"
    before = kernel.pid
    kernel.client.stop_channels()
    kernel.manager.restart_kernel()
    kernel.connect()
    assert kernel.pid != before
    assert kernel.run("print(x)")[0]["ename"] == "NameError"
    started = time.monotonic()
    kernel.manager.shutdown_kernel()
    assert time.monotonic() - started < 5
    assert not kernel.manager.is_alive()


@pytest.mark.parametrize("end", ["os._exit(9)", "os.kill(os.getpid(), 11)"])
def test_a_dead_kernel_is_seen_and_can_be_started_again(kernel: Kernel, wait_for: WaitFor, end: str) -> None:
    kernel.client.execute(f"import os\n{end}")
    assert wait_for(lambda: not kernel.manager.is_alive())
    kernel.client.stop_channels()
    kernel.manager.restart_kernel(now=True)
    kernel.connect()
    assert kernel.run("print('again')")[1] == "again\n"


def test_a_kernel_survives_its_template(kernel: Kernel, template: Template) -> None:
    os.kill(template()["pid"], signal.SIGKILL)
    assert kernel.run("print('still')")[1] == "still\n"
    kernel.manager.interrupt_kernel()
    assert kernel.run("print('here')")[1] == "here\n"
    assert kernel.manager.is_alive()
    kernel.manager.shutdown_kernel()
    assert not kernel.manager.is_alive()


def test_a_kernel_ends_with_its_client_and_all_it_started(
    tmp_path: Path, wait_for: WaitFor, template: Template
) -> None:
    template()
    code = (
        "import sys, time\nfrom jupyter_client.manager import start_new_kernel\n"
        "manager, client = start_new_kernel(kernel_name='casework')\n"
        "client.execute_interactive(sys.argv[1])\ntime.sleep(60)"
    )
    cell = (
        "import os, pathlib, subprocess\n"
        "own = subprocess.Popen(['sleep', '300'], start_new_session=True)\n"
        "pathlib.Path('pids').write_text(f'{os.getpid()} {own.pid} .')"
    )
    process = subprocess.Popen([sys.executable, "-c", code, cell], cwd=tmp_path, stderr=subprocess.DEVNULL)
    assert wait_for(lambda: "." in (tmp_path / "pids").read_text(), 60)
    pids = [int(word) for word in (tmp_path / "pids").read_text().split()[:2]]
    assert pids[0] in children(template()["pid"])
    process.kill()
    process.wait()
    assert wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))
