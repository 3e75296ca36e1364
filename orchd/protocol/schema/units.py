"""What numbers count: said in the schema as `x-unit`, as the member's name tells or a table has it."""

from collections.abc import Mapping

from orchd.protocol.schema.shape import SchemaObject

NAMED: Mapping[str, str] = {
    "Ms": "milliseconds",
    "Seconds": "seconds",
    "Minutes": "minutes",
    "Days": "days",
    "Bytes": "bytes",
    "BytesPerSecond": "bytes per second",
    "TokensPerSecond": "tokens per second",
    "Percent": "percent",
    "Tokens": "tokens",
    "Chars": "characters",
    "Watts": "watts",
    "Mhz": "MHz",
}
"""What the last words of a member's name say of its number."""

NONE = ""
"""What a table has for a number without a unit whose name seems to end in one."""


def describe_units(definition: SchemaObject, told: Mapping[str, str]) -> None:
    """Give each member that holds a number its unit: the one that is `told` by its name, else what the name says."""
    for name, member in definition.get("properties", {}).items():
        if holds_number(member):
            unit = told.get(name, _by_name(name))
            if unit:
                member["x-unit"] = unit


def holds_number(member: SchemaObject) -> bool:
    """Return whether a member is a number, may be one, or is a list of some."""
    inner = [*member.get("anyOf", ()), *([member["items"]] if "items" in member else ())]
    return member.get("type") in ("integer", "number") or any(map(holds_number, inner))


def _by_name(name: str) -> str:
    written = name[:1].upper() + name[1:]
    return next((unit for end, unit in NAMED.items() if written.endswith(end)), NONE)
