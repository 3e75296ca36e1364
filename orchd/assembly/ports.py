"""Where the daemon listens, and how many it lets in: at an address of its own, or a service manager's."""

import structlog
import trio
from msgspec import structs

from orchd.config import Settings
from orchd.descriptors import make_room
from orchd.errors import StartError
from orchd.server.ports import listen, take_over
from orchd.systemd.sockets import inherited_sockets


def with_room(settings: Settings) -> Settings:
    """Raise the limit of open files; return the settings with as many connections as it lets in."""
    connections = make_room(settings.server.max_connections, settings.chat.max_running)
    return structs.replace(settings, server=structs.replace(settings.server, max_connections=connections))


async def open_ports(settings: Settings) -> tuple[Settings, list[trio.SocketListener]]:
    """Take over the ports of a service manager, else open one; return the settings with where it really is: who is let
    in while there is no user hangs on that. Raises `StartError`."""
    try:
        inherited = take_over(inherited_sockets())
    except (OSError, ValueError) as error:
        raise StartError(f"can't take over the service manager's port: {error}") from error
    if inherited:
        return _as_inherited(settings, inherited[0]), inherited
    server = settings.server
    if server.insecure:
        structlog.get_logger().warning(
            "INSECURE: anyone who can reach this address can use the daemon", host=server.host
        )
    return settings, await listen(server.host, server.port, shared=server.reuse_port)


def _as_inherited(settings: Settings, listener: trio.SocketListener) -> Settings:
    host, port = listener.socket.getsockname()[:2]
    return structs.replace(settings, server=structs.replace(settings.server, host=host, port=port))
