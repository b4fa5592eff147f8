import json
import stat

import pytest

from casework.core.errors import DataError
from casework.teach.exercises.variant import COURSE_FILE, find_variant, make_variant, new_salt, read_salt, variant_text


def test_everybody_has_other_seeds_and_the_hidden_one_is_not_told():
    seeds = {make_variant("voice", f"s{k}", salt="a").seed for k in range(500)}
    assert len(seeds) == 500
    one = make_variant("voice", "ann", salt="a")
    assert one.seed not in (make_variant("voice", "ann", salt="b").seed, make_variant("credit", "ann", salt="a").seed)
    assert str(one.hidden_seed) not in variant_text(one)
    assert json.loads(variant_text(one)) == {"exercise": "voice", "student": "ann", "seed": one.seed}
    assert len(new_salt()) == 32


def test_beside_the_notebook_the_student_s_file_tells(tmp_path, monkeypatch):
    monkeypatch.delenv("CASEWORK_STUDENT", raising=False)
    one = make_variant("voice", "ann", salt="a")
    (tmp_path / "variant.json").write_text(variant_text(one), encoding="utf-8")
    assert find_variant("voice", folder=tmp_path).seed == one.seed
    assert find_variant("credit", folder=tmp_path).student == "practice"
    (tmp_path / "variant.json").write_text("[1", encoding="utf-8")
    assert find_variant("voice", folder=tmp_path).student == "practice"


def test_in_a_course_the_folder_tells_whatever_the_student_wrote(tmp_path):
    (tmp_path / COURSE_FILE).write_text('salt = "abc"\n', encoding="utf-8")
    place = tmp_path / "submitted" / "bob" / "voice"
    place.mkdir(parents=True)
    (place / "variant.json").write_text(variant_text(make_variant("voice", "ann", salt="abc")), encoding="utf-8")
    assert find_variant("voice", folder=place) == make_variant("voice", "bob", salt="abc")
    assert find_variant("voice", folder=tmp_path).student == "practice"


def test_a_folder_that_is_no_course(tmp_path):
    with pytest.raises(DataError, match="not a folder of a course"):
        read_salt(tmp_path)
    assert stat.S_ISDIR(tmp_path.stat().st_mode)
