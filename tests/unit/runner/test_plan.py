from pathlib import Path

import pytest

from casework.core.errors import DataError, ParameterError
from casework.runner.plan import make_plan, make_request


def survey(path: Path, last: int = 5) -> Path:
    path.write_text(f"f1,d1\n1,5\n2,{last}\n", encoding="utf-8")
    return path


def test_the_identity_depends_on_what_goes_in_and_on_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    here, there = survey(tmp_path / "own.csv"), survey(tmp_path / "b" / "own.csv")
    ids = [make_plan(make_request("kano", data=path)).run_id for path in (here, there)]
    assert ids[0] == ids[1]
    assert ids[0].startswith("own-")
    others = {
        make_plan(make_request("kano", data=survey(tmp_path / "own.csv", 4))).run_id,
        make_plan(make_request("kano", parameters={"seed": 8}, data=there)).run_id,
        make_plan(make_request("kano", data=there, lang="zh")).run_id,
    }
    assert len({ids[0], *others}) == 4


def test_what_is_shown_names_no_folder(tmp_path: Path) -> None:
    plan = make_plan(make_request("kano", data=survey(tmp_path / "own.csv")))
    assert plan.shown["data"] == "own.csv"
    assert plan.data_sources == {"own.csv": str(tmp_path / "own.csv")}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lang": "de"}, "--lang.*en, zh"),
        ({"formats": ["rtf"]}, "--format.*html, pdf, docx"),
        ({"timeout": -1}, "--timeout.*above 0"),
        ({"parameters": {"sead": 1}}, "Did you mean 'seed'"),
        ({"params_file": "none.yaml"}, "no such file"),
    ],
)
def test_a_wrong_request_is_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        make_request("kano", **options)  # type: ignore[arg-type]


def test_unknown_studies_and_notebooks(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="Did you mean 'kano'"):
        make_request("kanoo")
    with pytest.raises(ParameterError, match="no such file"):
        make_request(tmp_path / "own.ipynb")


def test_data_are_checked_before_anything_runs(tmp_path: Path) -> None:
    path = survey(tmp_path / "own.csv", 9)
    with pytest.raises(DataError, match="d1"):
        make_plan(make_request("kano", data=path))
