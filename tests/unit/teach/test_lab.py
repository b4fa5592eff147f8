import json
from pathlib import Path

import pytest

from casework.core.errors import RunError
from casework.core.messages import COURSE_FILE
from casework.teach import lab


def test_the_command_opens_the_course_map(tmp_path: Path) -> None:
    command = lab.lab_command(tmp_path, browser=False, port=8899)
    assert any("00_orientation.ipynb" in word for word in command)
    assert "--no-browser" in command
    assert "--no-browser" not in lab.lab_command(tmp_path, browser=True, port=8899)


def test_the_folder_is_the_named_or_the_current_or_a_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert lab.course_folder(Path("x")) == Path("x")
    assert lab.course_folder(None) == tmp_path / lab.DEFAULT_FOLDER
    (tmp_path / COURSE_FILE).write_text('lang = "en"\n', encoding="utf-8")
    assert lab.course_folder(None) == tmp_path


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match="it is a file"):
        lab.open_lab(tmp_path / "x")


def test_a_new_folder_gets_the_course_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Done:
        returncode = 0

    monkeypatch.setattr(lab.subprocess, "run", lambda *args, **options: Done())
    monkeypatch.setattr(lab, "warm_up", lambda: None)
    assert lab.open_lab(tmp_path / "mine", lang="zh", browser=False) == 0
    assert (tmp_path / "mine" / "00_orientation.ipynb").is_file()


def test_the_ordinary_kernel_is_the_warm_one_in_the_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyter_client.kernelspec import KernelSpecManager

    monkeypatch.setenv("JUPYTER_PATH", "/elsewhere")
    path = lab.lab_environment()["JUPYTER_PATH"]
    assert path.endswith("/elsewhere")
    spec = KernelSpecManager(kernel_dirs=[f"{path.split(':')[0]}/kernels"]).get_kernel_spec("python3")
    assert spec.metadata["kernel_provisioner"]["provisioner_name"] == "casework-warm"


def test_the_page_is_a_trainees(monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyterlab_server.config import get_page_config
    from jupyterlab_server.settings_utils import _get_overrides

    monkeypatch.setenv("JUPYTER_CONFIG_PATH", lab.lab_environment()["JUPYTER_CONFIG_PATH"])
    assert "@jupyter/nbgrader" in get_page_config([])["disabledExtensions"]
    server = json.loads((lab.SETTINGS / "jupyter_server_config.d" / "casework.json").read_text(encoding="utf-8"))
    assert not any(server["ServerApp"]["jpserver_extensions"].values())
    assert _get_overrides("nowhere")[0]["@jupyter-widgets/jupyterlab-manager:plugin"] == {"saveState": True}


def test_nothing_is_asked_of_the_network(tmp_path: Path) -> None:
    command = lab.lab_command(tmp_path, browser=False, port=8899)
    assert {"--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"} <= set(command)
