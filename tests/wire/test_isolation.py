"""Nobody sees, changes or counts what isn't theirs: random people, random requests of all types, any ids.

Each person's texts carry a mark of theirs. Whatever a person asks for, no frame that reaches anybody else may hold it,
and no stored row of another may take on a mark, change or vanish.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import trio
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from orchd.features import commands
from orchd.features.chat.messages import ChatSend
from orchd.features.feature import Services
from orchd.features.opening import Features, Sections, open_features
from orchd.features.task.wire.messages import TaskCreate, TaskList
from orchd.hub import Hub
from orchd.llm.types import Listener, Outcome, Prompt
from orchd.protocol.command import AnyCommand
from orchd.protocol.identity import Identity
from orchd.protocol.rights import refusal
from orchd.protocol.types import ClientPayload
from orchd.storage import Statement, Steps, open_database
from tests.entities import DECLARED, rows_sql
from tests.examples import examples
from tests.features.chat.room import Device, Request
from tests.fix_chat import UNTITLED, ScriptedBackends
from tests.fix_sealing import make_vault
from tests.migrated import place_database
from tests.payloads import Draws

PEOPLE = (Identity(1, "ann", "member"), Identity(2, "bob", "member"), Identity(3, "eve", "admin"))
MARKS = {who.user_id: f"⟦{who.name}⟧" for who in PEOPLE}

SHARING = ("project", "team", "user", "token", "session", "credential", "quota", "access")
"""Frames about who is who and who shares what have tests of their own."""
ASKED = [command for command in commands() if command.type.partition(":")[0] not in SHARING]

OWNERS = {
    "conversation": "SELECT t.* FROM conversation t WHERE t.user_id = ?",
    "chat_message": "SELECT t.* FROM chat_message t JOIN conversation o ON o.id = t.conversation_id"
    " WHERE o.user_id = ?",
    "task": "SELECT t.* FROM task t WHERE t.user_id = ?",
    "task_dependency": "SELECT t.* FROM task_dependency t JOIN task o ON o.id = t.task_id WHERE o.user_id = ?",
    "subtask": "SELECT t.* FROM subtask t JOIN task o ON o.id = t.task_id WHERE o.user_id = ?",
    "task_log": "SELECT t.* FROM task_log t JOIN task o ON o.id = t.task_id WHERE o.user_id = ?",
    "task_approval": "SELECT t.* FROM task_approval t JOIN task o ON o.id = t.task_id WHERE o.user_id = ?",
    **{entity.rows.name: rows_sql(entity) for entity in DECLARED.values()},
    "message_rating": "SELECT t.* FROM message_rating t WHERE t.user_id = ?",
    "message_reaction": "SELECT t.* FROM message_reaction t WHERE t.user_id = ?",
    "verification": "SELECT t.* FROM verification t WHERE t.user_id = ?",
    "text_job": "SELECT t.* FROM text_job t WHERE t.user_id = ?",
}

IDLE_SECONDS = 0.5
"""How long what was begun may go on before it is let go on and its rows are not compared."""


class Ask(NamedTuple):
    """Somebody's request."""

    who: Identity
    command: AnyCommand
    payload: ClientPayload


@st.composite
def asks(draw: st.DrawFn) -> Ask:
    """Any request of any type, by anybody."""
    who, command = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(ASKED))
    words = st.sampled_from([f"{MARKS[who.user_id]} {word}" for word in ("rain", "sun", "a long story")])
    drawn = draw(Draws(st.integers(1, 8), words).payload(command.payload))
    return Ask(who, command, drawn)


