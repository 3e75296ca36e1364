"""Copies of conversations. A long one is made in several transactions, so that nobody waits for it, and is a draft that
nobody sees until it is whole."""

from collections.abc import Callable, Collection
from typing import NamedTuple

from orchd.clock import unix_now
from orchd.entity import Belonging, Owner, view
from orchd.errors import Conflict, NotFound
from orchd.features.chat import add_whole_messages, branch_ids, whole_messages, whole_size
from orchd.features.conversation import (
    ConversationItem,
    WholeConversation,
    begin_draft,
    checked_whole,
    end_draft,
    end_whole,
    get_whole,
    has_more_than,
    insert_whole,
    kept_assistant,
    show_whole,
    whose_draft,
)
from orchd.features.transfer.drafts import Drafts
from orchd.features.transfer.messages import ConversationDuplicate
from orchd.protocol.types import timestamp
from orchd.storage import Database, Steps

SHORT_MESSAGES, SHORT_CHARACTERS = 100, 256 * 1024
"""What is copied in one transaction."""
MAX_TITLE = 200
_COPY = " (copy)"


class _Wish(NamedTuple):
    """What is to be copied: the messages up to one, `only` some of them; `leaf_id` ends the active branch."""

    source_id: int
    content: WholeConversation
    assistant_id: int | None
    leaf_id: int | None
    until: int
    only: Collection[int] | None
    short: bool


class _CopiedPage(NamedTuple):
    """The ids of the messages that were copied, by those that they were copied from; the last id that was looked at."""

    ids: dict[int, int]
    last_id: int | None


class Copier:
    """Copies conversations; `max_rows` is how many of them somebody may have. `look` has what was stored told."""

    def __init__(self, database: Database, drafts: Drafts, max_rows: int, look: Callable[[], None]) -> None:
        self._database = database
        self._drafts = drafts
        self._max_rows = max_rows
        self._look = look

    async def copy(self, owner: Owner, asked: ConversationDuplicate) -> ConversationItem:
        """Copy a conversation; return the copy. Raises `NotFound`, `Conflict`, `Invalid`."""
        wish = await self._database.read(self._wish, owner, asked, unix_now())
        if wish.short:
            copied = await self._database.write(self._at_once, owner, wish, unix_now())
        else:
            copied = await self._by_pages(owner, wish)
        self._look()
        return await self._database.read(get_whole, owner, copied)

    def _wish(self, owner: Owner, asked: ConversationDuplicate, now: int) -> Steps[_Wish]:
        if (yield from has_more_than(owner, self._max_rows - 1)):
            raise Conflict(f"there are {self._max_rows} conversations already", reason="too_many_rows")
        row = yield from get_whole(owner, asked.conversation_id)
        leaf_id = asked.message_id or row.leaf_id
        branch = yield from branch_ids(row.id, leaf_id)
        if asked.message_id is not None and asked.message_id not in branch:
            raise NotFound("the conversation has no such message", field="messageId", path="$.data.messageId")
        size = yield from whole_size(row.id)
        title = asked.title or f"{row.title[: MAX_TITLE - len(_COPY)].rstrip()}{_COPY}"
        content = checked_whole(
            view(WholeConversation, row, title=title, created_at=timestamp(now), updated_at=timestamp(now))
        )
        return _Wish(
            row.id,
            content,
            (yield from kept_assistant(owner, row.assistant_id)),
            leaf_id,
            asked.message_id or size.last_id,
            branch if asked.branches == "shown" else None,
            size.messages <= SHORT_MESSAGES and size.characters <= SHORT_CHARACTERS,
        )

    def _at_once(self, owner: Owner, wish: _Wish, now: int) -> Steps[int]:
        belongs = Belonging(owner.user_id)
        copied = yield from insert_whole(wish.content, belongs, None, wish.assistant_id)
        page, ids = _CopiedPage({}, 0), dict[int, int]()
        while page.last_id is not None:
            page = yield from _copy_page(owner, wish, copied, page.last_id, ids, belongs)
            ids |= page.ids
        yield from end_whole(copied, _leaf(wish, ids), len(ids))
        yield from show_whole(copied, wish.content, belongs, now)
        return copied

    async def _by_pages(self, owner: Owner, wish: _Wish) -> int:
        async with self._drafts.making() as draft:
            belongs = Belonging(owner.user_id)
            draft.row_id = copied = await self._database.write(
                begin_draft, wish.content, belongs, self._drafts.epoch, unix_now(), None, wish.assistant_id
            )
            page, ids = _CopiedPage({}, 0), dict[int, int]()
            while page.last_id is not None:
                page = await self._database.write_relaxed(_copy_draft_page, owner, wish, copied, page.last_id, ids)
                ids |= page.ids
            await self._database.write(end_draft, copied, wish.content, _leaf(wish, ids), len(ids), unix_now())
            draft.whole = True
            return copied


def _copy_draft_page(owner: Owner, wish: _Wish, copied: int, after: int, ids: dict[int, int]) -> Steps[_CopiedPage]:
    belongs = yield from whose_draft(copied)
    return (yield from _copy_page(owner, wish, copied, after, ids, belongs))


def _copy_page(
    owner: Owner, wish: _Wish, copied: int, after: int, ids: dict[int, int], belongs: Belonging
) -> Steps[_CopiedPage]:
    """Copy some messages of a conversation that may still be seen. Changes nothing besides: it may be run again."""
    yield from get_whole(owner, wish.source_id)
    page = yield from whole_messages(wish.source_id, after, SHORT_CHARACTERS, wish.only)
    wanted = [message for message in page.messages[:SHORT_MESSAGES] if message.id <= wish.until]
    added = yield from add_whole_messages(copied, wanted, ids, belongs)
    if len(page.messages) > SHORT_MESSAGES:
        return _CopiedPage(added, page.messages[SHORT_MESSAGES - 1].id)
    return _CopiedPage(added, page.last_id)


def _leaf(wish: _Wish, ids: dict[int, int]) -> int | None:
    return None if wish.leaf_id is None else ids.get(wish.leaf_id)
