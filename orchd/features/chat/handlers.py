"""Answers to the frames that begin an answer, or end one."""

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import trio
from msgspec import UNSET, structs

from orchd.budget import Allotment
from orchd.clock import unix_now
from orchd.entity import Belonging, Owner, owner_of
from orchd.errors import Invalid, NotFound, TooLarge
from orchd.features import conversation as conversations
from orchd.features.chat import queries
from orchd.features.chat.answer.attachments import check_sees, has_images
from orchd.features.chat.answer.generation import Generation
from orchd.features.chat.answer.prefetch import Prefetch
from orchd.features.chat.answer.request import AnswerRequest
from orchd.features.chat.answer.running import asks
from orchd.features.chat.context import ContextLimits, files_memory, memory
from orchd.features.chat.messages import (
    MESSAGE,
    TOLD,
    ChatAnswerRequest,
    ChatCancel,
    ChatCancelled,
    ChatContinue,
    ChatEdit,
    ChatFile,
    ChatMessage,
    ChatRegenerate,
    ChatSend,
)
from orchd.features.chat.rows import Foreseen, NewAnswer, NewQuestion, StoredExchange, turn_of
from orchd.features.chat.service import Chat
from orchd.features.conversation import AnswerDefaults, ConversationParams
from orchd.features.models import Instructions, count_told, instructions_for
from orchd.features.project import require_project
from orchd.features.requester import requester_for
from orchd.guard import guarded
from orchd.llm import Backends
from orchd.llm.types import Sampling
from orchd.protocol.command import LOOKUP, TEXT_WORK, Command, Commands
from orchd.protocol.frame_type import FrameType
from orchd.protocol.router import Context
from orchd.storage import Database, Steps

Q = TypeVar("Q", NewQuestion, NewAnswer)


