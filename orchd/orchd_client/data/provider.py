"""The data of frames that `provider` has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import UNSET, UnsetType

from ..runtime.messages import RequestData, ServerData
from .shared import BackendKind, ChangeKind

ProviderOrder: TypeAlias = Literal["createdAt", "name", "updatedAt"]
"""By what providers are ordered."""


ProviderOrigin: TypeAlias = Literal["configuration", "database"]
"""Where a model server stands: in the `configuration`, which only its operator changes, or in the `database`. Later
daemons may send others.
"""


class ProviderCreate(RequestData, kw_only=True):
    """`provider:create`: store a provider.

    A model server: of the configuration, or added while the daemon runs.

    The server is tried before it is stored: it must be reached, take the key and list its models, else nothing is
    stored. With `untested` it is stored all the same; one that isn't `active` is not tried.
    """

    name: str
    """By which it is shown, and told from others in `id@backend`. 1 to 100 characters."""
    url: str
    """Its address, with or without `/v1`. 1 to 500 characters."""
    kind: BackendKind | None = None
    """What it is; null: found out by asking it."""
    credential_id: int | None = None
    """Id of the credential that it is sent as its key; null: none."""
    account_id: int | None = None
    """Id of the account that pays for what is asked of it; null: none."""
    slots: int | None = None
    """Answers that it generates at once; null: what it says, or what is usual for its kind. 1 to 10000."""
    models: Sequence[str] | None = None
    """Models that it serves and doesn't list. At most 200 of them. When it is left out: []."""
    aliases: Mapping[str, str] | None = None
    """Other names for its models, each with the model's id. At most 200 of them."""
    connect_seconds: float | None = None
    """Seconds to open a connection. Above 0, to 86400. When it is left out: 5.0."""
    first_event_seconds: float | None = None
    """Seconds until the first output. Above 0, to 86400. When it is left out: 900.0."""
    gap_seconds: float | None = None
    """Seconds between two pieces of output. Above 0, to 86400. When it is left out: 120.0."""
    total_seconds: float | None = None
    """Seconds for a whole answer; null: any number. Above 0, to 86400."""
    active: bool | None = None
    """Whether it is asked. When it is left out: True."""
    untested: bool | None = None
    """Store it without trying it first. When it is left out: False."""


class ProviderGet(RequestData, kw_only=True):
    """`provider:get`: one of them."""

    provider_id: int
    """Id of a provider."""


class ProviderList(RequestData, kw_only=True):
    """`provider:list`: providers, those that the given members fit; `cursor` is the `nextCursor` of the page before."""

    active: bool | None = None
    """Only those with this value. Whether it is asked."""
    kind: BackendKind | None = None
    """Only those with this value. What it is; null: found out by asking it."""
    order: ProviderOrder | None = None
    """By what they are ordered. `name` when it is left out."""
    descending: bool | None = None
    """The greatest or the latest first. When it is left out: False."""
    deleted: bool | None = None
    """Those that were removed and can still be restored, in place of those that are there. When it is left out:
    False.
    """
    total: bool | None = None
    """Whether to count all that fit; the page then says how many there are. When it is left out: False."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 4096 characters."""


class ProviderUpdate(RequestData, kw_only=True):
    """`provider:update`: change the members that are given; null clears. With `version` only if it is still that one.

    The server is tried before it is stored: it must be reached, take the key and list its models, else nothing is
    stored. With `untested` it is stored all the same; one that isn't `active` is not tried.
    """

    provider_id: int
    """Id of a provider."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`."""
    name: str | None = None
    """By which it is shown, and told from others in `id@backend`. 1 to 100 characters."""
    url: str | None = None
    """Its address, with or without `/v1`. 1 to 500 characters."""
    kind: BackendKind | None | UnsetType = UNSET
    """What it is; null: found out by asking it."""
    credential_id: int | None | UnsetType = UNSET
    """Id of the credential that it is sent as its key; null: none."""
    account_id: int | None | UnsetType = UNSET
    """Id of the account that pays for what is asked of it; null: none."""
    slots: int | None | UnsetType = UNSET
    """Answers that it generates at once; null: what it says, or what is usual for its kind. 1 to 10000."""
    models: Sequence[str] | None = None
    """Models that it serves and doesn't list. At most 200 of them."""
    aliases: Mapping[str, str] | None = None
    """Other names for its models, each with the model's id. At most 200 of them."""
    connect_seconds: float | None = None
    """Seconds to open a connection. Above 0, to 86400."""
    first_event_seconds: float | None = None
    """Seconds until the first output. Above 0, to 86400."""
    gap_seconds: float | None = None
    """Seconds between two pieces of output. Above 0, to 86400."""
    total_seconds: float | None | UnsetType = UNSET
    """Seconds for a whole answer; null: any number. Above 0, to 86400."""
    active: bool | None = None
    """Whether it is asked."""
    untested: bool | None = None
    """Store it without trying it first. When it is left out: False."""


