"""Conversations of a file, stored: some short ones in each transaction, and a long one in several, as a draft that
nobody sees until it is whole. Which of them are here already is looked up in the transaction that would store them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import structlog

from orchd.clock import unix_now
from orchd.entity import Belonging, Owner
from orchd.errors import Conflict, OrchdError, TooLarge
from orchd.features.chat import WholeMessage, add_whole_messages
from orchd.features.conversation import (
    begin_draft,
    check_into,
    end_draft,
    end_whole,
    has_more_than,
    imported_before,
    insert_whole,
    show_whole,
    whose_draft,
)
from orchd.features.transfer.drafts import Drafts
from orchd.features.transfer.import_queries import ImportGain, LineDraft, add_lines, enter_turn, note_gain
from orchd.features.transfer.reading.conversation import ReadConversation, ReadElement
from orchd.storage import Database, Steps, ValueRefused

GROUP_MESSAGES, GROUP_CHARACTERS = 100, 256 * 1024
"""What one transaction stores: others wait for it."""
REFUSALS = (Conflict, TooLarge, ValueRefused)
"""What a database says of values that it will never take."""


class PlacedElement(NamedTuple):
    """An element of a file, and which one it is, from 1."""

    place: int
    element: ReadElement


class StoreWish(NamedTuple):
    """Whose conversations are stored, by which import, into which project; `max_rows`: how many one user may have."""

    owner: Owner
    import_id: int
    project_id: int | None
    max_rows: int


class _TooManyError(Conflict):
    """There are as many conversations as one user may have."""


class Storing:
    """Stores what an import has read."""

    def __init__(self, database: Database, drafts: Drafts, wish: StoreWish) -> None:
        self._database = database
        self._drafts = drafts
        self._wish = wish

    async def store(self, elements: Sequence[PlacedElement], read: int) -> None:
        """Store elements in their order; `read` are the bytes of the file by now. Raises an `OrchdError` for what holds
        for all that would follow."""
        for group in _groups(elements):
            if len(group) == 1 and _size(group[0])[0] > GROUP_MESSAGES:
                await self._guarded_long(group[0], read)
            else:
                await self._guarded_group(group, read)

    async def _guarded_group(self, group: Sequence[PlacedElement], read: int) -> None:
        try:
            await self._database.write_relaxed(_store_group, self._wish, group, read, unix_now())
        except _TooManyError:
            raise
        except REFUSALS as error:
            if len(group) == 1:
                await self._refuse(group[0], error, read)
                return
            for each in group:  # the others are none the worse
                await self._guarded_group([each], read)

    async def _guarded_long(self, placed: PlacedElement, read: int) -> None:
        try:
            await self._store_long(placed, read)
        except _TooManyError:
            raise
        except REFUSALS as error:
            await self._refuse(placed, error, read)

    async def _refuse(self, placed: PlacedElement, error: OrchdError, read: int) -> None:
        structlog.get_logger().warning("a conversation was not imported", place=placed.place, reason=error.message)
        refused = ReadElement(title=placed.element.title, fault="refused", message="the database does not take it")
        await self._database.write_relaxed(
            _store_group, self._wish, [PlacedElement(placed.place, refused)], read, unix_now()
        )

    async def _store_long(self, placed: PlacedElement, read: int) -> None:
        found = placed.element.conversation
        assert found is not None
        wish, epoch = self._wish, self._drafts.epoch
        async with self._drafts.making() as draft:
            draft.row_id = await self._database.write_relaxed(_begin_long, wish, placed, epoch, read, unix_now())
            if draft.row_id is None:
                return
            ids: dict[int, int] = {}
            for messages in _pages(found.messages):
                ids |= await self._database.write_relaxed(_add_page, draft.row_id, messages, ids)
            leaf_id = None if found.leaf_id is None else ids[found.leaf_id]
            draft.whole = await self._database.write_relaxed(
                _end_long, wish, placed, draft.row_id, leaf_id, read, unix_now()
            )


def _groups(elements: Sequence[PlacedElement]) -> Iterator[list[PlacedElement]]:
    """Yield elements that one transaction may store, in order; a long conversation stands alone."""
    group: list[PlacedElement] = []
    messages = characters = 0
    for placed in elements:
        more = _size(placed)
        if group and (messages + more[0] > GROUP_MESSAGES or characters + more[1] > GROUP_CHARACTERS):
            yield group
            group, messages, characters = [], 0, 0
        group.append(placed)
        messages, characters = messages + more[0], characters + more[1]
    if group:
        yield group


def _size(placed: PlacedElement) -> tuple[int, int]:
    """Return how many messages an element has, and the characters of its texts; it counts as a message itself."""
    found = placed.element.conversation
    if found is None:
        return 1, 0
    return len(found.messages), sum(map(_characters, found.messages))


def _characters(message: WholeMessage) -> int:
    return len(message.content) + len(message.reasoning or "")


def _pages(messages: Sequence[WholeMessage]) -> Iterator[list[WholeMessage]]:
    page: list[WholeMessage] = []
    characters = 0
    for message in messages:
        if page and (len(page) >= GROUP_MESSAGES or characters + _characters(message) > GROUP_CHARACTERS):
            yield page
            page, characters = [], 0
        page.append(message)
        characters += _characters(message)
    if page:
        yield page


def _store_group(wish: StoreWish, group: Sequence[PlacedElement], read: int, now: int) -> Steps[None]:
    """Store some elements whole, or why they aren't, and how far the import has come."""
    yield from enter_turn(wish.owner, wish.import_id, now)
    known = yield from _find_known(wish, group)
    lines: list[LineDraft] = []
    stored: list[tuple[int, ReadConversation]] = []
    yield from _check_room(wish, sum(_is_new(placed, known) for placed in group))
    for placed in group:
        found = placed.element.conversation
        if found is None or not _is_new(placed, known):
            lines.append(_line_of_other(placed, known))
            continue
        added = yield from _store_whole(wish, found)
        known[found.origin.source, found.origin.source_id] = added
        stored.append((added, found))
        lines.append(_line_of_stored(placed, found, added))
    yield from add_lines(wish.import_id, lines)
    for added, found in stored:
        yield from show_whole(added, found.content, _belongs(wish), now)
    gain = _gain(lines, group, sum(len(found.messages) for _, found in stored), read)
    yield from note_gain(wish.owner, wish.import_id, gain, now)


