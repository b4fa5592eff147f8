"""The files of a crate: copied without what belongs to one machine, and packed so that equal crates are equal files."""

from __future__ import annotations

import json
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from casework.core.files import write_text
from casework.core.paths import course_root
from casework.runner.folders import MANIFEST
from casework.runner.hashing import PACKAGE
from casework.runner.secrets import redact

METADATA = "ro-crate-metadata.json"
TEXTS = {".ipynb", ".html", ".json", ".txt", ".log", ".md"}
ENCODINGS: dict[str, str] = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".log": "text/plain",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
OTHER = "application/octet-stream"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # what a ZIP archive can hold; the true time of a run stands in the metadata
# A path begins after no letter of a word, but may follow `file://`, a colour code of a traceback, or a written \n.
BEFORE = r"(?:(?<![\w./+\\-])|(?<=:/{2})|(?<=:/{3})|(?<=\dm)|(?<=\\[nrt]))"
AFTER = r"(?![\w.-])"
HOMES = re.compile(BEFORE + r"(?:/(?:home|Users)/|[A-Za-z]:(?:\\{1,2}|/)Users(?:\\{1,2}|/))[^/\\\s\"'<>:&]+")
TRACEBACK = re.compile(
    r'(?P<head>\bFile\s+(?:\\?"|(?:(?:\\u001b|\x1b)\[[\d;]*m)*))(?:/|[A-Za-z]:\\{1,2})(?:[^\s"\x1b\\/:]+(?:/|\\{1,2}))+'
)
PICTURE = re.compile(r"([A-Za-z0-9+/]{400,}={0,2})")  # base64: no path is so long without a point or an underscore
ABSOLUTE = re.compile(r"(?:[A-Za-z]:[\\/]|\\\\|/)[^\n]*[\\/](?P<name>[^\\/\n]*)")


@lru_cache(maxsize=1)
def places() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the folders of this machine and what stands for each in a crate, the longest first."""
    known = {Path.home(): "[home]", course_root(): "[course]", PACKAGE: "[casework]"}
    known |= {Path(prefix).resolve(): "[python]" for prefix in (sys.prefix, sys.base_prefix)}
    texts = {form: name for path, name in known.items() if len(path.parts) > 1 for form in _forms(path)}
    ordered = sorted(texts, key=len, reverse=True)
    return tuple((re.compile(BEFORE + re.escape(text) + AFTER), texts[text]) for text in ordered)


def _forms(path: Path) -> set[str]:
    return {str(path), path.as_posix(), str(path).replace("\\", "\\\\")}


def clean_text(text: str) -> str:
    r"""Return a text without folders of this machine, home folders of any, folders in tracebacks, and passwords.

    Examples
    --------
    >>> clean_text('File "/srv/ann/helper.py", line 3: postgresql://ann:secret@db/sales')
    'File "[folder]/helper.py", line 3: postgresql://ann:***@db/sales'
    """
    return "".join(part if place % 2 else _clean(part) for place, part in enumerate(PICTURE.split(text)))


def _clean(text: str) -> str:
    for pattern, name in places():
        text = pattern.sub(name, text)
    return redact(TRACEBACK.sub(r"\g<head>[folder]/", HOMES.sub("[home]", text)))


def clean_value(value: Any) -> Any:
    """Return a value of JSON, every text in it cleaned; one that is a path as a whole keeps its last part.

    Examples
    --------
    >>> clean_value({"file": "/srv/ann/sales.csv", "ratio": "and/or", "n": 3})
    {'file': '[folder]/sales.csv', 'ratio': 'and/or', 'n': 3}
    """
    if isinstance(value, dict):
        return {clean_text(str(key)): clean_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean_value(item) for item in value]
    if not isinstance(value, str):
        return value
    text = clean_text(value)
    whole = ABSOLUTE.fullmatch(text)
    return f"[folder]/{whole['name']}" if whole else text


def regular_files(folder: Path) -> Iterator[Path]:
    """Give the files of a run's folder, sorted; none that is hidden or a link."""
    for path in sorted(folder.rglob("*"), key=lambda item: item.relative_to(folder).as_posix()):
        inside = path.relative_to(folder)
        linked = any((folder / part).is_symlink() for part in (inside, *list(inside.parents)[:-1]))
        if (
            path.is_file()
            and path.name != METADATA
            and not linked
            and not any(part.startswith(".") for part in inside.parts)
        ):
            yield path


def stage(source: Path, target: Path) -> Path:
    """Copy a file of a run into a crate; texts and the manifest are cleaned, tables and data never."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.name == MANIFEST:
        content = json.loads(source.read_text(encoding="utf-8"))
        if isinstance(content.get("data"), dict):
            content["data"] |= {"location": None}  # it tells folders of the machine, or a database's host
        write_text(target, json.dumps(clean_value(content), indent=2, ensure_ascii=False) + "\n")
    elif source.suffix.lower() in TEXTS:
        raw = source.read_bytes()
        text = raw.decode("utf-8", errors="surrogateescape")
        target.write_bytes(clean_text(text).encode("utf-8", errors="surrogateescape"))
    else:
        shutil.copyfile(source, target)
    return target


def encoding_of(name: str) -> str:
    """Return the media type of a file by its ending."""
    return ENCODINGS.get(Path(name).suffix.lower(), OTHER)


def safe_name(text: str) -> str:
    """Return a text as a file name that is safe everywhere, at most 80 characters.

    Examples
    --------
    >>> safe_name("../my survey?.csv"), safe_name("con.csv"), safe_name("/")
    ('my_survey_.csv', '_con.csv', 'file')
    """
    last = re.split(r"[\\/]", text.strip().rstrip("\\/"))[-1]
    name = re.sub(r"[^\w.-]+", "_", last).lstrip(".-")
    stem, dot, ending = name.rpartition(".") if "." in name[1:] else (name, "", "")
    reserved = re.fullmatch(r"(?:con|prn|aux|nul|com\d|lpt\d)", stem.partition(".")[0], re.IGNORECASE)
    return (("_" if reserved else "") + stem[:60] + dot + ending[:16]).rstrip(".") or "file"


def pack(folder: Path, target: Path) -> None:
    """Pack a folder as a ZIP archive that depends on its files only; the metadata come first."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(names, key=lambda item: item != METADATA):
            about = zipfile.ZipInfo(name, EARLIEST)
            about.compress_type, about.create_system, about.external_attr = zipfile.ZIP_DEFLATED, 3, 0o100644 << 16
            about.file_size = (folder / name).stat().st_size
            with (folder / name).open("rb") as source, archive.open(about, "w") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
