"""Frames of providers besides those of all entities."""

from msgspec import UNSET, UnsetType

from orchd.features.models import BackendKind
from orchd.features.provider.provider import ProviderUrl
from orchd.protocol.types import ClientPayload, Count, RowId, ServerPayload


class ProviderTest(ClientPayload, frozen=True):
    """`provider:test`: ask a model server for its list of models, nothing else: one that is there, or one at a `url`
    that is not stored yet. What is given besides `providerId` takes the place of what is stored."""

    provider_id: RowId | None = None
    """Id of a provider; null for one that is not stored."""
    url: ProviderUrl | UnsetType = UNSET
    """Its address."""
    kind: BackendKind | UnsetType | None = UNSET
    """What it is; null: found out by asking it."""
    credential_id: RowId | UnsetType | None = UNSET
    """Id of the credential that it is sent as its key; null: none."""


class ProviderTested(ServerPayload, frozen=True):
    """The reply to `provider:test`: what the model server is, and how many models it lists. One that can't be used is
    an error, whose `path` names what seems wrong."""

    kind: BackendKind
    """What it is."""
    version: str | None
    """Which version it says that it is."""
    model_count: Count
    """How many models it lists."""
    models: list[str]
    """The first of them, by their ids."""
    latency_ms: float | None
    """Milliseconds that a request took."""
