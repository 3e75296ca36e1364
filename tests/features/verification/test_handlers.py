from typing import Any, cast

import msgspec
import pytest
import trio

from orchd.claims import MAX_ANSWER_BYTES, Source
from orchd.entity import Owner
from orchd.errors import Conflict, Invalid, NotFound, OrchdError, TooLarge
from orchd.features.chat import queries as chat
from orchd.features.chat.messages import ChatMessage
from orchd.features.chat.rows import EndedAnswer, NewAnswer, NewQuestion, StoredExchange
from orchd.features.verification.handlers import VerifyHandlers
from orchd.features.verification.messages import (
    VerifyClaim,
    VerifyGet,
    VerifyLedger,
    VerifyLedgerList,
    VerifyList,
    VerifyMessage,
    VerifySource,
    VerifySourceLabel,
)
from orchd.llm import Priority
from orchd.protocol.page import MAX_REPLY_BYTES
from orchd.protocol.router import Context
from tests.features.models.response.test_repetition import ESSAY
from tests.fix_models import Asking
from tests.fix_verification import OpenPanel, Panel, work

QUESTION = "What does the river do? It rises in the hills."


class Desk:
    """The handlers, and a conversation."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.asking = Asking(1)
        self._handlers = VerifyHandlers(panel.database, panel.backends, panel.verification)

    async def answered(self, answer: str, *, question: str = QUESTION, system: str | None = None) -> int:
        """Store a question and its answer by `author-a`; the answer's id."""
        asked = NewQuestion(Owner(1), question, None, None, None, system, "author-a", "e", 1)
        exchange = await self.panel.database.write(chat.ask, asked)
        await self._finish(exchange.conversation_id, exchange.answer_id, answer)
        return exchange.answer_id

    async def asked_more(self, before: int, question: str, answer: str) -> int:
        """Go on after an answer."""
        found = await self.panel.database.read(chat.find_message, Owner(1), before)
        assert found is not None
        asked = NewQuestion(Owner(1), question, found.conversation_id, before, None, None, "author-a", "e", 2)
        exchange = await self.panel.database.write(chat.ask, asked)
        await self._finish(exchange.conversation_id, exchange.answer_id, answer)
        return exchange.answer_id

    async def _finish(self, conversation: int, message: int, text: str) -> None:
        ended = EndedAnswer(
            message_id=message, conversation_id=conversation, content=text, reasoning="", status="complete",
            model="author-a", finish_reason="stop", usage=None, timings=None, error=None, parts=None, runs=[],
            ended_at=3,
        )  # fmt: skip
        await self.panel.database.write(chat.finish, ended)

    async def check(self, message: int, **members: Any) -> VerifyLedger:
        """Have it verified."""
        with trio.fail_after(60):
            return await self._handlers.message(self.context, VerifyMessage(message, **members))

    async def get(self, message: int) -> VerifyLedger:
        """Read what is stored."""
        return await self._handlers.get(self.context, VerifyGet(message))

    async def list(self, conversation: int, **members: Any) -> VerifyLedgerList:
        """See what was checked."""
        return await self._handlers.list(self.context, VerifyList(conversation, **members))

    async def get_message(self, message: int) -> ChatMessage:
        """Read an answer."""
        found = await self.panel.database.read(chat.find_message, Owner(1), message)
        assert found is not None
        return found

    @property
    def context(self) -> Context:
        """The request."""
        return cast("Context", self.asking)


async def test_an_answer_is_measured_by_what_its_user_said(open_panel: OpenPanel) -> None:
    async with open_panel("author-a", "judge-b") as panel:
        desk = Desk(panel)
        first = await desk.answered("It rises in the hills.", system="Be brief.")
        message = await desk.asked_more(first, "And then?", "It rises in the hills. It meets the sea.")
        reply = await desk.check(message, samples=0)
        assert (reply.outcome, reply.authors, reply.message_id) == ("verified", ["author-a"], message)
        assert [name.partition(" ")[0] for name in reply.sources] == ["message", "message"]
        assert {label.name: label.kind for label in reply.labels} == dict.fromkeys(reply.sources, "message")
        assert [f"message {label.message_id}" for label in reply.labels] == [label.name for label in reply.labels]
        assert reply.claims[0].evidence is not None
        assert reply.claims[0].evidence.source == f"message {first - 1}"
        assert [frame.claim for frame in desk.asking.of(VerifyClaim)] == reply.claims
        assert not reply.flagged
        shown = panel.backends.prompts[0].turns[-1].content
        assert "Be brief." in shown
        assert "What does the river do?" in shown
        assert panel.backends.claims[0].user == 1
        assert panel.backends.claims[0].priority is Priority.TASK
        assert await desk.get(message) == msgspec.convert(msgspec.to_builtins(reply), VerifyLedger)


async def test_its_author_is_asked_the_same_again(open_panel: OpenPanel) -> None:
    async with open_panel("author-a", "judge-b") as panel:
        desk = Desk(panel)
        first = await desk.answered("To the sea.", system="Be brief.")
        await desk.check(await desk.asked_more(first, "And then?", "It evaporates slowly."))
        (prompt, _) = [prompt for prompt in panel.backends.prompts if prompt.schema is None]
        assert [turn.role for turn in prompt.turns] == ["system", "user", "assistant", "user"]
        assert prompt.turns[-1].content == "And then?"


async def test_given_sources_are_the_ground(open_panel: OpenPanel) -> None:
    async with open_panel("author-a", "judge-b") as panel:
        desk = Desk(panel)
        message = await desk.answered("Penguins founded a bakery on Mars.")
        reply = await desk.check(message, sources=[VerifySource("notes", ESSAY)], samples=0)
        assert (reply.sources, reply.flagged, reply.outcome) == (["notes"], True, "undecided")
        assert reply.labels == []
        assert [finding.kind for finding in reply.findings] == ["unsupported"]


