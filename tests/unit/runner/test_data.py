from pathlib import Path

import pytest

from casework.core.errors import DataError
from casework.runner import data
from casework.runner.plan import make_request


def kano(**parameters: object) -> object:
    return make_request("kano", parameters=parameters)


def test_what_was_read_once_is_known_without_reading_it_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = data.find_facts(kano(), tmp_path)
    assert first.data is not None
    assert first.data["rows"] == 600
    monkeypatch.setattr(data, "read_facts", lambda request: pytest.fail("it was read again"))
    assert data.find_facts(kano(resamples=321), tmp_path) == first


def test_another_contract_is_another_fact(tmp_path: Path) -> None:
    data.find_facts(kano(), tmp_path)
    assert data.known_facts(kano(segment="nobody"), tmp_path) is None
    assert data.known_facts(kano(invalid="exclude"), tmp_path) is None


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    text = Path(make_source()).read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    request = make_request("kano", data=str(file))
    found = data.find_facts(request, tmp_path / "cache")
    assert data.known_facts(request, tmp_path / "cache") == found
    assert found.sources == {"own.csv": str(file)}
    file.write_text(text + "\n", encoding="utf-8")
    assert data.known_facts(request, tmp_path / "cache") is None


def test_problems_are_never_kept(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text("f1,d1\n9,1\n", encoding="utf-8")
    request = make_request("kano", data=str(file))
    for _ in range(2):
        with pytest.raises(DataError, match=r"own\.csv"):
            data.find_facts(request, tmp_path / "cache")


def test_a_study_without_data_needs_none(tmp_path: Path) -> None:
    assert data.find_facts(make_request("orientation"), tmp_path) == data.DataFacts()


def test_nothing_is_known_without_a_cache() -> None:
    assert data.known_facts(kano(), None) is None


@pytest.mark.parametrize(
    ("address", "ends"),
    [("a.csv", "/a.csv"), ("a.xlsx#Sheet 2", "/a.xlsx#Sheet 2"), ("sqlite:///x.db#t", "/x.db#t")],
)
def test_addresses_hold_from_any_folder(
    address: str, ends: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = data.absolute(address)
    assert found.endswith(ends)
    assert str(tmp_path.resolve()) in found
    assert data.absolute(found) == found


def test_a_server_address_stays() -> None:
    assert data.absolute("postgresql://u@h/db#t") == "postgresql://u@h/db#t"


def make_source() -> str:
    from casework.datasets.cards import get_card

    return str(get_card("kano_phone_plan").data_file)
