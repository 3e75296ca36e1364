from typing import Any

from msgspec.structs import replace

from orchd.entity import LOCAL_OWNER, Owner
from orchd.features.chat import queries as chat
from orchd.features.chat.marks import removal_queries
from orchd.features.chat.rows import NewQuestion
from orchd.features.verification import queries
from orchd.features.verification.messages import (
    VerifyClaimItem,
    VerifyClaimOpinion,
    VerifyCost,
    VerifyCriterion,
    VerifyEvidence,
    VerifyFinding,
    VerifyLedger,
    VerifyVerdict,
)
from orchd.storage import Database, Statement, Steps

BARE = VerifyClaimItem(0, "c", 0, 1, 0.5, "none", None, None, None, None, None, None)
FULL = VerifyClaimItem(
    index=1,
    claim="“É isso” 👩‍🔬\n",
    start=2,
    end=12,
    support=0.3333,
    method="lexical",
    evidence=VerifyEvidence("message 7", 1, 4, "…é"),
    agreement=0.0,
    judged="unsupported",
    checked_by="judge-b@fake",
    reason="",
    score=1.0,
    verdict="not_found",
    opinions=[
        VerifyClaimOpinion("judge-b@fake", "judge", None, "unsupported", "“não” 👩‍🔬"),
        VerifyClaimOpinion("bespoke-minicheck@fake", "minicheck", 0.0312, "unsupported", "it answered “No”"),
        VerifyClaimOpinion("bge-reranker@fake", "reranker", 0.5, None, ""),
    ],
)


def made(claims: list[VerifyClaimItem], **members: Any) -> VerifyLedger:
    said = VerifyVerdict(
        "validator", "judge-b@fake", True, 90, [VerifyCriterion("correct", True, "so")], ["é"], [], "“good”", None
    )
    given = {
        "id": 1, "message_id": None, "timestamp": "", "authors": ["author-a"], "task_type": "chat",
        "outcome": "verified", "score": 90, "reviewer": "judge-b@fake", "notes": "ok", "guidance": "",
        "confidence": 70, "threshold": 50, "flagged": False, "verdicts": [said],
        "findings": [VerifyFinding("scope", 35, "so", None)], "unchecked": ["x"], "claims": claims,
        "claim_count": len(claims), "sources": ["notes"], "cost": VerifyCost(1, 2, 3, 0.5),
    }  # fmt: skip
    return VerifyLedger(**given | members)


async def test_what_is_stored_is_found_again(store: Database) -> None:
    stored = await store.write(queries.add, 3, made([BARE, FULL]), 1_700_000_000_000)
    assert stored.timestamp == "2023-11-14T22:13:20.000Z"
    assert stored.claims == [BARE, FULL]
    assert await store.read(queries.find, stored.id) == stored


async def test_a_ledger_from_before_there_were_verdicts_and_opinions_is_found(store: Database) -> None:
    stored = await store.write(queries.add, 3, made([FULL]), 1)

    def forget() -> Steps[None]:
        yield Statement("UPDATE verification_claim SET verdict = NULL, opinions_json = NULL", ())

    await store.write(forget)
    found = await store.read(queries.find, stored.id)
    assert found is not None
    assert [(each.verdict, each.opinions) for each in found.claims] == [(None, [])]


async def test_many_claims_and_none(store: Database) -> None:
    many = [replace(BARE, index=index) for index in range(205)]
    for claims in (many, []):
        stored = await store.write(queries.add, 3, made(claims), 1)
        assert await store.read(queries.find, stored.id) == stored
    assert await store.read(queries.find, stored.id + 1) is None


async def test_the_latest_of_a_message_goes_with_it(store: Database) -> None:
    exchange = await store.write(chat.ask, NewQuestion(LOCAL_OWNER, "2+2?", None, None, None, None, "author-a", "e", 1))
    answer = exchange.answer_id
    assert await store.read(queries.latest, Owner(3), answer) is None
    for notes in ("first", "second"):
        await store.write(queries.add, 3, made([], message_id=answer, notes=notes), 1)
    found = await store.read(queries.latest, Owner(3), answer)
    assert found is not None
    assert found.notes == "second"

    def forget() -> Steps[None]:
        yield Statement("DELETE FROM chat_message WHERE id = ?", (answer,))

    await store.write(forget)
    assert await store.read(queries.latest, Owner(3), answer) is None
    assert await store.read(queries.find, found.id) is None


async def test_a_conversation_has_the_latest_ledger_of_each_answer(store: Database) -> None:
    asked = NewQuestion(LOCAL_OWNER, "2+2?", None, None, None, None, "author-a", "e", 1)
    first = await store.write(chat.ask, asked)
    second = await store.write(chat.ask, asked._replace(conversation_id=first.conversation_id))
    elsewhere = await store.write(chat.ask, asked)
    for user, exchange, score in ((3, first, 10), (3, second, 20), (3, first, 30), (4, second, 40), (3, elsewhere, 50)):
        kept = made([FULL], message_id=exchange.answer_id, score=score)
        await store.write(queries.add, user, kept, 1_700_000_000_000)

    async def listed(limit: int, *before: int) -> list[tuple[int, int | None]]:
        found = await store.read(queries.latest_of_conversation, Owner(3), first.conversation_id, limit, *before)
        return [(each.message_id, each.score) for each in found]

    assert await listed(10) == [(first.answer_id, 30), (second.answer_id, 20)]
    (newest, _) = await store.read(queries.latest_of_conversation, Owner(3), first.conversation_id, 1)
    assert newest.id == (await store.read(queries.latest, Owner(3), first.answer_id)).id  # type: ignore[union-attr]
    assert (newest.outcome, newest.claim_count, newest.timestamp) == ("verified", 1, "2023-11-14T22:13:20.000Z")
    assert await listed(1, newest.id) == [(second.answer_id, 20)]
    await store.write(removal_queries.remove, LOCAL_OWNER, second.answer_id, 9)
    assert await listed(10) == [(first.answer_id, 30)], "one that was removed isn't shown"


async def test_ledgers_are_removed_with_their_claims(store: Database) -> None:
    ids = [(await store.write(queries.add, 3, made([BARE]), 1)).id for _ in range(3)]
    await store.write(queries.remove, [*ids[:2], *range(10_000, 10_600)])
    assert [await store.read(queries.find, each) is None for each in ids] == [True, True, False]

    def left() -> Steps[int]:
        found = yield Statement("SELECT COUNT(*) FROM verification_claim")
        return int(found.rows[0][0])

    assert await store.read(left) == 1
    await store.write(queries.remove, [])