class World:
    """The features with a model that repeats what it was asked, and everybody's connection."""

    def __init__(self, services: Services, features: Features) -> None:
        self._database, self._features, self._ended = services.database, features, services.work_ended
        self.devices = {who.user_id: Device() for who in PEOPLE}

    async def ask(self, ask: Ask) -> None:
        """Make a request as a session would."""
        if refusal(ask.command.right, ask.command.scope, ask.who) is None:
            request = Request(self.devices[ask.who.user_id])
            request.identity = ask.who
            with trio.move_on_after(IDLE_SECONDS):
                await request.serve(self._features.serves[ask.command.type], ask.payload)

    async def rows(self) -> dict[int, dict[str, list[tuple[Any, ...]]]]:
        """All that is stored, by whose it is."""
        return {who.user_id: await self._database.read(rows_of, who.user_id) for who in PEOPLE}

    async def rest(self) -> bool:
        """Wait until nothing runs; whether that came about."""
        with trio.move_on_after(IDLE_SECONDS) as patience:
            while any(self._features.running().values()):
                await self._ended.wait()
        return not patience.cancelled_caught


def rows_of(user_id: int) -> Steps[dict[str, list[tuple[Any, ...]]]]:
    """All that is stored of somebody, by table."""
    found = {}
    for table, sql in OWNERS.items():
        found[table] = (yield Statement(sql, (user_id,))).rows
    return found


async def repeat(prompt: Prompt, listener: Listener) -> Outcome:
    """Answer with what was asked, so that it goes wherever answers go."""
    listener.on_delta("content", " ".join(turn.content for turn in prompt.turns)[-2000:])
    return Outcome("stop", "tiny", None)


@asynccontextmanager
async def opened(directory: str) -> AsyncIterator[World]:
    async with open_database(place_database(Path(directory) / "orchd.db"), pool_size=2, timeout=10.0) as database:
        await database.wait_ready()
        services = Services(database, Hub(), ScriptedBackends(repeat), "me", "tiny")
        async with open_features(services, Sections(chat=UNTITLED), lambda: 0, make_vault(database)) as features:
            for start in features.starts:
                await start()
            yield World(services, features)


def check_frames(world: World) -> None:
    """No frame holds another person's mark."""
    for user_id, device in world.devices.items():
        told = b"".join([*device.frames, *device.latest.values()]).decode(errors="replace")
        for other, mark in MARKS.items():
            assert other == user_id or mark not in told, told[max(0, told.find(mark) - 400) :][:800]
        device.frames.clear()


def check_marks(rows: dict[int, dict[str, list[tuple[Any, ...]]]]) -> None:
    """No row holds another person's mark."""
    for user_id, tables in rows.items():
        for table, lines in tables.items():
            for line in lines:
                wrong = [mark for other, mark in MARKS.items() if other != user_id and mark in str(line)]
                assert not wrong, (table, line)


async def test_what_is_ones_own_is_seen_and_stored() -> None:
    """Else the test below would find nothing in any world."""
    ann, mark = PEOPLE[0], MARKS[1]
    with TemporaryDirectory() as directory:
        async with opened(directory) as world:
            for payload in (TaskCreate(title=mark), TaskList(), ChatSend(message=mark)):
                (command,) = [command for command in ASKED if command.payload is type(payload)]
                await world.ask(Ask(ann, command, payload))
            await world.rest()
            device = world.devices[1]
            assert sum(mark.encode() in frame for frame in device.frames) >= 3
            rows = await world.rows()
            assert {table for table, lines in rows[1].items() if lines} >= {"task", "conversation", "chat_message"}
            assert not any(lines for lines in rows[2].values())


@settings(
    max_examples=examples(8),
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(asks(), min_size=20, max_size=40))
async def test_nobody_sees_or_changes_what_is_not_theirs(asked: list[Ask]) -> None:
    with TemporaryDirectory() as directory:
        async with opened(str(Path(directory))) as world:
            quiet, before = True, await world.rows()
            for ask in asked:
                await world.ask(ask)
                quiet_before, quiet = quiet, await world.rest()
                after = await world.rows()
                check_frames(world)
                check_marks(after)
                if quiet_before:
                    for user_id in MARKS.keys() - {ask.who.user_id}:
                        assert after[user_id] == before[user_id], (ask, user_id)
                before = after