class ProviderDelete(RequestData, kw_only=True):
    """`provider:delete`: remove a provider; for some time it can be restored."""

    provider_id: int
    """Id of a provider."""


class ProviderRestore(RequestData, kw_only=True):
    """`provider:restore`: have a provider back that was removed."""

    provider_id: int
    """Id of a provider."""


class ProviderSubscribe(RequestData, kw_only=True):
    """`provider:subscribe`: be told what becomes of providers. With `since`, also what has become of them after that
    change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class ProviderUnsubscribe(RequestData, kw_only=True):
    """`provider:unsubscribe`: be told no more what becomes of providers."""


class ProviderTest(RequestData, kw_only=True):
    """`provider:test`: ask a model server for its list of models, nothing else: one that is there, or one at a `url`
    that is not stored yet. What is given besides `providerId` takes the place of what is stored.
    """

    provider_id: int | None = None
    """Id of a provider; null for one that is not stored."""
    url: str | None = None
    """Its address. 1 to 500 characters."""
    kind: BackendKind | None | UnsetType = UNSET
    """What it is; null: found out by asking it."""
    credential_id: int | None | UnsetType = UNSET
    """Id of the credential that it is sent as its key; null: none."""


class ProviderItem(ServerData, kw_only=True):
    """A model server: of the configuration, or added while the daemon runs."""

    id: int
    """Its id."""
    version: int
    """Grows with each change."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""
    deleted_at: str | None = None
    """When it was removed; null while it is there."""
    name: str
    """By which it is shown, and told from others in `id@backend`."""
    url: str
    """Its address, with or without `/v1`."""
    kind: BackendKind | str | None = None
    """What it is; null: found out by asking it."""
    credential_id: int | None = None
    """Id of the credential that it is sent as its key; null: none."""
    account_id: int | None = None
    """Id of the account that pays for what is asked of it; null: none."""
    slots: int | None = None
    """Answers that it generates at once; null: what it says, or what is usual for its kind."""
    models: list[str] = []
    """Models that it serves and doesn't list."""
    aliases: dict[str, str] = {}
    """Other names for its models, each with the model's id."""
    connect_seconds: float
    """Seconds to open a connection."""
    first_event_seconds: float
    """Seconds until the first output."""
    gap_seconds: float
    """Seconds between two pieces of output."""
    total_seconds: float | None = None
    """Seconds for a whole answer; null: any number."""
    active: bool
    """Whether it is asked."""
    origin: ProviderOrigin | str
    """Where it stands."""


class ProviderPage(ServerData, kw_only=True):
    """The reply to `provider:list`; `nextCursor` is null on the last page."""

    items: list[ProviderItem] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class ProviderDeleted(ServerData, kw_only=True):
    """The reply to `provider:delete`."""

    provider_id: int
    """Id of a provider."""


class ProviderSubscribed(ServerData, kw_only=True):
    """The reply to `provider:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class ProviderChanged(ServerData, kw_only=True):
    """Something has become of a provider; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    provider_id: int | None = None
    """Id of a provider."""
    item: ProviderItem | None = None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class ProviderUnsubscribed(ServerData, kw_only=True):
    """The reply to `provider:unsubscribe`."""


class ProviderTested(ServerData, kw_only=True):
    """The reply to `provider:test`: what the model server is, and how many models it lists. One that can't be used
    is an error, whose `path` names what seems wrong.
    """

    kind: BackendKind | str
    """What it is."""
    version: str | None = None
    """Which version it says that it is."""
    model_count: int
    """How many models it lists."""
    models: list[str] = []
    """The first of them, by their ids."""
    latency_ms: float | None = None
    """Milliseconds that a request took."""
