"""SQL of the table `model_usage`, and of what of quotas is used (`quota_use`)."""

from collections.abc import Sequence
from typing import NamedTuple

from orchd.features.usage.periods import QuotaSpan, day_of
from orchd.storage import Statement, Steps

FORGET_USE_MS = 3 * 86_400_000
"""How long a period has been over before what was used in it is forgotten; `model_usage` still has it by days."""


class UsageKey(NamedTuple):
    """Who asked which model by which token (0: none), in which minute it began (Unix milliseconds)."""

    user_id: int
    token_id: int
    minute: int
    model: str


class UsageSums(NamedTuple):
    """What was asked. `returned` are requests that were set aside in quotas and sent to no server."""

    requests: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    returned: int = 0

    def plus(self, other: "UsageSums") -> "UsageSums":
        return UsageSums(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class DayUsage(NamedTuple):
    """What was asked of a model on a day (days since 1970-01-01)."""

    day: int
    model: str
    requests: int
    prompt_tokens: int
    completion_tokens: int


def store(usages: Sequence[tuple[UsageKey, UsageSums]]) -> Steps[None]:
    """Add what was asked to what is stored, and to what of quotas is used."""
    for key, sums in usages:
        yield from _use("user", key.user_id, key.minute, sums)
        if key.token_id:
            yield from _use("token", key.token_id, key.minute, sums)
    for key, sums in usages:
        if sums.requests or sums.prompt_tokens or sums.completion_tokens:
            yield from _add(key, sums)


def _use(kind: str, subject_id: int, at: int, sums: UsageSums) -> Steps[None]:
    """Whoever has no quota has no such rows."""
    yield Statement(
        "UPDATE quota_use SET tokens = tokens + ?, requests = requests - ?"
        " WHERE subject_kind = ? AND subject_id = ? AND starts_at <= ? AND ends_at > ?",
        (sums.prompt_tokens + sums.completion_tokens, sums.returned, kind, subject_id, at, at),
    )


def _add(key: UsageKey, sums: UsageSums) -> Steps[None]:
    counts = (sums.requests, sums.prompt_tokens, sums.completion_tokens)
    where = (key.user_id, day_of(key.minute), key.token_id, key.model)
    done = yield Statement(
        "UPDATE model_usage SET requests = requests + ?, prompt_tokens = prompt_tokens + ?,"
        " completion_tokens = completion_tokens + ? WHERE user_id = ? AND day = ? AND token_id = ? AND model = ?",
        (*counts, *where),
    )
    if not done.changed:
        yield Statement(
            "INSERT INTO model_usage (requests, prompt_tokens, completion_tokens, user_id, day, token_id, model)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*counts, *where),
        )


def take(
    kind: str, subject_id: int, period: str, span: QuotaSpan, requests: int | None, tokens: int | None
) -> Steps[bool]:
    """Set one request aside, unless there were as many requests, or as many tokens, as may be in this period; tell
    whether that was so. One statement decides: several daemons together let no more through than one would."""
    where = (kind, subject_id, period, span.starts_at)
    for _ in range(2):
        done = yield Statement(
            "UPDATE quota_use SET requests = requests + 1 WHERE subject_kind = ? AND subject_id = ? AND period = ?"
            " AND starts_at = ? AND (? IS NULL OR requests < ?) AND (? IS NULL OR tokens < ?)",
            (*where, requests, requests, tokens, tokens),
        )
        if done.changed:
            return True
        found = yield Statement(
            "SELECT requests FROM quota_use WHERE subject_kind = ? AND subject_id = ? AND period = ? AND starts_at = ?",
            where,
        )
        if found.rows:
            return False
        yield from _begin_period(kind, subject_id, period, span)
    return False


def find_use(kind: str, subject_id: int, period: str, span: QuotaSpan) -> Steps[tuple[int, int]]:
    """Return the requests and the tokens of a period so far."""
    found = yield Statement(
        "SELECT requests, tokens FROM quota_use"
        " WHERE subject_kind = ? AND subject_id = ? AND period = ? AND starts_at = ?",
        (kind, subject_id, period, span.starts_at),
    )
    if found.rows:
        return found.rows[0]
    return (yield from _sums_since(kind, subject_id, period, span))


def _begin_period(kind: str, subject_id: int, period: str, span: QuotaSpan) -> Steps[None]:
    """Begin to count a period, with what was asked in it before there was a quota."""
    yield Statement(
        "DELETE FROM quota_use WHERE subject_kind = ? AND subject_id = ? AND ends_at < ?",
        (kind, subject_id, span.starts_at - FORGET_USE_MS),
    )
    requests, tokens = yield from _sums_since(kind, subject_id, period, span)
    yield Statement(
        "INSERT INTO quota_use (subject_kind, subject_id, period, starts_at, ends_at, requests, tokens)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (kind, subject_id, period, span.starts_at, span.ends_at, requests, tokens),
    )


def _sums_since(kind: str, subject_id: int, period: str, span: QuotaSpan) -> Steps[tuple[int, int]]:
    if period == "minute":
        return 0, 0
    whose = "user_id = ?" if kind == "user" else "token_id = ?"
    found = yield Statement(
        f"SELECT SUM(requests), SUM(prompt_tokens), SUM(completion_tokens) FROM model_usage WHERE {whose} AND day >= ?",
        (subject_id, day_of(span.starts_at)),
    )
    requests, read, written = (int(value or 0) for value in found.rows[0])
    return requests, read + written


class DayModel(NamedTuple):
    """A model on a day (days since 1970-01-01): a place in a list of what was asked."""

    day: int
    model: str


def by_days(user_id: int, since: int, after: DayModel | None, limit: int) -> Steps[list[DayUsage]]:
    """Return what a user asked of each model on each day from one on, the latest first, from behind `after`."""
    beyond = "" if after is None else " AND (day < ? OR (day = ? AND model > ?))"
    values = () if after is None else (after.day, after.day, after.model)
    found = yield Statement(
        "SELECT day, model, SUM(requests), SUM(prompt_tokens), SUM(completion_tokens) FROM model_usage"
        f" WHERE user_id = ? AND day >= ?{beyond} GROUP BY day, model ORDER BY day DESC, model LIMIT ?",
        (user_id, since, *values, limit),
    )
    return [DayUsage(day, model, int(a), int(b), int(c)) for day, model, a, b, c in found.rows]
