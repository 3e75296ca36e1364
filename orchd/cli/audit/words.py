"""Rows of the audit log in plain words: who did what to which row, from where, and what changed."""

from orchd.cli.reply import JsonObject
from orchd.cli.showing import local_time, one_line
from orchd.patterns import lazy_pattern
from orchd.protocol.types import timestamp

_DONE = {
    "login": "logged in",
    "logout": "logged out",
    "setup": "made the first user",
    "others": "did many other things",
    "create": "made",
    "update": "changed",
    "delete": "deleted",
    "set": "set",
    "revoke": "revoked",
    "passwd": "set the password of",
    "test": "tried",
    "member:add": "added a member to",
    "member:update": "changed a member of",
    "member:remove": "let a member go from",
    "break": "got access to",
    "read": "read",
}
_KINDS = {"api_token": "token", "web_session": "browser"}
_MEMBERS = {"expires_at": "expires", "revoked_at": "revoked"}
_MILLISECONDS = ("_at", "At")
_BOOKKEEPING = frozenset({"id", "version", "created_at", "updated_at"})
"""Members that say nothing which the row does not."""
_CAPITAL = lazy_pattern(r"(?<=[a-z])(?=[A-Z])|_")


def sentence(item: JsonObject) -> str:
    """What a row says of who did what, in one line."""
    who = item["name"] or "somebody unknown"
    if item["tokenId"] is not None:
        who += f" (by token {item['tokenId']})"
    return one_line(f"{who} {_what(item)}{_times(item['times'])}")


def change(item: JsonObject) -> str:
    """What a row says of what it was and became, in one line; empty where it says nothing."""
    before, after = (_telling(item[name]) for name in ("before", "after"))
    parts = [_part(name, before.get(name), after[name], name in before) for name in after]
    gone = [f"{_word(name)} was {_value(name, before[name])}" for name in before if name not in after]
    return one_line("; ".join(part for part in (*parts, *gone) if part))


def _telling(members: JsonObject | None) -> JsonObject:
    return {name: value for name, value in (members or {}).items() if name not in _BOOKKEEPING}


def _what(item: JsonObject) -> str:
    room, _, verb = item["action"].partition(":")
    target = _target(item)
    if item["outcome"] == "refused":
        words = {"login": "could not log in", "setup": "could not make the first user"}
        return words.get(item["action"], f"may not ask for {item['action']}")
    said = _DONE.get(verb or room)
    if said is None:
        return f"did {item['action']}{f' to {target}' if target else ''}"
    return said if not verb else f"{said} {target or room}"


def _target(item: JsonObject) -> str:
    kind = item["targetKind"]
    return " ".join(part for part in (_KINDS.get(kind, kind.replace("_", " ")), _name(item)) if part)


def _name(item: JsonObject) -> str:
    called: str | None = item["targetName"]
    return f"{called} ({item['targetId']})" if called else str(item["targetId"])


def _times(times: int) -> str:
    return f", {times} times within a minute" if times > 1 else ""


def _part(name: str, was: object, now: object, known: bool) -> str:
    if not known:
        return "" if now is None or now is False else f"{_word(name)}: {_value(name, now)}"
    return "" if was == now else f"{_word(name)}: {_value(name, was)} → {_value(name, now)}"


def _word(name: str) -> str:
    return _MEMBERS.get(name) or _CAPITAL.sub(" ", name).lower()


def _value(name: str, value: object) -> str:
    match value:
        case None:
            return "never" if name.endswith(_MILLISECONDS) else "none"
        case bool():
            return "yes" if value else "no"
        case int() if name.endswith(_MILLISECONDS):
            return local_time(timestamp(value))
        case str() if name.endswith(_MILLISECONDS) or name == "until":
            return local_time(value)
        case list():
            return ", ".join(_value("", part) for part in value) or "none"
        case dict():
            return ", ".join(f"{_word(key)} {_value(key, part)}" for key, part in value.items())
    return str(value)
