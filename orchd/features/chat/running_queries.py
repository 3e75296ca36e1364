"""SQL of the table `chat_message` that is about answers which are being generated, and by which run of the daemon."""

from collections.abc import Collection, Sequence

from msgspec import UNSET

from orchd.features import conversation as conversations
from orchd.features import journal
from orchd.features.chat import queries
from orchd.features.chat.messages import ChatMessage
from orchd.features.chat.rows import as_json, parts_until, transcript_of
from orchd.storage import Statement, Steps

IDS_PER_STATEMENT = 500
LEFT = "left"
"""In place of the run that generates an answer: it is left at its model server, for any run to take it up."""


def streaming_owners() -> Steps[set[str]]:
    """Return the daemon runs that are said to be generating."""
    found = yield Statement("SELECT DISTINCT owner FROM chat_message WHERE status = 'streaming' AND owner IS NOT NULL")
    return {owner for (owner,) in found.rows}


def unfinished_ids(owners: Collection[str]) -> Steps[list[int]]:
    """Return the messages that these daemon runs are said to be generating."""
    marks = ", ".join("?" * len(owners))
    found = yield Statement(
        f"SELECT id FROM chat_message WHERE status = 'streaming' AND owner IN ({marks}) ORDER BY id",
        tuple(sorted(owners)),
    )
    return [message_id for (message_id,) in found.rows]


def interrupt(message_id: int, owners: Collection[str], now: int) -> Steps[bool]:
    """Mark an answer of a dead daemon run as interrupted, with the text of the journal; return whether it was one."""
    found = yield from queries.find_any(message_id)
    if found is None or found.message.status != "streaming" or found.owner not in owners:
        return False
    yield from _interrupt(found.message, now)
    return True


def give(message_id: int, owner: str, run: str, now: int) -> Steps[bool]:
    """Have another daemon run generate an answer than its owner; False when it has ended, or is another one's."""
    given = yield Statement(
        "UPDATE chat_message SET owner = ?, updated_at = ? WHERE id = ? AND owner = ? AND status = 'streaming'",
        (run, now, message_id, owner),
    )
    return given.changed == 1


def interrupt_without_text(message_id: int, now: int) -> Steps[None]:
    """Mark an answer as interrupted whose journal can't be put into it; the journal stays, for whoever can mend it."""
    yield Statement(
        "UPDATE chat_message SET status = 'interrupted', updated_at = ? WHERE id = ? AND status = 'streaming'",
        (now, message_id),
    )


def _interrupt(message: ChatMessage, now: int) -> Steps[None]:
    text = transcript_of((yield from journal.read(message.id)))
    parts = None if message.parts is UNSET else parts_until(message.parts, text.seq)
    whose = yield from queries.begin_end(message.id, message.conversation_id, now)
    yield Statement(
        "UPDATE chat_message SET status = 'interrupted', content = ?, reasoning = ?, runs_json = ?, parts_json = ?,"
        " updated_at = ? WHERE id = ?",
        (text.text("content"), text.text("reasoning"), as_json(text.runs()), as_json(parts), now, message.id),
    )
    yield from journal.remove(message.id)
    yield from conversations.end_answer(message.conversation_id, whose, now, unread=True)


def request_cancel(message_id: int, now: int) -> Steps[None]:
    """Ask the daemon run that generates this answer to end it."""
    yield Statement("UPDATE chat_message SET cancel_at = ? WHERE id = ? AND status = 'streaming'", (now, message_id))


def check_wanted(message_ids: Sequence[int]) -> Steps[tuple[set[int], set[int]]]:
    """Return those of these messages that are there and wanted, and those that are to be cancelled, also since they or
    their conversation were removed."""
    there: set[int] = set()
    cancelled: set[int] = set()
    for start in range(0, len(message_ids), IDS_PER_STATEMENT):
        some = tuple(message_ids[start : start + IDS_PER_STATEMENT])
        marks = ", ".join("?" * len(some))
        found = yield Statement(
            "SELECT m.id, m.cancel_at, m.deleted_at, c.deleted_at FROM chat_message m"
            f" JOIN conversation c ON c.id = m.conversation_id WHERE m.id IN ({marks})",
            some,
        )
        for message_id, *unwanted in found.rows:
            (there if unwanted == [None, None, None] else cancelled).add(message_id)
    return there, cancelled


def running_answers(conversation_id: int) -> Steps[list[tuple[int, str]]]:
    """Return the answers that are being generated in a conversation, with the daemon run that does."""
    found = yield Statement(
        "SELECT id, owner FROM chat_message WHERE conversation_id = ? AND status = 'streaming' AND owner IS NOT NULL"
        " ORDER BY id",
        (conversation_id,),
    )
    return [(message_id, owner) for message_id, owner in found.rows]
