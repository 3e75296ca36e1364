"""A client for pages without TLS: to read the certificates of all authorities takes longer than most requests."""

from typing import Any

import httpx


def http_client(**options: Any) -> httpx.AsyncClient:
    """Return a client that asks as it is told to here, whatever the environment says."""
    return httpx.AsyncClient(verify=False, trust_env=False, **options)  # noqa: S501 - there is no TLS
