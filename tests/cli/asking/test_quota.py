"""`orchd quota` and `orchd usage`, as people type them."""

from pathlib import Path

import pytest

from orchd.cli.asking import tables
from tests.cli.asking.folk import Folk
from tests.fix_daemon import StartApp
from tests.fix_simulator import RunningSimulator


@pytest.fixture
async def folk(app: StartApp, simulator: RunningSimulator, tmp_path: Path) -> Folk:
    people = Folk(await app(simulator.url), tmp_path)
    await people.add("maria", "joao")
    return people


async def test_quotas_are_set_shown_used_up_and_taken_away(folk: Folk) -> None:
    assert "there is no quota" in await folk.gets("maria", "quota", "list")
    made = await folk.gets("maria", "quota", "set", "month", "--for-user", "Joao", "--requests", "1")
    assert made.splitlines()[1].split() == ["1", "the", "user", "joao", "month", "1", "any"]
    await folk.gets("maria", "quota", "set", "week", "--for-role", "viewer", "--tokens", "50000")
    assert "each viewer" in await folk.gets("maria", "quota", "list")
    assert "nothing was asked" in await folk.gets("joao", "usage")
    await folk.chats("joao", "hello")
    refused = await folk.types("joao", "ask", "chat:send", '{"message": "hello"}')
    assert (refused.code, "the quota of 1 request a month is used up until" in refused.stdout) == (1, True)
    used = await folk.gets("joao", "usage", "--days", "2")
    assert "simulated-small         1" in used
    assert "1 of 1" in used
    assert await folk.gets("maria", "usage", "--of", "joao") == used
    assert "only an admin" in await folk.is_refused("joao", "usage", "--of", "maria")
    assert "no user nobody" in await folk.is_refused("maria", "usage", "--of", "nobody")
    assert await folk.gets("maria", "quota", "remove", "1") == "quota 1 is gone\n"
    await folk.chats("joao", "hello")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("day", "--requests", "1"), "Say whose it is"),
        (("day", "--for-user", "a", "--for-role", "member", "--requests", "1"), "Say whose it is"),
        (("day", "--for-user", "a"), "Say how much"),
        (("year", "--for-user", "a", "--requests", "1"), "'year'"),
    ],
)
async def test_a_quota_that_says_too_little_asks_nobody(folk: Folk, words: tuple[str, ...], told: str) -> None:
    assert told in await folk.is_refused(None, "quota", "set", *words)


def test_sums_stand_below_several_models() -> None:
    item = {"day": "2026-11-29", "requests": 1, "promptTokens": 1000, "completionTokens": 2}
    lines = tables.usage({"items": [{**item, "model": "a"}, {**item, "model": "b"}], "quotas": []}, None)
    assert lines[-1].split() == ["all", "2", "2", "000", "4"]
