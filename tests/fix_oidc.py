"""`provider`: a provider of identities as a process of its own, and a browser that people log in with."""

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
import pytest

from orchd.settings.oidc import OidcSettings
from tests.http_client import http_client
from tests.tools.oidc_provider import CLIENT, SECRET

SECONDS = 60.0


class RunningProvider:
    """The provider at `issuer`."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    def control(self, **wish: Any) -> dict[str, int]:
        """Set who logs in (`user`), what goes wrong (`wrong`), a new key (`key`, `kind`).

        Returns how often each page was asked for.
        """
        parts = urlsplit(self.issuer)
        answer = httpx.post(
            f"{parts.scheme}://{parts.netloc}/control",
            json=wish,
            trust_env=False,
            verify=False,  # noqa: S501 - there is no TLS
            timeout=SECONDS,
        )
        found: dict[str, int] = answer.json()
        return found

    def settings(self, **members: Any) -> OidcSettings:
        """Those of a daemon whose provider this is; who is new becomes a member."""
        usual: dict[str, Any] = {"issuer": self.issuer, "client_id": CLIENT, "client_secret": SECRET}
        usual |= {"default_role": "member", "create_users": True}
        return OidcSettings(**(usual | members))


@pytest.fixture(scope="module")
def running_provider() -> Iterator[RunningProvider]:
    """The process: one for all tests of a module, since making keys takes time."""
    command = [sys.executable, "-m", "tests.tools.oidc_provider"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield RunningProvider(process.stdout.readline().strip())
        finally:
            process.kill()


@pytest.fixture
def provider(running_provider: RunningProvider) -> RunningProvider:
    """A provider that does everything right, and logs Ann in."""
    running_provider.control(user={"sub": "s-1", "preferred_username": "Ann"}, wrong="")
    return running_provider


class Entered(NamedTuple):
    """What a browser has after a log-in: the last page's status and text, and the session's cookie."""

    status: int
    text: str
    cookie: str | None


class Browser:
    """What a person logs in with: it keeps cookies, and goes where it is sent."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cookies = httpx.Cookies()

    async def get(self, page: str) -> httpx.Response:
        """Ask for a page, and keep the cookies that it gives."""
        async with http_client(timeout=SECONDS, cookies=self.cookies) as client:
            answer = await client.get(page)
            self.cookies = client.cookies
        return answer

    async def begin(self) -> str:
        """Choose to log in by the provider; where the daemon sends it."""
        answer = await self.get(f"{self.url}/oidc/login")
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def visit_provider(self, page: str) -> str:
        """Log in there; where the provider sends it back to."""
        answer = await self.get(page)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    async def come_back(self, page: str) -> Entered:
        """Go back to the daemon."""
        answer = await self.get(page)
        given = re.search(r"\borchd=([\w-]+);", answer.headers.get("set-cookie", ""))
        return Entered(answer.status_code, answer.text, None if given is None else f"orchd={given[1]}")

    async def log_in(self) -> Entered:
        """All of it."""
        return await self.come_back(await self.visit_provider(await self.begin()))
