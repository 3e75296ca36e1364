"""One way to define an entity that people keep: the struct of its rows says what its frames, SQL and handlers are.

    class Prompt(OwnedItem, frozen=True, kw_only=True):
        \"\"\"A text that is kept to be sent again.\"\"\"

        name: Name
        text: Annotated[str, Meta(min_length=1, max_length=100_000)]
        tags: Words = ()

    PROMPT = Entity("prompt", Prompt, unique=("name",), filters=("active",), orders=("name", "updated_at"))

From this follow `prompt:create`, `get`, `list`, `update`, `delete`, `restore`, `subscribe` and `unsubscribe`, the
pushed `prompt:changed`, and `EntityHandlers(PROMPT, rooms)`, which answers them. What is particular to one is ordinary
code: a subclass of the handlers, with commands of its own beside `commands_of(PROMPT)`.
"""

from orchd.entity.wire.change_queries import Happening, LoggedChange, RowChange, forget_changes, latest, note
from orchd.entity.wire.conflicts import present_row_in_conflict
from orchd.entity.wire.definition import Entity
from orchd.entity.wire.drafts import draft_of
from orchd.entity.wire.feed import ChangeFeed, LiveKind
from orchd.entity.wire.following import FollowHandlers, Following, follow_commands_of
from orchd.entity.wire.handlers import EntityHandlers, EntityRooms, commands_of, daemon_commands_of
from orchd.entity.wire.members import (
    Category,
    DaemonItem,
    DaemonMember,
    Description,
    Facts,
    FixedMember,
    Name,
    OwnedItem,
    OwnItem,
    PartItem,
    SentBy,
    WebAddress,
    Words,
    name,
    one_line,
    web_address,
)
from orchd.entity.wire.payloads import ChangeKind
from orchd.entity.wire.releasing_queries import release_rows

__all__ = (
    "Category",
    "ChangeFeed",
    "ChangeKind",
    "DaemonItem",
    "DaemonMember",
    "Description",
    "Entity",
    "EntityHandlers",
    "EntityRooms",
    "Facts",
    "FixedMember",
    "FollowHandlers",
    "Following",
    "Happening",
    "LiveKind",
    "LoggedChange",
    "Name",
    "OwnItem",
    "OwnedItem",
    "PartItem",
    "RowChange",
    "SentBy",
    "WebAddress",
    "Words",
    "commands_of",
    "daemon_commands_of",
    "draft_of",
    "follow_commands_of",
    "forget_changes",
    "latest",
    "name",
    "note",
    "one_line",
    "present_row_in_conflict",
    "release_rows",
    "web_address",
)
