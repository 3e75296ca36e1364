"""Names and texts that people give: a name is one line, and what must be there is not blank."""

from orchd.errors import Invalid

_CONTROLS = frozenset(map(chr, (*range(0x20), *range(0x7F, 0xA0))))


def checked_name(name: str, field: str) -> str:
    """Return a name without the blanks around it. Raises `Invalid` for control characters, which terminals obey and
    databases sort each in its own way."""
    if not _CONTROLS.isdisjoint(name):
        raise Invalid(
            f"`{field}` has a control character, such as a line feed",
            reason="control_character",
            field=field,
            path=f"$.data.{field}",
        )
    return name.strip()


def require_nonblank(text: str, field: str) -> str:
    """Return a text as it is. Raises `Invalid` when there is nothing in it but blanks."""
    if not text.strip():
        raise Invalid(f"the {field} is blank", reason="blank", field=field, path=f"$.data.{field}")
    return text
