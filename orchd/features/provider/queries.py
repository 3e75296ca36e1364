"""SQL of the table `provider`."""

from orchd.entity import DAEMON_OWNER
from orchd.features.provider.provider import PROVIDER, ProviderItem
from orchd.storage import Statement, Steps


def versions() -> Steps[dict[int, int]]:
    """Return the ids of those that are to be asked, each with its version: what tells whether any has changed."""
    found = yield Statement("SELECT id, version FROM provider WHERE active = 1 AND deleted_at IS NULL ORDER BY id")
    return {int(row_id): int(version) for row_id, version in found.rows}


def find(row_id: int) -> Steps[ProviderItem | None]:
    """Return one of them, None when it isn't there any more."""
    return (yield from PROVIDER.rows.seen_by(DAEMON_OWNER).find(row_id))
