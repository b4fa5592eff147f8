import pytest

from casework.studies import current
from casework.studies.inputs import load


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(current, "_STATE", {"loaded": ""})
    monkeypatch.delenv(current.SESSION_VARIABLE, raising=False)


@pytest.mark.parametrize(
    ("session", "study"),
    [
        ("voice/kano.ipynb", "kano"),
        ("/home/ann/course/voice/kano.ipynb", "kano"),
        ("00_orientation.ipynb", "orientation"),
        ("other/kano.ipynb", ""),
        ("voice/mine.ipynb", ""),
    ],
)
def test_the_notebook_names_the_study(monkeypatch, session, study):
    monkeypatch.setenv(current.SESSION_VARIABLE, session)
    assert current.current_study() == study


def test_else_the_data_that_were_read(monkeypatch):
    assert current.current_study() == ""
    load("kano_phone_plan", study="kano")
    assert current.current_study() == "kano"
    monkeypatch.setenv(current.SESSION_VARIABLE, "voice/house_of_quality.ipynb")
    assert current.current_study() == "house_of_quality"
