"""One answer on its way: load, wait for a slot, read the prompt, speak in time, end as asked.

Tokens keep to an absolute schedule, start + i * interval: whoever is late sends all that are due in one write, so
that a slow loop costs fewer writes and not a slower stream. Wake-ups are rounded up to a common grid, so that a
hundred streams share a few of them.
"""

import itertools
import math
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress

import trio

from orchd.llm.types import Channel
from orchd.simulator.api.dialect import Account, Dialect
from orchd.simulator.content.answer import ENDLESS, SimulatedAnswer, count_tokens
from orchd.simulator.faults import Ending, Faults
from orchd.simulator.http import HttpExchange
from orchd.simulator.models import Instance, ModelLoadJob
from orchd.simulator.refusal import RefusedError
from orchd.simulator.stats import GenerationTally, StatCounters

BATCH_TOKENS = 256
GRID_SECONDS = 0.001
LOAD_REPORTS = 10


class SimulatedGeneration:
    """Sends one answer. Raises `trio.BrokenResourceError` when the client is gone while something is sent."""

    def __init__(
        self,
        exchange: HttpExchange,
        dialect: Dialect,
        answer: SimulatedAnswer,
        faults: Faults,
        *,
        instance: Instance,
        load: ModelLoadJob | None,
        interval: float,
        prompt_tokens: int,
        stream: bool,
        counters: StatCounters,
    ) -> None:
        self._exchange = exchange
        self._dialect = dialect
        self._answer = answer
        self._faults = faults
        self._instance = instance
        self._load = load
        self._interval = interval if faults.interval is None else faults.interval
        self._stream = stream
        self._counters = counters
        self._account = Account(prompt_tokens, keep_text=not stream or answer.tokens < ENDLESS)
        self._ending = faults.ending()
        self._start: float | None = None
        self._comment_at = math.inf

    async def run(self) -> None:
        """Send it, as a stream or as one body."""
        with self._counters.generation(self._instance.spec.id, lambda: self._exchange.gone) as tally:
            await trio.sleep(self._faults.headers)
            if self._stream:
                await self._exchange.begin()
                await self._exchange.send(self._dialect.start())
            try:
                await self._in_slot(tally, self._tell)
            except RefusedError as refused:
                tally.outcome = "faulted"
                await self._fail(refused)

    async def _in_slot(self, tally: GenerationTally, tell: Callable[[GenerationTally], Awaitable[None]]) -> None:
        self._instance.users += 1
        try:
            await self._wait_turn()
            try:
                await tell(tally)
            finally:
                self._instance.slots.release()
        finally:
            self._instance.users -= 1

    async def _wait_turn(self) -> None:
        """Wait for the model and for a slot; who has both at once is not counted as waiting, not even for a moment."""
        if self._load is None:
            with suppress(trio.WouldBlock):
                self._instance.slots.acquire_nowait()
                return
        with self._counters.wait():
            await self._wait_loaded()
            await self._instance.slots.acquire()

    async def _wait_loaded(self) -> None:
        load = self._load
        if load is None:
            return
        await self._send(self._dialect.load("start", 0.0))
        while not load.ended.is_set():
            with trio.move_on_after(max(load.seconds / LOAD_REPORTS, 0.05)):
                await load.ended.wait()
            await self._send(self._dialect.load("progress", load.progress()))
        await load.finish()
        self._account.load_seconds = load.seconds
        await self._send(self._dialect.load("end", load.seconds))

    async def _tell(self, tally: GenerationTally) -> None:
        await self._prompt()
        answer = self._answer
        over = await self._speak("reasoning", iter(answer.reasoning), len(answer.reasoning), tally)
        over = over or await self._speak("content", answer.content, answer.tokens, tally)
        if answer.calls and not over:
            self._account.calls = sum(count_tokens(call.function.arguments) + 1 for call in answer.calls)
            self._counters.count_tokens(self._account.calls)
            await self._send(self._dialect.calls(answer))
        if over or await self._meet_ending(tally):
            return
        tally.outcome = "completed"
        if self._stream:
            await self._exchange.end(self._dialect.finish(answer, self._account))
        else:
            await self._exchange.answer(200, self._dialect.whole(answer, self._account))

    async def _prompt(self) -> None:
        await self._send(self._dialect.prompt("start", 0.0))
        if self._faults.comments is not None:
            self._comment_at = trio.current_time() + self._faults.comments
        if self._faults.mute:
            await self._quiet(math.inf)
        if self._faults.silence:
            for tenth in range(1, 11):
                await self._quiet(self._faults.silence / 10)
                await self._send(self._dialect.prompt("progress", tenth / 10))
        await self._send(self._dialect.prompt("end", 1.0))

    async def _speak(self, channel: Channel, tokens: Iterator[str], left: int, tally: GenerationTally) -> bool:
        """Send a channel's tokens; returns whether a fault has ended the answer."""
        if not left:
            return False
        await self._send(self._dialect.edge(channel, "start"))
        encode = self._dialect.token(channel)
        while left:
            room = await self._room(left)
            if room == 0:
                if await self._meet_ending(tally):
                    return True
                continue
            batch = list(itertools.islice(tokens, room))
            left -= len(batch)
            self._account.add(channel, batch)
            self._counters.count_tokens(len(batch))
            await self._send(b"".join(map(encode, batch)))
        await self._send(self._dialect.edge(channel, "end"))
        return False

    async def _room(self, left: int) -> int:
        """Wait until a token is due; how many may be sent now, 0 when a fault's turn has come."""
        sent = self._account.total
        if self._ending is not None:
            left = min(left, self._ending.after - sent)
        if left <= 0:
            return 0
        if not self._interval:
            self._check_loaded()
            await trio.lowlevel.checkpoint()
            return min(left, BATCH_TOKENS)
        now = trio.current_time()
        if self._start is None:
            self._start = now
        due = self._start + sent * self._interval
        if due > now:
            await self._pause(math.ceil(due / GRID_SECONDS) * GRID_SECONDS)
        late = int((trio.current_time() - self._start) / self._interval) + 1 - sent
        return min(left, max(1, late), BATCH_TOKENS)

    async def _meet_ending(self, tally: GenerationTally) -> bool:
        """Do what the fault asks; returns whether the answer is over."""
        ending, self._ending = self._ending, None
        if ending is None:
            return False
        if ending.kind == "stall":
            stalled = trio.current_time()
            await self._quiet(math.inf if self._faults.stall_for is None else self._faults.stall_for)
            if self._start is not None:
                self._start += trio.current_time() - stalled
            return False
        tally.outcome = "faulted"
        await self._break_off(ending)
        return True

    async def _break_off(self, ending: Ending) -> None:
        if ending.kind == "error":
            await self._fail(RefusedError(500, "Simulated error while generating", type="server_error"))
        elif ending.kind == "reset":
            await self._exchange.reset()
        elif not self._stream:
            await self._exchange.answer_half(self._dialect.whole(self._answer, self._account))
        elif ending.kind == "cut":
            event = self._dialect.token("content")(" simulated")
            await self._exchange.cut(event[: len(event) // 2])
        else:
            await self._exchange.end()

    async def _fail(self, refused: RefusedError) -> None:
        if self._stream:
            await self._exchange.end(self._dialect.error(refused.content(), self._account))
        else:
            await self._exchange.answer(refused.status, refused.body())

    async def _quiet(self, seconds: float) -> None:
        """Say nothing for a while, but for the comments that were asked for."""
        until = trio.current_time() + seconds
        while trio.current_time() < until:
            await self._pause(min(until, self._comment_at))
            if trio.current_time() >= self._comment_at:
                self._comment_at += self._faults.comments or math.inf
                await self._send(self._dialect.comment())

    async def _pause(self, until: float) -> None:
        with trio.move_on_at(until):
            await self._instance.unloaded.wait()
        self._check_loaded()

    def _check_loaded(self) -> None:
        if self._instance.unloaded.is_set():
            raise RefusedError(500, "The model was unloaded while it was generating", type="server_error")

    async def _send(self, data: bytes) -> None:
        if self._stream:
            await self._exchange.send(data)
