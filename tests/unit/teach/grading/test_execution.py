from dataclasses import dataclass

from casework.teach.exercises.solution import Expected
from casework.teach.grading.execution import _checked_answers, _folder_size, _refusal, visible


@dataclass(frozen=True)
class Check:
    hidden: bool


def test_hidden_checks_are_left_for_the_end():
    one = Expected(values=())
    assert visible([Check(False), Check(True)], [one, one]) == [one, None]


def test_answers_of_another_shape_count_as_missing():
    assert _checked_answers({"answers": [[{"kind": "none"}], "x", [3]]}, 3) == [[{"kind": "none"}], [], []]
    for nonsense in (None, 3, {}, {"answers": 3}, {"answers": []}):
        assert _checked_answers(nonsense, 2) == [[], []]


def test_reasons_of_refused_cells():
    assert "memory" in _refusal({"status": "error", "ename": "MemoryError", "evalue": ""})
    assert "not permitted" in _refusal({"status": "error", "ename": "URLError", "evalue": "Operation not permitted"})
    assert _refusal({"status": "error", "ename": "NameError", "evalue": "x"}) == ""
    assert _refusal({"status": "ok"}) == _refusal(None) == ""


def test_folder_size_counts_files_below(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x").write_bytes(b"0" * 100)
    (tmp_path / "link").symlink_to("/usr")
    assert 100 <= _folder_size(tmp_path) < 1000
