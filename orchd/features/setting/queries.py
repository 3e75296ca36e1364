"""SQL of the table `setting`. `holder_id` is NULL for the local owner, who is no user, and for everybody."""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

import msgspec

from orchd.features.setting.declared import Setting
from orchd.protocol.identity import LOCAL_USER_ID
from orchd.storage import Statement, Steps

T = TypeVar("T")


class Holder(NamedTuple):
    """Whose values: a user's, the local owner's, or those for everybody who has set none."""

    user_id: int
    everybody: bool = False


class StoredValue(NamedTuple):
    """A value, and whether it is for everybody."""

    value: Any
    everybody: bool


def values_for(user_id: int) -> Steps[dict[str, StoredValue]]:
    """Return the values that hold for somebody, by the names of settings; those that nobody has set are left out."""
    found: dict[str, StoredValue] = {}
    for holder in (Holder(user_id, everybody=True), Holder(user_id)):
        where, values = _held_by(holder)
        rows = yield Statement(f"SELECT name, value_json FROM setting WHERE {where}", values)
        found |= {name: StoredValue(msgspec.json.decode(text), holder.everybody) for name, text in rows.rows}
    return found


def value_for(setting: Setting[T], user_id: int) -> Steps[T]:
    """Return the value of a setting that holds for somebody."""
    return value_among((yield from values_for(user_id)), setting)


def value_among(stored: Mapping[str, StoredValue], setting: Setting[T]) -> T:
    """Return the value of a setting, of those that hold for somebody."""
    found = stored_among(stored, setting)
    return setting.default if found is None else setting.read_stored(found.value)


def stored_among(stored: Mapping[str, StoredValue], setting: Setting[Any]) -> StoredValue | None:
    """Return what is stored of a setting and holds for somebody, None for nothing."""
    found = stored.get(setting.name)
    return None if found is not None and found.everybody and setting.personal else found


def store_value(user_id: int, setting: Setting[T], value: T, now: int) -> Steps[None]:
    """Store somebody's own value of a setting that the daemon keeps."""
    yield from store(Holder(user_id), setting.name, value, now)


def store(holder: Holder, name: str, value: object, now: int) -> Steps[None]:
    """Store a value in place of the one before."""
    yield from remove(holder, name)
    held = None if holder.everybody or holder.user_id == LOCAL_USER_ID else holder.user_id
    yield Statement(
        "INSERT INTO setting (holder_id, everybody, name, value_json, updated_at) VALUES (?, ?, ?, ?, ?)",
        (held, int(holder.everybody), name, msgspec.json.encode(value).decode(), now),
    )


def remove(holder: Holder, name: str) -> Steps[None]:
    """Delete a value, if there is one."""
    where, values = _held_by(holder)
    yield Statement(f"DELETE FROM setting WHERE {where} AND name = ?", (*values, name))


def _held_by(holder: Holder) -> tuple[str, tuple[int, ...]]:
    if holder.everybody:
        return "everybody = 1", ()
    if holder.user_id == LOCAL_USER_ID:
        return "everybody = 0 AND holder_id IS NULL", ()
    return "everybody = 0 AND holder_id = ?", (holder.user_id,)
