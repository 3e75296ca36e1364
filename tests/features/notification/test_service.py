"""What is told and when, without a database."""

from typing import Any

import pytest

from orchd.errors import RateLimited
from orchd.features.notification.messages import NotificationDetail
from orchd.features.notification.queries import Occasion
from orchd.features.notification.service import GRACE_SECONDS, MAX_WAITING, MINUTE_MS, Notifier, _money, _of_task
from orchd.features.task import TaskCause, TaskNews
from orchd.llm.types import BackendHealth
from orchd.protocol.types import timestamp

NOTHING: Any = None
CAUSE = TaskCause("no_result")


class Listening(Notifier):
    """Keeps what is to be told."""

    def __init__(self) -> None:
        super().__init__(NOTHING, NOTHING, NOTHING, lambda: 7 * MINUTE_MS)
        self.told: list[Occasion] = []

    def tell(self, occasion: Occasion) -> None:
        self.told.append(occasion)


def server(name: str, *, ok: bool, known: bool = True) -> BackendHealth:
    return BackendHealth(name, "http://a", "ollama", ok, None if ok else "nobody answers", 1, known=known)


def test_a_server_is_told_of_once_it_is_away_for_some_time() -> None:
    notifier = Listening()
    away, back = [server("a", ok=False), server("b", ok=True)], [server("a", ok=True)]
    assert not [*notifier.losses(away, 0.0)]
    assert not [*notifier.losses(away, GRACE_SECONDS - 1)]
    (told,) = notifier.losses(away, GRACE_SECONDS)
    assert (told.user_id, told.draft.source, told.draft.text) == (None, "backend:a", "nobody answers")
    assert not [*notifier.losses(away, 10 * GRACE_SECONDS)]
    assert not [*notifier.losses(back, 11 * GRACE_SECONDS)]
    assert not [*notifier.losses(away, 12 * GRACE_SECONDS)]
    assert len([*notifier.losses(away, 13 * GRACE_SECONDS)]) == 1
    assert not [*notifier.losses([server("c", ok=False, known=False)], 99 * GRACE_SECONDS)]


def test_admins_are_told_of_a_backup_that_failed() -> None:
    notifier = Listening()
    notifier.note_backup_failure()
    ((user_id, draft, again_ms),) = notifier.told
    assert (user_id, draft.kind, draft.source, again_ms) == (None, "backup_failed", "backup", 24 * 60 * MINUTE_MS)


def test_only_a_quota_that_is_used_up_for_long_is_told_of() -> None:
    notifier = Listening()
    for wait_ms in (None, 1, MINUTE_MS):
        notifier.note_refusal(3, RateLimited("used up", retry_after_ms=wait_ms))
    assert not notifier.told
    notifier.note_refusal(3, RateLimited("the quota is used up", retry_after_ms=2 * MINUTE_MS))
    (told,) = notifier.told
    assert (told.user_id, told.draft.source, told.draft.text) == (3, "quota:9", "the quota is used up")
    assert told.draft.detail == NotificationDetail(ends_at=timestamp(9 * MINUTE_MS))


@pytest.mark.parametrize(
    ("status", "approval", "kind", "source"),
    [
        ("completed", None, "task_completed", "task:5:2:completed"),
        ("failed", None, "task_failed", "task:5:2:failed"),
        ("waiting", None, "task_waiting", "task:5:2:waiting:40"),
        ("executing", 8, "approval", "approval:8"),
    ],
)
def test_what_is_told_of_a_task(status: Any, approval: int | None, kind: str, source: str) -> None:
    told = _of_task(
        TaskNews(5, 1, "x" * 2_000, status, "y" * 9_000, 2, 40, CAUSE, approval, "result" if approval else None)
    )
    assert (told.user_id, told.draft.kind, told.draft.source, told.draft.task_id) == (1, kind, source, 5)
    assert told.draft.approval_id == approval
    details = {"approval": NotificationDetail(question="result"), "task_completed": None}
    assert told.draft.detail == details.get(kind, NotificationDetail(cause=CAUSE))
    assert (len(told.draft.title) <= 600, len(told.draft.text) <= 4_000) == (True, True)


def test_what_waits_for_the_database_is_bounded() -> None:
    notifier = Notifier(NOTHING, NOTHING, NOTHING)
    for number in range(MAX_WAITING + 10):
        notifier.look_at_task(number)
        notifier.tell(_of_task(TaskNews(number, 1, "t", "failed", None, 1, 0)))
    assert (len(notifier._tasks), len(notifier._occasions)) == (MAX_WAITING, MAX_WAITING)


@pytest.mark.parametrize(
    ("micros", "written"),
    [(0, "0.00"), (1, "0.000001"), (15_500_000, "15.50"), (1_234_567_890_000, "1,234,567.89"), (2_246, "0.002246")],
)
def test_money_is_written_in_whole_units(micros: int, written: str) -> None:
    assert _money(micros) == written