async def streaming(desk: Desk) -> StoredExchange:
    return await desk.panel.database.write(
        chat.ask, NewQuestion(Owner(1), "2+2?", None, None, None, None, "author-a", "e", 1)
    )


@pytest.mark.parametrize(
    ("prepare", "data", "error", "field"),
    [
        ("nothing", {}, NotFound, "messageId"),
        ("question", {}, Invalid, "messageId"),
        ("streaming", {}, Conflict, "messageId"),
        ("blank", {}, Conflict, "messageId"),
        ("long", {}, TooLarge, "messageId"),
        ("good", {"sources": [VerifySource("a", "x"), VerifySource("a", "y")]}, Invalid, "sources"),
        ("good", {"sources": [VerifySource(str(n), "x" * 900_000) for n in range(3)]}, TooLarge, "sources"),
    ],
)
async def test_refusals_name_the_member(
    open_panel: OpenPanel, prepare: str, data: dict[str, Any], error: type[OrchdError], field: str
) -> None:
    async with open_panel() as panel:
        desk = Desk(panel)
        texts = {"blank": " \n", "long": "x" * (MAX_ANSWER_BYTES + 1), "good": "Four."}
        if prepare == "streaming":
            message = (await streaming(desk)).answer_id
        else:
            answer = await desk.answered(texts.get(prepare, "Four."))
            message = {"nothing": 4711, "question": answer - 1}.get(prepare, answer)
        with pytest.raises(error) as caught:
            await desk.check(message, **data)
        assert caught.value.details["field"] == field
        assert (caught.value.details.get("status") == "streaming") is (prepare == "streaming")


async def test_all_models_of_a_continued_answer_are_authors(open_panel: OpenPanel) -> None:
    async with open_panel("author-a", "judge-b") as panel:
        desk = Desk(panel)
        exchange = await streaming(desk)
        cut = EndedAnswer(
            message_id=exchange.answer_id, conversation_id=exchange.conversation_id, content="Two and two",
            reasoning="", status="cancelled", model="judge-b", finish_reason=None, usage=None, timings=None,
            error=None, parts=None, runs=[("content", 11)], ended_at=2,
        )  # fmt: skip
        await panel.database.write(chat.finish, cut)
        again = NewAnswer(Owner(1), exchange.answer_id, True, False, "author-a", "e", 3)
        more = await panel.database.write(chat.answer_again, again)
        done = cut._replace(
            message_id=more.answer_id, content="Two and two are four.", status="complete", model="author-a",
            finish_reason="stop", parts=more.parts,
        )  # fmt: skip
        await panel.database.write(chat.finish, done)
        reply = await desk.check(more.answer_id, samples=0)
        assert reply.authors == ["judge-b", "author-a"]
        assert reply.outcome == "self_checked"


async def test_claims_wait_for_a_slow_connection(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        desk = Desk(panel)
        message = await desk.answered(ESSAY)
        desk.asking.peer.held = True
        replies: list[VerifyLedger] = []

        async def check() -> None:
            replies.append(await desk.check(message))

        async with trio.open_nursery() as nursery:
            nursery.start_soon(check)
            with trio.move_on_after(0.3):
                await desk.asking.until(lambda _: True)
            assert desk.asking.emitted == []
            desk.asking.peer.drain()
        assert len(desk.asking.of(VerifyClaim)) == len(replies[0].claims)


async def test_a_reply_fits_into_a_frame(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        desk = Desk(panel)
        wide = "".join(f"\x01{'é' * 60} {number}. " for number in range(1_400))
        message = await desk.answered(wide, question=wide[:100_000])
        reply = await desk.check(message, sources=[VerifySource("notes", wide)])
        assert len(msgspec.json.encode(reply)) <= MAX_REPLY_BYTES
        assert 0 < len(reply.claims) <= reply.claim_count


async def test_what_was_never_checked_is_not_found(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        desk = Desk(panel)
        message = await desk.answered("Four.")
        with pytest.raises(NotFound) as caught:
            await desk.get(message)
        assert caught.value.details["field"] == "messageId"


async def test_a_conversation_tells_what_was_checked_page_by_page(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        desk = Desk(panel)
        first = await desk.answered("Four.")
        second = await desk.asked_more(first, "And 3+3?", "Six.")
        conversation = (await desk.get_message(first)).conversation_id
        for message in (first, second):
            await desk.check(message, samples=0)
        both = await desk.list(conversation)
        assert [each.message_id for each in both.items] == [second, first]
        assert (both.items[1].id, both.next_cursor) == ((await desk.get(first)).id, None)
        page = await desk.list(conversation, limit=1)
        assert page.next_cursor is not None
        rest = await desk.list(conversation, limit=1, cursor=page.next_cursor)
        assert [*page.items, *rest.items] == both.items
        with pytest.raises(NotFound):
            await desk.list(conversation + 1)


async def test_what_nobody_has_named_is_labelled(open_panel: OpenPanel) -> None:
    async with open_panel("author-a", "author-b", "judge-c") as panel:
        asked = (await panel.verification.check(work(sources=(Source("notes", ESSAY),)))).ledger
        assert (asked.sources, asked.labels) == (["notes", "request"], [VerifySourceLabel("request", "request")])
        given = work(sources=(Source("request", ESSAY),))
        named = (await panel.verification.check(given)).ledger
        assert (named.sources, named.labels) == (["request", "request (2)"], [])
