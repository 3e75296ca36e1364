"""Whether one schema admits all that another one does, where the walk can't tell: jsonschema-rs is asked.

It is the extra `compatibility`, and no dependency: a daemon has no use for it. Where it isn't installed, and where it
says that it doesn't know, the difference stays undecided.
"""

from orchd.compatibility.difference import JsonValue, SchemaKeywords

try:
    import jsonschema_rs
except ImportError:  # the extra isn't installed
    INSTALLED = False
else:
    INSTALLED = True

OPEN = frozenset({"properties", "patternProperties", "dependentSchemas", "x-mayGrow"})
"""Where these stand, to admit is not enough: an object that is open admits also what lost a member."""


def covers(wide: SchemaKeywords, narrow: SchemaKeywords) -> bool | None:
    """Return whether the first admits all that the second does; None when that can't be told."""
    if not INSTALLED or _open(wide) or _open(narrow):
        return None
    try:
        found = str(jsonschema_rs.canonicalize(wide).covers(jsonschema_rs.canonicalize(narrow)))
    except (ValueError, jsonschema_rs.ReferencingError):
        return None
    return {"yes": True, "no": False}.get(found)


def _open(value: JsonValue) -> bool:
    if isinstance(value, dict):
        return not OPEN.isdisjoint(value) or any(map(_open, value.values()))
    return isinstance(value, list) and any(map(_open, value))
