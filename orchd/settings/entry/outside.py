"""Settings of what the daemon fetches from the net because people ask it to."""

from typing import Annotated

from msgspec import Meta, Struct


class OutsideSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What the daemon fetches from the net because people ask it to."""

    pictures: Annotated[
        bool,
        Meta(
            description="Whether people may have a picture shown that an answer only names the address of: the daemon "
            "fetches it, from the public net alone, once they ask for it or have allowed its host."
        ),
    ] = True
