"""The login flow of the settings."""

import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest

from orchd.errors import ConfigurationError
from orchd.oidc.opening import open_login_flow
from orchd.sealing import ServerKeys
from orchd.settings.oidc import OidcSettings


class Keys:
    """As much of the server's keys as is needed."""

    async def get(self, name: str) -> bytes:
        """Return a key."""
        return name.encode()


KEYS = cast("ServerKeys", Keys())


async def test_there_is_one_where_a_provider_is_named(tmp_path: Path) -> None:
    async with open_login_flow(OidcSettings(), KEYS) as flow:
        assert flow is None
    named = OidcSettings(issuer="https://login.example", client_id="orchd")
    async with open_login_flow(named, KEYS) as flow:
        assert flow is not None


@pytest.mark.parametrize("text", [None, "nothing"])
async def test_a_file_that_vouches_for_nobody(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "ca.pem"
    if text is not None:
        file.write_text(text)
    named = OidcSettings(issuer="https://login.example", client_id="orchd", ca_file=str(file))
    with pytest.raises(ConfigurationError, match="holds no certificates"):
        async with open_login_flow(named, KEYS):
            pass


def test_nobody_else_waits_for_what_it_takes() -> None:
    code = "import sys, orchd.app; sys.exit('joserfc' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
