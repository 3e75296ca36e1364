"""Waiting until a llama.cpp server has let go: what its `/slots` says is processing.

A closed connection is noticed only between two steps of the engine, so a cancelled generation goes on for a while. No
event tells when it ends: hence the polling, the only one in this room. The slots don't tell whose work they do, so
those that our other generations are certain to hold are left out of account, and nobody else's can be. Source: the
README of llama.cpp's server, `GET /slots` (may be disabled, then it answers 501).
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import trio

from orchd.llm.answers.fetch import fetch
from orchd.llm.probing.listing import objects

FIRST_PAUSE_SECONDS = 0.025
LONGEST_PAUSE_SECONDS = 0.2


async def wait_until_idle(client: httpx.AsyncClient, root: str, model: str, ours: Callable[[], int]) -> float | None:
    """Return after how many seconds no more slots were processing than `ours()` accounts for; None when the server
    does not tell.

    Waits without a bound. Raises httpx.TransportError.
    """
    start, pause = trio.current_time(), FIRST_PAUSE_SECONDS
    url = f"{root}/slots?model={quote(model, safe='')}"
    while True:
        fetched = await fetch(client, url)
        busy = busy_slots(fetched.json()) if fetched.status == 200 else None
        if busy is None:
            return None
        if busy <= ours():
            return trio.current_time() - start
        await trio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def busy_slots(found: Any) -> int | None:
    """Return how many slots of `GET /slots` are processing, None for anything that does not say so of each."""
    states = [slot.get("is_processing") for slot in objects(found)]
    if not states or not all(isinstance(state, bool) for state in states):
        return None
    return states.count(True)
