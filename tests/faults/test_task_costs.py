"""What a task is said to have spent is what left the daemon: counted by the model server that was asked.

All is real but for the server and the clock.
"""

import json
from collections import Counter
from collections.abc import Iterator

import pytest
import trio
from trio.testing import MockClock

from orchd.entity import LOCAL_OWNER
from orchd.features.task.core.rows import ENDED, TaskRow
from tests.faults.counting_server import GOOD_VERDICT, Asked, CountingServer, Part, Said, Script, daemon
from tests.features.chat.room import MemoryDatabase
from tests.features.task.hands import create
from tests.fix_upstream import SSE_HEAD, Exchange, Upstream, delta

PLAN = ("Name a river.", "Name a hill.", "Name a town.", "Name a road.")

HANG_SECONDS = 36_000.0
"""By the virtual clock: a server that fails is left alone for minutes."""


@pytest.fixture
def memory() -> Iterator[MemoryDatabase]:
    database = MemoryDatabase()
    yield database
    database.close()


class Played:
    """A task, what became of it, and the server that was asked."""

    def __init__(self, server: CountingServer, task: TaskRow) -> None:
        self.server = server
        self.task = task


async def play(
    upstream: Upstream, database: MemoryDatabase, script: Script, *models: str, plan: tuple[str, ...] = PLAN
) -> Played:
    """Run a task until it ends or waits for a person."""
    server = CountingServer(upstream, *models, plan=plan)
    server.script = script
    task_id = await database.write(create)
    async with daemon(server, upstream, database) as works:
        with trio.fail_after(HANG_SECONDS):
            while (task := await works.task(task_id)).status not in (*ENDED, "waiting"):  # noqa: ASYNC110 - as `let_go`
                await trio.sleep(1)
    return Played(server, task)


def check_bill(played: Played) -> None:
    assert (played.task.calls, played.task.tokens) == (len(played.server.asked), played.server.tokens)


def empty_rivers(asked: Asked) -> Said | None:
    return Said("") if asked.part == "do" and "river" in asked.prompt else None


def empty(asked: Asked) -> Said | None:
    return Said("") if asked.part == "do" else None


def broken(asked: Asked) -> Said | None:
    return Said(status=500) if asked.part == "do" and "hill" in asked.prompt else None


def first_model_broken(asked: Asked) -> Said | None:
    return Said(status=500) if asked.part != "plan" and asked.model == "qwen2.5-7b" else None


def no_judge(asked: Asked) -> Said | None:
    return Said(status=500) if asked.part in ("validate", "examine") else None


SCRIPTS: dict[str, Script] = {
    "all is well": lambda asked: None,
    "one step gets empty answers": empty_rivers,
    "all steps get empty answers": empty,
    "one step gets errors": broken,
    "one model gives errors": first_model_broken,
    "no judge answers": no_judge,
    "prose for a verdict": lambda asked: "I like it." if asked.part == "validate" else None,
    "no text is joined": lambda asked: Said("") if asked.part == "join" else None,
    "a text that breaks off": lambda asked: Said("Half", finish="content_filter") if asked.part == "do" else None,
}


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize("models", [("qwen2.5-7b",), ("qwen2.5-7b", "gemma-3-4b")], ids=["one model", "two models"])
async def test_a_task_costs_what_the_server_saw(
    autojump_clock: MockClock, memory_upstream: Upstream, memory: MemoryDatabase, name: str, models: tuple[str, ...]
) -> None:
    check_bill(await play(memory_upstream, memory, SCRIPTS[name], *models))


MODELS = ("qwen2.5-7b", "gemma-3-4b", "llama-3.1-8b")
FORTY = tuple(f"Name river {number}." for number in range(40))


def first_judge_refuses(asked: Asked) -> str | None:
    """Refuse as the first one who is asked about a result; whoever is shown that may know better."""
    if asked.part != "validate" or "Somebody else has checked" in asked.body["messages"][0]["content"]:
        return None
    return json.dumps({**GOOD_VERDICT, "approved": False, "score": 30, "errors": ["it is wrong"]})


