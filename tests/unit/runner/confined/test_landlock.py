import os
import sys
from pathlib import Path

import pytest

from casework.runner.confined import landlock

pytestmark = pytest.mark.skipif(not landlock.version(), reason="the kernel has no Landlock")


def in_a_fork(body) -> str:
    """Run a function in a fork and return what it returns: a confinement cannot be undone."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(writer, str(body()).encode())
        except BaseException as error:
            os.write(writer, f"{type(error).__name__}".encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as file:
        told = file.read()
    os.waitpid(pid, 0)
    return told


def confined(tmp_path: Path, body) -> str:
    own = tmp_path / "own"
    own.mkdir(exist_ok=True)

    def run():
        assert landlock.restrict(read=[Path(sys.prefix)], write=[own, tmp_path / "is_not_there"])
        return body(own)

    return in_a_fork(run)


def test_own_folder_can_be_written_and_emptied(tmp_path):
    def body(own):
        (own / "a").mkdir()
        (own / "a" / "x").write_text("1")
        (own / "a" / "x").rename(own / "y")
        (own / "y").unlink()
        return "done"

    assert confined(tmp_path, body) == "done"


@pytest.mark.parametrize(
    "body",
    [
        lambda own: (own.parent / "x").write_text("1"),
        lambda own: (own.parent / "kept").unlink(),
        lambda own: (own.parent / "kept").read_text(),
        lambda own: list(own.parent.iterdir()),
        lambda own: (own / "link").symlink_to(own.parent / "kept") or (own / "link").read_text(),
        lambda own: (own.parent / "kept").rename(own / "kept"),
    ],
)
def test_everything_else_is_refused(tmp_path, body):
    (tmp_path / "kept").write_text("secret")
    assert confined(tmp_path, body) in ("PermissionError", "OSError")
    assert (tmp_path / "kept").read_text() == "secret"
