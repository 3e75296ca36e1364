"""What a client may write in another way and still means the same: null for a member left out, `1.0` for the integer 1.

Many languages write an optional member that is not set as null, some have no integers. Frames are read strictly, in one
pass; only one that was refused for a null or a float is read once more by these rules, so that others pay nothing. Free
objects (a JSON schema that is handed on) are left as they are.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct, inspect

Repair: TypeAlias = Callable[[Any], Any]
"""Takes a JSON value, changes what is in it, and returns what stands in its place."""


def concerns(refusal: Exception) -> bool:
    """Whether a frame was refused for something that may be tolerated."""
    return isinstance(refusal, msgspec.ValidationError) and any(said in str(refusal) for said in _TOLERATED)


def rule_of(frame: type[Struct]) -> Repair:
    """Return what is to be done with frames of a type before they are read once more."""
    return _rule(inspect.type_info(frame)) or (lambda value: value)


_TOLERATED = ("got `null`", "got `float`")


def _rule(kind: inspect.Type) -> Repair | None:
    """Return the rule of a type, None where nothing is tolerated."""
    match kind:
        case inspect.Metadata():
            return _rule(kind.type)
        case inspect.IntType():
            return _integer
        case inspect.StructType():
            return _members(kind)
        case inspect.ListType() | inspect.VarTupleType():
            return _items(_rule(kind.item_type))
        case inspect.DictType():
            return _values(_rule(kind.value_type))
        case inspect.UnionType():
            return _any_of(kind)
        case _:
            return None


def _any_of(kind: inspect.UnionType) -> Repair | None:
    if any(isinstance(branch, inspect.FloatType) for branch in kind.types):
        return None
    rules = [rule for rule in map(_rule, kind.types) if rule is not None]
    if not rules:
        return None

    def apply(value: Any) -> Any:
        for rule in rules:
            value = rule(value)
        return value

    return apply


def _integer(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _members(kind: inspect.StructType) -> Repair:
    optional = {field.encode_name for field in kind.fields if not field.required and not _takes_null(field.type)}
    rules = {field.encode_name: rule for field in kind.fields if (rule := _rule(field.type)) is not None}

    def apply(value: Any) -> Any:
        if isinstance(value, dict):
            for name in optional & value.keys():
                if value[name] is None:
                    del value[name]
            for name in rules.keys() & value.keys():
                value[name] = rules[name](value[name])
        return value

    return apply


def _takes_null(kind: inspect.Type) -> bool:
    if isinstance(kind, inspect.Metadata):
        return _takes_null(kind.type)
    if isinstance(kind, inspect.UnionType):
        return any(map(_takes_null, kind.types))
    return isinstance(kind, inspect.NoneType | inspect.AnyType)


def _items(rule: Repair | None) -> Repair | None:
    if rule is None:
        return None
    return lambda value: [rule(item) for item in value] if isinstance(value, list) else value


def _values(rule: Repair | None) -> Repair | None:
    if rule is None:
        return None
    return lambda value: {name: rule(item) for name, item in value.items()} if isinstance(value, dict) else value
