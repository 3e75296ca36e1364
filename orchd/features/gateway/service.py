"""What programs ask of models, handed on: the way of any other question (turns, fall-backs, quotas, what it costs), but
nothing of it is stored, and nothing of it is put into other words.
"""

import time
from collections.abc import Callable
from contextlib import aclosing, suppress
from functools import partial
from typing import NamedTuple

import structlog
import trio

from orchd.entity import Owner, owner_of
from orchd.errors import Invalid, NotFound, OrchdError, RequestCancelled, ShuttingDown, Unavailable, UpstreamError
from orchd.features.chat import AnswerListener, ExchangeKeeper, LoopLimits, OutsideQuestion
from orchd.features.gateway.bodies import RelayBody, with_system
from orchd.features.gateway.joining import JoinedAnswer, is_joinable
from orchd.features.gateway.keeping import HEADER, KeptRelay, question_text
from orchd.features.gateway.relay import NEVER_LOOPS, AnswerRelay
from orchd.features.gateway.sources import AnswerSource, EarlyEnd
from orchd.features.gateway.tasks import PREFIX, TASK, TaskModels, TaskOrder, task_name
from orchd.features.gateway.texts import TextRelay
from orchd.features.gateway.translation.files import ShownFiles
from orchd.features.models import AssistantItem, Instructions, assistants, find_assistant, instructions_for
from orchd.features.requester import requester_for
from orchd.guard import Supervisor, guarded
from orchd.llm import (
    Backends,
    ModelInfo,
    Outcome,
    Prompt,
    RelayedPiece,
    RelayedRequest,
    Requester,
    Selection,
    SmallRequest,
    Target,
)
from orchd.protocol.identity import Identity
from orchd.protocol.rights import refusal
from orchd.storage import Database, Steps
from orchd.wakeup import Signal

ASSISTANT_PREFIX = "assistant:"
"""What an assistant is called where a model is named."""
MAX_ASSISTANTS = 200
"""How many are listed."""
REPLY_SECONDS = 600.0
"""For what is answered by one value, embeddings and scores, once its turn has come."""
REPLY_BYTES = 64 * 1024 * 1024
"""Of such a value: the vectors of some thousands of texts."""


class Offer(NamedTuple):
    """What may be named as a model: those of the servers, and assistants."""

    models: list[ModelInfo]
    assistants: list[AssistantItem]
    tasks: tuple[str, ...] = ()
    """Names by which a task answers."""

    def names(self) -> list[tuple[str, ModelInfo]]:
        """Return the models with what to call them: of several servers that have one, the first one's goes by its id
        alone."""
        known: set[str] = set()
        found: list[tuple[str, ModelInfo]] = []
        for info in self.models:
            found.append((info.full_name if info.id in known else info.id, info))
            known.add(info.id)
        return found


class _NamedModels(NamedTuple):
    """Who is to answer a body, by name, in order; `asked` None leaves it to the daemon."""

    asked: str | None
    fallbacks: tuple[str, ...]
    body: RelayBody


class _Question(NamedTuple):
    """A body, with who is to answer it."""

    selection: Selection
    body: RelayBody
    path: str
    requester: Requester


