"""Work that is made when it is first asked for, and what becomes of it when everything ends."""

import trio

from orchd.features.late_work import LateWork


class Work:
    """Says what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def running(self) -> int:
        return 3

    def close(self) -> None:
        self.told.append("closed")

    async def drain(self, hurried: trio.Event) -> None:
        self.told.append("hurried" if hurried.is_set() else "drained")


def test_it_is_made_once_by_whoever_asks_first() -> None:
    made: list[Work] = []

    def make() -> Work:
        made.append(Work())
        return made[-1]

    work = LateWork(make)
    assert (work.running(), made) == (0, [])
    assert work.get() is work.get() is made[0]
    assert (work.running(), len(made)) == (3, 1)


async def test_what_is_there_is_drained() -> None:
    work, hurried = LateWork(Work), trio.Event()
    made = work.get()
    await work.drain(hurried)
    hurried.set()
    await work.drain(hurried)
    assert made.told == ["drained", "hurried"]


async def test_what_is_made_while_everything_ends_takes_nothing() -> None:
    work = LateWork(Work)
    await work.drain(trio.Event())
    assert work.running() == 0
    assert work.get().told == ["closed"]
