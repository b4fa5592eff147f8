from pathlib import Path

import pytest

from casework.cli import running
from casework.core.errors import ParameterError
from casework.runner.run import RunRecord

MANIFEST = {
    "study": "orientation",
    "run_id": "a-1",
    "seconds": 1.5,
    "error": None,
    "problems": ["odd"],
    "hashes": {},
}
RESULTS = {"n_studies": {"value": 3, "unit": "studies", "title": "Studies that can be run", "kind": "scalar"}}


def record(status: str = "ok") -> RunRecord:
    error = None if status == "ok" else {"name": "E", "message": "m\x1b", "cell": 1}
    return RunRecord(folder=Path("x"), status=status, results=RESULTS, manifest=MANIFEST | {"error": error})


def test_words_are_read_by_the_study() -> None:
    assert running.parse_given("kano", ["segment=1", "seed=3"]) == {"segment": "1", "seed": 3}
    assert running.parse_given("own.ipynb", ["x=1"]) == {"x": 1}
    with pytest.raises(ParameterError, match="not known"):
        running.parse_given("nothing", ["x=1"])


def test_a_record_is_printed_with_its_key_results(capsys: pytest.CaptureFixture[str]) -> None:
    running.print_record(record())
    found = capsys.readouterr()
    assert "Studies that can be run: 3 studies" in found.out
    assert "note: odd" in found.err


def test_a_failed_record_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    running.print_record(record("failed"))
    err = capsys.readouterr().err
    assert "failed: E: m" in err
    assert "\x1b" not in err


def test_a_record_for_scripts() -> None:
    assert running.record_json(record())["results"] == {"n_studies": {"value": 3, "unit": "studies"}}


def test_a_report_takes_parameters_and_both_versions_of_a_case() -> None:
    found = running.report_jobs(["kano"], ["threshold=0.1"], seed=3, variant=None)
    assert found == [("kano", {"threshold": 0.1, "seed": 3})]
    with pytest.raises(ParameterError, match=r"--variant.*'teacher'.*instructor, student or both"):
        running.report_jobs(["kano"], [], seed=None, variant="teacher")
    with pytest.raises(ParameterError, match="kano has no such parameter"):
        running.report_jobs(["kano"], [], seed=None, variant="both")