def _store_whole(wish: StoreWish, found: ReadConversation) -> Steps[int]:
    belongs = _belongs(wish)
    added = yield from insert_whole(found.content, belongs, found.origin)
    ids = yield from add_whole_messages(added, found.messages, {}, belongs)
    yield from end_whole(added, None if found.leaf_id is None else ids[found.leaf_id], len(ids))
    return added


def _begin_long(wish: StoreWish, placed: PlacedElement, epoch: str, read: int, now: int) -> Steps[int | None]:
    """Begin the draft of a conversation; return None, and store that it is skipped, where it is here already."""
    yield from enter_turn(wish.owner, wish.import_id, now)
    if (yield from _skip_known(wish, placed, read, now)):
        return None
    yield from _check_room(wish, 1)
    found = placed.element.conversation
    assert found is not None
    return (yield from begin_draft(found.content, _belongs(wish), epoch, now, found.origin))


def _add_page(draft_id: int, messages: Sequence[WholeMessage], ids: dict[int, int]) -> Steps[dict[int, int]]:
    belongs = yield from whose_draft(draft_id)
    return (yield from add_whole_messages(draft_id, messages, ids, belongs))


def _end_long(
    wish: StoreWish, placed: PlacedElement, draft_id: int, leaf_id: int | None, read: int, now: int
) -> Steps[bool]:
    """Show a draft that is whole; return False where the same conversation was stored meanwhile."""
    yield from enter_turn(wish.owner, wish.import_id, now)
    if (yield from _skip_known(wish, placed, read, now)):
        return False
    yield from check_into(wish.owner, wish.project_id)
    found = placed.element.conversation
    assert found is not None
    lines = [_line_of_stored(placed, found, draft_id)]
    yield from add_lines(wish.import_id, lines)
    yield from end_draft(draft_id, found.content, leaf_id, len(found.messages), now)
    yield from note_gain(wish.owner, wish.import_id, _gain(lines, [placed], len(found.messages), read), now)
    return True


def _skip_known(wish: StoreWish, placed: PlacedElement, read: int, now: int) -> Steps[bool]:
    known = yield from _find_known(wish, [placed])
    if _is_new(placed, known):
        return False
    lines = [_line_of_other(placed, known)]
    yield from add_lines(wish.import_id, lines)
    yield from note_gain(wish.owner, wish.import_id, _gain(lines, [placed], 0, read), now)
    return True


def _find_known(wish: StoreWish, group: Sequence[PlacedElement]) -> Steps[dict[tuple[str, str], int]]:
    """Return which of some conversations are here already, by source and what they are called there."""
    wanted: dict[str, list[str]] = {}
    for placed in group:
        if (found := placed.element.conversation) is not None:
            wanted.setdefault(found.origin.source, []).append(found.origin.source_id)
    known: dict[tuple[str, str], int] = {}
    for source, source_ids in wanted.items():
        there = yield from imported_before(wish.owner, source, source_ids)
        known |= {(source, source_id): row_id for source_id, row_id in there.items()}
    return known


def _is_new(placed: PlacedElement, known: dict[tuple[str, str], int]) -> bool:
    found = placed.element.conversation
    return found is not None and (found.origin.source, found.origin.source_id) not in known


def _check_room(wish: StoreWish, new: int) -> Steps[None]:
    """Raise unless somebody may have so many conversations more, and put them into the project."""
    yield from check_into(wish.owner, wish.project_id)
    if new and (yield from has_more_than(wish.owner, max(wish.max_rows - new, 0))):
        raise _TooManyError(
            f"there are about {wish.max_rows} conversations already, as many as one user may have",
            reason="too_many_rows",
        )


def _belongs(wish: StoreWish) -> Belonging:
    return Belonging(wish.owner.user_id, wish.project_id)


def _line_of_stored(placed: PlacedElement, found: ReadConversation, added: int) -> LineDraft:
    return LineDraft(
        placed.place, "imported", None, "", found.content.title, found.origin.source_id, added, found.notes
    )


def _line_of_other(placed: PlacedElement, known: dict[tuple[str, str], int]) -> LineDraft:
    place, element = placed
    found = element.conversation
    if found is None:
        return LineDraft(place, "failed", element.fault, element.message, element.title)
    here = known[found.origin.source, found.origin.source_id]
    said = "it was imported before"
    return LineDraft(place, "skipped", "imported_before", said, found.content.title, found.origin.source_id, here)


def _gain(lines: Sequence[LineDraft], group: Sequence[PlacedElement], messages: int, read: int) -> ImportGain:
    outcomes = [line.outcome for line in lines]
    found = [placed.element.conversation for placed in group]
    return ImportGain(
        outcomes.count("imported"),
        outcomes.count("skipped"),
        outcomes.count("failed"),
        messages,
        read,
        next((each.origin.source for each in found if each is not None), None),
    )
