from casework.runner.manifest import environment
from casework.runner.reporting import report_info
from casework.studies.registry import get_study


def manifest(status: str = "ok", kind: str = "synthetic") -> dict[str, object]:
    return {
        "title": "Orientation: the map of the course",
        "study": "orientation",
        "run_id": "a-1",
        "status": status,
        "error": None if status == "ok" else {"name": "E", "message": "m", "cell": 1},
        "started": "2026-01-01T00:00:00+00:00",
        "seconds": 2.0,
        "parameters": {"module": "x" * 900},
        "data": {
            "kind": kind,
            "title": "T",
            "rows": 1000,
            "columns": 2,
            "licence": "",
            "encoding": "utf-8",
            "sha256": "a" * 64,
            "exclusions": [{"where": "w", "count": 2, "reason": "r"}],
        },
        "hashes": {"notebook": "n" * 64, "package": "p" * 64, "lock": None, "outputs": "o" * 64, "results": "r" * 64},
        "environment": environment(),
    }


def test_a_report_says_what_the_manifest_says() -> None:
    info = report_info(manifest(), {}, get_study("orientation"))
    assert "synthetic" in info.data_note
    assert info.exclusions == [("w", 2, "r")]
    assert ("Size of the data", "1,000 rows, 2 columns") in info.provenance
    assert len(info.parameters[0][1]) == 400
    assert info.message == ""


def test_a_failed_run_says_why() -> None:
    assert report_info(manifest("failed", "own"), {}, None).message == "E: m"
