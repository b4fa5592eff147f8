import json
from pathlib import Path

from casework.runner.listing import changed_parameters, key_results, run_rows, sweep_lines, value_text, write_index


def make_run(out: Path, status: str = "ok") -> None:
    folder = out / "orientation" / "a-1"
    folder.mkdir(parents=True)
    content = {
        "study": "orientation",
        "title": "<b>Orientation",
        "module": "",
        "status": status,
        "started": "2026-01-01T00:00:00+00:00",
        "seconds": 1.0,
        "lang": "en",
        "parameters": {"module": "<script>"},
        "data": None,
        "run_id": "a-1",
    }
    (folder / "run.json").write_text(json.dumps(content), encoding="utf-8")
    results = {"n_studies": {"value": 3, "unit": "studies", "title": "Studies that can be run", "kind": "scalar"}}
    (folder / "results.json").write_text(json.dumps(results), encoding="utf-8")
    (folder / "report.html").write_text("<p>", encoding="utf-8")


def test_runs_become_rows_and_an_index(tmp_path: Path) -> None:
    make_run(tmp_path, "failed")
    assert run_rows(tmp_path)[0]["run"] == "orientation/a-1"
    page = write_index(tmp_path).read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "orientation/a-1/report.html" in page


def test_an_empty_folder_has_an_index_too(tmp_path: Path) -> None:
    assert write_index(tmp_path).is_file()


def test_key_results_and_parameters() -> None:
    results = {"n_studies": {"value": 3, "unit": "studies", "title": "Studies that can be run", "kind": "scalar"}}
    assert key_results("orientation", results) == [("Studies that can be run", "3", "studies")]
    assert changed_parameters({"study": "orientation", "parameters": {"module": "voice"}}) == [("module", "voice")]
    assert [value_text(value, 1) for value in (None, True, 1234.56, 7, "a")] == ["–", "yes", "1,234.6", "7", "a"]


def test_the_index_names_sweeps_and_passes_over_damaged_ones(tmp_path: Path) -> None:
    folder = tmp_path / "sweeps" / "kano-1"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("", encoding="utf-8")
    content = {"title": "<b>Kano", "created": "2026-11-01T10:00:00+00:00", "varied": ["seed"]}
    runs = [{"run_id": "a", "status": "ok"}, {"run_id": "b", "status": "failed"}, {"run_id": "c"}]
    (folder / "sweep.json").write_text(json.dumps(content | {"runs": runs}), encoding="utf-8")
    (tmp_path / "sweeps" / "kano-2").mkdir()
    (tmp_path / "sweeps" / "kano-2" / "sweep.json").write_text('{"runs": 1', encoding="utf-8")
    lines = sweep_lines(tmp_path)
    assert [(line.sweep_id, list(line.counts), line.href) for line in lines] == [
        ("kano-1", [("ok", 1), ("failed", 1)], "sweeps/kano-1/index.html")
    ]
    page = write_index(tmp_path).read_text(encoding="utf-8")
    assert "&lt;b&gt;Kano" in page
    assert "sweeps/kano-1/index.html" in page
