"""What generations take is counted, by whichever door, and refused before anything is sent."""

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import OrchdError, RateLimited
from orchd.llm import Backends, BackendSpec, Recording, Requester
from orchd.llm.accounting import FREE, Accounts, TokenTally, charging, counting, tally_here
from orchd.llm.scoring.exchange import SmallRequest
from orchd.llm.types import Prompt, Target, Turn, Usage
from tests.fix_simulator import RunningSimulator, StartSimulator

PROMPT = Prompt((Turn("user", "Hello there, who are you?"),))


class Book:
    """Accounts that note everything; `refuses` whom it is told to."""

    def __init__(self) -> None:
        self.refuses = False
        self.noted: list[tuple[str, int, int, int]] = []
        self.begun: list[Requester] = []
        self.ended = 0

    async def check(self, requester: Requester) -> None:
        if self.refuses:
            raise RateLimited("used up", reason="quota")

    async def begin(self, requester: Requester) -> "Book":
        await self.check(requester)
        self.begun.append(requester)
        return self

    def go_on(self, requester: Requester) -> "Book":
        self.begun.append(requester)
        return self

    def note(self, model: str, tally: TokenTally) -> None:
        self.noted.append((model, tally.calls, tally.prompt_tokens, tally.completion_tokens))

    def end(self) -> None:
        self.ended += 1


@given(st.integers(-5, 2**60), st.integers(-5, 2**60))
def test_what_a_server_tells_is_kept_within_bounds(read: int, written: int) -> None:
    tally = TokenTally(PROMPT)
    tally.on_call()
    tally.on_answer(Usage(read, written, 0), 3, 30)
    assert 0 <= tally.prompt_tokens <= 2**40
    assert 0 <= tally.completion_tokens <= 2**40


def test_what_no_server_tells_is_guessed() -> None:
    tally = TokenTally(PROMPT)
    tally.on_call()
    tally.on_answer(None, 3, 400)
    assert (tally.prompt_tokens, tally.completion_tokens) == (7, 100)
    tally.on_call()
    tally.on_cut()
    tally.on_cut()
    assert tally.prompt_tokens == 14, "the prompt was sent again, and read or not"
    unsent = TokenTally(PROMPT)
    unsent.on_cut()
    assert unsent.prompt_tokens == 0


async def test_a_generation_ends_its_charge_however_it_ends() -> None:
    book = Book()

    async def fail(accounts: Accounts) -> None:
        async with charging(accounts, Requester()) as charge:
            with counting(charge, "tiny", PROMPT):
                tally_here().on_call()
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail(book)
    assert (book.ended, book.noted) == (1, [("tiny", 1, 0, 0)])
    assert tally_here().calls == 0, "nobody counts outside"
    async with charging(FREE, Requester()) as charge:
        charge.note("tiny", TokenTally())


async def opened(simulator: RunningSimulator, nursery: trio.Nursery, book: Book) -> tuple[Backends, Target]:
    backends = Backends([BackendSpec(simulator.url)])
    backends.keep_accounts(book)
    await nursery.start(backends.run)
    return backends, await backends.resolve(None, None, None)


async def test_answers_small_requests_and_cut_off_answers_are_counted(start_simulator: StartSimulator) -> None:
    simulator, book = await start_simulator(), Book()
    async with trio.open_nursery() as nursery:
        backends, target = await opened(simulator, nursery, book)
        ana = Requester(user=4, token=9)
        outcome = await backends.stream(target, PROMPT, Recording(target), requester=ana)
        assert outcome.usage is not None
        (noted,) = book.noted
        assert noted[1:] == (1, outcome.usage.prompt_tokens, outcome.usage.completion_tokens)
        members = {"messages": [{"role": "user", "content": "Yes?"}], "max_tokens": 2}
        await backends.exchange(target, SmallRequest("/chat/completions", members, 30), requester=ana)
        assert book.noted[1][1] == 1
        assert book.noted[1][2] > 0

        class Impatient(Recording):
            def on_delta(self, channel: object, text: str) -> None:
                scope.cancel()

        with trio.CancelScope() as scope:
            await backends.stream(target, PROMPT, Impatient(target), requester=ana)
        assert book.noted[2][1] == 1
        assert min(book.noted[2][2:]) > 0, "what is cut off by its reader is not free"
        assert (book.begun, book.ended) == ([ana] * 3, 3)
        nursery.cancel_scope.cancel()


async def test_who_is_refused_has_nothing_sent(start_simulator: StartSimulator) -> None:
    simulator, book = await start_simulator(), Book()
    async with trio.open_nursery() as nursery:
        backends, target = await opened(simulator, nursery, book)
        book.refuses, recording = True, Recording(target)
        with pytest.raises(RateLimited):
            await backends.first(None, (), None, None)
        with pytest.raises(RateLimited):
            await backends.stream(target, PROMPT, recording, fallbacks=[target.full_name])
        with pytest.raises(OrchdError):
            await backends.exchange(target, SmallRequest("/chat/completions", {}, 30))
        assert (recording.calls, book.ended, book.noted) == (0, 0, [])
        nursery.cancel_scope.cancel()


async def test_loads_by_name_and_tries_of_going_on_are_counted(start_simulator: StartSimulator) -> None:
    simulator, book = await start_simulator(), Book()
    async with trio.open_nursery() as nursery:
        backends, target = await opened(simulator, nursery, book)
        ana = Requester(user=4, token=9)
        assert await backends.continues(target, requester=ana)
        (tried,) = book.noted
        assert tried[:2] == (target.model.id, 1)
        assert tried[3] > 0
        assert await backends.continues(target, requester=ana)
        assert book.noted[1][1:] == (0, 0, 0), "what was found is remembered, and costs nothing"
        await backends.unload(target.full_name)
        await backends.load(target.full_name, requester=ana)
        assert book.noted[2][:2] == (target.model.id, 1)
        await backends.load(target.full_name, requester=ana)
        assert book.noted[3][1:] == (0, 0, 0), "it is loaded already"
        assert (book.begun, book.ended) == ([ana] * 4, 4)
        book.refuses = True
        assert not await backends.continues(target, requester=ana)
        with pytest.raises(RateLimited):
            await backends.load(target.full_name, requester=ana)
        nursery.cancel_scope.cancel()
