"""Settings of tasks."""

from typing import Annotated

from msgspec import Meta, Struct

from orchd.settings.bounds import CountLimit, PercentLimit, Seconds


class TaskSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Tasks: how much runs at once, how often it is tried, and when the machine is too busy for more."""

    max_running: Annotated[CountLimit, Meta(description="Tasks that run at once; further ones wait.")] = 50
    parallel: Annotated[
        int, Meta(ge=1, le=1_000, description="Steps of one task that run at once, as far as it allows.")
    ] = 4
    max_attempts: Annotated[
        int, Meta(ge=1, le=20, description="Attempts at a subtask that fails or is rejected, and at any other step.")
    ] = 3
    retry_seconds: Annotated[
        Seconds, Meta(description="Seconds before a failed step is tried again; four times as long after the next.")
    ] = 5.0
    brake_cpu: Annotated[
        PercentLimit,
        Meta(
            description="Processor use, that of this daemon's model servers aside, above which no new step begins; "
            "100 never brakes. While a model of this machine works whose process can't be found, nothing brakes it."
        ),
    ] = 80.0
    brake_memory: Annotated[PercentLimit, Meta(description="The same for main memory.")] = 90.0
    brake_vram: Annotated[
        PercentLimit,
        Meta(
            description="The same for the fullest graphics card's memory; by default it never brakes, since a card "
            "that a model fills is at work."
        ),
    ] = 100.0
    brake_disk: Annotated[
        PercentLimit,
        Meta(
            description="The same for the file system of `watchedPath`; less than 1 GB free brakes, too. Over 85 the "
            "log and the health pages warn."
        ),
    ] = 97.0
    watched_path: Annotated[
        str | None, Meta(description="Path on the file system that is watched; unset: the data directory.")
    ] = None
