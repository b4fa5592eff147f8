from pathlib import Path

import pytest

from casework.core.paths import DRAWN_VARIABLE
from casework.runner.cache import pictures
from casework.runner.cache.pictures import pictures_folder, with_pictures


def test_each_state_of_the_package_has_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = pictures_folder(tmp_path)
    assert one.parent == tmp_path / "drawn"
    assert pictures_folder(tmp_path) == one
    for name in ("package_sha256", "environment_sha256"):
        with monkeypatch.context() as patch:
            patch.setattr(pictures, name, lambda: "changed")
            assert pictures_folder(tmp_path) != one


def test_a_kernel_takes_them_from_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEWORK_CACHE", str(tmp_path))
    assert with_pictures({"A": "b"}) == {"A": "b", DRAWN_VARIABLE: str(pictures_folder(tmp_path))}
    assert with_pictures({DRAWN_VARIABLE: ""}) == {DRAWN_VARIABLE: ""}


def test_without_a_place_for_a_cache_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        from casework.core.errors import RunError

        raise RunError("no home")

    monkeypatch.setattr(pictures, "default_root", no_home)
    assert with_pictures({"A": "b"}) == {"A": "b"}
