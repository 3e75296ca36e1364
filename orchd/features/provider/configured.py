"""The model servers of the configuration, as they are shown beside those of the database."""

from collections.abc import Sequence
from typing import Any

from orchd.errors import Conflict, Invalid
from orchd.features.provider.provider import ProviderItem
from orchd.llm import Backends, BackendSpec
from orchd.protocol.types import MAX_INTEGER, timestamp

FIRST_ID = MAX_INTEGER - 9_999
"""From here on are the ids of those that the configuration has: no row has one of them."""
_CURSOR = "configured:"
"""How a cursor begins after which more of them may follow."""


class ConfiguredProviders:
    """Nobody changes them here. `began`: when the daemon did, in Unix milliseconds."""

    def __init__(self, backends: Backends, began: int) -> None:
        self._backends = backends
        self._began = began

    def all(self) -> list[ProviderItem]:
        """Return them in the order of the configuration."""
        specs = enumerate(self._backends.specs_of_settings())
        return [_configured_provider(place, spec, self._began) for place, spec in specs]

    def fitting(self, asked: Any) -> list[ProviderItem]:
        """Return those that a list is asked for."""
        if asked.deleted:
            return []
        return [row for row in self.all() if asked.active in (None, row.active) and asked.kind in (None, row.kind)]

    def find(self, row_id: int) -> ProviderItem | None:
        """Return one, None when there is none of that id."""
        return next((row for row in self.all() if row.id == row_id), None)

    def spec(self, row_id: int) -> BackendSpec | None:
        """Return one as it is asked, with its key."""
        specs: Sequence[BackendSpec] = self._backends.specs_of_settings()
        return specs[row_id - FIRST_ID] if 0 <= row_id - FIRST_ID < len(specs) else None

    def require_stored(self, row_id: int) -> None:
        """Raise `Conflict` for the id of one of them."""
        if (row := self.find(row_id)) is not None:
            raise Conflict(
                f"{row.name} stands in the configuration (`backends`): change it there",
                reason="configured",
                field="providerId",
                path="$.data.providerId",
                origin=row.origin,
            )

    def require_free(self, new: ProviderItem) -> None:
        """Raise `Conflict` for a name or an address that one of them has."""
        for row in self.all():
            for member in ("name", "url"):
                if getattr(row, member) == getattr(new, member):
                    text = f"the configuration has a model server of that {member}: {row.name}"
                    raise Conflict(
                        text,
                        reason="taken" if member == "name" else "configured",
                        field=member,
                        path=f"$.data.{member}",
                        origin=row.origin,
                    )


def cursor_of(place: int) -> str:
    """Return the cursor of a list after so many of them."""
    return f"{_CURSOR}{place}"


def place_of(cursor: str | None) -> int | None:
    """Return after how many of them a page begins, None where all of them came before. Raises `Invalid`."""
    if cursor is None:
        return 0
    if not cursor.startswith(_CURSOR):
        return None
    digits = cursor.removeprefix(_CURSOR)
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 6:
        raise Invalid("not a cursor of this list", reason="malformed", field="cursor", path="$.data.cursor")
    return int(digits)


def _configured_provider(place: int, spec: BackendSpec, began: int) -> ProviderItem:
    """Return a server of the configuration as it is shown; it has been there since the daemon `began`."""
    deadlines = spec.deadlines
    return ProviderItem(
        id=FIRST_ID + place,
        version=1,
        created_at=timestamp(began),
        updated_at=timestamp(began),
        deleted_at=None,
        name=spec.name or "",
        url=spec.url,
        kind=spec.kind,
        slots=spec.slots,
        models=spec.models,
        aliases=spec.aliases,
        connect_seconds=deadlines.connect,
        first_event_seconds=deadlines.first_event,
        gap_seconds=deadlines.gap,
        total_seconds=deadlines.total,
        origin="configuration",
    )
