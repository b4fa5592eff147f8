from casework.runner.execution import STREAM_LIMIT
from casework.teach.grading.process import Shown, _checked_answers, _flood, _folder_size, _refusal


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


def test_a_cell_that_wrote_more_than_is_passed_on_is_named_so():
    def shown(*sizes):
        return Shown("lot", "", [{"msg_type": "stream", "content": {"text": "x" * size}} for size in sizes])

    assert _flood(shown(STREAM_LIMIT)) == _flood(shown()) == ""
    assert _flood(shown(STREAM_LIMIT, 1)) == "it wrote more than 1 MiB"
    assert _flood(Shown("lot", "", [{"msg_type": "stream", "content": {"text": 3}}])) == ""
