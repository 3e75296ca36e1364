"""SQL of the tables `conversation_import` and `conversation_import_line`."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from orchd.entity import Belonging, OwnedTable, Owner, Table
from orchd.errors import NotFound, OrchdError
from orchd.features.transfer.import_rows import (
    IMPORT,
    ConversationImportItem,
    ConversationImportLine,
    ConversationImportReportRequest,
    ImportOutcome,
    ImportStatus,
)
from orchd.features.transfer.reading.conversation import ImportFault, ImportNote
from orchd.protocol.page import MAX_REPLY_BYTES
from orchd.storage import Statement, Steps

LINES = OwnedTable(
    Table("conversation_import_line", ConversationImportLine, "line of the report", long=("message", "title", "notes")),
    IMPORT.rows,
    "import_id",
)


class ImportStart(NamedTuple):
    """What an import begins with: what its client calls the file, into which project, and how long it is."""

    name: str = ""
    project_id: int | None = None
    total_bytes: int | None = None


class ImportGain(NamedTuple):
    """By how much an import has come further: conversations by their outcome, and messages. `read`: bytes of the file
    by now."""

    imported: int
    skipped: int
    failed: int
    messages: int
    read: int
    source: str | None


class LineDraft(NamedTuple):
    """What became of a conversation, to be stored."""

    place: int
    outcome: ImportOutcome
    fault: ImportFault | None = None
    message: str = ""
    title: str = ""
    source_id: str | None = None
    conversation_id: int | None = None
    notes: Sequence[ImportNote] = ()


def begin_import(owner: Owner, start: ImportStart, epoch: str, now: int) -> Steps[int]:
    """Store that an import begins; return its id."""
    done = yield Statement(
        "INSERT INTO conversation_import (user_id, version, name, source, status, imported, skipped, failed, messages,"
        " bytes, total_bytes, epoch, created_at, updated_at)"
        " VALUES (?, 1, ?, NULL, 'running', 0, 0, 0, 0, 0, ?, ?, ?, ?)",
        (owner.user_id, start.name, start.total_bytes, epoch, now, now),
    )
    yield from IMPORT.note_change(done.last_id, "created", Belonging(owner.user_id), now)
    return done.last_id


def forget_some(owner: Owner, kept: int, limit: int, now: int) -> Steps[bool]:
    """Delete one of somebody's ended imports that is older than the latest `kept`: up to `limit` lines of its report,
    and with the last of them itself. Return whether there was one."""
    found = yield Statement(
        "SELECT id FROM conversation_import WHERE user_id = ? AND status <> 'running' ORDER BY id DESC"
        " LIMIT 1 OFFSET ?",
        (owner.user_id, kept),
    )
    if not found.rows:
        return False
    (import_id,) = found.rows[0]
    lines = yield Statement(
        "SELECT l.id FROM conversation_import_line l JOIN conversation_import i ON i.id = l.import_id"
        " WHERE i.id = ? AND i.user_id = ? LIMIT ?",
        (import_id, owner.user_id, limit),
    )
    line_ids = tuple(row[0] for row in lines.rows)
    marks = ", ".join("?" * len(line_ids)) or "NULL"
    yield Statement(
        f"DELETE FROM conversation_import_line WHERE id IN ({marks}) AND import_id IN"
        " (SELECT id FROM conversation_import WHERE id = ? AND user_id = ?)",
        (*line_ids, import_id, owner.user_id),
    )
    if len(line_ids) < limit:
        yield Statement("DELETE FROM conversation_import WHERE id = ? AND user_id = ?", (import_id, owner.user_id))
        yield from IMPORT.note_change(import_id, "deleted", Belonging(owner.user_id), now)
    return True


def enter_turn(owner: Owner, import_id: int, now: int) -> Steps[None]:
    """Have all others wait that import for the same user, until this transaction ends: each sees what the other one has
    stored. Raises `NotFound` when the import was removed."""
    yield Statement(
        "UPDATE conversation_import SET updated_at = ? WHERE user_id = ? AND status = 'running'", (now, owner.user_id)
    )
    found = yield Statement(
        "SELECT id FROM conversation_import WHERE id = ? AND user_id = ? AND status = 'running' AND deleted_at IS NULL",
        (import_id, owner.user_id),
    )
    if not found.rows:
        raise NotFound("the import was removed while it ran")


def add_lines(import_id: int, lines: Sequence[LineDraft]) -> Steps[None]:
    """Store what became of some conversations. For an import that `enter_turn` has found."""
    for line in lines:
        yield Statement(
            "INSERT INTO conversation_import_line (import_id, place, outcome, fault, message, title, source_id,"
            " conversation_id, notes_json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (import_id, *line[:-1], msgspec.json.encode(line.notes).decode()),
        )


def note_gain(owner: Owner, import_id: int, gain: ImportGain, now: int) -> Steps[None]:
    """Store how far an import has come, and have it told; the last thing that a transaction does."""
    yield Statement(
        "UPDATE conversation_import SET imported = imported + ?, skipped = skipped + ?, failed = failed + ?,"
        " messages = messages + ?, bytes = ?, source = COALESCE(source, ?), updated_at = ?, version = version + 1"
        " WHERE id = ? AND user_id = ?",
        (*gain, now, import_id, owner.user_id),
    )
    yield from IMPORT.note_change(import_id, "updated", Belonging(owner.user_id), now)


class ImportEnd(NamedTuple):
    """How an import ends: `read` are the bytes of the file that were read, None where that stays as it is."""

    status: ImportStatus
    read: int | None = None
    error: OrchdError | None = None


def end_import(owner: Owner, import_id: int, end: ImportEnd, now: int) -> Steps[None]:
    """Store that an import has ended, and have it told; nothing where it has ended already. The last thing that a
    transaction does."""
    told = None if end.error is None else {"code": end.error.code, "message": end.error.message[:1_000]}
    done = yield Statement(
        "UPDATE conversation_import SET status = ?, bytes = COALESCE(?, bytes), error_json = ?, ended_at = ?,"
        " updated_at = ?, version = version + 1 WHERE id = ? AND user_id = ? AND status = 'running'",
        (
            end.status,
            end.read,
            None if told is None else msgspec.json.encode(told).decode(),
            now,
            now,
            import_id,
            owner.user_id,
        ),
    )
    if done.changed:
        yield from IMPORT.note_change(import_id, "updated", Belonging(owner.user_id), now)


def get_import(owner: Owner, import_id: int) -> Steps[ConversationImportItem]:
    """Return an import of somebody's. Raises `NotFound`."""
    return (yield from IMPORT.rows.seen_by(owner).get(import_id))


def report(owner: Owner, asked: ConversationImportReportRequest) -> Steps[list[ConversationImportLine]]:
    """Return lines of a report, one more than are asked for if there are more. Raises `NotFound`."""
    yield from IMPORT.rows.seen_by(owner).get(asked.conversation_import_id)
    after = None if asked.cursor is None else (asked.cursor,)
    own = LINES.seen_by(owner)
    return (
        yield from own.page(
            asked.limit + 1,
            after,
            room=MAX_REPLY_BYTES,
            import_id=asked.conversation_import_id,
            outcome=asked.outcome,
        )
    )


def import_epochs() -> Steps[set[str]]:
    """Return the daemon runs whose imports have not ended."""
    found = yield Statement("SELECT DISTINCT epoch FROM conversation_import WHERE status = 'running'")
    return {row[0] for row in found.rows}


def interrupt_imports(epoch: str, now: int) -> Steps[None]:
    """Note that the imports of a run that is dead have ended with it."""
    found = yield Statement(
        "SELECT id, user_id FROM conversation_import WHERE epoch = ? AND status = 'running'", (epoch,)
    )
    for import_id, user_id in found.rows:
        yield from end_import(Owner(user_id), import_id, ImportEnd("interrupted"), now)
