"""Why a run would, or would not, be taken from the cache."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from casework.core.errors import RunError
from casework.core.messages import mark, t, tn
from casework.datasets.sources import printable
from casework.runner.cache import facts
from casework.runner.cache.entry import Entry
from casework.runner.cache.files import is_sha256
from casework.runner.cache.parts import NOTHING, PARAMETERS, cache_key, differing, same, shown
from casework.runner.cache.store import Store
from casework.runner.folders import find_run
from casework.runner.opened import MOST

if TYPE_CHECKING:
    import pandas as pd

State = Literal["hit", "miss", "not cached"]
SHOWN_HASH = 12
SHOWN_FILES = 8
COLUMNS = (mark("part"), mark("then"), mark("now"), mark("same"))


class Part(NamedTuple):
    """One part of the key: when the run was made, and now."""

    part: str
    then: str
    now: str
    same: bool


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Whether a re-run would be taken from the cache, and why.

    Attributes
    ----------
    run_id : str
        Study and run.
    state : {'hit', 'miss', 'not cached'}
        A re-run would be taken from the cache; would be executed; the run was never in the cache.
    parts : tuple of Part
        Every part of the key, each parameter and each further file that the run opened: then, now, same.
    reason : str
        One sentence.
    nearest : str
        Identifier of the earlier run in the cache that differs least from this one, or empty.
    differs : tuple of str
        In what that run differs.
    opened : tuple of str
        Files that the run opened without declaring them.
    notes : tuple of str
        Sentences on what could not be found out.
    """

    run_id: str
    state: State
    parts: tuple[Part, ...] = ()
    reason: str
    nearest: str = ""
    differs: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def summary(self) -> str:
        """Say why, what changed, what is nearest, and which files were not declared."""
        lines = [t("{run}: {sentence}", run=self.run_id, sentence=self.reason), *self.notes]
        lines += [
            "  - " + t("{name}: {old} then, {new} now", name=item.part, old=item.then, new=item.now)
            for item in self.parts
            if not item.same
        ]
        if self.nearest:
            what = t(", ").join(self.differs) or NOTHING
            lines.append(
                t("Nearest earlier run in the cache: {run}. It differs in: {what}", run=self.nearest, what=what)
            )
        if self.opened:
            one = tn(
                "It opened {n} file that it does not declare:",
                "It opened {n} files that it does not declare:",
                len(self.opened),
            )
            lines.append(f"{one} {_few(self.opened)}")
        return "\n".join(lines)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each part: part, then, now, same."""
        import pandas as pd

        return pd.DataFrame(list(self.parts), columns=list(COLUMNS))


def explain(name: str, *, out: str | Path, store_root: Path) -> Explanation:
    """Say whether a run, made again now, would be taken from the cache, and which part of its key changed.

    Parameters
    ----------
    name : str
        Folder or identifier of the run.
    out : str or Path
        Where the reports are.
    store_root : Path
        Folder of the cache.

    Raises
    ------
    RunError
        There is no such run, or its manifest cannot be read.
    """
    try:
        folder, manifest = find_run(name, Path(out).resolve())
    except ValueError:
        raise RunError(t("{name}: its manifest cannot be read", name=name)) from None
    run_id = f"{folder.parent.name}/{folder.name}"
    cache = manifest.get("cache") if isinstance(manifest, dict) else None
    cache = cache if isinstance(cache, dict) else {}
    opened = _names(cache.get("opened"))
    if why := _never_cached(cache, manifest):
        return Explanation(run_id=run_id, state="not cached", reason=why, opened=opened)
    return _explain(run_id, folder, manifest, cache["parts"], opened, Store(store_root))


def _names(value: object) -> tuple[str, ...]:
    return tuple(printable(str(path)) for path in _sequence(value))


def _few(names: Sequence[str]) -> str:
    return t(", ").join(names[:SHOWN_FILES]) + (", ..." if len(names) > SHOWN_FILES else "")


def _sequence(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _never_cached(cache: dict[str, Any], manifest: dict[str, Any]) -> str:
    if not isinstance(cache.get("parts"), dict) or cache.get("state") == "off":
        return t("The run was made without the cache.")
    if manifest.get("status") != "ok":
        return t("Only runs that end well are kept; this one ended as {status}.", status=manifest.get("status"))
    if cache.get("no_cache") is True:
        return t("A cell of the notebook is tagged no-cache.")
    if written := _names(cache.get("written")):
        return t("A run that writes or changes files elsewhere is not kept; this one did: {names}", names=_few(written))
    if len(_sequence(cache.get("opened"))) >= MOST:
        return t("The run opened more files than are told.")
    return ""


def _explain(
    run_id: str, folder: Path, manifest: dict[str, Any], then: dict[str, Any], opened: tuple[str, ...], store: Store
) -> Explanation:
    from casework.runner.cache.present import present_parts

    now = present_parts(then, manifest, folder, store.root)
    key = manifest["cache"].get("key")
    key = key if is_sha256(key) else cache_key(then)
    old = store.read(key)
    rows = _rows(then, now.parts) + (_file_rows(old, store) if old else ())
    changed = [item.part for item in rows if not item.same]
    found = store.find(cache_key(now.parts) if differing(then, now.parts) else key, touch=False)
    near = _nearest(store, then, key, manifest)
    return Explanation(
        run_id=run_id,
        state="hit" if found else "miss",
        parts=rows,
        reason=_reason(found, changed),
        nearest=printable(near.run_id) if near else "",
        differs=tuple(differing(near.parts, then)) if near else (),
        opened=opened,
        notes=now.notes,
    )


def _rows(then: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Part, ...]:
    found: list[Part] = []
    for name in dict.fromkeys((*then, *now)):
        old, new = then.get(name), now.get(name)
        if name == PARAMETERS and isinstance(old, Mapping) and isinstance(new, Mapping):
            found += [
                _row(t("parameter {name}", name=printable(item)), old, new, item)
                for item in dict.fromkeys((*old, *new))
            ]
        else:
            found.append(_row(printable(name), then, now, name))
    return tuple(found)


def _row(label: str, then: Mapping[str, Any], now: Mapping[str, Any], name: str) -> Part:
    return Part(label, _short(then, name), _short(now, name), same(then, now, name))


def _short(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    if value is None:
        return NOTHING
    return str(value)[:SHOWN_HASH] if is_sha256(value) else shown(values, name)


def _file_rows(entry: Entry, store: Store) -> tuple[Part, ...]:
    now = {path: facts.current(path, store.root) for path in entry.inputs}
    return tuple(_row(t("file {name}", name=printable(path)), entry.inputs, now, path) for path in now)


def _reason(found: Entry | None, changed: list[str]) -> str:
    what = t(", ").join(changed)
    if found and changed:
        return t("{what} changed, and a run with that is in the cache: a re-run would be taken from it.", what=what)
    if found:
        return t("Nothing changed: a re-run would be taken from the cache.")
    if changed:
        return t("A re-run would be executed, for this changed: {what}.", what=what)
    return t("Nothing changed, but the run is not in the cache any more: a re-run would be executed.")


def _nearest(store: Store, then: Mapping[str, Any], key: str, manifest: Mapping[str, Any]) -> Entry | None:
    """Return the earlier entry of the same study that differs in the fewest parts; of several the newest."""
    limit = _started(manifest)
    earlier = [
        entry
        for entry in store.entries()
        if entry.study == then.get("study") and entry.key != key and entry.created < limit
    ]
    return min(earlier, key=lambda entry: (len(differing(entry.parts, then)), -entry.created), default=None)


def _started(manifest: Mapping[str, Any]) -> float:
    """Return when the run began [s since 1970]; the manifest tells it in whole seconds, so their end."""
    try:
        return datetime.fromisoformat(str(manifest.get("started"))).timestamp() + 1
    except (ValueError, OverflowError, OSError):
        return float("inf")
