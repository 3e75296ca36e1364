"""The data of frames that `credential` has."""

from __future__ import annotations

from typing import Literal, TypeAlias

from ..runtime.messages import RequestData, ServerData
from .shared import ChangeKind

CredentialKind: TypeAlias = Literal["model_server", "other"]
"""What it is for: `model_server` is a key that a model server is sent, one line of visible ASCII characters; `other`
is any text. Later daemons may send others.
"""


class CredentialCreate(RequestData, kw_only=True):
    """`credential:create`: store a secret, sealed. No frame returns it."""

    name: str
    """What to call it; different for each credential of one user. 1 to 200 characters."""
    secret: str
    """The secret. It is stored sealed, and no frame returns it; blanks around a model server's key are dropped. 1 to
    16384 characters.
    """
    kind: CredentialKind | None = None
    """What it is for. `model_server` when it is left out."""


class CredentialGet(RequestData, kw_only=True):
    """`credential:get`: one of them, without its secret."""

    credential_id: int
    """Id of a credential."""


class CredentialList(RequestData, kw_only=True):
    """`credential:list`: in the order in which they were made; `cursor` is the `nextCursor` of the page before."""

    kind: CredentialKind | None = None
    """Only those of this kind; left out, all."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 16 characters."""
    total: bool | None = None
    """Whether to count all; the page then says how many there are. When it is left out: False."""


class CredentialUpdate(RequestData, kw_only=True):
    """`credential:update`: change the members that are given. A new secret forgets what came of the last test."""

    credential_id: int
    """Id of a credential."""
    name: str | None = None
    """Its new name; left out, it stays. 1 to 200 characters."""
    secret: str | None = None
    """The new secret; left out, it stays. 1 to 16384 characters."""
    version: int | None = None
    """The version that was read; when it has been changed since, this is a `conflict`."""


class CredentialDelete(RequestData, kw_only=True):
    """`credential:delete`: remove a credential. A model server that is sent it is unavailable from then on."""

    credential_id: int
    """Id of a credential."""


class CredentialTest(RequestData, kw_only=True):
    """`credential:test`: ask a configured model server for its list of models with it, nothing else."""

    credential_id: int
    """Id of a credential."""
    backend: str
    """Name of the model server that is asked; it is sent the secret. 1 to 200 characters."""


class CredentialSubscribe(RequestData, kw_only=True):
    """`credential:subscribe`: be told what becomes of credentials. With `since`, also what has become of them after
    that change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class CredentialUnsubscribe(RequestData, kw_only=True):
    """`credential:unsubscribe`: be told no more what becomes of credentials."""


class CredentialItem(ServerData, kw_only=True):
    """A credential without its secret."""

    id: int
    """Its id."""
    name: str
    """Its name."""
    kind: CredentialKind | str
    """What it is for."""
    hint: str
    """The last characters of a long secret; empty for a short one."""
    key_id: str
    """Id of the master key that it is sealed under."""
    test: CredentialTestOutcome | None = None
    """What came of the last test with this secret; null when there was none."""
    user_id: int
    """Id of the user whose it is; 0 for what was stored before there was any user."""
    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    version: int
    """Counts its changes."""
    changed_at: str
    """When the secret was stored last."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""


class CredentialTestOutcome(ServerData, kw_only=True):
    """What came of a test."""

    backend: str
    """Name of the model server that was asked."""
    ok: bool
    """Whether the server listed its models."""
    models: int | None = None
    """How many models it listed; null when it did not."""
    key_needed: bool | None = None
    """Whether it lists nothing without a key; false means that the test says nothing of the key. Null when that is
    not known.
    """
    message: str | None = None
    """Why it did not, for people; null when it did."""
    tested_at: str
    """When it was asked."""


class CredentialPage(ServerData, kw_only=True):
    """The reply to `credential:list`; `nextCursor` is null on the last page."""

    items: list[CredentialItem] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many there are."""


class CredentialDeleted(ServerData, kw_only=True):
    """The reply to `credential:delete`."""

    credential_id: int
    """Id of a credential."""


class CredentialSubscribed(ServerData, kw_only=True):
    """The reply to `credential:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class CredentialChanged(ServerData, kw_only=True):
    """Something has become of a credential; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    credential_id: int | None = None
    """Id of a credential."""
    item: CredentialItem | None = None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class CredentialUnsubscribed(ServerData, kw_only=True):
    """The reply to `credential:unsubscribe`."""
