"""Settings of what users may ask of models."""

from typing import Annotated

from msgspec import Meta, Struct


class UsageSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """How much is asked of models. Quotas are set by `quota:set`, and are stored."""

    generations_per_minute: Annotated[
        float,
        Meta(
            ge=0,
            le=1_000_000,
            description="Generations that a user may begin in a minute at this daemon, over all connections; further "
            "ones are `rate_limited`; 0: any number. It is not for the local owner.",
        ),
    ] = 0.0
