"""The first frame of a connection: what a daemon with these settings says of itself."""

from orchd import __version__
from orchd.config import Settings
from orchd.protocol import PROTOCOL
from orchd.protocol.identity import Identity
from orchd.protocol.messages import Limits, ServerInfo, SessionReady
from orchd.protocol.types import ErrorReason


def greet(
    settings: Settings, switched_off: tuple[ErrorReason, ...], epoch: str, session_id: str, who: Identity
) -> SessionReady:
    """Return it, for somebody whose session has begun. `switched_off`: the reasons with which everybody is refused."""
    return SessionReady(
        protocol=PROTOCOL,
        server=ServerInfo("orchd", __version__),
        session_id=session_id,
        epoch=epoch,
        user=who.name,
        limits=Limits(settings.server.max_frame_bytes, settings.server.max_in_flight),
        heartbeat_seconds=settings.server.heartbeat_seconds,
        switched_off=switched_off,
    )
