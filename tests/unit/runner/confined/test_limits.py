import json
from pathlib import Path

import pytest
from tests.unit.runner.confined.test_landlock import in_a_fork

from casework.runner.confined import landlock, seccomp
from casework.runner.confined.limits import Confinement, Limits, confine


def test_limits_travel_as_data():
    limits = Limits(cell_seconds=1.5)
    assert Limits(**json.loads(json.dumps(limits.to_json()))) == limits


def test_whole_means_everything():
    assert Confinement(files=True, calls=True, resources=True).whole
    assert not Confinement(files=False, calls=True, resources=True).whole


@pytest.mark.skipif(not (landlock.version() and seccomp.available()), reason="this system cannot confine wholly")
def test_memory_files_and_folder(tmp_path):
    def run():
        held = confine(Limits(memory=200 << 20, file_size=1 << 20), folder=tmp_path)
        told = [held.whole]
        for body in (
            lambda: bytearray(400 << 20),
            lambda: (tmp_path / "big").write_bytes(b"0" * (3 << 20)),
            lambda: Path("/etc/passwd").read_text(),
            lambda: (tmp_path / "small").write_bytes(b"0" * 1000),
        ):
            try:
                body()
                told.append("done")
            except (MemoryError, OSError) as error:
                told.append(type(error).__name__)
        return told

    assert in_a_fork(run) == str([True, "MemoryError", "OSError", "PermissionError", "done"])
