"""Conversations as a file, written piece by piece: what is read for a piece is all that is in memory of it."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import msgspec
from msgspec import UNSET

from orchd.entity import Owner, view
from orchd.errors import Invalid, NotFound
from orchd.features.chat import WholeMessage, branch_ids, whole_messages
from orchd.features.conversation import ConversationItem, WholeConversation, get_whole, own_ids_after
from orchd.features.transfer.messages import ExportFormat
from orchd.features.transfer.own_format import HEAD, ExportedHead
from orchd.protocol.cursor import two_numbers
from orchd.storage import Steps

ROOM = 256 * 1024
"""Characters of texts in one piece, or one message."""
CONVERSATIONS_AT_ONCE = 100
MESSAGE_ROOM = 200
"""What a message takes besides its texts, about."""
NOT_BEGUN = -1
"""In place of a message: not even the head of its conversation is written."""
_WHO = {"user": "Question", "assistant": "Answer"}


class ExportPlace(NamedTuple):
    """How far a file has come: in which conversation, and after which of its messages."""

    conversation_id: int
    message_id: int

    def cursor(self) -> str:
        """Return the place as clients are told it."""
        return f"{self.conversation_id}.{self.message_id + 1}"


def read_cursor(cursor: str) -> ExportPlace:
    """Raises `Invalid`."""
    numbers = two_numbers(cursor)
    if numbers is None:
        raise _no_cursor()
    return ExportPlace(numbers[0], numbers[1] - 1)


class ExportPiece(NamedTuple):
    """A piece of a file, and where the next one begins; None after the last one."""

    text: str
    place: ExportPlace | None


class _Form(Protocol):
    """How a file is written."""

    begin: str
    between: str
    end: str
    tail: str
    """Behind the messages of a conversation."""
    branches: bool
    """Whether all branches are written, or the active one."""

    def head(self, row: ConversationItem) -> str:
        """Return what stands before the messages of a conversation."""

    def message(self, message: WholeMessage, *, first: bool) -> str:
        """Return a message, the `first` of its conversation or a further one."""


class _OwnForm:
    begin, between, end, tail, branches = HEAD, ",\n", "]}\n", "]}", True

    def head(self, row: ConversationItem) -> str:
        content = view(WholeConversation, row)
        head = ExportedHead(
            id=f"{row.id}-{row.created_at}",
            leaf_id=row.leaf_id,
            **{name: getattr(content, name) for name in WholeConversation.__struct_fields__},
        )
        return msgspec.json.encode(head).decode().removesuffix("}") + ',"messages":['

    def message(self, message: WholeMessage, *, first: bool) -> str:
        return ("" if first else ",") + msgspec.json.encode(message).decode()


class _Markdown:
    begin, between, end, tail, branches = "", "\n---\n\n", "", "", False

    def head(self, row: ConversationItem) -> str:
        return f"# {row.title}\n"

    def message(self, message: WholeMessage, *, first: bool) -> str:
        del first
        about = [message.model or "", message.timestamp, "" if message.status == "complete" else message.status]
        files = "" if message.files is UNSET else _files_line([file.name for file in message.files])
        return f"\n## {_WHO[message.role]} ({', '.join(filter(None, about))})\n\n{message.content}\n{files}"


def _files_line(names: Sequence[str]) -> str:
    """Return what stands below a question of the files that went with it."""
    shown = ", ".join(f"`{' '.join(name.split()).replace('`', chr(39))}`" for name in names)
    return f"\nFiles: {shown}\n" if shown else ""


_FORMS: dict[ExportFormat, _Form] = {"orchd": _OwnForm(), "markdown": _Markdown()}


def export_piece(
    owner: Owner, wanted: Sequence[int] | None, form: ExportFormat, place: ExportPlace | None
) -> Steps[ExportPiece]:
    """Return the next piece of a file of some conversations that somebody sees, or of all that they made.

    One that is removed while the file is written ends there. Raises `NotFound` for one that isn't there at the start.
    """
    writing = _Writing(owner, wanted, _FORMS[form])
    return (yield from writing.piece(place))


class _Writing:
    """One piece while it is written."""

    def __init__(self, owner: Owner, wanted: Sequence[int] | None, form: _Form) -> None:
        self._owner, self._form = owner, form
        self._wanted = None if wanted is None else list(dict.fromkeys(wanted))
        self._text: list[str] = []
        self._room = ROOM
        self._first = False
        """Whether no conversation was begun yet."""

    def piece(self, place: ExportPlace | None) -> Steps[ExportPiece]:
        """Write from a place on."""
        if place is None:
            place = yield from self._begin()
        for _ in range(CONVERSATIONS_AT_ONCE):
            if place is None:
                break
            stopped = yield from self._conversation(place)
            if stopped is not None:
                place = stopped
                break
            place = yield from self._next(place.conversation_id)
        if place is None:
            self._text.append(self._form.end)
        return ExportPiece("".join(self._text), place)

    def _begin(self) -> Steps[ExportPlace | None]:
        for conversation_id in self._wanted or ():
            yield from get_whole(self._owner, conversation_id)
        self._text.append(self._form.begin)
        self._first = True
        return (yield from self._next(None))

    def _next(self, current: int | None) -> Steps[ExportPlace | None]:
        """Return where the conversation after one begins."""
        if self._wanted is None:
            ids = yield from own_ids_after(self._owner, current or 0, 1)
        else:
            ids = self._wanted[0 if current is None else self._wanted.index(current) + 1 :]
        return ExportPlace(ids[0], NOT_BEGUN) if ids else None

    def _conversation(self, place: ExportPlace) -> Steps[ExportPlace | None]:
        """Write a conversation from a place on; return where the piece ends in it, None when it is written."""
        current, after = place
        if self._wanted is not None and current not in self._wanted:
            raise _no_cursor()
        if self._room <= 0:
            return place
        row = yield from self._find(current)
        if row is None:
            self._text.append("" if after == NOT_BEGUN else self._form.tail)
            return None
        if after == NOT_BEGUN:
            self._text.append(("" if self._first else self._form.between) + self._form.head(row))
            self._first, after = False, 0
        stopped = yield from self._messages(row, after)
        if stopped is None:
            self._text.append(self._form.tail)
        return stopped

    def _messages(self, row: ConversationItem, after: int) -> Steps[ExportPlace | None]:
        only = None if self._form.branches else (yield from branch_ids(row.id, row.leaf_id))
        last: int | None = after
        while last is not None:
            if self._room <= 0:
                return ExportPlace(row.id, last)
            page = yield from whole_messages(row.id, last, self._room, only, self._owner.user_id)
            for message in page.messages:
                self._text.append(self._form.message(message, first=after == 0))
                after = message.id
                self._room -= len(message.content) + len(message.reasoning or "") + MESSAGE_ROOM
            last = page.last_id
        return None

    def _find(self, conversation_id: int) -> Steps[ConversationItem | None]:
        try:
            return (yield from get_whole(self._owner, conversation_id))
        except NotFound:
            return None


def _no_cursor() -> Invalid:
    return Invalid("not a cursor of this export", reason="malformed", field="cursor", path="$.data.cursor")
