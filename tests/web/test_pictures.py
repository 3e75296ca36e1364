"""Pictures of every place of the page, on a phone and a desk, in both themes: for people to look at.

They are stored where ORCHD_TEST_SCREENSHOTS says. What a program can tell of them is asserted: nothing is wider than
the screen, and nothing complains.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fix_page import Complaints, PageDaemon
from tests.starting import Starter
from tests.web.chat import answer, box
from tests.web.furnished import Furniture, furnish
from tests.web.people import daemon_with_ana, log_in
from tests.web.test_accessibility import PLACES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, StorageState

pytestmark = pytest.mark.drill

DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SCREENS = [
    (device, scheme, locale)
    for device in ("desk", "phone")
    for scheme in ("light", "dark")
    for locale in ("en-US", "pt-BR")
    if locale == "en-US" or (device, scheme) in (("desk", "light"), ("phone", "dark"))
]


class House:
    """A furnished daemon, and what a browser keeps of who is logged in."""

    def __init__(self, furniture: Furniture, state: "StorageState") -> None:
        self.furniture = furniture
        self.state = state


@pytest.fixture(scope="module")
def page_daemon(tmp_path_factory: pytest.TempPathFactory, starter: Starter, browser: "Browser") -> Iterator[PageDaemon]:
    """A daemon with users, of whom one, ana, is an admin."""
    with daemon_with_ana(tmp_path_factory, starter) as started:
        yield started


@pytest.fixture(scope="module")
def house(browser: "Browser", page_daemon: PageDaemon) -> House:
    context = browser.new_context(base_url=page_daemon.url, locale="en-US")
    page = context.new_page()
    page.goto("/")
    log_in(page)
    made = House(furnish(page), context.storage_state())
    context.close()
    return made


@pytest.fixture
def picture(tmp_path: Path) -> Callable[["Page", str], None]:
    """`picture(page, "name")` takes one once the page is at rest."""
    folder = Path(os.environ.get("ORCHD_TEST_SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)

    def take(page: "Page", name: str) -> None:
        page.wait_for_timeout(400)
        page.screenshot(path=folder / f"{name}.png")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is wider than the screen"
        high = page.evaluate("document.documentElement.scrollHeight - innerHeight")
        assert high <= 0, f"{name} is higher than the screen: a part of it scrolls, the document never"

    return take


@pytest.mark.parametrize(("device", "scheme", "locale"), SCREENS)
def test_every_place_fits(
    house: House,
    page_daemon: PageDaemon,
    open_context: Callable[..., "BrowserContext"],
    complaints: Complaints,
    picture: Callable[["Page", str], None],
    device: str,
    scheme: str,
    locale: str,
) -> None:
    size = PHONE if device == "phone" else DESK
    page = open_context(
        base_url=page_daemon.url, storage_state=house.state, color_scheme=scheme, locale=locale, **size
    ).new_page()
    complaints.watch(page)
    for place in (*PLACES, house.furniture.conversation, house.furniture.task, house.furniture.row):
        page.goto(place)
        page.locator("#content").get_by_role("heading", level=1).wait_for(state="attached")
        picture(page, f"{locale}-{device}-{scheme}-{re.sub('[^a-z0-9]+', '-', place).strip('-')}")


@pytest.mark.parametrize("device", ["desk", "phone"])
def test_what_opens_fits(
    house: House,
    page_daemon: PageDaemon,
    open_context: Callable[..., "BrowserContext"],
    complaints: Complaints,
    picture: Callable[["Page", str], None],
    device: str,
) -> None:
    size = PHONE if device == "phone" else DESK
    page = open_context(base_url=page_daemon.url, storage_state=house.state, **size).new_page()
    complaints.watch(page)
    page.goto(house.furniture.conversation)
    answer(page).get_by_role("button", name="Verify").click()
    page.get_by_role("region", name="Verification").get_by_role("button", name="Check again").wait_for()
    picture(page, f"{device}-ledger")
    answer(page).get_by_role("button", name="More actions").click()
    picture(page, f"{device}-menu")
    page.keyboard.press("Escape")
    page.get_by_role("combobox", name="Model").click()
    picture(page, f"{device}-models")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Conversation settings").click()
    picture(page, f"{device}-conversation-settings")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    picture(page, f"{device}-palette")
    page.keyboard.press("Escape")
    page.goto("/tasks")
    page.get_by_role("button", name="New task").first.click()
    picture(page, f"{device}-new-task")
    page.keyboard.press("Escape")
    page.goto("/chat")
    box(page).fill("/")
    picture(page, f"{device}-slash")
