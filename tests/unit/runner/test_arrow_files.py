"""What pyarrow opens is told; in processes of their own, as it cannot be taken back."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from casework.runner import arrow_files

LOADED = "import pyarrow.csv, pyarrow.dataset, pyarrow.feather, pyarrow.json, pyarrow.orc, pyarrow.parquet\n"
WATCHED = """
import sys
import casework.runner.arrow_files as arrow_files
told = []
arrow_files.watch(lambda path, writes: told.append((path, writes)))
"""
TELL = "\nprint(ascii(sorted(set(told))))"


def told(cell: str, folder: Path, *, loaded: bool = True) -> list[tuple[str, bool]]:
    code = (LOADED if loaded else "") + WATCHED + cell + TELL
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    found: list[tuple[str, bool]] = eval(done.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of small files of all kinds that can be read."""
    place = tmp_path_factory.mktemp("files")
    frame = pd.DataFrame({"x": [1, 2]})
    (place / "many" / "deep").mkdir(parents=True)
    for name in ("a.parquet", "ö b.parquet", "many/1.parquet", "many/deep/2.parquet"):
        frame.to_parquet(place / name)
    frame.to_feather(place / "a.feather")
    frame.to_orc(place / "a.orc")
    frame.to_csv(place / "a.csv", index=False)
    frame.to_json(place / "a.json", orient="records", lines=True)
    return place


READS = {
    "import pandas as pd; pd.read_parquet('a.parquet')": {"a.parquet"},
    "import pandas as pd, pathlib; pd.read_parquet(path=pathlib.Path('ö b.parquet'))": {"ö b.parquet"},
    "import pandas as pd; pd.read_parquet('many')": {"many", "many/1.parquet", "many/deep/2.parquet"},
    "import pyarrow.parquet as pq; pq.read_table('a.parquet')": {"a.parquet"},
    "import pyarrow.parquet as pq; pq.ParquetFile('a.parquet').read()": {"a.parquet"},
    "import pyarrow.parquet as pq; pq.ParquetDataset(['a.parquet', b'many/1.parquet'.decode()])": {
        "a.parquet",
        "many/1.parquet",
    },
    "import pyarrow.parquet as pq; pq.read_schema('a.parquet')": {"a.parquet"},
    "import pyarrow.parquet as pq; pq.read_metadata(where='a.parquet')": {"a.parquet"},
    "import pyarrow.dataset as ds; ds.dataset('a.parquet').to_table()": {"a.parquet"},
    "import pyarrow.feather as f; f.read_table('a.feather')": {"a.feather"},
    "import pyarrow.feather as f; f.read_feather('a.feather')": {"a.feather"},
    "import pyarrow.orc as orc; orc.ORCFile('a.orc').read()": {"a.orc"},
    "import pyarrow.csv as csv; csv.read_csv('a.csv')": {"a.csv"},
    "import pyarrow.csv as csv; csv.open_csv('a.csv').read_all()": {"a.csv"},
    "import pyarrow.json as js; js.read_json('a.json')": {"a.json"},
    "import pyarrow as pa; pa.memory_map('a.csv').read()": {"a.csv"},
    "import pyarrow as pa; pa.input_stream('a.csv').read()": {"a.csv"},
}


@pytest.mark.parametrize("loaded", [True, False])
def test_what_is_read_is_told(folder: Path, loaded: bool) -> None:
    lines = "".join(f"{line}\nfound.append(sorted(set(told))); told.clear()\n" for line in READS)
    cell = f"found = []\n{lines}told = [(str(found), False)]"
    ((found, _),) = told(cell, folder, loaded=loaded)
    expected = [[(path, False) for path in sorted(paths)] for paths in READS.values()]
    assert dict(zip(READS, eval(found), strict=True)) == dict(zip(READS, expected, strict=True))


def test_addresses_of_files_are_paths(folder: Path) -> None:
    address = (folder / "ö b.parquet").as_uri()
    assert told(f"import pandas as pd; pd.read_parquet({address!r})", folder) == [(str(folder / "ö b.parquet"), False)]


@pytest.mark.parametrize("loaded", [True, False])
def test_what_is_written_is_told(tmp_path: Path, loaded: bool) -> None:
    (tmp_path / "there").mkdir()
    cell = """
import pandas as pd, pyarrow as pa, pyarrow.csv as csv, pyarrow.dataset as ds, pyarrow.feather as feather
import pyarrow.orc as orc, pyarrow.parquet as pq
table = pa.table({"x": [1]})
pq.write_table(table, "a.parquet")
csv.write_csv(table, "a.csv")
feather.write_feather(table, dest="a.feather")
orc.write_table(table, "a.orc")
table.to_pandas().to_parquet("b.parquet")
table.to_pandas().to_parquet(path="c.parquet", index=False)
table.to_pandas().to_parquet("parts", partition_cols=["x"])
pa.output_stream("a.bin").close()
ds.write_dataset(table, "new", format="parquet")
ds.write_dataset(table, "there", format="parquet")
"""
    names = {"a.parquet", "b.parquet", "c.parquet", "parts", "a.csv", "a.feather", "a.orc", "a.bin", "new"}
    assert set(told(cell, tmp_path, loaded=loaded)) == {(name, True) for name in names | {os.path.join("there", "*")}}  # noqa: PTH118


def test_what_is_no_path_is_not_told_and_errors_are_pyarrow_s_own(folder: Path) -> None:
    cell = """
import io, pandas as pd, pyarrow.parquet as pq
pd.read_parquet(io.BytesIO(open("a.parquet", "rb").read()))
for wrong in ((), (3,), ("gone.parquet",)):
    try:
        pq.read_table(*wrong)
    except (TypeError, FileNotFoundError, ValueError, AttributeError):
        continue
    raise AssertionError(wrong)
assert pq.read_schema.__name__ == "read_schema" and pq.ParquetFile.__init__.__doc__ == None
"""
    assert told(cell, folder) == [("gone.parquet", False)]


def test_who_is_told_may_fail(folder: Path) -> None:
    cell = """
def broken(path, writes):
    raise RuntimeError(path)
arrow_files.watch(broken)
import pandas as pd
assert len(pd.read_parquet("a.parquet")) == 2
"""
    assert told(cell, folder) == [("a.parquet", False)]


def test_every_name_is_one_of_pyarrow_s() -> None:
    from importlib import import_module

    for module, calls in arrow_files._CALLS.items():
        for call in calls:
            place = import_module(module)
            for name in call.name.split("."):
                place = getattr(place, name)
            assert callable(place)
