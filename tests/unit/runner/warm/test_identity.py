import os
import sys
from pathlib import Path

import pytest

from casework.core.errors import RunError
from casework.runner.warm import identity

PLAIN = {"PATH": "/bin", "HOME": "/home/x"}


@pytest.mark.parametrize(
    "name", ["PYTHONHASHSEED", "PYTHONPATH", "LANG", "LC_ALL", "HOME", "OMP_NUM_THREADS", "MPLCONFIGDIR"]
)
def test_what_is_read_at_import_makes_another_template(name: str) -> None:
    assert identity.identity(PLAIN) != identity.identity({**PLAIN, name: "other"})


@pytest.mark.parametrize("name", ["PATH", "TERM", "CASEWORK_LANG", "CASEWORK_RUN", "MY_TOKEN", "PWD"])
def test_what_a_fork_can_take_over_does_not(name: str) -> None:
    assert identity.identity(PLAIN) == identity.identity({**PLAIN, name: "other"})


def test_nothing_secret_is_given_to_the_template() -> None:
    assert "MY_TOKEN" not in identity.read_at_import({**PLAIN, "MY_TOKEN": "s3cret"})


def test_one_thread_and_a_fixed_hash_seed() -> None:
    made = identity.fixed_environment({"OMP_NUM_THREADS": "8", "MPLBACKEND": "tkagg", "X": "1"})
    assert made["OMP_NUM_THREADS"] == "1"
    assert made["PYTHONHASHSEED"] == "0"
    assert "MPLBACKEND" not in made
    assert made["X"] == "1"


def test_the_kernelspec_fixes_the_same(tmp_path: Path) -> None:
    import json

    from casework.runner import warm

    path = Path(warm.__file__).parent / "jupyter" / "kernels" / "python3" / "kernel.json"
    assert json.loads(path.read_text(encoding="utf-8"))["env"] == identity.FIXED


def test_the_folder_of_sockets_is_the_users_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path)[:60] if len(str(tmp_path)) < 60 else "/nowhere")
    monkeypatch.setattr(identity.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(identity, "SOCKET_LENGTH", 500)
    folder = identity.private_folder()
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o755)
    with pytest.raises(RunError, match="must belong to you alone"):
        identity.private_folder()
    folder.rmdir()
    (tmp_path / "elsewhere").mkdir()
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RunError, match="must belong to you alone"):
        identity.private_folder()


def test_a_process_that_lives_for_long_sees_an_upgrade(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    identity.look_again()
    before = identity.identity({})
    packages = tmp_path / "site-packages"
    (packages / "new-2.0.dist-info").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [*sys.path, str(packages)])
    assert identity.identity({}) == before
    identity.look_again()
    assert identity.identity({}) != before
    monkeypatch.undo()
    identity.look_again()


def test_a_socket_path_fits_into_a_socket_address() -> None:
    assert len(os.fsencode(identity.socket_path(PLAIN))) < 108
