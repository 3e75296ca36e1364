"""Where the daemon listens: at its own address, or where a service manager says."""

import trio

from orchd.assembly.ports import open_ports, with_room
from orchd.config import ServerSettings, Settings


async def test_a_port_of_its_own() -> None:
    settings = Settings(server=ServerSettings(port=0))
    found, listeners = await open_ports(settings)
    try:
        assert found is settings
        assert listeners[0].socket.getsockname()[0] == "127.0.0.1"
    finally:
        for listener in listeners:
            await trio.aclose_forcefully(listener)


def test_no_more_connections_than_files_may_be_open() -> None:
    settings = Settings(server=ServerSettings(max_connections=50))
    assert with_room(settings).server.max_connections == 50
    assert with_room(Settings(server=ServerSettings(max_connections=10**9))).server.max_connections < 10**9