class ChatHandlers:
    """One method a frame."""

    def __init__(
        self,
        database: Database,
        backends: Backends,
        chat: Chat,
        epoch: str,
        default_model: str | None,
        contexts: ContextLimits,
    ) -> None:
        self._database = database
        self._backends = backends
        self._chat = chat
        self._epoch = epoch
        self._default_model = default_model
        self._contexts = contexts

    async def send(
        self, context: Context, data: ChatSend, *, then: Callable[[], Awaitable[None]] | None = None
    ) -> ChatMessage:
        """Store the question, stream the answer, return it as stored. `then` is awaited once the question is stored."""
        begun = time.monotonic()
        _check_text(data.message)
        if data.parent_id is not None and data.conversation_id is None:
            raise Invalid(
                "a parent needs its conversation", reason="malformed", field="parentId", path="$.data.parentId"
            )
        if data.project_id is not None and data.conversation_id is not None:
            raise Invalid(
                "a conversation that is there has its project",
                reason="malformed",
                field="projectId",
                path="$.data.projectId",
            )
        if data.project_id is not None:  # before a model is asked meanwhile
            await self._database.read(require_project, owner_of(context.identity), data.project_id)
        request = await self._request(context, data, data.conversation_id, begun)
        files = await self._chat.attachments.accept(request.reader, data.file_ids, request.chosen.target.model)
        request = self._for_files(request, files)
        question = self._question(context, data.message, data.conversation_id, request)
        question = question._replace(
            parent_id=data.parent_id, system_prompt=data.system_prompt, project_id=data.project_id, files=files
        )
        prefetch = None
        if data.conversation_id is None and self._backends.bills.may_waste(request.chosen):
            branch = await self._chat.attachments.show([turn_of("user", data.message, files)], (request.reader,))
            prefetch = Prefetch(Foreseen(branch, data.system_prompt), request)
        return await self._answer(context, queries.ask, question, request, question.conversation_id, prefetch, then)

    async def edit(self, context: Context, data: ChatEdit) -> ChatMessage:
        """The same as `chat:send`, beside an earlier question."""
        begun = time.monotonic()
        _check_text(data.message)
        beside = await self._existing(context, data.message_id)
        if beside.role != "user":
            raise Invalid(
                "only a question can be edited", reason="wrong_kind", field="messageId", path="$.data.messageId"
            )
        request = await self._request(context, data, beside.conversation_id, begun)
        files, model = () if beside.files is UNSET else tuple(beside.files), request.chosen.target.model
        if data.file_ids is not None:
            files = await self._chat.attachments.accept(request.reader, data.file_ids, model)
        check_sees(model, files, "messageId")
        request = self._for_files(request, files)
        question = self._question(context, data.message, beside.conversation_id, request)
        question = question._replace(beside=beside.id, files=files)
        return await self._answer(context, queries.ask, question, request, question.conversation_id)

    async def regenerate(self, context: Context, data: ChatRegenerate) -> ChatMessage:
        """Another answer to the same question."""
        return await self._again(context, data, go_on=False, beside=data.beside)

    async def go_on(self, context: Context, data: ChatContinue) -> ChatMessage:
        """A new answer that begins with the text of an unfinished one."""
        return await self._again(context, data, go_on=True)

    async def cancel(self, context: Context, data: ChatCancel) -> ChatCancelled:
        receipt = await self._chat.cancel(owner_of(context.identity), data.message_id)
        return ChatCancelled(
            data.message_id, receipt.status, _milliseconds(receipt.closed), receipt.chars, _milliseconds(receipt.idle)
        )

    async def _again(
        self, context: Context, data: ChatRegenerate | ChatContinue, *, go_on: bool, beside: bool = False
    ) -> ChatMessage:
        begun = time.monotonic()
        message, files = await self._database.read(queries.get_answered, owner_of(context.identity), data.message_id)
        if go_on:
            queries.check_unfinished(message)  # before a model is loaded and probed for it
            self._chat.check_room(message)
        request = await self._request(context, data, message.conversation_id, begun)
        check_sees(request.chosen.target.model, files, "messageId")
        request = self._for_files(request, files)._replace(beside=beside)
        target, requester = request.chosen.target, request.requester(message.conversation_id)
        prefilled = go_on and bool(message.content) and await self._backends.continues(target, requester=requester)
        room = self._contexts.max_bytes
        asker = owner_of(context.identity)
        of_model = target.model.id, self._epoch, unix_now(), room
        again = NewAnswer(asker, message.id, go_on, prefilled, *of_model, tuple(files))
        return await self._answer(context, queries.answer_again, again, request, message.conversation_id)

    async def _answer(
        self,
        context: Context,
        steps: Callable[[Q], Steps[StoredExchange]],
        asked: Q,
        request: AnswerRequest,
        conversation_id: int | None,
        prefetch: Prefetch | None = None,
        then: Callable[[], Awaitable[None]] | None = None,
    ) -> ChatMessage:
        """Store, generate and follow: the common way of all frames that begin an answer."""
        held = await self._hold(context, conversation_id, asked.files)
        beginning = _Beginning(held)
        self._chat.followers.know(context.peer, owner_of(context.identity))
        context.on_cancel(beginning.cancel)
        # Once the rows are written the answer must be started, or it would be called `streaming` for ever.
        with trio.CancelScope(shield=True), beginning:  # bounded by the database
            if prefetch is not None and isinstance(asked, NewQuestion):
                asked = await self._foresee(prefetch, asked)
            async with self._chat.storing(steps, asked, prefetch) as exchange:
                held.resize(memory(exchange))
                reader = asks(context.peer, context.id)
                with context.peer.gather():
                    context.emit(MESSAGE, exchange.question)
                    generation = self._chat.start(exchange, request, reader, held.release, prefetch)
                beginning.generation = generation
        try:
            await self._count(exchange.instructions)
            if then is not None:
                await then()
            await generation.settled.wait()
            await generation.catch_up(reader)
            if not self._chat.followers.may_see(context.peer, generation.whose):
                raise NotFound("the conversation is not shared with you any more")
        finally:
            generation.detach(reader)
            if request.cancel_on_disconnect:
                generation.stop("cancelled")
        assert generation.final is not None
        return generation.final

    async def _foresee(self, prefetch: Prefetch, question: NewQuestion) -> NewQuestion:
        """Read what a model is told that is asked at once, unless it will be nothing; return the question with it."""
        if self._chat.forecast.expects_none(Belonging(question.asker.user_id, question.project_id)):
            return question
        told = await self._database.read(instructions_for, question.asker, question.project_id)
        prefetch.foreseen = prefetch.foreseen._replace(instructions=told)
        return question._replace(instructions=told)

    async def _count(self, told: Instructions) -> None:
        """Count instructions, while the model answers: questions of one user would wait for each other's."""
        if told.ids:
            with guarded("counting instructions"):
                await self._database.write(count_told, told)

    async def _hold(self, context: Context, conversation_id: int | None, files: Sequence[ChatFile]) -> Allotment:
        """Hold the memory that a conversation's context will take, and files. Raises `Busy`."""
        size = 0
        if conversation_id is not None:
            size = await self._database.read(
                queries.context_size, owner_of(context.identity), conversation_id, self._contexts.max_bytes
            )
        return self._contexts.budget.hold(context.peer, 2 * size + files_memory(files))

    async def _request(
        self, context: Context, data: ChatAnswerRequest, conversation_id: int | None, begun: float
    ) -> AnswerRequest:
        """Choose the model: the one asked for, else the conversation's, else the default, else what there is; and if
        that one isn't available, the first of the fall-backs that is.
        """
        says = AnswerDefaults()
        if conversation_id is not None:
            says = await self._database.read(_defaults_of, owner_of(context.identity), conversation_id)
        chosen = await self._backends.first(
            data.model,
            data.fallbacks or says.fallbacks,
            says.model,
            self._default_model,
            requester=requester_for(context.identity, conversation=conversation_id),
        )
        cancels = data.on_disconnect == "cancel"
        sampling = _sampling(data.params, says.params or ConversationParams())
        reader = owner_of(context.identity)
        return AnswerRequest(chosen, sampling, requester_for(context.identity), begun, cancels, reader)

    def _for_files(self, request: AnswerRequest, files: Sequence[ChatFile]) -> AnswerRequest:
        """Take those fall-backs out of a request that can't be shown its images."""
        chosen = request.chosen
        if not chosen.rest or not has_images(files):
            return request
        blind = [info for info in self._backends.models(away=True) if info.sees is False]
        seeing = tuple(name for name in chosen.rest if not any(info.is_called(name) for info in blind))
        return request._replace(chosen=chosen._replace(rest=seeing))

    def _question(
        self, context: Context, message: str, conversation_id: int | None, request: AnswerRequest
    ) -> NewQuestion:
        """Return a question at the end of a conversation, or in a new one."""
        return NewQuestion(
            asker=owner_of(context.identity),
            message=message,
            conversation_id=conversation_id,
            parent_id=None,
            beside=None,
            system_prompt=None,
            model=request.chosen.target.model.id,
            owner=self._epoch,
            now=unix_now(),
            context_bytes=self._contexts.max_bytes,
            asker_name=context.identity.user_name,
        )

    async def _existing(self, context: Context, message_id: int) -> ChatMessage:
        """Return a message of a conversation that may be gone on with. Raises `NotFound`, `Forbidden`."""
        found = await self._database.read(queries.get_changeable, owner_of(context.identity), message_id)
        return found.message


