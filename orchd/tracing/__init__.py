"""Traces by OpenTelemetry: the extra `otel`, loaded where `tracing.endpoint` says where they go."""
