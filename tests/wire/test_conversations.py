"""Every `conversations/*.txt` is played against the daemon; `playbook.py` says how they are written.

Each has a database of its own and two model servers: `echo` (models `echo` and `echo-2`, answers `You said: ...`) and
the simulator. Lines like `@ max_in_flight 2` are settings of the server.
"""

from pathlib import Path

import pytest

from orchd.config import BackendSettings
from tests.fix_daemon import StartApp
from tests.fix_simulator import RunningSimulator
from tests.fix_upstream import Upstream
from tests.wire import echo
from tests.wire.playbook import Player

SCRIPTS = sorted((Path(__file__).parent / "conversations").glob("*.txt"))


def settings_of(script: str) -> dict[str, int]:
    lines = [line.split() for line in script.splitlines() if line.startswith("@ ")]
    return {name: int(value) for _, name, value in lines}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
async def test_conversation(path: Path, app: StartApp, upstream: Upstream, simulator: RunningSimulator) -> None:
    script = path.read_text(encoding="utf-8")
    echo.set_up(upstream)
    backends = [
        BackendSettings(upstream.url, name="echo", kind="openai"),
        BackendSettings(simulator.url, name="simulator", kind="lmstudio"),
    ]
    one = await app(*backends, **settings_of(script))
    await Player(one.connect, lambda: echo.turns(upstream)).play(script)
