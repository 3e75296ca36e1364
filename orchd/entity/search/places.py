"""Where words stand in the index: in a place that is a user's, or in that of all rows which are in projects; there the
latest entry comes first. So the latest entries of a user are found without looking at anybody else's.
"""

from orchd.entity.owner import Belonging

ENTRIES = 1 << 40
"""How many entries have room in a user's place, and so in all."""
SHARED_PLACE = 1 << 62


def place_of(user_id: int) -> int:
    """Return where a user's place begins."""
    return user_id * ENTRIES


def owner_word(kind: str, number: int) -> str:
    """Return the sign of a user (`u`) or a project (`p`)."""
    return f"_{kind}{number}"


def owner_words(belongs: Belonging) -> str:
    """Return the signs of those whom a row belongs to."""
    own = owner_word("u", belongs.user_id)
    return own if belongs.project_id is None else f"{own} {owner_word('p', belongs.project_id)}"
