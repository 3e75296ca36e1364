"""What a request's type says of one of its members: where it stands, and which values it takes."""

from collections.abc import Iterator
from typing import Any

from msgspec import UNSET, inspect, structs

from orchd.errors import OrchdError
from orchd.patterns import lazy_pattern
from orchd.protocol.types import ClientPayload

_STEP = lazy_pattern(r"\.(\w+)|\[")


def locate(error: OrchdError, data: ClientPayload) -> None:
    """Tell the JSON path of the member that an error names, if the request has said something there.

    Rooms below know what a member is called, and not whether the request or something stored has said it.
    """
    if error.field is None or error.path is not None:
        return
    names = {each.encode_name: each.name for each in structs.fields(data)}
    if error.field in names and getattr(data, names[error.field]) not in (None, UNSET):
        error.path = f"$.data.{error.field}"


def allowed_values(kind: Any, path: str) -> tuple[str, ...]:
    """Return the texts that a member of a type takes, by its JSON path; none where it isn't an enumeration."""
    here = [*_branches(inspect.type_info(kind))]
    for step in _STEP.finditer(path.removeprefix("$")):
        here = [inner for each in here for found in _step(each, step[1]) for inner in _branches(found)]
    values = dict.fromkeys(value for each in here if isinstance(each, inspect.LiteralType) for value in each.values)
    return tuple(value for value in values if isinstance(value, str))


def _branches(kind: inspect.Type) -> Iterator[inspect.Type]:
    """Yield what a type is besides its notes, each of a union by itself."""
    if isinstance(kind, inspect.Metadata):
        yield from _branches(kind.type)
    elif isinstance(kind, inspect.UnionType):
        for each in kind.types:
            yield from _branches(each)
    else:
        yield kind


def _step(kind: inspect.Type, name: str | None) -> Iterator[inspect.Type]:
    """Yield the types of a member, or with no name those of a list's items and of a map's values."""
    match kind:
        case inspect.StructType() if name is not None:
            if name == kind.tag_field and kind.tag is not None:
                yield inspect.LiteralType((kind.tag,))
            yield from (each.type for each in kind.fields if each.encode_name == name)
        case inspect.ListType() | inspect.VarTupleType() if name is None:
            yield kind.item_type
        case inspect.DictType():
            yield kind.value_type
