"""What is known of a file: somebody's name for some content."""

from typing import Annotated, TypeAlias

from msgspec import Meta

from orchd.entity.wire import DaemonMember, Description, Entity, OwnedItem, SentBy
from orchd.errors import Invalid
from orchd.protocol.names import checked_name, require_nonblank
from orchd.protocol.types import Count

NAME_CHARACTERS = 255
_TURNING = dict.fromkeys((0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Characters that turn a text around: `photo\u202egnp.exe` is shown with another ending than it has."""


def file_name(text: str, field: str) -> str:
    """Return a file's name without the blanks around it, and without what turns it around. Raises `Invalid` for a blank
    one, control characters, and what would be a place in a directory."""
    name = checked_name(require_nonblank(text, field), field).translate(_TURNING).strip()
    if "/" in name or "\\" in name or name.strip(".") == "":
        raise Invalid("a file's name is no path", reason="file_name", field=field, path=f"$.data.{field}")
    return name


FileName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=NAME_CHARACTERS), SentBy(file_name)]
"""Of one line, without slashes."""
FileType: TypeAlias = Annotated[str, Meta(max_length=100)]


class FileItem(OwnedItem, frozen=True, kw_only=True):
    """A file that somebody has uploaded. Its content never changes."""

    name: FileName
    description: Description = ""
    type: Annotated[FileType, DaemonMember]
    """What it is, found in its content: `image/png`, `image/jpeg`, `image/gif`, `image/webp`, `application/pdf`,
    `text/plain` for UTF-8, else `application/octet-stream`."""
    size: Annotated[Count, DaemonMember]
    """In bytes."""
    sha256: Annotated[str, DaemonMember]
    """The hash of its content, in hexadecimal digits."""


FILE = Entity(
    "file",
    FileItem,
    scope="chat",
    filters=("type", "sha256"),
    orders=("id", "name", "size", "updated_at"),
    descending=True,
    search=("name", "description"),
)
