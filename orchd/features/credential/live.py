"""Live credentials: their owners are told what becomes of them, and never their secrets."""

from typing import Any

from orchd.entity import Belonging, Owner, owner_of
from orchd.features.credential.messages import FOLLOWING, CredentialItem
from orchd.features.credential.queries import CREDENTIALS
from orchd.protocol.identity import Identity
from orchd.storage import Steps


class LiveCredentials:
    """Credentials as those see them who follow theirs. Satisfies `orchd.entity.wire.LiveKind`."""

    kind = FOLLOWING.kind

    def owner_of(self, who: Identity) -> Owner:
        """Return whose credentials somebody sees."""
        return owner_of(who)

    def find_present(self, row_id: int) -> Steps[tuple[CredentialItem | None, Belonging | None]]:
        """Return a credential as it is now, and whom it belongs to."""
        row = yield from CREDENTIALS.everybodys.find(row_id)
        return (None, None) if row is None else (row, Belonging(row.user_id, row.project_id))

    def change_frame(self, number: int, happening: Any, row_id: int | None, item: CredentialItem | None) -> bytes:
        """Encode what has become of a credential."""
        return FOLLOWING.change_frame(number, happening, row_id, item)
