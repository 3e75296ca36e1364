"""One struct seen as another one, or as another one changes it."""

from typing import TypeVar

from msgspec import UNSET, Struct, structs

S = TypeVar("S", bound=Struct)


def view(kind: type[S], row: Struct, **others: object) -> S:
    """Return a struct with the members of `row`, but for `others`. Raises `AttributeError` when one is missing."""
    return kind(**{name: getattr(row, name) for name in kind.__struct_fields__ if name not in others}, **others)


def apply_patch(row: S, patch: Struct) -> S:
    """Return a row with those of its members that a patch gives: what is UNSET there stays."""
    given = {name: getattr(patch, name, UNSET) for name in row.__struct_fields__}
    return structs.replace(row, **{name: value for name, value in given.items() if value is not UNSET})
