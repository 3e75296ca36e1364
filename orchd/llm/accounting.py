"""Who pays for what is asked of models: asked before anything is sent, and told afterwards what it took.

Whoever keeps the accounts may refuse a generation; then nothing is sent. A `TokenTally` counts one attempt: the tokens
that the server tells, else a guess, so that an answer which is cut off by its reader is not free. It is found by the
task that makes the attempt (`tally_here`), since all between is none of its business.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import Protocol

import trio

from orchd.llm.types import IMAGE_TOKENS, Prompt, Requester, Usage

BYTES_PER_TOKEN = 4
"""Bytes of UTF-8 to a token where a server tells no tokens: about what English has."""
MOST_TOKENS = 2**40
"""Of one answer; more is a defect of the server that tells it."""


class TokenTally:
    """What an attempt takes. `calls` are the requests that went to a server."""

    __slots__ = ("_guessable", "_prompt", "calls", "completion_tokens", "prompt_tokens")

    def __init__(self, prompt: Prompt | None = None) -> None:
        self.calls = 0
        self.prompt_tokens = 0
        self.completion_tokens = 0
        self._prompt = prompt
        self._guessable = 0
        """Calls of which it was not told yet what they took."""

    def on_call(self) -> None:
        """A request goes to a server."""
        self.calls += 1
        self._guessable += 1

    def on_answer(self, usage: Usage | None, pieces: int, size: int) -> None:
        """An answer is over, whole or not: what its server told, the pieces it came in, and its bytes."""
        self._guessable = max(0, self._guessable - 1)
        if usage is None:
            self.prompt_tokens += self._guess_prompt()
            self.completion_tokens += max(pieces, size // BYTES_PER_TOKEN)
        else:
            self.prompt_tokens += _bound(usage.prompt_tokens)
            self.completion_tokens += _bound(usage.completion_tokens)

    def on_cut(self) -> None:
        """It was given up before an answer began: the server has read the prompt, or some of it."""
        if self._guessable:
            self._guessable = 0
            self.prompt_tokens += self._guess_prompt()

    def forget(self) -> None:
        """Somebody else counts it, from its beginning."""
        self.calls = self.prompt_tokens = self.completion_tokens = self._guessable = 0

    def _guess_prompt(self) -> int:
        if self._prompt is None:
            return 0
        if self._prompt.relayed is not None:
            return self._prompt.relayed.size // BYTES_PER_TOKEN + 1
        texts = sum(len(turn.content.encode()) for turn in self._prompt.turns) // BYTES_PER_TOKEN
        return texts + IMAGE_TOKENS * sum(len(turn.images) for turn in self._prompt.turns) + 1


class Charge(Protocol):
    """A generation that was let through."""

    def note(self, model: str, tally: TokenTally) -> None:
        """An attempt with this model took so much. Never waits, never raises."""

    def end(self) -> None:
        """It is over; called exactly once. Never waits, never raises."""


class Accounts(Protocol):
    """Lets generations through, or refuses them."""

    async def check(self, requester: Requester) -> None:
        """Raise RateLimited for somebody who would be refused now: their quota is used up, or they ask too often."""

    async def begin(self, requester: Requester) -> Charge:
        """Let a generation through. Raises RateLimited as `check` does, Unavailable where that can't be found out."""

    def go_on(self, requester: Requester) -> Charge:
        """Return the charge for the rest of a generation that was let through before. Never waits, never raises."""


class _Free:
    """Accounts of nobody: everything is let through."""

    async def check(self, requester: Requester) -> None:
        """Nobody is refused."""

    async def begin(self, requester: Requester) -> Charge:
        return self

    def go_on(self, requester: Requester) -> Charge:
        return self

    def note(self, model: str, tally: TokenTally) -> None:
        """Nobody pays."""

    def end(self) -> None:
        """Nobody paid."""


_TALLY: ContextVar[TokenTally | None] = ContextVar("tally", default=None)
FREE: Accounts = _Free()


@asynccontextmanager
async def charging(accounts: Accounts, requester: Requester) -> AsyncIterator[Charge]:
    """Let the block generate, if `accounts` do. Raises as `Accounts.begin` does."""
    charge = await accounts.begin(requester)
    try:
        yield charge
    finally:
        charge.end()


@contextmanager
def counting(charge: Charge, model: str, prompt: Prompt | None = None) -> Iterator[None]:
    """Count what the block, one attempt with a model, takes, however it ends."""
    tally = TokenTally(prompt)
    before = _TALLY.set(tally)
    try:
        yield
    except trio.Cancelled:
        tally.on_cut()
        raise
    finally:
        _TALLY.reset(before)
        charge.note(model, tally)


def tally_here() -> TokenTally:
    """Return what counts the attempt that this task makes; one that nobody reads where none is counted."""
    return _TALLY.get() or TokenTally()


def _bound(tokens: int) -> int:
    return min(max(0, tokens), MOST_TOKENS)
