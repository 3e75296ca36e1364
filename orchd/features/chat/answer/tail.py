"""Following an answer that another daemon generates, by the journal that it writes to the common database.

This is what makes an upgrade harmless: the old daemon finishes its answers while the new one serves their readers, a
journal's tick behind. There is no event to wait for in a database that both share, so it is looked at, as often as
the journal is written; only while somebody listens.
"""

import structlog
import trio

from orchd.errors import Unavailable
from orchd.features import journal
from orchd.features.chat import queries
from orchd.features.chat.answer.running import Running
from orchd.features.chat.messages import ChatMessage
from orchd.features.chat.rows import GrowingAnswer
from orchd.features.journal import JournalRow
from orchd.guard import guarded
from orchd.storage import Database, Steps

LOOK_SECONDS = 0.1
AWAY_SECONDS = 1.0


class Tail(Running):
    """An answer that another daemon generates."""

    async def run(self, database: Database) -> None:
        """Tell the readers what grows until the answer has ended, or nobody listens any more. Raises nothing."""
        with guarded("tail", message_id=self.message_id):
            while self.followed:
                try:
                    if await self._look(database):
                        return
                except Unavailable:
                    await trio.sleep(AWAY_SECONDS)
                await trio.sleep(LOOK_SECONDS)
        self.settled.set()

    async def _look(self, database: Database) -> bool:
        """Read what is new; return whether the answer has ended."""
        message, rows = await database.read(_news, self.message_id, self.transcript.seq)
        if message is None:  # deleted
            self.tell_end(None)
            self.settled.set()
            return True
        if message.status == "streaming":
            self._grow(rows)
            return False
        self._complete(message)
        return True

    def _grow(self, rows: list[JournalRow]) -> None:
        for row in rows:
            known = self.transcript.seq - row.start_seq
            if 0 <= known < len(row.text):
                self.transcript.add("reasoning" if row.channel == "reasoning" else "content", row.text[known:])
        self.grow()

    def _complete(self, message: ChatMessage) -> None:
        """Send the rest, which the message itself holds by now, and the end."""
        for channel, text in (("reasoning", message.reasoning or ""), ("content", message.content)):
            known = self.transcript.text("reasoning" if channel == "reasoning" else "content")
            if not text.startswith(known):
                structlog.get_logger().warning("an answer differs from its journal", message_id=self.message_id)
            elif len(text) > len(known):
                self.transcript.add("reasoning" if channel == "reasoning" else "content", text[len(known) :])
        self.grow()
        self.tell_end(message.finish_reason)
        self.tell_final(message)


def begin(found: GrowingAnswer) -> Tail:
    """Make the tail of an answer from the text that it has so far."""
    message = found.record.message
    return Tail(message.conversation_id, message.id, found.record.owner or "", found.text, found.whose)


def _news(message_id: int, seq: int) -> Steps[tuple[ChatMessage | None, list[JournalRow]]]:
    found = yield from queries.find_present(message_id)
    rows = yield from journal.read(message_id, seq)
    if rows and rows[0].start_seq > seq:  # written anew in other pieces, after a commit in doubt
        rows = yield from journal.read(message_id)
    return (None if found is None else found.message), rows
