"""The entity `provider`: a model server that an admin has added, beside those of the configuration."""

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from orchd.entity import Elsewhere
from orchd.entity.wire import DaemonItem, DaemonMember, Entity, SentBy
from orchd.errors import ConfigurationError, Invalid, Timeout, UpstreamError
from orchd.features.models import BackendKind
from orchd.llm import BackendSpec, Deadlines, read_address
from orchd.protocol.names import checked_name, require_nonblank
from orchd.protocol.types import RowId
from orchd.settings.bounds import MINUTES, Seconds, ServedName, Slots

MAX_PROVIDERS = 100

ProviderOrigin: TypeAlias = Annotated[
    Literal["configuration", "database"],
    Meta(
        title="ProviderOrigin",
        description="Where a model server stands: in the `configuration`, which only its operator changes, or in the "
        "`database`.",
    ),
]


def server_name(text: str, field: str) -> str:
    """Return the name of a model server. Raises `Invalid` for what `id@backend` could not name."""
    name = require_nonblank(checked_name(text, field), field)
    if "@" in name:
        raise Invalid(
            "the name of a model server has no @ in it", reason="server_name", field=field, path=f"$.data.{field}"
        )
    return name


def server_address(text: str, field: str) -> str:
    """Return the address of a model server in its normal form. Raises `Invalid` for what is none, or has a password."""
    try:
        shown = read_address(text).shown
    except ConfigurationError:
        raise Invalid(
            "not an address as http://host:port", reason="web_address", field=field, path=f"$.data.{field}"
        ) from None
    if "@" in text.rpartition("://")[2].partition("/")[0]:
        told = f"`{field}` has a password in it; keep it as a credential"
        raise Invalid(told, reason="address_password", field=field, path=f"$.data.{field}")
    return shown


ProviderName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100), SentBy(server_name)]
ProviderUrl: TypeAlias = Annotated[str, Meta(min_length=1, max_length=500), SentBy(server_address)]


class ProviderItem(DaemonItem, frozen=True, kw_only=True):
    """A model server: of the configuration, or added while the daemon runs."""

    name: ProviderName
    """By which it is shown, and told from others in `id@backend`."""
    url: ProviderUrl
    """Its address, with or without `/v1`."""
    kind: BackendKind | None = None
    """What it is; null: found out by asking it."""
    credential_id: RowId | None = None
    """Id of the credential that it is sent as its key; null: none."""
    account_id: RowId | None = None
    """Id of the account that pays for what is asked of it; null: none."""
    slots: Slots | None = None
    """Answers that it generates at once; null: what it says, or what is usual for its kind."""
    models: Annotated[tuple[ServedName, ...], Meta(max_length=200)] = ()
    """Models that it serves and doesn't list."""
    aliases: Annotated[dict[ServedName, ServedName], Meta(max_length=200)] = msgspec.field(default_factory=dict)
    """Other names for its models, each with the model's id."""
    connect_seconds: Seconds = 5.0
    """Seconds to open a connection."""
    first_event_seconds: Seconds = 15 * MINUTES
    """Seconds until the first output."""
    gap_seconds: Seconds = 120.0
    """Seconds between two pieces of output."""
    total_seconds: Seconds | None = None
    """Seconds for a whole answer; null: any number."""
    active: bool = True
    """Whether it is asked."""
    origin: Annotated[ProviderOrigin, Elsewhere, DaemonMember] = "database"
    """Where it stands."""


class ProviderUntested(Struct, frozen=True, kw_only=True):
    """The server is tried before it is stored: it must be reached, take the key and list its models, else nothing is
    stored. With `untested` it is stored all the same; one that isn't `active` is not tried."""

    # Said of a provider that is stored, and not kept.
    untested: bool = False
    """Store it without trying it first."""


PROVIDER = Entity(
    "provider",
    ProviderItem,
    scope="admin",
    unique=("name", "url"),
    filters=("active", "kind"),
    orders=("name", "created_at", "updated_at"),
    long=("models", "aliases"),
    also=ProviderUntested,
    errors=(Timeout, UpstreamError),  # it is tried before it is stored
)

CONNECTION = ("url", "kind", "credential_id", "models", "connect_seconds")
"""Members that decide whether a server can be reached and lists its models."""


def spec_of(row: ProviderItem) -> BackendSpec:
    """Return a provider as the llm room wants it."""
    return BackendSpec(
        url=row.url,
        name=row.name,
        kind=row.kind,
        credential=row.credential_id,
        account=row.account_id,
        slots=row.slots,
        models=row.models,
        aliases=row.aliases,
        deadlines=Deadlines(
            connect=row.connect_seconds,
            first_event=row.first_event_seconds,
            gap=row.gap_seconds,
            total=row.total_seconds,
        ),
    )
