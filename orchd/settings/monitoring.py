"""Settings of the monitoring."""

from typing import Annotated

from msgspec import Meta, Struct

from orchd.settings.bounds import Seconds


class MonitoringSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The machine's metrics, and the daemon's own."""

    process_seconds: Annotated[
        Seconds, Meta(description="Seconds between searches for the model server's process.")
    ] = 15.0
    sensor_seconds: Annotated[
        Seconds, Meta(description="Seconds after which a sensor that hangs is left out of a sample.")
    ] = 2.0
    metrics: Annotated[
        bool,
        Meta(description="Serve `/metrics`, the daemon's own figures, for Prometheus: to whoever may see `/readyz`."),
    ] = True
