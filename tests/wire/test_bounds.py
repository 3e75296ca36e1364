"""Published bounds are kept: a text of one character more, and a number one beyond, is refused by its path."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec import inspect

from orchd.features import commands
from tests.fix_daemon import StartApp
from tests.wire.client import Client
from tests.wire.people import first_user

LONGEST = 100_000
"""A longer text is not tried: a frame has a bound of its own."""
MORE: dict[str, dict[str, Any]] = {"text:estimate": {"text": "x"}, "text:truncate": {"text": "x"}}
"""What a request needs besides what its type says."""
REFUSED = ("invalid", "too_large")


class Bound(NamedTuple):
    """A member of a request, and a value that it must not have."""

    kind: str
    member: str
    beyond: Any
    others: dict[str, Any]


def bounds() -> Iterator[Bound]:
    """All members with a bound, by the types of the payloads."""
    for command in commands():
        found = inspect.type_info(command.payload)
        assert isinstance(found, inspect.StructType)
        needed = {field.encode_name: _value(field.type) for field in found.fields if field.required}
        for field in found.fields:
            for beyond in _beyond(field.type, {}):
                yield Bound(command.type, field.encode_name, beyond, needed | MORE.get(command.type, {}))


def _beyond(found: inspect.Type, more: dict[str, Any]) -> Iterator[Any]:
    match found:
        case inspect.Metadata():
            yield from _beyond(found.type, {**more, **(found.extra_json_schema or {})})
        case inspect.UnionType():
            for each in found.types:
                yield from _beyond(each, more)
        case inspect.StrType():
            most = found.max_length or more.get("maxLength")
            if most is not None and most < LONGEST:
                yield "x" * (most + 1)
        case inspect.IntType():
            if found.le is not None:
                yield found.le + 1
            if found.ge is not None:
                yield found.ge - 1


def _value(found: inspect.Type) -> Any:
    """Something that a member takes."""
    match found:
        case inspect.Metadata():
            return _value(found.type)
        case inspect.UnionType():
            return _value(found.types[0])
        case inspect.LiteralType():
            return found.values[0]
        case inspect.IntType():
            return max(found.ge or 0, 1)
        case inspect.BoolType():
            return False
        case inspect.StrType():
            return "x" * max(found.min_length or 0, 1)
        case inspect.ListType() | inspect.VarTupleType():
            return [_value(found.item_type)]
        case inspect.StructType():
            tag = {found.tag_field: found.tag} if found.tag_field else {}
            return tag | {field.encode_name: _value(field.type) for field in found.fields if field.required}
        case _:
            return None


async def wrong(client: Client, bound: Bound) -> str | None:
    """What is wrong with the answer to a value beyond its bound; None: nothing."""
    await client.request("ping")  # a hundred refused frames in a row would end the connection
    answer = await client.request(bound.kind, bound.others | {bound.member: bound.beyond})
    data, path = answer["data"], f"$.data.{bound.member}"
    if answer["type"] == "error" and data["code"] in REFUSED and data.get("details", {}).get("path") == path:
        return None
    if answer["type"] == "error" and data["code"] == "not_found" and any(name.endswith("Id") for name in bound.others):
        return None  # there is no such row; how long a text for it is, is not looked at
    return f"{bound.kind} {bound.member} = {str(bound.beyond)[:20]}: {str(answer)[:200]}"


async def test_what_is_beyond_a_published_bound_is_refused_by_its_path(app: StartApp) -> None:
    client = await first_user(await app())
    found = [await wrong(client, bound) for bound in bounds()]
    assert len(found) > 100
    assert not [each for each in found if each], "\n".join(filter(None, found))
