import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from casework.runner.cache.pictures import with_pictures
from casework.runner.warm import client, provisioner
from casework.runner.warm.client import UnavailableError
from casework.runner.warm.provisioner import ForkedKernel, WarmProvisioner, kernel_arguments
from casework.runner.warm.wire import Link

COMMAND = ["python", "-m", "ipykernel_launcher", "-f", "c.json"]
Kernel = tuple[ForkedKernel, Link, "subprocess.Popen[bytes]"]


@pytest.fixture
def process() -> Iterator["subprocess.Popen[bytes]"]:
    """A process that ends with 3 when its input closes, as a kernel that is another's child."""
    command = [sys.executable, "-I", "-S", "-c", "import sys; print('on', flush=True); sys.stdin.read(); sys.exit(3)"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as started:
        started.stdout.readline()
        yield started
        if started.poll() is None:
            started.kill()


@pytest.fixture
def kernel(process: "subprocess.Popen[bytes]") -> Iterator[Kernel]:
    here, there = Link.pair()
    made = ForkedKernel(process.pid, here)
    yield made, there, process
    made._forget()
    there.close()


@pytest.mark.parametrize("launcher", ["ipykernel_launcher", "ipykernel"])
def test_a_python_kernel_is_known_by_its_launcher(launcher: str) -> None:
    assert kernel_arguments(["/usr/bin/python3", "-m", launcher, "-f", "c.json"]) == ["-f", "c.json"]


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["python", "-m"],
        ["R", "--slave", "-e", "IRkernel::main()"],
        ["python", "-Xfrozen_modules=off", "-m", "ipykernel_launcher"],
        ["python", "-m", "xpython", "-f", "c.json"],
    ],
)
def test_any_other_command_is_no_plain_kernel(command: list[str]) -> None:
    with pytest.raises(ValueError, match="not a plain Python kernel"):
        kernel_arguments(command)


def test_streams_of_a_kernel_are_descriptors(tmp_path: Path) -> None:
    with provisioner._descriptors(None, None) as files:
        assert files == [1, 2]
    with (tmp_path / "log").open("wb") as log:
        with provisioner._descriptors(log, 7) as files:
            assert files == [log.fileno(), 7]
        with provisioner._descriptors(log, subprocess.STDOUT) as files:
            assert files == [log.fileno(), log.fileno()]


def test_what_a_kernel_writes_may_go_nowhere() -> None:
    with provisioner._descriptors(subprocess.DEVNULL, subprocess.DEVNULL) as files:
        assert [os.path.samestat(os.fstat(number), os.stat(os.devnull)) for number in files] == [True, True]  # noqa: PTH116
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(files[0])


@pytest.mark.parametrize(("out", "err"), [(subprocess.PIPE, None), (None, subprocess.PIPE), (subprocess.STDOUT, None)])
def test_pipes_need_a_normal_start(out: int | None, err: int | None) -> None:
    with pytest.raises(UnavailableError, match="need a normal start"), provisioner._descriptors(out, err):
        pytest.fail("it has descriptors")


def test_a_kernel_that_lives_has_no_code(kernel: Kernel) -> None:
    forked, _, process = kernel
    assert forked.poll() is None
    assert forked.wait(0.01) is None
    assert forked.pid == process.pid


def test_the_code_of_a_kernel_is_told_by_the_template(kernel: Kernel) -> None:
    forked, template, process = kernel
    process.stdin.close()
    template.send(event="exit", code=process.wait(10))
    assert forked.wait(10) == 3
    assert forked.poll() == forked.returncode == 3


def test_without_a_template_the_code_is_unknown(kernel: Kernel) -> None:
    forked, template, process = kernel
    process.stdin.close()
    template.close()
    assert forked.wait(10) == -1


def test_a_template_that_says_nothing_is_not_waited_for(kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provisioner, "CODE_SECONDS", 0.01)
    forked, _, process = kernel
    process.stdin.close()
    assert forked.wait(10) == -1


@pytest.mark.parametrize(("method", "number"), [("terminate", signal.SIGTERM), ("kill", signal.SIGKILL)])
def test_a_kernel_is_ended_by_its_handle(kernel: Kernel, method: str, number: signal.Signals) -> None:
    forked, template, process = kernel
    getattr(forked, method)()
    assert process.wait(10) == -number
    forked.send_signal(signal.SIGTERM)  # it has ended: nobody is met
    template.send(event="exit", code=-number)
    assert forked.wait(10) == -number
    forked.kill()


