"""Gives new conversations titles by the models that answered, while these have nothing else to do.

Nothing waits for it, and nothing is loaded for it. It begins only where a model server has room, and ends as soon as
somebody waits there; then it is tried once more later. Whatever goes wrong, the title stays what it was: the first
words of the question. A question is shown to the model as it was asked, so that the server need not read it anew, and
the next question finds what the server has kept.
"""

from collections.abc import Callable
from typing import NamedTuple

import structlog
import trio
from msgspec.structs import replace

from orchd.clock import unix_now
from orchd.errors import OrchdError, UpstreamError
from orchd.features import conversation as conversations
from orchd.features.chat import context
from orchd.features.chat.rows import Foreseen, StoredExchange
from orchd.features.chat.titles.title import ASK, read_title
from orchd.features.chat.titles.title_queries import TitlePlace, give_title, is_wanted
from orchd.llm import Asker, Backends, NoAnswerError
from orchd.llm.types import Priority, Prompt, Requester, Sampling, Target, Turn
from orchd.storage import Database
from orchd.wakeup import Signal

MAX_WAITING = 100
"""Conversations that wait for a title; further ones keep their first words."""
PATIENCE_SECONDS = 600.0
"""How long one waits for its model server to have room."""
LOOK_SECONDS = 1.0
"""How often it is looked whether one has, while a conversation waits; no event says so."""
GIVE_WAY_SECONDS = 0.25
"""After which it is looked again, while a model is asked, whether somebody waits: who has arrived need not wait yet."""
ATTEMPTS = 2
LONGEST_TEXT, LONGEST_TOLD = 4_000, 20_000
"""Characters that a model is shown of a question and of an answer, and of what it is told before them."""
LONGEST_CHECKED = 1_000
"""Characters of a question and of an answer that a title is held against: it takes some milliseconds."""
TOKENS, TOKENS_WITH_THOUGHTS = 48, 600


class TitleWish(NamedTuple):
    """A conversation whose first question a model has answered, and on whose behalf."""

    place: TitlePlace
    question: str
    answer: str
    prompt: Prompt
    target: Target
    requester: Requester
    until: float
    attempts: int = ATTEMPTS


class Titler:
    """`seconds` is how long a model may work on a title; `look` has a change told to those who follow conversations."""

    def __init__(self, database: Database, backends: Backends, seconds: float, look: Callable[[], None]) -> None:
        self._database = database
        self._backends = backends
        self._seconds = seconds
        self._look = look
        self._waiting: dict[int, TitleWish] = {}
        self._news, self._arrivals = Signal(), Signal()
        backends.tell_arrivals(lambda requester: self._arrivals.set())

    def offer(
        self, exchange: StoredExchange, answer: str, target: Target, requester: Requester, *, thinks: bool
    ) -> None:
        """A conversation's first question was answered. Never waits."""
        if len(self._waiting) >= MAX_WAITING or target.model.template is False:
            return
        if requester.priority is Priority.BACKGROUND:  # a program's, which may ask many
            return
        wish = TitleWish(
            TitlePlace(
                exchange.conversation_id,
                exchange.whose,
                conversations.title_of(exchange.question.content),
                exchange.answer_id,
            ),
            exchange.question.content[:LONGEST_CHECKED],
            answer[:LONGEST_CHECKED],
            _prompt(exchange, answer, target, TOKENS_WITH_THOUGHTS if thinks else TOKENS),
            target,
            requester._replace(
                priority=Priority.BACKGROUND, conversation=f"the title of conversation {exchange.conversation_id}"
            ),
            trio.current_time() + PATIENCE_SECONDS,
        )
        self._waiting[exchange.conversation_id] = wish
        self._news.set()

    async def keep_titling(self) -> None:
        """Give titles, one after the other, until cancelled."""
        while True:
            while not self._waiting:
                await self._news.wait()
            for wish in list(self._waiting.values()):
                if trio.current_time() > wish.until:
                    del self._waiting[wish.place.conversation_id]
                elif self._has_room(wish.target):
                    del self._waiting[wish.place.conversation_id]
                    await self._give_title(wish)
            with trio.move_on_after(LOOK_SECONDS):
                await self._news.wait()

    def _has_room(self, target: Target) -> bool:
        """Tell whether a model is there, and its server could work on one request more at once."""
        info = next((info for info in self._backends.models() if info.full_name == target.full_name), target.model)
        entries = [entry for entry in self._backends.queue() if entry.backend == target.backend]
        room = not entries or (info.slots is not None and len(entries) < info.slots)
        return info.loaded is not False and not info.loading and room

    async def _give_title(self, wish: TitleWish) -> None:
        log = structlog.get_logger().bind(conversation_id=wish.place.conversation_id, model=wish.target.model.id)
        try:
            if not await self._database.read(is_wanted, wish.place):
                return
            title = await self._ask(wish)
            if title is not None and title != wish.place.first_words:
                await self._database.write(give_title, wish.place, title, unix_now())
                self._look()
        except (OrchdError, NoAnswerError) as failed:
            error = failed.error if isinstance(failed, NoAnswerError) else failed
            log.debug("no title was given", error=error.code)

    async def _ask(self, wish: TitleWish) -> str | None:
        """Return what the model calls it; None where somebody waits for it meanwhile, or it takes too long. Raises
        `NoAnswerError`."""
        titles: list[str] = []
        failures: list[NoAnswerError] = []
        given_way = trio.Event()

        def check(target: Target, text: str, finish_reason: str) -> None:
            title = None if finish_reason == "length" else read_title(text, wish.question, wish.answer)
            if title is None:
                raise UpstreamError(f"{target.full_name} gave no title")
            titles.append(title)

        async def ask(scope: trio.CancelScope) -> None:
            try:
                await Asker(self._backends, wish.requester).ask([wish.target], wish.prompt, check=check)
            except NoAnswerError as error:
                failures.append(error)
            scope.cancel()

        with trio.move_on_after(self._seconds):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(ask, nursery.cancel_scope)
                nursery.start_soon(self._give_way, wish.target, given_way, nursery.cancel_scope)
        if given_way.is_set() and not titles and wish.attempts > 1 and len(self._waiting) < MAX_WAITING:
            self._waiting[wish.place.conversation_id] = wish._replace(attempts=wish.attempts - 1)
        elif failures:
            raise failures[0]
        return titles[0] if titles else None

    async def _give_way(self, target: Target, given_way: trio.Event, scope: trio.CancelScope) -> None:
        """End what is asked once somebody waits for the same server."""
        while not any(entry.state == "waiting" and entry.backend == target.backend for entry in self._backends.queue()):
            with trio.move_on_after(GIVE_WAY_SECONDS):
                await self._arrivals.wait()
        given_way.set()
        scope.cancel()


def _prompt(exchange: StoredExchange, answer: str, target: Target, tokens: int) -> Prompt:
    """Return what the model was shown, what it said, and what it is asked now; of long texts the beginnings."""
    size = target.model.context
    most = LONGEST_TEXT if size is None else min(LONGEST_TEXT, size)
    said = Turn("user", exchange.question.content[:most]), Turn("assistant", answer[:most])
    told = sum(map(len, (exchange.system_prompt or "", *exchange.instructions.texts))) <= LONGEST_TOLD
    branch = [*said, Turn("user", ASK)]
    shown = (
        Foreseen(branch, exchange.system_prompt, instructions=exchange.instructions) if told else Foreseen(branch, None)
    )
    prompt = context.prompt(shown, None, Sampling(temperature=0.3, max_tokens=tokens))
    return replace(prompt, soft=("temperature", "max_tokens"))
