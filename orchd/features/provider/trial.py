"""Trying a model server before it is stored: whether it can be reached, takes the key and lists models.

Whoever may do this may name any address, also one of the daemon's own network. So nothing of what answers there is
shown but what the list of models says: an error has our own words, and redirects are not followed.
"""

import trio
from msgspec.structs import replace

from orchd.errors import Busy, ConfigurationError, Invalid, OrchdError
from orchd.features.credential import BackendKeys
from orchd.llm import Backends, BackendSpec, ServerTrial
from orchd.reasons import REASONS

MAX_TRIALS = 2
"""At once: each is some requests, and may take half a minute."""


class ProviderTrials:
    """Tries model servers."""

    def __init__(self, backends: Backends, keys: BackendKeys) -> None:
        self._backends = backends
        self._keys = keys
        self._room = trio.Semaphore(MAX_TRIALS)

    async def run(self, spec: BackendSpec) -> ServerTrial:
        """Return what a server is and lists. Raises `Busy`, `Invalid`, `Timeout`, `Unavailable`, `UpstreamError`, with
        the path of the member that seems wrong."""
        try:
            self._room.acquire_nowait()
        except trio.WouldBlock:
            raise Busy(f"{MAX_TRIALS} model servers are being tried already", reason="trials") from None
        try:
            return await self._run(spec)
        finally:
            self._room.release()

    async def _run(self, spec: BackendSpec) -> ServerTrial:
        keyed = spec
        if spec.credential is not None:
            try:
                key = await self._keys.key_of(spec.credential)
            except OrchdError as error:
                raise _at(error.again(), "credentialId") from None
            keyed = replace(spec, api_key=key)
        try:
            return await self._backends.try_server(keyed)
        except ConfigurationError:
            raise Invalid(
                "not an address as http://host:port", reason="web_address", field="url", path="$.data.url"
            ) from None
        except Busy:
            raise
        except OrchdError as error:
            raise _at(_in_our_words(error), "credentialId" if error.reason == "unauthorized" else "url") from None


def _in_our_words(error: OrchdError) -> OrchdError:
    """Return the same failure without anything that a server has said."""
    said = REASONS[error.reason] if error.reason is not None else "The model server can't be used."
    status = f" (HTTP status {error.http_status})" if error.http_status is not None else ""
    return error.bare(f"{said[0].lower()}{said[1:].removesuffix('.')}{status}")


def _at(error: OrchdError, field: str) -> OrchdError:
    error.field, error.path = field, f"$.data.{field}"
    return error
