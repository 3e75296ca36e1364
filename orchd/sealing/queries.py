"""SQL of the table `server_key`: secrets of the daemon's own, sealed."""

from orchd.sealing.sealed_value import key_id_of
from orchd.storage import Statement, Steps


def find_server_key(name: str) -> Steps[str | None]:
    """Return a server key as it is sealed, None when there is none."""
    found = yield Statement("SELECT sealed FROM server_key WHERE name = ?", (name,))
    return found.rows[0][0] if found.rows else None


def add_server_key(name: str, sealed: str, now: int) -> Steps[None]:
    """Store a server key. Raises `Conflict` when there is one of that name."""
    yield Statement(
        "INSERT INTO server_key (name, sealed, key_id, created_at) VALUES (?, ?, ?, ?)",
        (name, sealed, key_id_of(sealed), now),
    )
