"""Requests to the provider: few at a time, small answers, one deadline for all of each."""

import json
import ssl
from collections.abc import Mapping
from typing import Any

import httpx
import trio

from orchd.errors import Busy, Unavailable

ANSWER_SECONDS = 10.0
"""For a whole request, waiting for its turn included."""

MAX_BYTES = 512 * 1024
"""Longest answer that is read."""

AT_ONCE = 4
MOST_WAITING = 32
"""Requests under way, and those that wait for their turn: whoever begins to log in may cause one."""


class Fetcher:
    """One client for one provider; `aclose` it. `trust`: whom to believe that it is the provider."""

    def __init__(self, trust: ssl.SSLContext) -> None:
        self._client = httpx.AsyncClient(verify=trust, trust_env=False, follow_redirects=False, timeout=ANSWER_SECONDS)
        self._turns = trio.CapacityLimiter(AT_ONCE)

    async def aclose(self) -> None:
        await self._client.aclose()

    async def get(self, url: str, bearer: str | None = None) -> dict[str, Any]:
        """A page of JSON; `bearer`: an access token that it needs. Raises `Unavailable` for anything else, `Busy`."""
        shown = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
        status, found = await self._ask(httpx.Request("GET", url, headers={"Accept": "application/json", **shown}))
        if status != httpx.codes.OK:
            raise Unavailable(f"the login provider answers with HTTP {status}")
        return found

    async def post(
        self, url: str, form: Mapping[str, str], basic: tuple[str, str] | None
    ) -> tuple[int, dict[str, Any]]:
        """Send a form; the status and the JSON of the answer. `basic`: a name and a secret. Raises as `get` does."""
        request = httpx.Request("POST", url, data=dict(form), headers={"Accept": "application/json"})
        if basic is not None:
            request = next(httpx.BasicAuth(*basic).auth_flow(request))
        return await self._ask(request)

    async def _ask(self, request: httpx.Request) -> tuple[int, dict[str, Any]]:
        if self._turns.statistics().tasks_waiting >= MOST_WAITING:
            raise Busy("too many people are logging in by the login provider just now")
        try:
            with trio.fail_after(ANSWER_SECONDS):
                async with self._turns:
                    return await self._read(request)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise Unavailable(f"the login provider can't be reached ({type(error).__name__})") from error
        except trio.TooSlowError:
            raise Unavailable("the login provider does not answer in time") from None

    async def _read(self, request: httpx.Request) -> tuple[int, dict[str, Any]]:
        response = await self._client.send(request, stream=True)
        try:
            body = await _body(response)
        finally:
            await response.aclose()
        try:
            found = json.loads(body)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise Unavailable(f"the login provider answers with no JSON object (HTTP {response.status_code})")
        return response.status_code, found


async def _body(response: httpx.Response) -> bytes:
    """What is too long is read to its end all the same, which the deadline bounds, and not kept: httpx's generators
    can't be left early. Raises `Unavailable`."""
    body, length = bytearray(), 0
    async for piece in response.aiter_bytes():
        length += len(piece)
        if length <= MAX_BYTES:
            body += piece
    if length > MAX_BYTES:
        raise Unavailable("the login provider answers with too much")
    return bytes(body)
