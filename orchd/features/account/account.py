"""The entity `account`: what somebody has at a service that wants money for its models."""

from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta, Struct

from orchd.entity.wire import DaemonMember, Entity, Facts, Name, OwnItem, SentBy, one_line
from orchd.features.credential import CREDENTIALS
from orchd.protocol.types import MAX_INTEGER, Count, ModelName, RowId, Timestamp

MICROS = 1_000_000
"""Of one unit of a currency, and tokens for which prices are given."""

Currency: TypeAlias = Annotated[str, Meta(pattern="^[A-Z]{3}$", max_length=3)]
"""Its three letters, as in ISO 4217."""
Month: TypeAlias = Annotated[str, Meta(pattern=r"^([0-9]{4}-[0-9]{2})?$", max_length=7)]
"""As `2026-11`; empty before the first one."""
MicrosPerMillion: TypeAlias = Annotated[int, Meta(ge=0, le=1_000_000 * MICROS)]


class AccountPrice(Struct, frozen=True, rename="camel"):
    """What a model costs, or every other one: millionths of a unit of the account's currency for a million tokens."""

    prompt_per_million: MicrosPerMillion
    """For a million tokens that are read."""
    completion_per_million: MicrosPerMillion
    """For a million tokens that are generated."""
    model: ModelName | None = None
    """Id of the model, as its server calls it; null for all that are not named."""

    def of(self, prompt_tokens: int, completion_tokens: int) -> int:
        """Return what so many tokens cost, in millionths of a unit; what is less than one of these counts as one."""
        whole = prompt_tokens * self.prompt_per_million + completion_tokens * self.completion_per_million
        return min(MAX_INTEGER, -(-whole // MICROS))


class AccountItem(OwnItem, frozen=True, kw_only=True):
    """An account at a service that wants money. Money is counted in millionths of a unit of its currency."""

    name: Name
    service: Annotated[str, Meta(min_length=1, max_length=100), SentBy(one_line)]
    """Who provides it."""
    account_identifier: Annotated[str, Meta(max_length=255), SentBy(one_line)] = ""
    """What the service calls it."""
    credential_id: RowId | None = None
    currency: Currency = "USD"
    """In what it counts, by three letters."""
    credit_limit: Count | None = None
    """How much may be spent in a month of UTC, in millionths; null for any amount."""
    alert_threshold: Count | None = None
    """From how much in a month on its owner is told, in millionths; null for never."""
    credit_balance: Count | None = None
    """What was left at the service when somebody looked, in millionths: the daemon neither asks for it nor counts it
    down."""
    prices: Annotated[tuple[AccountPrice, ...], Meta(max_length=200)] = ()
    """What its models cost; those without a price count as nothing."""
    metadata: Facts = msgspec.field(default_factory=dict)
    """What else is to be kept with it."""
    active: bool = True
    """Whether model servers that belong to it are asked."""
    last_sync: Annotated[Timestamp | None, DaemonMember] = None
    """When the service was asked for the balance last; null for never: the daemon doesn't ask yet."""
    usage_this_month: Annotated[Count, DaemonMember] = 0
    """What was spent in `usageMonth`, in millionths."""
    usage_month: Annotated[Month, DaemonMember] = ""
    """The month, by UTC, that `usageThisMonth` is about; empty before anything was spent."""

    def price_of(self, model: str) -> AccountPrice | None:
        """Return what a model costs, None where that isn't known."""
        named = next((price for price in self.prices if price.model == model), None)
        return named or next((price for price in self.prices if price.model is None), None)


ACCOUNT = Entity(
    "account",
    AccountItem,
    unique=("name",),
    filters=("service", "active"),
    orders=("name", "created_at", "updated_at"),
    long=("prices", "metadata"),
    relations={"credential_id": CREDENTIALS},
)
