import io
import zipfile

import pytest

from casework.core.errors import DataError
from casework.teach.grading import downloads
from casework.teach.grading.downloads import read_downloads


def zipped(path, **files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return path


def test_notebooks_are_read_and_other_files_named(tmp_path):
    path = tmp_path / "all.zip"
    files = {"Ann Lee_1_assign/hw.ipynb": "{}", "b/essay.pdf": "x", "__MACOSX/b/._hw.ipynb": "x", "c/.DS_Store": "x",
             "d/.ipynb_checkpoints/hw-checkpoint.ipynb": "{}", "e/variant.json": "{}"}  # fmt: skip
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    found = {one.name: one for one in read_downloads(path)}
    assert set(found) == {"Ann Lee_1_assign/hw.ipynb", "b/essay.pdf"}
    assert found["Ann Lee_1_assign/hw.ipynb"].data == b"{}"
    assert found["b/essay.pdf"].data is None
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "folder")
    assert {one.name: one.data for one in read_downloads(tmp_path / "folder")} == {
        name: one.data for name, one in found.items()
    }


def test_paths_that_lead_out_links_and_passwords_are_refused(tmp_path):
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("../../up.ipynb", "/etc/x.ipynb", "C:\\x.ipynb", "a/../../b.ipynb", "..\\w.ipynb"):
            archive.writestr(zipfile.ZipInfo(name), "{}")
        link = zipfile.ZipInfo("ann/voice.ipynb")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    found = list(read_downloads(path))
    assert [one.problem for one in found] == ["its path leads out of the download"] * 5 + ["it is a link"]
    assert all(one.data is None for one in found)
    data = bytearray(zipped(tmp_path / "locked.zip", **{"a.ipynb": "{}"}).read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(data)
    assert [one.problem for one in read_downloads(tmp_path / "locked.zip")] == ["it has a password"]


def test_bombs_end_early(tmp_path, monkeypatch):
    monkeypatch.setattr(downloads, "LARGEST", 1000)
    path = zipped(tmp_path / "bomb.zip", **{"ann.ipynb": b"0" * 100_000, "bob.ipynb": "{}"})
    found = {one.name: one for one in read_downloads(path)}
    assert "larger" in found["ann.ipynb"].problem
    assert found["bob.ipynb"].data == b"{}"
    monkeypatch.setattr(downloads, "MOST_BYTES", 1500)
    zipped(tmp_path / "sum.zip", **{f"{k}.ipynb": b"0" * 900 for k in range(3)})
    with pytest.raises(DataError, match="GiB when it is unpacked"):
        list(read_downloads(tmp_path / "sum.zip"))
    monkeypatch.setattr(downloads, "MOST_ENTRIES", 2)
    with pytest.raises(DataError, match="more than 2 files"):
        list(read_downloads(zipped(tmp_path / "many.zip", **{f"{k}.txt": "" for k in range(3)})))


def test_a_zip_in_the_zip_is_looked_into_once(tmp_path):
    inner, innermost = io.BytesIO(), io.BytesIO()
    zipped(innermost, **{"deep.ipynb": "{}"})
    zipped(inner, **{"voice.ipynb": "{}", "more.zip": innermost.getvalue()})
    path = zipped(tmp_path / "all.zip", **{"ann__hw.zip": inner.getvalue(), "bob__hw.zip": b"not a zip"})
    found = {one.name: one for one in read_downloads(path)}
    assert found["ann/hw.zip/voice.ipynb"].data == b"{}"
    assert found["ann/hw.zip/more.zip"].data is None
    assert found["bob/hw.zip"].problem == "it cannot be unpacked"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_chinese_names_of_old_zip_programs(tmp_path, encoding):
    path = tmp_path / "old.zip"
    raw = "张三_20230001.ipynb".encode(encoding)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x" * len(raw), "{}")
    path.write_bytes(path.read_bytes().replace(b"x" * len(raw), raw))
    assert [one.name for one in read_downloads(path)] == ["张三_20230001.ipynb"]


def test_damaged_files_links_and_what_is_no_download(tmp_path):
    path = zipped(tmp_path / "one.zip", **{"ann.ipynb": b"abcdefgh" * 500})
    data = bytearray(path.read_bytes())
    data[45] ^= 0xFF
    path.write_bytes(data)
    assert [one.problem for one in read_downloads(path)] == ["it cannot be unpacked"]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ann.ipynb").symlink_to("/etc/passwd")
    assert [one.problem for one in read_downloads(tmp_path / "in")] == ["it is a link"]
    (tmp_path / "x.rar").write_bytes(b"Rar!")
    with pytest.raises(DataError, match="rar, 7z and tar"):
        read_downloads(tmp_path / "x.rar")
    with pytest.raises(DataError, match="no such file or folder"):
        read_downloads(tmp_path / "none.zip")
