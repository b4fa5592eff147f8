import json
from pathlib import Path

import pytest

from casework.core.errors import RunError
from casework.runner import folders


def make_run(out: Path, study: str, name: str, started: str) -> Path:
    folder = out / study / name
    folder.mkdir(parents=True)
    (folder / folders.MANIFEST).write_text(json.dumps({"study": study, "started": started}), encoding="utf-8")
    return folder


def test_a_folder_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    place = tmp_path / "kano" / "a-1"
    with folders.building(place.parent, "a-1") as folder:
        (folder / "x").write_text("1", encoding="utf-8")
        assert not place.exists()
        folders.settle(folder, place)
    assert (place / "x").read_text(encoding="utf-8") == "1"
    assert [path.name for path in place.parent.iterdir()] == ["a-1"]


def test_a_broken_build_leaves_nothing_and_keeps_the_old(tmp_path: Path) -> None:
    old = make_run(tmp_path, "kano", "a-1", "1")
    with pytest.raises(FileExistsError, match="exists"), folders.building(old.parent, "a-1") as folder:
        folder.mkdir()
    assert [path.name for path in old.parent.iterdir()] == ["a-1"]
    assert not (old / "x").exists()


def test_a_new_run_takes_the_place_of_the_old(tmp_path: Path) -> None:
    old = make_run(tmp_path, "kano", "a-1", "1")
    with folders.building(old.parent, "a-1") as folder:
        (folder / "new").write_text("1", encoding="utf-8")
        folders.settle(folder, old)
    assert [path.name for path in old.iterdir()] == ["new"]


def test_what_dead_processes_left_is_removed(tmp_path: Path) -> None:
    stale = tmp_path / ".a-1.999999999.partial"
    stale.mkdir()
    folders.remove_stale(tmp_path)
    assert not stale.exists()


def test_runs_are_found_by_parts_of_their_names(tmp_path: Path) -> None:
    first = make_run(tmp_path, "kano", "a-11", "1")
    second = make_run(tmp_path, "kano", "a-12", "2")
    (tmp_path / "kano" / "broken").mkdir()
    (tmp_path / "kano" / "broken" / folders.MANIFEST).write_text("{", encoding="utf-8")
    assert [folder for folder, _ in folders.read_manifests(tmp_path)] == [second, first]
    assert folders.find_run("a-11", tmp_path)[0] == first
    assert folders.find_run("kano/a-12", tmp_path)[0] == second
    assert folders.find_run(str(first), tmp_path)[0] == first
    with pytest.raises(RunError, match="means several runs"):
        folders.find_run("a-1", tmp_path)
    with pytest.raises(RunError, match="there is no run b-1"):
        folders.find_run("b-1", tmp_path)


def test_an_output_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("", encoding="utf-8")
    with pytest.raises(RunError, match="it is a file"):
        folders.check_out(path)


def test_a_run_has_one_outcome(tmp_path: Path) -> None:
    for name in ("a", "a.failed", "a.timeout", "ab.failed"):
        (tmp_path / name).mkdir()
    folders.drop_other_outcomes(tmp_path, "a", "timeout")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "a.timeout", "ab.failed"]
