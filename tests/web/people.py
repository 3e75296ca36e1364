"""A daemon with users, and what axe finds on its page."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.fix_page import PageDaemon
from tests.fix_typescript import ROOT
from tests.starting import Starter

if TYPE_CHECKING:
    import pytest
    from playwright.sync_api import Page

AXE = ROOT / "orchd" / "web" / "node_modules" / "axe-core" / "axe.min.js"
PASSWORD = "several words in a row"


@contextmanager
def daemon_with_ana(tmp_path_factory: "pytest.TempPathFactory", starter: Starter) -> Iterator[PageDaemon]:
    """A daemon with the simulated model and one user, ana, who is an admin."""
    started = PageDaemon(starter, tmp_path_factory.mktemp("page") / "data", "--demo")
    # Before it starts: one that runs takes a moment to see its first user, and lets everybody in until then.
    started.run("user", "add", "ana", "--role", "admin", "--password-file", "-", stdin=PASSWORD)
    started.start()
    yield started
    started.stop()


def log_in(page: "Page", name: str = "ana") -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.locator("#content").wait_for()


def open_palette(page: "Page", words: str, name: str = "Go to, or do") -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name=name).wait_for()
    page.keyboard.type(words)


_RUN = """
async (floats) => {
    const rules = { region: { enabled: !floats } };
    return (await axe.run({ rules })).violations.map(({id, nodes}) => [id, nodes.map(({html}) => html)]);
}
"""


def faults(page: "Page", what: str, *, floats: bool = False) -> list[str]:
    """What axe finds: each rule that is broken, with where.

    What `floats` over the page stands at the end of the document, in none of its landmarks: it belongs to the control
    that has opened it.
    """
    found = page.evaluate(_RUN, floats)
    return [f"{what} {rule}: {places}" for rule, places in found]
