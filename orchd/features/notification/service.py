"""Notices what people are to be told, and stores it; whoever raises something never waits.

What becomes of tasks is read from the database, some moments after the word that there is something new: changes that
follow each other quickly are looked at once.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

import structlog
import trio
from msgspec import UNSET, structs

from orchd.clock import unix_now
from orchd.entity.wire import ChangeFeed
from orchd.errors import RateLimited, Unavailable
from orchd.features.account import MICROS, AccountItem
from orchd.features.notification import queries
from orchd.features.notification.messages import (
    MAX_TEXT,
    MAX_TITLE,
    Notification,
    NotificationDetail,
    NotificationDraft,
    NotificationFailure,
    NotificationKind,
)
from orchd.features.notification.queries import Occasion
from orchd.features.task import QUESTIONS, TaskNews
from orchd.llm.types import BackendHealth
from orchd.protocol.types import timestamp
from orchd.storage import Database
from orchd.wakeup import Signal

GATHER_SECONDS = 0.2
AWAY_SECONDS = 2.0
"""Pause while the database is away."""
TASKS_AT_ONCE = 100
MAX_WAITING = 10_000
"""Tasks to be looked at, and things to be told, that wait for the database; what comes then is left out."""
MINUTE_MS = 60_000
LOOK_SECONDS = 5.0
"""How often model servers are looked at: nobody says when one goes away."""
GRACE_SECONDS = 30.0
"""For how long one may be away before admins are told: a restart is no news."""
BACKUP_AGAIN_MS = 24 * 60 * MINUTE_MS
BACKEND_AGAIN_MS = 60 * MINUTE_MS
"""For how long admins are not told again of the same model server."""


class AccessNews(NamedTuple):
    """That an admin was let at a row by a grant, until when and why; `reason` None: that they have read it."""

    grant_id: int
    kind: str
    row_id: int
    name: str
    until: str
    reason: str | None


Send: TypeAlias = Callable[[Sequence[Notification]], None]
"""Has notifications sent out; never waits."""


class Notifier:
    """What is to be told. `keep_telling` and `keep_watching` must be running."""

    def __init__(self, database: Database, feed: ChangeFeed, send: Send, now: Callable[[], int] = unix_now) -> None:
        self._database = database
        self._feed = feed
        self._send = send
        self._now = now
        self._tasks: dict[int, None] = {}
        self._occasions: dict[tuple[int | None, str], Occasion] = {}
        self._thresholds: dict[str, None] = {}
        """Those of which somebody was told, by this daemon; the database knows of all."""
        self._news = Signal()
        self._away: dict[str, float] = {}

    def look_at_task(self, task_id: int) -> None:
        """Have it looked at whether somebody is to be told of a task."""
        if len(self._tasks) < MAX_WAITING:
            self._tasks[task_id] = None
            self._news.set()

    def note_refusal(self, user_id: int, error: RateLimited) -> None:
        """Tell somebody of a quota that is used up for longer than a minute."""
        wait_ms = error.retry_after_ms or 0
        if wait_ms > MINUTE_MS:
            until = self._now() + wait_ms
            told = NotificationDetail(ends_at=timestamp(until))
            draft = _draft("quota", f"quota:{until // MINUTE_MS}", "", "A quota is used up", error.message, told)
            self.tell(Occasion(user_id, draft))

    def note_threshold(self, account: AccountItem, month: str) -> None:
        """Tell the owner of an account that it has spent its threshold in a month, once for each threshold."""
        threshold = account.alert_threshold or 0
        source = f"account:{account.id}:{month}:{threshold}"
        if source not in self._thresholds:
            self._thresholds[source] = None
            if len(self._thresholds) > MAX_WAITING:
                del self._thresholds[next(iter(self._thresholds))]
            title = f"The account {account.name} has spent its threshold"
            text = f"{_money(account.usage_this_month)} {account.currency} in {month}, of {_money(threshold)}"
            told = NotificationDetail(
                spent=account.usage_this_month, limit=threshold, month=month, currency=account.currency
            )
            self.tell(Occasion(account.user_id, _draft("account", source, account.name, title, text, told)))

    def note_access(self, user_id: int, news: AccessNews) -> None:
        """Tell somebody that an admin was let at a row of theirs, and when that one first reads it."""
        did = "may read" if news.reason is not None else "has read"
        draft = _draft(
            "access",
            f"access:{news.grant_id}:{did}",
            news.name,
            f"{news.name} {did} your {news.kind}",
            f"The {news.kind} {news.row_id}, until {news.until}. {news.reason or ''}".strip(),
            NotificationDetail(
                row_kind=news.kind,
                row=news.row_id,
                ends_at=news.until,
                opened=news.reason is None,
                note=news.reason or UNSET,
            ),
        )
        self.tell(Occasion(user_id, structs.replace(draft, task_id=news.row_id if news.kind == "task" else None)))

    def note_backup_failure(self) -> None:
        """Tell admins that a scheduled backup has failed, once in a while."""
        title = "A scheduled backup has failed"
        draft = _draft("backup_failed", "backup", "", title, "The log of the daemon says why.", None)
        self.tell(Occasion(None, draft, BACKUP_AGAIN_MS))

    def tell(self, occasion: Occasion) -> None:
        """Have somebody told something. Never waits; what is too much is left out, and the log says so."""
        if len(self._occasions) >= MAX_WAITING:
            structlog.get_logger().warning("a notification was left out", kind=occasion.draft.kind)
            return
        self._occasions[occasion.user_id, occasion.draft.source] = occasion
        self._news.set()

    async def keep_telling(self) -> None:
        """Store what is to be told, until cancelled."""
        await self._resume()
        while True:
            await self._news.wait()
            await trio.sleep(GATHER_SECONDS)
            try:
                await self.store()
            except Unavailable:
                self._news.set()
                await trio.sleep(AWAY_SECONDS)

    async def _resume(self) -> None:
        """Look at what was asked before this daemon: it may have been settled without its notice."""
        while True:
            try:
                asking = await self._database.read(queries.asking_tasks)
            except Unavailable:
                await trio.sleep(AWAY_SECONDS)
                continue
            for task_id in asking:
                self.look_at_task(task_id)
            return

    async def store(self) -> None:
        """Store all that is to be told by now. Raises `Unavailable`: then it is kept."""
        while task_ids := list(self._tasks)[:TASKS_AT_ONCE]:
            matters = await self._database.read(queries.task_matters, task_ids)
            if matters.settled:
                await self._database.write(queries.mark_settled, matters.settled, self._now())
                self._feed.look()
            for news in matters.news:
                self.tell(_of_task(news))
            for task_id in task_ids:
                del self._tasks[task_id]
        while keys := list(self._occasions)[:TASKS_AT_ONCE]:
            told = await self._database.write(queries.raise_all, [self._occasions[key] for key in keys], self._now())
            for key in keys:
                del self._occasions[key]
            if told:
                self._feed.look()
                self._send(told)

    async def keep_watching(self, health: Callable[[], Sequence[BackendHealth]]) -> None:
        """Look at the model servers now and then, until cancelled."""
        while True:
            for occasion in self.losses(health(), trio.current_time()):
                self.tell(occasion)
            await trio.sleep(LOOK_SECONDS)

    def losses(self, servers: Sequence[BackendHealth], now: float) -> Iterator[Occasion]:
        """Yield what admins are told of model servers that have been away for some time, once each time."""
        gone = {server.name: server for server in servers if server.known and not server.ok}
        self._away = {name: self._away.get(name, now) for name in gone}
        for name, since in self._away.items():
            if since + GRACE_SECONDS <= now:
                self._away[name] = float("inf")
                title = f"The model server {name} is away"
                draft = _draft(
                    "backend_down", f"backend:{name}"[:200], name, title, gone[name].reason or "", _away(gone[name])
                )
                yield Occasion(None, draft, BACKEND_AGAIN_MS)


def _of_task(news: TaskNews) -> Occasion:
    about = {"task_id": news.task_id, "approval_id": news.approval_id}
    kind, source, title, text = _words(news)
    told = _task_detail(news, kind)
    return Occasion(news.user_id, structs.replace(_draft(kind, source, news.title, title, text, told), **about))


def _task_detail(news: TaskNews, kind: NotificationKind) -> NotificationDetail | None:
    if news.question is not None:
        return NotificationDetail(question=news.question)
    return None if kind == "task_completed" or news.cause is None else NotificationDetail(cause=news.cause)


def _away(server: BackendHealth) -> NotificationDetail | None:
    error = server.failure
    if error is None:
        return None
    told = NotificationFailure(error.code, error.message[:MAX_TITLE], error.reason or UNSET)
    return NotificationDetail(error=told)


def _words(news: TaskNews) -> tuple[NotificationKind, str, str, str]:
    """Return of which kind it is, its source, its title and its text."""
    title, reason = f"“{news.title}”", news.reason or ""
    source = f"task:{news.task_id}:{news.round}:{news.status}"
    if news.question is not None:
        return "approval", f"approval:{news.approval_id}", f"{title} asks you something", QUESTIONS[news.question]
    if news.status == "completed":
        return "task_completed", source, f"{title} is completed", ""
    if news.status == "failed":
        return "task_failed", source, f"{title} has failed", reason
    return "task_waiting", f"{source}:{news.calls}", f"{title} waits for you", reason


def _money(micros: int) -> str:
    """Write an amount in whole units, with two decimals at least."""
    whole, decimals = f"{micros // MICROS:,}", f"{micros % MICROS:06}"
    return f"{whole}.{decimals[:2]}{decimals[2:].rstrip('0')}"


def _draft(
    kind: NotificationKind, source: str, subject: str, title: str, text: str, told: NotificationDetail | None
) -> NotificationDraft:
    """`told` says for programs what `text` says; who says something has to say both."""
    title, text, subject = title[:MAX_TITLE], text[:MAX_TEXT], subject[:MAX_TITLE]
    return NotificationDraft(kind=kind, source=source, title=title, text=text, subject=subject, detail=told)
