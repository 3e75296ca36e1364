"""Wrong guesses slow down: per account, per address, and nobody else's.

A guess is counted when it begins, so that a thousand at once are not all free, and taken back when it was right. Three
counts are kept, each with a number of free guesses and then a delay that doubles:

* of an account from one address: every guess;
* of an account: only when the address is another than at its last guess, so that one attacker, however long it goes on,
  makes its owner wait nowhere else, and many addresses together still get nowhere;
* of an address: only when the account is another than at its last guess, so that a program with an old password does
  not keep the others behind its router out, and trying one password for all accounts does get slow.

Who was right from an address before is held up there by guesses of that account from there alone. Whatever comes during
a delay is refused, right or wrong, and does not make it longer. The memory is bounded: the oldest entries give way.
"""

from collections import OrderedDict
from collections.abc import Hashable
from typing import NamedTuple

from orchd.errors import RateLimited

FORGET_SECONDS = 3600.0
"""After so long without a wrong guess nothing is counted any more."""

ENTRIES = 10_000
"""Most entries of each kind."""


class Delays(NamedTuple):
    """So many wrong guesses are free, then one has to wait: first so long, twice as long each time, at most so long."""

    free: int
    first_seconds: float
    most_seconds: float

    def after(self, guesses: int) -> float:
        """Seconds from the last guess to the next one."""
        over = guesses - self.free
        return 0.0 if over < 0 else min(self.first_seconds * 2.0 ** min(over, 64), self.most_seconds)


class Tally(NamedTuple):
    """What is known of the guesses under one key: how many, when the last one was, and what it differed by."""

    guesses: int
    at: float
    other: Hashable


class CountedGuess:
    """One guess, counted as wrong until it is taken back."""

    def __init__(self) -> None:
        self.counted: list[tuple[_Counts, Hashable, Tally | None, Tally]] = []
        """Where it was counted, what stood there before, and since then."""

    def take_back(self) -> None:
        """It was right, or nobody looked whether it was. Idempotent."""
        for counts, key, before, now in self.counted:
            counts.take_back(key, before, now)
        self.counted = []


class Throttle:
    """What is known of everybody's wrong guesses. Times are seconds of a clock that only goes forward."""

    def __init__(self, each: Delays, spread: Delays, entries: int = ENTRIES) -> None:
        self._pairs = _Counts(each, entries)
        self._accounts = _Counts(spread, entries)
        self._addresses = _Counts(spread, entries)
        self._known: OrderedDict[Hashable, None] = OrderedDict()
        self._entries = entries

    def check(self, account: Hashable, address: Hashable, now: float) -> None:
        """Raise `RateLimited` when a guess comes too soon."""
        wait = max(counts.wait(key, now) for counts, key, _ in self._keys(account, address))
        if wait > 0:
            raise RateLimited(
                "too many wrong tries; try again later", reason="wrong_tries", retry_after_ms=max(1, round(wait * 1000))
            )

    def count(self, account: Hashable, address: Hashable, now: float) -> CountedGuess:
        """Tally a wrong guess."""
        guess = CountedGuess()
        for counts, key, other in self._keys(account, address):
            guess.counted.append((counts, key, *counts.add(key, other, now)))
        return guess

    def is_known(self, account: Hashable, address: Hashable) -> bool:
        """Whether somebody was right there before, as far as that is remembered."""
        return (account, address) in self._known

    def remember(self, account: Hashable, address: Hashable) -> None:
        """Somebody was right there: forget what they guessed wrong before."""
        pair = (account, address)
        self._pairs.forget(pair)
        self._known[pair] = None
        self._known.move_to_end(pair)
        if len(self._known) > self._entries:
            self._known.popitem(last=False)

    def _keys(self, account: Hashable, address: Hashable) -> "list[tuple[_Counts, Hashable, Hashable]]":
        """Where a guess counts: under which key, and what it must differ by from the last one there."""
        pair = (account, address)
        keys: list[tuple[_Counts, Hashable, Hashable]] = [(self._pairs, pair, None)]
        if pair not in self._known:
            keys += [(self._accounts, account, address), (self._addresses, address, account)]
        return keys


class _Counts:
    """The counts of one kind, those with the oldest guesses first."""

    def __init__(self, delays: Delays, entries: int) -> None:
        self._delays = delays
        self._entries = entries
        self._counts: OrderedDict[Hashable, Tally] = OrderedDict()

    def wait(self, key: Hashable, now: float) -> float:
        """Seconds until the next guess may be made."""
        count = self._get(key, now)
        return 0.0 if count is None else count.at + self._delays.after(count.guesses) - now

    def add(self, key: Hashable, other: Hashable, now: float) -> tuple[Tally | None, Tally]:
        """Tally a guess, unless it differs by nothing from the last one; return what stood there, and what does now."""
        before = self._get(key, now)
        if before is not None and other is not None and before.other == other:
            return before, before
        count = Tally(1 if before is None else before.guesses + 1, now, other)
        self._counts[key] = count
        self._counts.move_to_end(key)
        if len(self._counts) > self._entries:
            self._counts.popitem(last=False)
        return before, count

    def take_back(self, key: Hashable, before: Tally | None, then: Tally) -> None:
        """Uncount a guess; what was counted since stays."""
        count = self._counts.get(key)
        if count is None or then is before:
            return
        if count.guesses == 1:
            del self._counts[key]
        else:
            last = before if count is then and before is not None else count
            self._counts[key] = last._replace(guesses=count.guesses - 1)

    def forget(self, key: Hashable) -> None:
        """Tally from nothing again."""
        self._counts.pop(key, None)

    def _get(self, key: Hashable, now: float) -> Tally | None:
        count = self._counts.get(key)
        return count if count is not None and now - count.at < FORGET_SECONDS else None
