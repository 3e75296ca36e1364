"""A key that may change, and what a server says to one."""

import pytest

from orchd.errors import Unavailable, UpstreamError
from orchd.llm import BackendSpec
from orchd.llm.probing.held_key import HeldKey, find_what_it_lists
from orchd.llm.wire.pipe import connect_tcp
from tests.fix_simulator import StartSimulator
from tests.http_client import http_client


async def test_requests_have_the_key_that_was_given_last() -> None:
    told: list[str] = []
    async with http_client() as client:
        key = HeldKey(client, "box", lambda: told.append(client.headers.get("Authorization", "")))
        with pytest.raises(Unavailable, match="the credential box, not read yet") as error:
            key.demand("server")
        assert error.value.reason == "no_key"
        key.give("one")
        key.demand("server")
        key.give("two")
        key.withhold("it is gone")
        with pytest.raises(Unavailable, match="it is gone"):
            key.demand("server")
    assert told == ["Bearer one", "Bearer two", ""]


async def test_a_server_without_a_credential_is_asked_at_once() -> None:
    async with http_client(headers={"Authorization": "Bearer own"}) as client:
        HeldKey(client, None, lambda: None).demand("server")
        assert client.headers["Authorization"] == "Bearer own"


async def test_what_a_server_lists_for_a_key(start_simulator: StartSimulator) -> None:
    locked, unlocked = await start_simulator(api_key="right"), await start_simulator()
    trial = await find_what_it_lists(BackendSpec(locked.url), "locked", "right", connect_tcp)
    assert (trial.models > 0, trial.needed) == (True, True)
    with pytest.raises(UpstreamError) as error:
        await find_what_it_lists(BackendSpec(locked.url, models=("named",)), "locked", "wrong", connect_tcp)
    assert error.value.reason == "unauthorized"
    assert (await find_what_it_lists(BackendSpec(unlocked.url), "open", "any", connect_tcp)).needed is False


async def test_a_server_that_is_away_is_told(start_simulator: StartSimulator) -> None:
    with pytest.raises(Unavailable):
        await find_what_it_lists(BackendSpec("http://127.0.0.1:9"), "away", "key", connect_tcp)