def make(folder: Path) -> WarmProvisioner:
    made = WarmProvisioner(kernel_id="k", kernel_spec=KernelSpec(argv=COMMAND, language="python"))
    made.connection_info = {"ip": "127.0.0.1"}
    return made


@pytest.fixture
def normal(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Take the place of the normal start; its commands."""
    started: list[list[str]] = []

    async def launch(self: Any, cmd: list[str], **options: Any) -> dict[str, Any]:
        started.append(cmd)
        return {"started": "normally"}

    monkeypatch.setattr(LocalProvisioner, "launch_kernel", launch)
    return started


Answer = Callable[..., dict[str, Any]]


@pytest.fixture
def template(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answer]:
    """Take the place of the template; call it with what it answers and get what it will have been asked."""
    links: list[Link] = []

    def answers(message: dict[str, Any] | None) -> dict[str, Any]:
        seen: dict[str, Any] = {}

        def request(asked: dict[str, Any], environment: Any, files: Any, *, wait: bool) -> Link:
            seen.update(asked, files=files, wait=wait, of=environment)
            here, there = Link.pair()
            if message:
                there.send(**message)
                links.append(there)
            else:
                there.close()
            return here

        monkeypatch.setattr(client, "request", request)
        return seen

    yield answers
    for link in links:
        link.close()


def test_a_kernel_is_a_fork_of_the_template(
    template: Answer, normal: list[list[str]], tmp_path: Path, process: "subprocess.Popen[bytes]"
) -> None:
    seen = template({"event": "ready", "pid": process.pid})
    made = make(tmp_path)
    environment = {"PATH": "/bin", "X": "1"}
    found = asyncio.run(made.launch_kernel(COMMAND, env=environment, cwd=str(tmp_path), stdout=5, stderr=None))
    assert found == {"ip": "127.0.0.1"}
    assert (seen["kind"], seen["argv"], seen["cwd"]) == ("kernel", ["-f", "c.json"], str(tmp_path))
    assert seen["environment"] == seen["of"] == with_pictures(environment)
    assert (seen["files"], seen["wait"]) == ([5, 2], False)
    assert normal == []
    assert (made.pid, made.pgid, made.has_process) == (process.pid, process.pid, True)
    made.process._forget()


@pytest.mark.parametrize("why", ["no template", "no answer", "another language", "pipes", "matplotlibrc", "no socket"])
def test_what_cannot_be_had_leads_to_the_normal_start(
    template: Answer, normal: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    errors = {"no template": UnavailableError("not there yet"), "no socket": OSError("gone")}

    def refuse(*_: Any, **__: Any) -> Link:
        raise errors[why]

    template(None)
    if why in errors:
        monkeypatch.setattr(client, "request", refuse)
    if why == "matplotlibrc":
        (tmp_path / "matplotlibrc").touch()
    command = ["R", "-e", "IRkernel::main()"] if why == "another language" else COMMAND
    options = {"stdout": subprocess.PIPE} if why == "pipes" else {}
    made = make(tmp_path)
    found = asyncio.run(made.launch_kernel(command, env={}, cwd=str(tmp_path), **options))
    assert found == {"started": "normally"}
    assert normal == [command]
    assert not made.has_process


def test_a_kernel_that_is_not_ready_in_time_is_started_normally(
    template: Answer, normal: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provisioner, "_ready", lambda link: None)
    template({"event": "ready", "pid": 1})
    assert asyncio.run(make(tmp_path).launch_kernel(COMMAND, env={}, cwd=str(tmp_path))) == {"started": "normally"}


def test_the_environment_is_that_of_the_process_where_none_is_given(
    template: Answer, normal: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    seen = template(None)
    asyncio.run(make(tmp_path).launch_kernel(COMMAND))
    assert seen["environment"] == with_pictures(os.environ)
    assert seen["cwd"] == str(tmp_path)


def test_a_signal_never_reaches_who_has_ended(kernel: Kernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forked, template, process = kernel
    sent: list[int] = []
    made = make(tmp_path)
    made.process, made.pid, made.pgid = forked, forked.pid, None

    async def send(self: Any, signum: int) -> None:
        sent.append(signum)

    monkeypatch.setattr(LocalProvisioner, "send_signal", send)
    asyncio.run(made.send_signal(signal.SIGINT))
    process.stdin.close()
    template.send(event="exit", code=process.wait(10))
    asyncio.run(made.shutdown_requested())
    assert forked.returncode == 3
    asyncio.run(made.send_signal(signal.SIGKILL))
    assert sent == [signal.SIGINT]
