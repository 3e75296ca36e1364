"""What is worth knowing of a model server that answers well."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import msgspec

ServerNoteCode: TypeAlias = Literal[
    "files_left_out", "list_cut", "list_shown_in_part", "list_too_long", "names_too_long", "no_list"
]


class ServerNote(msgspec.Struct, frozen=True):
    """What is worth knowing of a server though it is well: in words for people, and by a code for programs.

    `count` is how many models or files it is about, `limit` how many are known or shown, or how many characters a name
    may have. `files` are names without folders, the first ones.
    """

    code: ServerNoteCode
    text: str
    count: int | None = None
    limit: int | None = None
    http_status: int | None = None
    files: tuple[str, ...] = ()


def note_text(notes: Sequence[ServerNote]) -> str | None:
    """Return notes in one text; None where there are none."""
    return "; ".join(note.text for note in notes) or None
