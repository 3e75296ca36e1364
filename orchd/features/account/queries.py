"""SQL of the tables `account` and `account_usage`."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from orchd.entity import Owner
from orchd.features.account.account import ACCOUNT, AccountItem
from orchd.features.account.months import month_of
from orchd.llm import AccountReference
from orchd.storage import Statement, Steps

DAY_MS = 86_400_000
_USAGE = "at, asked_by, task_id, server, model, requests, prompt_tokens, completion_tokens, cost_micros"


class AccountCost(NamedTuple):
    """What was asked of a model server that belongs to an account. `at`: when it ended, in Unix milliseconds;
    `cost_micros` None: it isn't known."""

    account_id: int
    at: int
    asked_by: int
    task_id: int | None
    server: str
    model: str
    requests: int
    prompt_tokens: int
    completion_tokens: int
    cost_micros: int | None


class StoredCost(NamedTuple):
    """A row of `account_usage`."""

    id: int
    cost: AccountCost


class DayCost(NamedTuple):
    """What a model took of an account on a day (days since 1970-01-01). `unpriced`: requests without a known cost."""

    day: int
    model: str
    requests: int
    prompt_tokens: int
    completion_tokens: int
    cost_micros: int
    unpriced: int


class DayPlace(NamedTuple):
    """A place in a list of these."""

    day: int
    model: str


def accounts_of(references: Collection[AccountReference]) -> Steps[dict[AccountReference, AccountItem]]:
    """Return the accounts that are meant: by an id any that there is, by a name one of an admin or of the local owner,
    unless there are several. `references` is not empty."""
    marks = ", ".join("?" * len(references))
    found = yield Statement(
        "SELECT account.id, account.name, account.user_id = 0 OR (user.role = 'admin' AND user.disabled = 0)"
        " FROM account LEFT JOIN user ON user.id = account.user_id"
        f" WHERE account.deleted_at IS NULL AND (account.id IN ({marks}) OR account.name IN ({marks}))",
        (*(_id_in(each) for each in references), *(_name_in(each) for each in references)),
    )
    meant: dict[AccountReference, AccountItem] = {}
    for reference in references:
        ids = [row[0] for row in found.rows if row[0] == reference or (row[1] == reference and row[2])]
        if len(ids) == 1 and (account := (yield from ACCOUNT.rows.everybodys.find(ids[0]))) is not None:
            meant[reference] = account
    return meant


def find_spent(account_id: int, month: str) -> Steps[int]:
    """Return what was spent of an account in a month, as far as it is stored."""
    account = yield from ACCOUNT.rows.everybodys.find(account_id)
    return 0 if account is None or account.usage_month != month else account.usage_this_month


def store(costs: Sequence[AccountCost]) -> Steps[list[AccountItem]]:
    """Store what was asked, and count it; return the accounts as they are then. What belongs to an account that is gone
    for good is left out. Counting is no change: it doesn't raise `version`."""
    for cost in costs:
        yield Statement(
            f"INSERT INTO account_usage (account_id, day, {_USAGE}) SELECT id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
            " FROM account WHERE id = ?",
            (cost.at // DAY_MS, *cost[1:], cost.account_id),
        )
        if cost.cost_micros:
            yield from _count(cost.account_id, month_of(cost.at), cost.cost_micros)
    found = []
    for account_id in dict.fromkeys(cost.account_id for cost in costs):
        account = yield from ACCOUNT.rows.everybodys.find(account_id)
        if account is not None:
            found.append(account)
    return found


def _count(account_id: int, month: str, micros: int) -> Steps[None]:
    """What is stored after its month has ended counts in none."""
    yield Statement(
        "UPDATE account SET usage_this_month = usage_this_month + ? WHERE id = ? AND usage_month = ?",
        (micros, account_id, month),
    )
    yield Statement(
        "UPDATE account SET usage_this_month = ?, usage_month = ? WHERE id = ? AND usage_month < ?",
        (micros, month, account_id, month),
    )


def begin_month(month: str) -> Steps[None]:
    """Let all accounts count anew that have not counted in this month yet."""
    yield Statement(
        "UPDATE account SET usage_this_month = 0, usage_month = ? WHERE usage_month < ? AND usage_month <> ''",
        (month, month),
    )


def by_days(owner: Owner, account_id: int, since: int, after: DayPlace | None, limit: int) -> Steps[list[DayCost]]:
    """Return what each model took of somebody's account on each day from one on, the latest first, from behind `after`.
    Raises `NotFound`."""
    yield from ACCOUNT.rows.seen_by(owner).get(account_id)
    beyond = "" if after is None else " AND (day < ? OR (day = ? AND model > ?))"
    values = () if after is None else (after.day, after.day, after.model)
    found = yield Statement(
        "SELECT day, model, SUM(requests), SUM(prompt_tokens), SUM(completion_tokens), SUM(cost_micros),"
        " SUM(CASE WHEN cost_micros IS NULL THEN requests ELSE 0 END) FROM account_usage"
        f" WHERE account_id = ? AND day >= ?{beyond} GROUP BY day, model ORDER BY day DESC, model LIMIT ?",
        (account_id, since, *values, limit),
    )
    return [DayCost(day, model, *(int(value or 0) for value in sums)) for day, model, *sums in found.rows]


def costs_of(
    owner: Owner, account_id: int, model: str | None, task_id: int | None, before: int, limit: int
) -> Steps[list[StoredCost]]:
    """Return what was asked of somebody's account, the latest first, of a model and for a task if these are named, with
    ids less than `before`. Raises `NotFound`."""
    yield from ACCOUNT.rows.seen_by(owner).get(account_id)
    narrower, values = "", list[str | int]()
    for column, value in (("model", model), ("task_id", task_id)):
        if value is not None:
            narrower += f" AND {column} = ?"
            values.append(value)
    found = yield Statement(
        f"SELECT id, account_id, {_USAGE} FROM account_usage WHERE account_id = ? AND id < ?{narrower}"
        " ORDER BY id DESC LIMIT ?",
        (account_id, before, *values, limit),
    )
    return [StoredCost(row[0], AccountCost(*row[1:])) for row in found.rows]


def forget(before: int, limit: int) -> Steps[int]:
    """Delete up to `limit` of the rows of days before one; return how many there were."""
    found = yield Statement("SELECT id FROM account_usage WHERE day < ? ORDER BY day, id LIMIT ?", (before, limit))
    if found.rows:
        marks = ", ".join("?" * len(found.rows))
        yield Statement(f"DELETE FROM account_usage WHERE id IN ({marks})", tuple(row[0] for row in found.rows))
    return len(found.rows)


def _id_in(reference: AccountReference) -> int:
    return reference if isinstance(reference, int) else 0


def _name_in(reference: AccountReference) -> str:
    return reference if isinstance(reference, str) else ""
