"""Settings of traces."""

from typing import Annotated

from msgspec import Meta, Struct

from orchd.settings.bounds import Seconds


class TracingSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Traces of requests, sent by OpenTelemetry (`pip install 'orchd[otel]'`)."""

    endpoint: Annotated[
        str | None,
        Meta(
            description="Where a collector takes traces by OTLP over HTTP, e.g. `http://127.0.0.1:4318/v1/traces`; "
            "unset: there are none. Headers that it wants are in `$OTEL_EXPORTER_OTLP_HEADERS`."
        ),
    ] = None
    sample: Annotated[float, Meta(ge=0, le=1, description="Which part of all traces is sent.")] = 1.0
    batch_seconds: Annotated[
        Seconds, Meta(description="Seconds for which spans wait for others before they are sent.")
    ] = 5.0
