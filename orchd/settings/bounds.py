"""What settings are made of: sizes, times, counts, each with its bounds."""

from typing import Annotated

from msgspec import Meta

KIB = 1024
MIB = 1024 * KIB
MINUTES = 60.0

Seconds = Annotated[float, Meta(gt=0, le=86_400)]
ByteLimit = Annotated[int, Meta(ge=1 * KIB, le=1024 * MIB)]
Slots = Annotated[int, Meta(ge=1, le=10_000)]
Layers = Annotated[int, Meta(ge=0, le=10_000)]
CountLimit = Annotated[int, Meta(ge=1, le=1_000_000)]
ServedName = Annotated[str, Meta(min_length=1, max_length=256)]
PercentLimit = Annotated[float, Meta(gt=0, le=100)]
