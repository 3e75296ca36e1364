"""Each of the daemon's own tasks fails in turn: the daemon lives, the log and `/readyz` say so, and it works again."""

import ast
import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
import trio
import trio_mysql.err
from structlog.testing import capture_logs

from orchd import guard
from orchd.entity.wire import ChangeFeed
from orchd.errors import OrchdError, TooLarge
from orchd.features.account import AccountBook
from orchd.features.audit import Audit
from orchd.features.chat.answer.reminder import ProgressReminder
from orchd.features.chat.service import Chat
from orchd.features.credential.service import BackendKeys
from orchd.features.file.upkeep import Upkeep
from orchd.features.journal.service import Journal
from orchd.features.monitoring.service import Monitoring
from orchd.features.notification.channels.delivery import Delivery
from orchd.features.notification.service import Notifier
from orchd.features.people.watching import AccessWatch
from orchd.features.presence.ownership import Ownership
from orchd.features.presence.service import Presence
from orchd.features.provider import ProviderServers
from orchd.features.search.keeper import IndexKeeper
from orchd.features.task.engine.load_shedding import Brakes
from orchd.features.task.engine.runner import Runner
from orchd.features.task.wire.publisher import Publisher
from orchd.features.transfer.drafts import Drafts
from orchd.features.transfer.importing import Importer
from orchd.features.usage.service import UsageAccounts
from orchd.features.workspace.pruning import Pruner
from orchd.llm.backend import Backend
from orchd.llm.scheduler.queue import Queue
from orchd.metrics.loop_delay import LoopWatch
from orchd.protocol.codes import SHUTTING_DOWN
from orchd.server.exit.departures import Departures
from orchd.server.heartbeat import Heartbeat
from orchd.storage.sqlite.sqlite_database import SqliteDatabase
from tests.fix_daemon import StartApp
from tests.fix_simulator import RunningSimulator
from tests.house.source import ORCHD
from tests.wire.client import HANG_SECONDS

SERVICES: list[tuple[type, str, str]] = [
    (Journal, "run", "journal"),
    (Presence, "run", "presence"),
    (Monitoring, "run", "monitoring"),
    (Ownership, "keep_taking_over", "answers of others"),
    (Ownership, "keep_comparing", "changes of answers"),
    (Runner, "run", "tasks"),
    (Ownership, "keep_taking_over", "tasks of others"),
    (Ownership, "keep_comparing", "changes of tasks"),
    (Brakes, "run", "brakes"),
    (Publisher, "run", "updates of tasks"),
    (Queue, "run", "queue"),
    (Backend, "watch", "model server"),
    (Backend, "_probe", "probe"),
    (Heartbeat, "run", "heartbeat"),
    (Departures, "run", "departures"),
    (SqliteDatabase, "supervise", "database"),
    (ChangeFeed, "keep_telling", "live lists"),
    (Pruner, "keep_pruning", "removed rows"),
    (IndexKeeper, "run", "index of words"),
    (Audit, "keep_storing", "audit log"),
    (Audit, "keep_pruning", "old rows of the audit log"),
    (Notifier, "keep_telling", "notifications"),
    (Notifier, "keep_watching", "model servers that are away"),
    (Delivery, "keep_sending", "sending notifications"),
    (UsageAccounts, "keep_storing", "usage of models"),
    (UsageAccounts, "keep_releasing", "quotas"),
    (Chat, "keep_checking_followers", "followers of answers"),
    (ProgressReminder, "run", "progress of answers"),
    (BackendKeys, "run", "model servers' keys"),
    (AccessWatch, "keep_looking", "changes of access"),
    (AccessWatch, "keep_ending", "access that expires"),
    (AccessWatch, "keep_storing", "last uses of tokens"),
    (ProviderServers, "keep_looking", "providers"),
    (AccountBook, "keep_looking", "accounts"),
    (AccountBook, "keep_storing", "usage of accounts"),
    (AccountBook, "keep_forgetting", "old usage of accounts"),
    (Drafts, "keep_sweeping", "drafts of conversations"),
    (Importer, "keep_sweeping", "imports of dead runs"),
    (Upkeep, "keep", "files"),
    (LoopWatch, "run", "measuring the event loop"),
]
"""Class, method, and the name under which its failures are told."""

ELSEWHERE = {
    "tending the database": "returns at once on SQLite, see tests/storage/mysql/test_mysql_long.py",
    "first benchmarks": "off here, see tests/features/models/generating/test_first_benchmark.py",
    "backups": "where a directory is set only, see tests/backup/scheduling/test_schedule.py",
    "the certificate": "with TLS only, see tests/faults/test_certificate_renewal.py",
    "titles of conversations": "off here, see tests/features/chat/titles/test_titler.py",
    "reading again": "on SIGHUP only, see tests/faults/test_certificate_renewal.py",
    "the service manager": "under one only, see tests/wire/test_service_manager.py",
    "live queue": "guards each of its steps itself, see tests/features/models/test_live_queue.py",
}
"""Names of those that this daemon does not have, and why."""

AGAIN = "a service failed and will be restarted"

FAILURES = [
    RuntimeError("a defect"),
    TooLarge("this is longer than the database server accepts in one statement"),
    trio_mysql.err.OperationalError(1047, "WSREP has not yet prepared node for application use"),
]


