"""SQL of the tables `verification` and `verification_claim`."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import structs

from orchd.entity import Owner
from orchd.features.verification.messages import (
    VerifyClaimItem,
    VerifyClaimOpinion,
    VerifyEvidence,
    VerifyLedger,
    VerifyLedgerItem,
)
from orchd.protocol.types import MAX_INTEGER, timestamp
from orchd.storage import SqlValue, Statement, Steps

_CLAIM = (
    "claim, body, start_at, end_at, support, method, source, source_start, source_end, source_text, agreement, judged,"
    " checked_by, reason, score, verdict, opinions_json"
)
_ROWS_AT_ONCE = 50
_ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

_ITEMS = msgspec.json.Decoder(VerifyLedgerItem)
"""Reads of a report what a list shows, whatever else it holds."""

MAX_REMOVED = 500
"""How many ledgers are deleted in one statement."""


def add(user_id: int, made: VerifyLedger, now: int) -> Steps[VerifyLedger]:
    """Store a ledger, whose `id` and `timestamp` don't matter; return it as stored."""
    made = structs.replace(made, timestamp=timestamp(now))
    report = msgspec.json.encode(structs.replace(made, claims=[])).decode()
    inserted = yield Statement(
        "INSERT INTO verification (user_id, message_id, outcome, confidence, report_json, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (user_id, made.message_id, made.outcome, made.confidence, report, now),
    )
    for start in range(0, len(made.claims), _ROWS_AT_ONCE):
        rows = [_values(inserted.last_id, claim) for claim in made.claims[start : start + _ROWS_AT_ONCE]]
        marks = ", ".join([_ROW] * len(rows))
        yield Statement(
            f"INSERT INTO verification_claim (verification_id, {_CLAIM}) VALUES {marks}",
            tuple(value for row in rows for value in row),
        )
    return structs.replace(made, id=inserted.last_id)


def find(ledger_id: int) -> Steps[VerifyLedger | None]:
    """Return a ledger, None when there is none of that id."""
    found = yield Statement("SELECT id, report_json FROM verification WHERE id = ?", (ledger_id,))
    return (yield from _with_claims(found.rows))


def latest(owner: Owner, message_id: int) -> Steps[VerifyLedger | None]:
    """Return the newest ledger of a chat's answer that they have had made, None when they never had it checked."""
    found = yield Statement(
        "SELECT id, report_json FROM verification WHERE message_id = ? AND user_id = ? ORDER BY id DESC LIMIT 1",
        (message_id, owner.user_id),
    )
    return (yield from _with_claims(found.rows))


def latest_of_conversation(
    owner: Owner, conversation_id: int, limit: int, before: int = MAX_INTEGER
) -> Steps[list[VerifyLedgerItem]]:
    """Return the newest ledger of each answer of a conversation that they have had checked, those before `before`, the
    newest first; one beyond `limit` where there are more. Whether they see the conversation isn't looked at."""
    found = yield Statement(
        "SELECT v.id, v.report_json FROM verification v JOIN chat_message m ON m.id = v.message_id"
        " WHERE m.conversation_id = ? AND m.deleted_at IS NULL AND v.user_id = ? AND v.id < ? AND NOT EXISTS ("
        "SELECT 1 FROM verification n WHERE n.message_id = v.message_id AND n.user_id = v.user_id AND n.id > v.id)"
        " ORDER BY v.id DESC LIMIT ?",
        (conversation_id, owner.user_id, before, limit + 1),
    )
    return [structs.replace(_ITEMS.decode(report), id=ledger_id) for ledger_id, report in found.rows]


def remove(ledger_ids: Iterable[int]) -> Steps[None]:
    """Delete ledgers with their claims; ids that don't exist are passed over."""
    wanted = sorted({*ledger_ids})
    for start in range(0, len(wanted), MAX_REMOVED):
        some = wanted[start : start + MAX_REMOVED]
        marks = ", ".join("?" * len(some))
        yield Statement(f"DELETE FROM verification WHERE id IN ({marks})", tuple(some))


def _with_claims(rows: Sequence[tuple[Any, ...]]) -> Steps[VerifyLedger | None]:
    if not rows:
        return None
    ledger_id, report = rows[0]
    found = yield Statement(
        f"SELECT {_CLAIM} FROM verification_claim WHERE verification_id = ? ORDER BY claim", (ledger_id,)
    )
    made = msgspec.json.decode(report, type=VerifyLedger)
    claims = [_claim(*row) for row in found.rows]
    return structs.replace(made, id=ledger_id, claims=claims)


def _values(ledger_id: int, one: VerifyClaimItem) -> tuple[SqlValue, ...]:
    where = one.evidence
    place = (None, None, None, None) if where is None else (where.source, where.start, where.end, where.text)
    opinions = msgspec.json.encode(one.opinions).decode() if one.opinions else None
    known = (one.agreement, one.judged, one.checked_by, one.reason, one.score, one.verdict, opinions)
    return (ledger_id, one.index, one.claim, one.start, one.end, one.support, one.method, *place, *known)


def _claim(
    index: int, body: str, start: int, end: int, support: float, method: str, source: str | None, *rest: Any
) -> VerifyClaimItem:
    source_start, source_end, source_text, agreement, judged, checked_by, reason, score, verdict, told = rest
    evidence = None if source is None else VerifyEvidence(source, source_start, source_end, source_text)
    opinions = [] if told is None else msgspec.json.decode(told, type=list[VerifyClaimOpinion])
    known = (agreement, judged, checked_by, reason, score, verdict, opinions)
    return VerifyClaimItem(index, body, start, end, support, method, evidence, *known)
