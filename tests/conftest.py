"""What all tests share: the fixtures, one file a resource (`fix_*.py`), and how Hypothesis behaves."""

import gc
import os
import secrets
import signal
import sys
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.examples import DEFAULT
from tests.quarantine import quarantined, set_apart
from tests.scheduling import FilesInTurn, import_in_turn, in_turn, scope_of

if TYPE_CHECKING:
    from xdist.remote import Producer

pytest_plugins = [f"tests.{path.stem}" for path in sorted(Path(__file__).parent.glob("fix_*.py"))]

SEED = "ORCHD_TEST_SEED"

# Under nohup SIGHUP is ignored, which the daemons that tests start would rightly inherit.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
# So is SIGINT in what a shell's script runs in the background.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# No deadlines anywhere: a busy machine is no defect.
settings.register_profile(
    "orchd", max_examples=DEFAULT, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("orchd")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Draw the seed of all properties here, so that it can be said: new examples each time, and a run that can be had
    again with `--hypothesis-seed`. Processes that share the work inherit it by the environment.
    """
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = os.environ.setdefault(SEED, str(secrets.randbelow(2**32)))


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Keep the collector of garbage from looking through all tests, now and at each of its full rounds."""
    gc.disable()
    try:
        import_in_turn(session.config)
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what a drill alone runs, let flaky tests that are named in `quarantine.toml` fail, and put the tests
    into the order of their files.
    """
    if "drill" not in config.option.markexpr:
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("drill")])
        items[:] = [item for item in items if not item.get_closest_marker("drill")]
    set_apart(items, quarantined())
    order = {scope: place for place, scope in enumerate(in_turn([item.nodeid for item in items]))}
    items.sort(key=lambda item: order[scope_of(item.nodeid)])


def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> FilesInTurn | None:
    """Share the work by files, in the order that they stand in."""
    if config.getoption("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return FilesInTurn(config, log)


def pytest_report_header(config: pytest.Config) -> str:
    """Say how to have the same examples again."""
    return f"hypothesis: --hypothesis-seed={config.option.hypothesis_seed}"


@pytest.fixture(autouse=True)
def _log_as_before() -> Generator[None]:
    """Take back how a command that ran in this process has set up the log: others' warnings would be lost with it."""
    yield
    if "structlog" in sys.modules and sys.modules["structlog"].is_configured():
        sys.modules["structlog"].reset_defaults()


@pytest.fixture(autouse=True, scope="module")
def _no_loop_left() -> Generator[None]:
    """Let what stands for a whole module end with it, with its asyncio loop: the next may need one of its own."""
    yield
    if "asyncio" in sys.modules:
        left = sys.modules["asyncio"]._get_running_loop()
        assert left is None, f"{left} still runs; a fixture that has one may live no longer than a module"
