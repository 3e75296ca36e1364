"""The login flow of the settings, with what it takes loaded only where there is a provider."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import trio

from orchd.errors import ConfigurationError
from orchd.sealing import ServerKeys
from orchd.settings.oidc import OidcSettings

if TYPE_CHECKING:
    from orchd.oidc.login_flow import LoginFlow

KEY = "oidc"
"""The name of that server key."""

CLOSE_SECONDS = 1.0
"""For closing connections to the provider at the end."""


@asynccontextmanager
async def open_login_flow(settings: OidcSettings, keys: ServerKeys) -> "AsyncIterator[LoginFlow | None]":
    """Let people log in by the provider while the block lasts; None when there is none.

    One of `keys` signs the cookies of log-ins under way. Raises `ConfigurationError` for a `caFile` that can't be used;
    blocks on reading it.
    """
    if settings.issuer is None:
        yield None
        return
    from orchd.oidc.fetching import Fetcher
    from orchd.oidc.login_flow import LoginFlow
    from orchd.oidc.provider import Provider

    fetcher = Fetcher(_trust(settings.ca_file))
    try:
        yield LoginFlow(Provider(settings, fetcher), partial(keys.get, KEY))
    finally:
        with trio.move_on_after(CLOSE_SECONDS, shield=True):
            await fetcher.aclose()


def _trust(file: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=file)
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"`oidc.caFile` names `{file}`, which holds no certificates in PEM") from error
