"""What is particular to accounts beside what all entities have; on both databases."""

import pytest

from orchd.features.account.account import AccountPrice
from orchd.protocol.types import MAX_INTEGER
from tests.fix_workspace import ANN, BOB, Desk, Json


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        ({"currency": "dollars"}, "$.data.currency"),
        ({"creditLimit": -1}, "$.data.creditLimit"),
        ({"prices": [{"promptPerMillion": 1}]}, "$.data.prices[0]"),
        (
            {"prices": [{"promptPerMillion": 1, "completionPerMillion": 10**13}]},
            "$.data.prices[0].completionPerMillion",
        ),
        ({"prices": [{"model": "a", "promptPerMillion": 1, "completionPerMillion": 1}] * 2}, "$.data.prices[1].model"),
        ({"prices": [{"promptPerMillion": 1, "completionPerMillion": 1}] * 2}, "$.data.prices[1].model"),
        ({"credentialId": 99}, "$.data.credentialId"),
        ({"usageThisMonth": 1}, "$.data"),
    ],
)
async def test_what_can_not_be_is_refused(entity_desk: Desk, sent: Json, path: str) -> None:
    told = await entity_desk.refused(ANN, "account:create", name="work", service="far", **sent)
    assert told["details"]["path"].startswith(path)
    assert (await entity_desk.done(ANN, "account:list"))["items"] == []


async def test_an_account_is_its_owners_alone(entity_desk: Desk) -> None:
    desk = entity_desk
    row = await desk.done(ANN, "account:create", name="work", service="far", accountIdentifier="a-1", currency="EUR")
    assert (row["usageThisMonth"], row["usageMonth"], row["lastSync"], row["currency"]) == (0, "", None, "EUR")
    assert (await desk.refused(BOB, "account:get", accountId=row["id"]))["code"] == "not_found"
    await desk.done(BOB, "account:create", name="work", service="far")
    assert (await desk.refused(ANN, "account:create", name="work", service="x"))["details"]["path"] == "$.data.name"
    assert [item["id"] for item in (await desk.done(ANN, "account:list", service="far"))["items"]] == [row["id"]]


@pytest.mark.parametrize(
    ("prompt", "completion", "micros"),
    [(0, 0, 0), (1, 0, 1), (1_000_000, 0, 3), (1_000_001, 0, 4), (0, 2_000_000, 10), (2**40, 2**40, 8_796_094)],
)
def test_what_is_less_than_a_millionth_counts_as_one(prompt: int, completion: int, micros: int) -> None:
    assert AccountPrice(3, 5).of(prompt, completion) == micros


def test_no_cost_is_more_than_a_reader_keeps_exactly() -> None:
    assert AccountPrice(10**12, 10**12).of(2**60, 2**60) == MAX_INTEGER