class Gateway:
    """Hands requests on. To be used while its `supervisor`'s nursery is open."""

    def __init__(
        self,
        database: Database,
        backends: Backends,
        supervisor: Supervisor,
        default_model: str | None,
        loops: LoopLimits,
        keeper: ExchangeKeeper,
        files: ShownFiles,
        tasks: TaskModels | None = None,
    ) -> None:
        self.files = files
        self._database = database
        self._backends = backends
        self._supervisor = supervisor
        self._default = default_model
        self._loops = loops
        self._keeper = keeper
        self._tasks = tasks
        self._running = 0
        self._apart: set[AnswerRelay] = set()
        """Those of answers that are kept nowhere."""
        self._ended = Signal()
        self._draining = False

    def running(self) -> int:
        """How many answers are being handed on."""
        return self._running

    def close(self) -> None:
        """Take nothing new."""
        self._draining = True

    async def drain(self, hurried: trio.Event) -> None:
        """Take nothing new, and wait until what runs has ended. When there is a hurry, end it, so that its readers are
        told why; what is kept in a conversation ends there, and is not waited for then. Who waits for a task is told
        last, for it may end within the time that tasks have."""
        self.close()
        async with trio.open_nursery() as nursery:
            Supervisor(nursery).run("waiting for a hurry", self._hurry, hurried)
            while self._apart or (self._running and not hurried.is_set()):
                await self._ended.wait()
            nursery.cancel_scope.cancel()
        if self._tasks is not None:
            await self._tasks.drain()

    async def _hurry(self, hurried: trio.Event) -> None:
        await hurried.wait()
        for relay in self._apart:
            relay.give_up(ShuttingDown("the daemon is stopping"))
        self._ended.set()

    async def offer(self, who: Identity, *, with_assistants: bool) -> Offer:
        """Return what somebody may name as a model. Waits some seconds at most; raises `Unavailable`."""
        await self._backends.wait_first_probe()
        models = self._backends.models(requester=requester_for(who))
        if not with_assistants:
            return Offer(models, [])
        listed = partial(assistants, owner_of(who), None, True, MAX_ASSISTANTS)
        found = await self._database.read(listed)
        may_run = self._tasks is not None and refusal("change", "tasks", who) is None
        tasks = (TASK, *(f"{PREFIX}{item.name}" for item in found)) if may_run else ()
        return Offer(models, found, tasks)

    async def answer(self, who: Identity, path: str, body: RelayBody) -> bytes:
        """Return the answer to a question as the server wrote it, whole or in pieces; JSON. Raises as `Backends.stream`
        does, `NotFound`, `Invalid` and `ShuttingDown`. Cancelling ends it at the server."""
        if task_name(body.model) is not None or body.keep is not None or (self._loops.characters and is_joinable(body)):
            return await self._join(who, path, body)
        question = await self._question(who, path, body)
        relay = AnswerRelay(trio.CancelScope(), NEVER_LOOPS)
        with relay.scope:
            await self._generate(question, relay)
        relay.end(None)
        pieces = [event async for events in relay.events() for event in events if isinstance(event, RelayedPiece)]
        if len(pieces) != 1:
            backend = question.selection.target.backend
            raise UpstreamError(f"{backend} sent no whole answer", reason="unusable_answer", backend=backend)
        return pieces[0].data

    async def _join(self, who: Identity, path: str, body: RelayBody) -> bytes:
        """Return the answer to a question, joined from a stream, which ends when it repeats itself for ever."""
        joined = JoinedAnswer()
        source = await self.stream(who, path, body._replace(streams=True))
        async with aclosing(source.events()) as events:
            async for event in (event async for some in events for event in some):
                if isinstance(event, RelayedPiece):
                    joined.add(event.data)
                elif isinstance(event, EarlyEnd):
                    joined.cut(event.reason)
        if (whole := joined.write()) is None:
            raise UpstreamError("the model server sent no whole answer", reason="unusable_answer")
        return whole

    async def stream(self, who: Identity, path: str, body: RelayBody) -> AnswerSource:
        """Begin to answer a question; return what comes of it, to be read at once. Raises as `answer` does, here or in
        between. Whoever stops reading ends the answer at the server."""
        if (name := task_name(body.model)) is not None:
            return await self._begin_task(who, body, name, pieces=True)
        relay = AnswerRelay(trio.CancelScope(), self._loops)
        await self._begin(who, await self._question(who, path, body), relay)
        return relay

    async def texts(
        self, who: Identity, path: str, body: RelayBody, *, alternatives: bool = False, thoughts: bool = True
    ) -> AnswerSource:
        """Begin to answer a question as `stream` does, and return what is read of it in place of its pieces: texts,
        with the `alternatives` to their tokens if wanted, without `thoughts` none of the reasoning, and the end."""
        if (name := task_name(body.model)) is not None:
            return await self._begin_task(who, body, name, pieces=False)
        relay = TextRelay(trio.CancelScope(), self._loops, alternatives=alternatives, thoughts=thoughts)
        await self._begin(who, await self._question(who, path, body), relay)
        return relay

    async def count(self, who: Identity, body: RelayBody, text: Callable[[RelayBody], str]) -> int | None:
        """Return how many tokens the `text` of a chat's body is for whoever would answer it; None where its server
        can't tell. No quota refuses that: no model works for it. Waits some seconds at most. Raises as
        `Backends.resolve` does, `Forbidden` and `ShuttingDown`."""
        self._demand_open()
        requester = requester_for(who)
        named = await self._model_names(who, body)
        target = await self._first_there(named, requester)
        return await self._backends.count_tokens(target, text(named.body))

    async def load(self, who: Identity, model: str | None) -> None:
        """Have the model loaded that a question would be asked, where its server says that it isn't. Waits for minutes.
        Raises as `Backends.load` does, `NotFound` and `ShuttingDown`."""
        question = await self._question(who, "", RelayBody({}, model, (), False, False, 0))
        target = question.selection.target
        if target.model.loaded is False:
            await self._backends.load(target.full_name, requester=question.requester)

    async def exchange(self, who: Identity, path: str, body: RelayBody) -> bytes:
        """Return the one value that answers a request which is no question, as the server wrote it. Raises as
        `Backends.exchange` does, `NotFound` and `ShuttingDown`."""
        self._demand_open()
        if body.keep is not None:
            raise Invalid("only a chat can be kept in a conversation", field=HEADER)
        requester = requester_for(who)
        target = await self._any_target(body.model or self._default, requester)
        members = {name: value for name, value in body.members.items() if name != "model"}
        request = SmallRequest(path, members, REPLY_SECONDS, most_bytes=REPLY_BYTES, relayed=True)
        reply: bytes = await self._backends.exchange(target, request, requester=requester)
        return reply

    async def _begin(self, who: Identity, question: _Question, relay: AnswerRelay) -> None:
        """Have the question answered by a task of its own, and kept in a conversation if that is wanted."""
        if (keep := question.body.keep) is None:
            self._supervisor.run("relayed answer", self._generate_apart, question, relay)
            return
        if not is_joinable(question.body):
            raise Invalid("an answer that is kept is one text", field="n")
        asked = OutsideQuestion(question_text(question.body.members.get("messages")), keep.wanted, question.selection)
        try:
            keep.chosen = await self._keeper.begin(who, asked, partial(self._generate_kept, question, relay))
        except BaseException:  # also where it has begun, and nobody is there any more who would read it
            relay.scope.cancel()
            raise

    async def _begin_task(self, who: Identity, body: RelayBody, name: str, *, pieces: bool) -> AnswerSource:
        """Have a question answered by a task, which an assistant's model plans if one is named."""
        self._demand_open()
        if self._tasks is None:
            raise NotFound("tasks are no models here (gateway.tasks)", field="model")
        order = TaskOrder(None, "")
        if name:
            assistant, told = await self._find(who, name)
            order = TaskOrder(assistant.model, told.after(assistant.system_prompt) or "")
        return await self._tasks.begin(who, body, order, pieces=pieces)

    async def _generate_kept(
        self, question: _Question, relay: AnswerRelay, kept: AnswerListener
    ) -> Outcome | OrchdError:
        """Generate in the task of the conversation in which the answer is kept."""
        outcome: Outcome | None = None
        ended: OrchdError | None = RequestCancelled("the answer was ended in its conversation")
        try:
            with relay.scope, guarded("relayed answer") as guard:
                outcome = await self._generate(question, relay, KeptRelay(relay, kept))
            ended = guard.error or (None if outcome is not None or relay.scope.cancel_called else ended)
        finally:
            relay.end(ShuttingDown("the daemon is stopping") if ended is not None and self._draining else ended)
        return outcome or ended or RequestCancelled("its reader has left")

    async def _generate_apart(self, question: _Question, relay: AnswerRelay) -> None:
        """Generate in a task of its own, whoever reads the answer."""
        error: OrchdError | None = ShuttingDown("the daemon is stopping")
        try:
            with relay.scope, guarded("relayed answer") as guard:
                await self._generate(question, relay)
                error = None
            error = guard.error or (None if relay.scope.cancel_called else error)
        finally:
            relay.end(error)

    async def _generate(self, question: _Question, relay: AnswerRelay, listener: KeptRelay | None = None) -> Outcome:
        """Have the model asked, and `relay` told, by way of the `listener` if there is one."""
        body, chosen, began = question.body, question.selection, time.monotonic()
        relayed = RelayedRequest(question.path, body.members, body.streams, body.size, relay.tell)
        place = None if listener is None else listener.place
        self._running += 1
        if listener is None:
            self._apart.add(relay)
        outcome: Outcome | None = None
        try:
            outcome = await self._backends.stream(
                chosen.target,
                Prompt((), relayed=relayed, soft=body.soft, keep=place),
                listener or relay,
                requester=question.requester,
                fallbacks=chosen.rest,
            )
            relay.on_outcome(outcome)
            return outcome
        finally:
            self._running -= 1
            self._apart.discard(relay)
            self._ended.set()
            _log(chosen.target, outcome, relay, time.monotonic() - began)

    async def _question(self, who: Identity, path: str, body: RelayBody) -> _Question:
        self._demand_open()
        requester = requester_for(who)
        asked, fallbacks, body = await self._model_names(who, body)
        selection = await self._backends.first(asked, fallbacks, None, self._default, requester=requester)
        return _Question(selection, body, path, requester)

    async def _model_names(self, who: Identity, body: RelayBody) -> _NamedModels:
        """Return which models a body names; where it names an assistant, its models, and the body with its prompt."""
        asked, fallbacks = body.model, body.fallbacks
        if asked is not None and asked.startswith(ASSISTANT_PREFIX):
            assistant, told = await self._find(who, asked.removeprefix(ASSISTANT_PREFIX))
            asked, fallbacks = assistant.model, (*fallbacks, *assistant.fallbacks)
            if "messages" in body.members:
                body = with_system(body, told.after(assistant.system_prompt))
        return _NamedModels(asked, fallbacks, body)

    async def _first_there(self, named: _NamedModels, requester: Requester) -> Target:
        """Return the first of these models whose server is there. Raises the first one's error, and `Forbidden`."""
        await self._backends.wait_first_probe()
        self._backends.check_names(requester, named.fallbacks)
        try:
            return await self._backends.resolve(named.asked, None, self._default, requester=requester)
        except (NotFound, Unavailable):
            for name in named.fallbacks:
                with suppress(NotFound, Unavailable):
                    return await self._backends.resolve(name, None, None, requester=requester)
            raise

    async def _find(self, who: Identity, name: str) -> tuple[AssistantItem, Instructions]:
        found = await self._database.read(_assistant, owner_of(who), name)
        if found is None:
            raise NotFound(f"there is no assistant called {name}", field="model")
        return found

    async def _any_target(self, name: str | None, requester: Requester) -> Target:
        """Return the model of any type that a name means. Raises `NotFound`."""
        await self._backends.wait_first_probe()
        for again in (False, True):
            if again:
                await self._backends.refresh()
            called = [info for info in self._backends.models(requester=requester) if name and info.is_called(name)]
            if called:
                found = min(called, key=self._load_of)
                return Target(found, found.backend)
        if name is None:
            raise NotFound("name a `model`: there is no default", field="model")
        return await self._backends.resolve(name, None, None, requester=requester)

    def _load_of(self, info: ModelInfo) -> int:
        """Return how much a model's server has to do."""
        load = self._backends.workload(info.backend)
        return load.running + load.waiting

    def _demand_open(self) -> None:
        if self._draining:
            raise ShuttingDown("the daemon is stopping, and takes nothing new")


def _assistant(owner: Owner, name: str) -> Steps[tuple[AssistantItem, Instructions] | None]:
    found = yield from find_assistant(owner, name)
    if found is None:
        return None
    return found, (yield from instructions_for(owner, None, found.id))


def _log(target: Target, outcome: Outcome | None, relay: AnswerRelay, seconds: float) -> None:
    usage = None if outcome is None else outcome.usage
    structlog.get_logger().info(
        "relayed an answer",
        whole=outcome is not None,
        model=target.full_name,
        seconds=round(seconds, 3),
        pieces=relay.pieces,
        tokens=None if usage is None else usage.total_tokens,
    )
