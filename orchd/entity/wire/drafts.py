"""Structs inside of a row as requests have them: closed, with the defaults of members that may be left out.

What the daemon sends may grow members one day, so the structs of rows are open. A request that has a member which the
daemon doesn't know is refused, however deep it stands; so each struct in a row has a counterpart for requests.
"""

from functools import cache, reduce
from operator import getitem, or_
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import NODEFAULT, Struct, structs

from orchd.protocol.types import ClientPayload


def draft_of(hint: Any) -> Any:
    """Return a type with the counterparts of all structs in it, and all that is said of it besides."""
    if isinstance(hint, type) and issubclass(hint, Struct):
        return _counterpart(hint)
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return getitem(Annotated, (draft_of(args[0]), *args[1:]))
    if origin in (Union, UnionType):
        return reduce(or_, map(draft_of, args))
    if origin in (tuple, list, dict):
        return origin[tuple(arg if arg is Ellipsis else draft_of(arg) for arg in args)]
    return hint


@cache
def _counterpart(kind: type[Struct]) -> type[Struct]:
    hints, config = get_type_hints(kind, include_extras=True), kind.__struct_config__
    fields = [_field(field, draft_of(hints[field.name])) for field in structs.fields(kind)]
    return msgspec.defstruct(
        f"{kind.__name__}Draft",
        fields,
        bases=(ClientPayload,),
        frozen=True,
        kw_only=True,
        tag=config.tag,
        tag_field=config.tag_field,
        namespace={"__doc__": kind.__doc__, "described_by": kind, "description_from": "made_of"},
        module=kind.__module__,
    )


def _field(field: structs.FieldInfo, hint: Any) -> tuple[str, Any] | tuple[str, Any, Any]:
    if field.default_factory is not NODEFAULT:
        return field.name, hint, msgspec.field(default_factory=field.default_factory)
    return (field.name, hint) if field.required else (field.name, hint, field.default)