@pytest.mark.parametrize(
    ("models", "plan", "script", "calls"),
    [
        (1, PLAN, "all is well", {"plan": 1, "do": 4, "validate": 4, "join": 1}),
        (2, PLAN, "all is well", {"plan": 1, "do": 4, "validate": 4, "examine": 4, "join": 1}),
        (3, PLAN, "all is well", {"plan": 1, "do": 4, "validate": 4, "examine": 4, "join": 1}),
        (3, PLAN, "the first judge refuses", {"plan": 1, "do": 4, "validate": 8, "examine": 4, "join": 1}),
        (1, FORTY, "all is well", {"plan": 1, "do": 40, "validate": 40, "join": 1}),
    ],
)
async def test_nothing_is_asked_that_can_not_change_the_outcome(
    autojump_clock: MockClock,
    memory_upstream: Upstream,
    memory: MemoryDatabase,
    models: int,
    plan: tuple[str, ...],
    script: str,
    calls: dict[Part, int],
) -> None:
    scripts: dict[str, Script] = {**SCRIPTS, "the first judge refuses": first_judge_refuses}
    played = await play(memory_upstream, memory, scripts[script], *MODELS[:models], plan=plan)
    assert played.task.status == "completed"
    assert played.server.calls == Counter(calls)
    check_bill(played)


@pytest.mark.parametrize("models", [("qwen2.5-7b",), ("qwen2.5-7b", "gemma-3-4b")], ids=["one model", "two models"])
async def test_the_reason_is_the_cause(
    autojump_clock: MockClock, memory_upstream: Upstream, memory: MemoryDatabase, models: tuple[str, ...]
) -> None:
    played = await play(memory_upstream, memory, empty, *models)
    assert played.task.status == "failed"
    reason = played.task.reason or ""
    assert reason.count("the answer is empty") == 4
    assert "left alone" not in reason


async def test_who_never_stops_is_cut_off_where_judges_can_read_it_and_told_to_be_shorter(
    autojump_clock: MockClock, memory_upstream: Upstream, memory: MemoryDatabase
) -> None:
    def endless(asked: Asked) -> Said | None:
        told = "# What was found wrong" in asked.prompt
        return Said("On and on. " * 200, finish="length") if asked.part == "do" and not told else None

    played = await play(memory_upstream, memory, endless, "qwen2.5-7b", "gemma-3-4b")
    assert played.task.status == "completed"
    check_bill(played)
    done = [asked for asked in played.server.asked if asked.part == "do"]
    assert len(done) == 2 * len(PLAN)
    assert all(1_000 < asked.body["max_tokens"] < 32_000 // 2 for asked in done)
    assert all("Be shorter: " in asked.prompt for asked in done if "# What was found wrong" in asked.prompt)


async def test_a_cancelled_task_is_charged_what_was_asked_by_then(
    autojump_clock: MockClock, memory_upstream: Upstream, memory: MemoryDatabase
) -> None:
    server = CountingServer(memory_upstream, "qwen2.5-7b", plan=PLAN)
    answer, asked = memory_upstream.script, trio.Event()
    assert answer is not None

    async def halting(exchange: Exchange) -> None:
        if b"You do one step" not in exchange.body:
            await answer(exchange)
            return
        server.asked.append(Asked("qwen2.5-7b", "do", "", {}))
        await exchange.send(SSE_HEAD, delta(content="The Douro flows past Porto."))
        if server.calls["do"] == len(PLAN):
            asked.set()
        await trio.sleep_forever()

    memory_upstream.script = halting
    task_id = await memory.write(create)
    async with daemon(server, memory_upstream, memory) as works:
        with trio.fail_after(HANG_SECONDS):
            await asked.wait()
            await trio.sleep(1)
            planned = await works.task(task_id)
            await works.lifecycle.cancel(LOCAL_OWNER, task_id)
            await works.let_go()
        task = await works.task(task_id)
    assert (planned.calls, task.calls, task.status) == (1, 1 + len(PLAN), "cancelled")
    assert task.tokens > planned.tokens
    assert task.seconds >= planned.seconds + len(PLAN)
