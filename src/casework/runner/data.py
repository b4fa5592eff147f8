"""What a run must know of its data before it starts: their name, hash and size, and that they meet the contract.

Reading a table takes pandas; what was found once is kept in the cache, so that an unchanged file need not be read
again to be recognised.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.core.messages import language
from casework.datasets.cards import dataset_names, get_card
from casework.datasets.sources import is_sql, split_part
from casework.runner.cache import facts
from casework.runner.hashing import package_sha256, sha256_json
from casework.studies.base import given_columns
from casework.studies.parameters import validate

if TYPE_CHECKING:
    from casework.datasets.loading import LoadedTable
    from casework.runner.plan import Request


@dataclass(frozen=True, kw_only=True)
class DataFacts:
    """What is known of the data of a run.

    Attributes
    ----------
    shown : str or None
        Name that may be shown; None where the run reads no data.
    data : dict or None
        Kind, size, hash, fingerprint, and what is left out.
    sources : dict
        Shown name to the place where own data lie; may hold a password.
    columns : list of str
        Names of the columns.
    """

    shown: str | None = None
    data: dict[str, Any] | None = None
    sources: dict[str, str] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)


def read_facts(request: Request) -> DataFacts:
    """Read the data and hold them to the study's contract.

    Raises
    ------
    DataError
        The data cannot be read or break the contract: all problems at once.
    """
    if request.data is None:
        return DataFacts()
    from casework.datasets.loading import read_table

    table = read_table(request.data)
    left_out: dict[str, Any] = {}
    if request.study is not None:
        from casework.studies.inputs import check_for_study

        checked = check_for_study(request.study, validate(request.study, request.parameters), table)
        exclusions = [{"where": item.where, "count": item.count, "reason": item.reason} for item in checked.exclusions]
        left_out = {"exclusions": exclusions, "missing": {name: int(n) for name, n in checked.missing.items()}}
    return DataFacts(
        shown=table.name,
        data=_describe(table) | left_out,
        sources={} if table.card else {table.name: absolute(str(request.data))},
        columns=[str(name) for name in table.frame.columns],
    )


def find_facts(request: Request, root: Path | None) -> DataFacts:
    """Return what is known of the data; what is not known yet is read and kept.

    Raises
    ------
    DataError
        The data cannot be read or break the study's contract: all problems at once.
    """
    known = known_facts(request, root)
    if known is None:
        known = read_facts(request)
        keep_facts(request, known, root)
    return known


def known_facts(request: Request, root: Path | None) -> DataFacts | None:
    """Return what is known of the data without reading them as a table; None where they must be read.

    Parameters
    ----------
    request : Request
        The run.
    root : Path, optional
        Folder of the cache; without one nothing is known.
    """
    if request.data is None:
        return DataFacts()
    key = _key(request, root) if root else None
    found = facts.get(root, key) if root and key else None
    return DataFacts(**found) if found else None


def keep_facts(request: Request, known: DataFacts, root: Path | None) -> None:
    """Keep what was found of a file's data; what a database holds may change unseen and is not kept."""
    if root is None or request.data is None or known.data is None:
        return
    digest = _sha256(request.data, root)
    if digest and digest == known.data["sha256"]:
        facts.put(root, _columns_key(digest, request.data), {"columns": known.columns})
        if key := _key(request, root):
            facts.put(root, key, asdict(known))


def _key(request: Request, root: Path) -> str | None:
    """Everything that the answer of `read_facts` depends on, or None where the file was never read."""
    address = str(request.data)
    digest = _sha256(address, root)
    columns = facts.get(root, _columns_key(digest, address)) if digest else None
    if not columns:
        return None
    contract: Any = None
    if request.study is not None and request.study.contract is not None:
        parameters = validate(request.study, request.parameters)
        made = request.study.contract(parameters, columns["columns"])
        invalid = getattr(parameters, "invalid", "")
        contract = [asdict(made), invalid, {name: str(value) for name, value in given_columns(parameters).items()}]
        contract[2] = sorted(name for name in contract[2] if name in {column.parameter for column in made.columns})
    card = repr(get_card(address)) if address in dataset_names() else ""
    parts = [digest, absolute(address), card, request.name, contract, language(), package_sha256()]
    return f"data {sha256_json(parts)}"


def _columns_key(digest: str, address: str) -> str:
    return f"columns {digest} {split_part(address)[1]} {Path(address).suffix} {package_sha256()}"


def _sha256(address: str, root: Path) -> str | None:
    """Return the hash of a file or bundled data set; None for a database or where there is nothing."""
    if is_sql(address):
        return None
    file = get_card(address).data_file if address in dataset_names() else Path(split_part(address)[0])
    return facts.current(str(file), root)


def _describe(table: LoadedTable) -> dict[str, Any]:
    from casework.datasets.fingerprint import fingerprint

    return {
        "name": table.name,
        "kind": table.card.kind if table.card else "own",
        "title": table.card.title if table.card else table.name,
        "licence": table.card.licence if table.card else "",
        "format": table.kind,
        "encoding": table.encoding,
        "separator": table.separator,
        "sheet": table.sheet,
        "rows": len(table.frame),
        "columns": len(table.frame.columns),
        "sha256": table.sha256,
        "fingerprint": fingerprint(table.frame),
    }


def absolute(address: str) -> str:
    """Return the address as it can be used from any working directory."""
    if "://" in address:
        head, _, rest = address.partition(":///")
        if head.startswith("sqlite") and rest and not rest.startswith((":memory:", "/")):
            return f"{head}:///{Path(rest.partition('#')[0]).resolve().as_posix()}" + (
                "#" + rest.partition("#")[2] if "#" in rest else ""
            )
        return address
    name, hash_sign, part = address.partition("#")
    if Path(address).exists() or not hash_sign:
        return str(Path(address).resolve())
    return f"{Path(name).resolve()}#{part}"
