"""Without a list of users."""

import pytest

from orchd.access.addresses import ClientFacts
from orchd.errors import Unauthorized
from orchd.protocol.identity import LOCAL
from orchd.server.entry.credentials import NOTHING, Credentials
from orchd.server.entry.doorkeeper import Doorkeeper
from orchd.server.entry.no_users import NoUsers


async def test_whoever_comes_is_the_local_owner_and_nobody_shows_anything() -> None:
    doorkeeper = Doorkeeper(NoUsers(), insecure=True)
    assert await doorkeeper.recognise(NOTHING, ClientFacts()) == LOCAL
    assert await doorkeeper.recognise(Credentials("cookie", "c"), ClientFacts()) == LOCAL
    for shown in (Credentials("token", "t"), Credentials("name", "n")):
        with pytest.raises(Unauthorized):
            await doorkeeper.recognise(shown, ClientFacts())
    with pytest.raises(Unauthorized):
        await doorkeeper.log_in("ana", "right", ClientFacts(), "")
    with pytest.raises(Unauthorized):
        await doorkeeper.set_up("link", "ana", "right", ClientFacts(), "")
    await doorkeeper.log_out("c")
    assert NoUsers().users_exist is False
