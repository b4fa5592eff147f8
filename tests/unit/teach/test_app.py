import json
import subprocess
import sys
from pathlib import Path

import pytest

from casework.core.errors import DataError, ParameterError, RunError
from casework.teach import app


class Ended:
    """A server that is there at once and ends by itself, or fails."""

    def __init__(self, code=None):
        self.code, self.ended = code, False

    def poll(self):
        return self.code

    def wait(self, seconds=None):
        return self.code or 0

    def terminate(self):
        self.ended = True


@pytest.fixture
def server(monkeypatch):
    """Note what would be started instead of starting it."""
    calls = []

    def popen(command, cwd, env, **rest):
        settings = json.loads((Path(cwd) / "voila.json").read_text(encoding="utf-8"))
        mode = (Path(cwd) / "voila.json").stat().st_mode & 0o777, Path(cwd).stat().st_mode & 0o777
        notebook = json.loads((Path(cwd) / "kano.ipynb").read_text(encoding="utf-8"))
        calls.append({"command": command, "cwd": Path(cwd), "env": env, "settings": settings, "mode": mode})
        calls[-1] |= {"notebook": notebook, "process": Ended()}
        return calls[-1]["process"]

    monkeypatch.setattr(app, "find_spec", lambda name: True)
    monkeypatch.setattr(app.subprocess, "Popen", popen)
    monkeypatch.setattr(app, "_wait", lambda *words: None)
    monkeypatch.setattr(app, "warm_up", lambda: None)
    return calls


def test_the_page_is_for_this_machine_and_its_key_is_in_no_command_line(server):
    seen = []
    assert app.serve("kano", parameters={"threshold": 0.1}, lang="zh", ready=seen.append) == 0
    (call,) = server
    key = call["settings"]["Voila"]["token"]
    assert len(key) >= 32
    assert call["settings"]["Voila"]["ip"] == "127.0.0.1"
    assert seen[0].startswith("http://127.0.0.1:")
    assert seen[0].endswith(f"/?token={key}")
    assert not any(key in word for word in call["command"])
    assert call["mode"] == (0o600, 0o700)
    assert call["env"]["CASEWORK_LANG"] == "zh"
    assert "CASEWORK_RUN" not in call["env"]
    assert "threshold = 0.1" in "".join(call["notebook"]["cells"][1]["source"])
    assert call["settings"]["VoilaConfiguration"]["strip_sources"] is True


def test_server_and_folder_go_at_the_end(server):
    with app.started("kano") as page:
        folder = server[0]["cwd"]
        assert folder.is_dir()
        assert page.process is server[0]["process"]
    assert server[0]["process"].ended
    assert not folder.exists()


def test_data_of_ones_own_are_checked_before_anything_starts(server, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("f1,d1\n9,x\n", encoding="utf-8")
    with pytest.raises(DataError):
        app.serve("kano", data=str(path))
    assert not server


@pytest.mark.parametrize(
    ("study", "said"), [("orientation", "no explorer"), ("kanno", "Did you mean 'kano'"), ("x.ipynb", "no such file")]
)
def test_what_cannot_be_served(server, study, said):
    with pytest.raises(ParameterError, match=said):
        app.serve(study)
    assert not server


def test_a_port_that_is_taken(server):
    import socket

    with socket.socket() as taken:
        taken.bind((app.HOST, 0))
        taken.listen()
        with pytest.raises(ParameterError, match="port that is free"):
            app.serve("kano", port=taken.getsockname()[1])


def test_without_voila_it_is_said(monkeypatch):
    monkeypatch.setattr(app, "find_spec", lambda name: None)
    with pytest.raises(RunError, match=r"casework\[teach\]"):
        app.serve("kano")


def test_a_server_that_fails_is_told_with_its_last_word(tmp_path):
    log = tmp_path / "log"
    log.write_text("first\nport in use\n", encoding="utf-8")
    process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    process.wait()
    with pytest.raises(RunError, match="port in use"):
        app._wait(1, process, log)


def test_the_browser_is_left_where_there_is_no_screen(monkeypatch):
    import webbrowser

    opened = []
    monkeypatch.setattr(webbrowser, "open", lambda address: opened.append(address) or True)
    monkeypatch.setattr(app.sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not app.open_browser("a")
    monkeypatch.setenv("DISPLAY", ":0")
    assert app.open_browser("b")
    assert opened == ["b"]


def test_the_template_takes_nothing_from_elsewhere():
    folder = app.TEMPLATES / "voila" / "templates" / "casework"
    assert "://" not in (folder / "index.html.j2").read_text(encoding="utf-8")
    assert json.loads((folder / "conf.json").read_text(encoding="utf-8")) == {"base_template": "lab"}
