"""Why a row is not read or changed, as people are told; `key` is the member by which requests name one."""

from orchd.entity.clauses import camel
from orchd.errors import Conflict, Forbidden, NotFound


def changed_error(word: str) -> Conflict:
    """Return the error for a row that is of another version by now."""
    return Conflict(f"the {word} was changed meanwhile", reason="changed", field="version", path="$.data.version")


def taken_error(word: str, member: str) -> Conflict:
    """Return the error for a name that another row has."""
    article, field = "an" if word[0] in "aeio" else "a", camel(member)
    return Conflict(f"there is {article} {word} of that {field}", reason="taken", field=field, path=f"$.data.{field}")


def not_removed_error(word: str, key: str) -> Conflict:
    """Return the error for a row that shall be restored and is there."""
    field = camel(key)
    return Conflict(
        f"this {word} was not removed, so there is nothing to restore",
        reason="not_removed",
        field=field,
        path=f"$.data.{field}",
    )


def read_only_error(word: str, key: str) -> Forbidden:
    """Return the error for a row that whoever asks sees and may not change."""
    return Forbidden(
        f"this {word} is shared with you to be read", reason="read_only", field=camel(key), path=f"$.data.{camel(key)}"
    )


def missing_error(word: str, key: str) -> NotFound:
    """Return the error for a row that isn't there, or is for others only."""
    return NotFound(f"there is no such {word}", field=camel(key), path=f"$.data.{camel(key)}")