def failing_once(method: Callable[..., Awaitable[Any]], failure: Exception) -> Callable[..., Awaitable[Any]]:
    """`method`, which raises `failure` the first time for each object, and from then on does its work."""
    failed: list[object] = []

    async def wrapper(self: object, *args: Any, **kwargs: Any) -> Any:
        if not any(self is earlier for earlier in failed):
            failed.append(self)
            await trio.lowlevel.checkpoint()
            raise failure
        return await method(self, *args, **kwargs)

    return wrapper


def kept(tree: ast.AST) -> Iterator[str]:
    """Yield the names under which a module keeps tasks running, as patterns: `{what} of others` is any of them."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "keep"
            and node.args
        ):
            match node.args[0]:
                case ast.Constant(value=str(name)):
                    yield re.escape(name)
                case ast.JoinedStr(values=parts):
                    yield "".join(
                        re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in parts
                    )


def test_each_task_that_is_kept_running_is_tried() -> None:
    names = {name for module in ORCHD for name in kept(module.tree)}
    known = [*(what for _, _, what in SERVICES), *ELSEWHERE]
    assert len(names) > 20, "they are found"
    assert not [name for name in names if not any(re.fullmatch(name, what) for what in known)]
    assert not [what for what in ELSEWHERE if re.escape(what) not in names]


async def troubles(one: Any) -> dict[str, Any]:
    return {trouble["what"]: trouble for trouble in (await one.get("/readyz")).json()["troubles"]}


def all_run_again(told: dict[str, Any]) -> bool:
    """Whether each has failed and, but for the probe, which isn't kept running, has begun again."""
    running = all(trouble["running"] for what, trouble in told.items() if what != "probe")
    return running and told.keys() == {what for _, _, what in SERVICES}


@pytest.mark.parametrize("failure", FAILURES)
async def test_no_task_takes_the_daemon_with_it(
    failure: Exception, app: StartApp, simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "FIRST_PAUSE_SECONDS", 0.01)
    for kind, name in {(kind, name) for kind, name, _ in SERVICES}:
        monkeypatch.setattr(kind, name, failing_once(getattr(kind, name), failure))
    with capture_logs() as logs:
        one = await app(simulator.url)
        with trio.fail_after(HANG_SECONDS):
            while not all_run_again(told := await troubles(one)):  # noqa: ASYNC110
                await trio.sleep(0.05)  # nobody is told of a failure but by the page
        client = await one.connect()
        assert (await client.chat("[[simulate: tokens=3]]"))["status"] == "complete"
    assert told["database"]["times"] == 1
    lines = {entry["what"] for entry in logs if entry["event"] in (AGAIN, "a task failed")}
    assert lines == {what for _, _, what in SERVICES}


@pytest.mark.parametrize("method", ["prompt", "answer", "settle"])
async def test_an_answer_that_meets_a_defect_ends_alone(
    method: str, app: StartApp, simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever in an answer's end it is: its request gets a final frame, and the next one is answered."""
    from orchd.features.chat import context
    from orchd.features.chat.answer.generation import Generation

    owner: Any = context if method == "prompt" else Generation
    real, calls = getattr(owner, method), []

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        calls.append(args)
        if len(calls) == 1:
            raise RuntimeError("a defect")
        return real(*args, **kwargs)

    monkeypatch.setattr(owner, method, wrapper)
    with capture_logs() as logs:
        client = await (await app(simulator.url)).connect()
        broken = await client.chat("[[simulate: tokens=3]]")
        assert broken["status"] == ("error" if method == "prompt" else "complete")
        again = await client.chat("[[simulate: tokens=3]]", conversationId=broken["conversationId"])
        assert again["status"] == "complete"
    assert [entry["what"] for entry in logs if entry["event"] == "unexpected"] == ["answer"]


async def test_a_write_that_fails_for_a_defect_ends_no_other_answer(
    app: StartApp, simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    error: OrchdError = TooLarge("this is longer than the database server accepts in one statement")
    real, failed = SqliteDatabase.write, list[bool]()

    async def write(self: SqliteDatabase, steps: Any, *args: Any, **kwargs: Any) -> Any:
        if steps.__name__ == "finish" and not failed:
            failed.append(True)
            raise error
        return await real(self, steps, *args, **kwargs)

    monkeypatch.setattr(SqliteDatabase, "write", write)
    with capture_logs():
        client = await (await app(simulator.url)).connect()
        first = await client.chat("[[simulate: tokens=3]]")
        second = await client.chat("[[simulate: tokens=3]]", conversationId=first["conversationId"])
    assert second["status"] == "complete"


@pytest.mark.parametrize("drained", [Chat, Runner])
async def test_a_drain_that_meets_a_defect_cuts_off_no_other_end(
    drained: type, app: StartApp, simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def drain(self: object, hurried: trio.Event) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(drained, "drain", drain)
    with capture_logs() as logs:
        one = await app(simulator.url)
        client = await one.connect()
        await one.stop()
        assert await client.wait_closed() == SHUTTING_DOWN.code
    assert [entry["event"] for entry in logs][-1] == "stopped"