ANSWER = {"role": "assistant"}
"""The question comes as a `chat:message` too, before it."""
COMMANDS = Commands(
    Command(
        "chat:send",
        ChatSend,
        MESSAGE,
        right="change",
        scope="chat",
        errors=(NotFound, *TEXT_WORK),
        final=ANSWER,
        before=TOLD,
        resume="chat:resume",
        grows=True,
    ).by(ChatHandlers.send),
    Command(
        "chat:edit",
        ChatEdit,
        MESSAGE,
        right="change",
        scope="chat",
        errors=(NotFound, *TEXT_WORK),
        final=ANSWER,
        before=TOLD,
        resume="chat:resume",
        grows=True,
    ).by(ChatHandlers.edit),
    Command(
        "chat:regenerate",
        ChatRegenerate,
        MESSAGE,
        right="change",
        scope="chat",
        errors=(NotFound, TooLarge),
        final=ANSWER,
        before=TOLD,
        resume="chat:resume",
        grows=True,
    ).by(ChatHandlers.regenerate),
    Command(
        "chat:continue",
        ChatContinue,
        MESSAGE,
        right="change",
        scope="chat",
        errors=(NotFound, TooLarge),
        final=ANSWER,
        before=TOLD,
        resume="chat:resume",
        grows=True,
    ).by(ChatHandlers.go_on),
    Command(
        "chat:cancel",
        ChatCancel,
        FrameType("chat:cancelled", ChatCancelled),
        right="change",
        scope="chat",
        errors=LOOKUP,
    ).by(ChatHandlers.cancel),
)


class _Beginning:
    """The part of a request that can't be cancelled by halves: from the write to the running generation."""

    def __init__(self, held: Allotment) -> None:
        self.generation: Generation | None = None
        self._held = held
        self._over = trio.Event()

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self.generation is None:
            self._held.release()

    async def cancel(self) -> None:
        """Cancel the generation as soon as there is one; return when the model server is let go."""
        await self._over.wait()
        if self.generation is not None:
            await self.generation.cancel("cancelled")


def _check_text(message: str) -> None:
    if not message.strip():
        raise Invalid("the message is empty", reason="blank", field="message", path="$.data.message")


def _defaults_of(owner: Owner, conversation_id: int) -> Steps[AnswerDefaults]:
    """Return what a conversation says of its answers, nothing where they see none of that id."""
    found = yield from conversations.find_seen(owner, conversation_id)
    return AnswerDefaults() if found is None else (yield from conversations.defaults_of(owner, found))


def _sampling(asked: ConversationParams, said: ConversationParams) -> Sampling:
    """Return what is asked for, and what the conversation has said for the rest."""
    params = {
        **structs.asdict(said),
        **{name: value for name, value in structs.asdict(asked).items() if value is not None},
    }
    stop = (params["stop"],) if isinstance(params["stop"], str) else tuple(params["stop"] or ()) or None
    return Sampling(params["temperature"], params["top_p"], params["max_tokens"], stop, params["seed"])


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
