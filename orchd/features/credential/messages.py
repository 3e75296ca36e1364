"""Frames of credentials: secrets for other services, which go in and never come out."""

from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from orchd.entity.wire import Following
from orchd.protocol.page import PageSize
from orchd.protocol.types import ClientPayload, Count, RowId, ServerPayload, Timestamp

MAX_SECRET = 16_384
CredentialName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200)]
CredentialSecret: TypeAlias = Annotated[str, Meta(min_length=1, max_length=MAX_SECRET)]
CredentialKind: TypeAlias = Annotated[
    Literal["model_server", "other"],
    Meta(
        title="CredentialKind",
        description="What it is for: `model_server` is a key that a model server is sent, one line of visible ASCII "
        "characters; `other` is any text.",
    ),
]


class CredentialCreate(ClientPayload, frozen=True):
    """`credential:create`: store a secret, sealed. No frame returns it."""

    name: CredentialName
    secret: CredentialSecret
    kind: CredentialKind = "model_server"


class CredentialUpdate(ClientPayload, frozen=True):
    """`credential:update`: change the members that are given. A new secret forgets what came of the last test."""

    credential_id: RowId
    name: CredentialName | UnsetType = UNSET
    secret: CredentialSecret | UnsetType = UNSET
    version: Count | None = None


class CredentialGet(ClientPayload, frozen=True):
    """`credential:get`: one of them, without its secret."""

    credential_id: RowId


class CredentialList(ClientPayload, frozen=True):
    """`credential:list`: in the order in which they were made; `cursor` is the `nextCursor` of the page before."""

    kind: CredentialKind | None = None
    limit: PageSize = 50
    cursor: Annotated[str, Meta(min_length=1, max_length=16)] | None = None
    total: bool = False


class CredentialDelete(ClientPayload, frozen=True):
    """`credential:delete`: remove a credential. A model server that is sent it is unavailable from then on."""

    credential_id: RowId


class CredentialTest(ClientPayload, frozen=True):
    """`credential:test`: ask a configured model server for its list of models with it, nothing else."""

    credential_id: RowId
    backend: Annotated[str, Meta(min_length=1, max_length=200)]


class CredentialTestOutcome(Struct, frozen=True, rename="camel"):
    """What came of a test."""

    backend: str
    ok: bool
    models: Count | None
    key_needed: bool | None
    message: str | None
    tested_at: Timestamp


class CredentialItem(Struct, frozen=True, rename="camel"):
    """A credential without its secret."""

    id: RowId
    name: str
    kind: CredentialKind
    hint: str
    key_id: str
    test: CredentialTestOutcome | None
    user_id: Count
    project_id: RowId | None
    version: Count
    changed_at: Timestamp
    created_at: Timestamp
    updated_at: Timestamp


class CredentialPage(ServerPayload, frozen=True):
    """The reply to `credential:list`; `nextCursor` is null on the last page."""

    items: list[CredentialItem]
    next_cursor: str | None
    total: Count | UnsetType = UNSET


class CredentialDeleted(ServerPayload, frozen=True):
    """The reply to `credential:delete`."""

    credential_id: RowId


FOLLOWING = Following("credential", CredentialItem, right="read", scope="admin")
