"""Conversations of our own format, which are taken as they are or not at all."""

import msgspec
from msgspec import UNSET, structs

from orchd.errors import Invalid
from orchd.features.chat import WholeMessage
from orchd.features.conversation import Origin, WholeConversation, checked_whole
from orchd.features.transfer.own_format import ExportedConversation
from orchd.features.transfer.reading.conversation import ReadConversation, UnreadableError
from orchd.features.transfer.reading.growing import MAX_NODES
from orchd.features.transfer.reading.values import Notes


def read_own(raw: bytes) -> ReadConversation:
    """Return a conversation that was exported here or by another daemon. Raises `UnreadableError`."""
    try:
        found = msgspec.json.decode(raw, type=ExportedConversation)
        content = checked_whole(_content(found))
    except msgspec.ValidationError as error:
        raise UnreadableError("invalid", str(error)) from None
    except (msgspec.MsgspecError, UnicodeError):
        raise UnreadableError("not_json", "it is no JSON") from None
    except Invalid as error:
        raise UnreadableError("invalid", error.message) from None
    _check_tree(found.messages, found.leaf_id)
    notes, messages = Notes(), found.messages
    for place, message in enumerate(messages):
        if message.files is not UNSET:  # their ids are those of another database
            notes.add("attachments", len(message.files))
            messages[place] = structs.replace(message, files=UNSET)
    origin = Origin("orchd", found.id)
    return ReadConversation(
        content=content, messages=messages, leaf_id=found.leaf_id, origin=origin, notes=notes.in_order()
    )


def _content(found: ExportedConversation) -> WholeConversation:
    return WholeConversation(**{name: getattr(found, name) for name in WholeConversation.__struct_fields__})


def _check_tree(messages: list[WholeMessage], leaf_id: int | None) -> None:
    if len(messages) > MAX_NODES:
        raise UnreadableError("too_many_messages", f"it has more than {MAX_NODES} messages")
    there: set[int] = set()
    for place, message in enumerate(messages):
        if message.id in there:
            raise UnreadableError("invalid", f"the id of `messages[{place}]` is there twice")
        if message.parent_id is not None and message.parent_id not in there:
            raise UnreadableError("invalid", f"the parent of `messages[{place}]` does not stand before it")
        there.add(message.id)
    if leaf_id is not None and leaf_id not in there:
        raise UnreadableError("invalid", "`leafId` is none of its messages")
