"""Settings of first measurements of models."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from orchd.settings.bounds import Seconds


class BenchmarkSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """First measurements of models, made while nobody asks any of them for anything."""

    models: Annotated[
        Literal["off", "local", "all"],
        Meta(
            description="Which models that were never measured are measured by themselves, while nobody asks any for "
            "anything: `local` those of servers on this machine, `all` also others', which may cost money, `off` none."
        ),
    ] = "local"
    idle_seconds: Annotated[
        Seconds, Meta(description="Seconds for which nothing was asked of any model before one is measured.")
    ] = 600.0
    loads: Annotated[bool, Meta(description="Whether a model that is not loaded may be loaded to be measured.")] = False
