"""Taking turns: a queue whose users alternate, and within each user the conversations.

Start-time fair queueing with requests of size one (Goyal, Vin and Cheng, 1996): whoever has waiting requests carries a
tag, the least tag is next, and being served moves it on by one. Who was idle comes back at the present tag: a turn not
taken is not saved up. Putting in and taking out costs the logarithm of the number of users.
"""

from collections import deque
from collections.abc import Hashable
from heapq import heappop, heappush, heapreplace
from typing import Generic, Protocol, TypeVar

PRUNE_AT = 64


class QueueItem(Protocol):
    """What waits. `path` says whose it is, from the outermost level in; it is out of the queue once not `waiting`."""

    @property
    def path(self) -> tuple[Hashable, ...]: ...

    @property
    def waiting(self) -> bool: ...


T = TypeVar("T", bound=QueueItem)


class Clock:
    """The present tag, and the next tag of all who were served lately. May be shared by several queues."""

    def __init__(self) -> None:
        self.now = 0
        self._next: dict[Hashable, int] = {}
        self._limit = PRUNE_AT

    def tag(self, who: Hashable, since: int) -> int:
        """Return the tag of one that got `since` when it came."""
        return max(since, self._next.get(who, 0))

    def charge(self, who: Hashable, tag: int) -> None:
        """Note that one was served at `tag`."""
        self.now = max(self.now, tag)
        self._next[who] = tag + 1
        if len(self._next) > self._limit:
            self._next = {name: due for name, due in self._next.items() if due > self.now}
            self._limit = max(PRUNE_AT, 2 * len(self._next))

    def rest(self) -> None:
        """Note that nobody waits or is served: all are even, and nothing need be remembered."""
        if self._next:
            self.now = max(self._next.values())
            self._next.clear()


class Fifo(Generic[T]):
    """The innermost level: first come, first served."""

    def __init__(self) -> None:
        self._items: deque[T] = deque()
        self.count = 0

    def push(self, item: T) -> None:
        self._items.append(item)
        self.count += 1

    def took(self, item: T, *, served: bool) -> None:
        """Note that `item` no longer waits."""
        self.count -= 1

    def head(self) -> T | None:
        while self._items and not self._items[0].waiting:
            self._items.popleft()
        return self._items[0] if self._items else None

    def order(self) -> list[tuple[int, T]]:
        return list(enumerate(item for item in self._items if item.waiting))


class _Flow(Generic[T]):
    """One that takes turns: what waits for it, and its tag."""

    def __init__(self, inner: "Fair[T] | Fifo[T]", tag: int) -> None:
        self.inner = inner
        self.tag = tag


class Fair(Generic[T]):
    """Items whose `path[depth]` take turns, each with a queue of its own within."""

    def __init__(self, depth: int, levels: int, clock: Clock | None = None) -> None:
        self._depth = depth
        self._levels = levels
        self._clock = clock or Clock()
        self._flows: dict[Hashable, _Flow[T]] = {}
        self._heap: list[tuple[int, int, Hashable]] = []
        self._number = 0
        self.count = 0

    def push(self, item: T) -> None:
        """Put `item` at the end of its own queue."""
        who = item.path[self._depth]
        flow = self._flows.get(who)
        if flow is None:
            flow = self._flows[who] = _Flow(self._inner(), self._clock.tag(who, self._clock.now))
            self._number += 1
            heappush(self._heap, (flow.tag, self._number, who))
        flow.inner.push(item)
        self.count += 1

    def took(self, item: T, *, served: bool) -> None:
        """Note that `item` no longer waits: it was `served`, or given up."""
        who = item.path[self._depth]
        flow = self._flows[who]
        flow.inner.took(item, served=served)
        self.count -= 1
        if served:
            self._clock.charge(who, self._clock.tag(who, flow.tag))

    def head(self) -> tuple[int, T] | None:
        """Return whose turn it is, with the tag; None when nobody waits."""
        while self._heap:
            tag, number, who = self._heap[0]
            flow = self._flows[who]
            if not flow.inner.count:
                heappop(self._heap)
                del self._flows[who]
                continue
            flow.tag = self._clock.tag(who, flow.tag)
            if flow.tag == tag:
                found = flow.inner.head()
                assert found is not None
                return tag, found[1] if isinstance(found, tuple) else found
            heapreplace(self._heap, (flow.tag, number, who))
        return None

    def order(self) -> list[tuple[int, T]]:
        """Return all with their tags in the order in which they would be served; as long as nobody else comes."""
        found = []
        for who, flow in self._flows.items():
            tag = self._clock.tag(who, flow.tag)
            found += [(tag + place, item) for place, (_, item) in enumerate(flow.inner.order())]
        return sorted(found, key=lambda pair: pair[0])

    def _inner(self) -> "Fair[T] | Fifo[T]":
        return Fifo() if self._depth + 1 == self._levels else Fair(self._depth + 1, self._levels)
