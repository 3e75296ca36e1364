"""Axe finds nothing on any place of the page, nor in what can be opened there, in both themes and both widths."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.fix_page import PageDaemon
from tests.starting import Starter
from tests.web.chat import answer, articles, ask, box
from tests.web.furnished import Furniture, furnish
from tests.web.people import AXE, daemon_with_ana, faults, log_in, open_palette

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PLACES = (
    "/chat",
    "/tasks",
    "/machine",
    "/models",
    "/models/benchmarks",
    "/workspace/assistants",
    "/workspace/workflows?id=new",
    "/workspace/accounts?id=new",
    "/workspace/files",
    "/settings/appearance",
    "/settings/notifications",
    "/settings/profile",
    "/settings/tokens",
    "/settings/users",
    "/settings/quotas",
    "/settings/audit",
    "/settings/access",
)
WIDE_AND_LIGHT = ("light", 1280)
NARROW_AND_DARK = ("dark", 390)
LOOKS = (
    pytest.param(WIDE_AND_LIGHT, id="wide and light"),
    pytest.param(NARROW_AND_DARK, id="narrow and dark", marks=pytest.mark.drill),
)
"""Contrast in both themes is looked at every day, by the colours themselves (src/styles)."""


@pytest.fixture(scope="module")
def page_daemon(tmp_path_factory: pytest.TempPathFactory, starter: Starter, browser: "Browser") -> Iterator[PageDaemon]:
    """A daemon with users, of whom one, ana, is an admin."""
    with daemon_with_ana(tmp_path_factory, starter) as started:
        yield started


class Visit:
    """Somebody who is logged in and looks at a furnished daemon, with axe at hand."""

    def __init__(self, page: "Page", furniture: Furniture) -> None:
        self.page = page
        self.furniture = furniture


@pytest.fixture(scope="module")
def furniture(browser: "Browser", page_daemon: PageDaemon) -> Furniture:
    context = browser.new_context(base_url=page_daemon.url, locale="en-US")
    page = context.new_page()
    page.goto("/")
    log_in(page)
    furniture = furnish(page)
    context.close()
    return furniture


@pytest.fixture(scope="module", params=LOOKS)
def visit(
    request: pytest.FixtureRequest, browser: "Browser", page_daemon: PageDaemon, furniture: Furniture
) -> Iterator[Visit]:
    scheme, width = request.param
    # what axe is injected by, the page's own policy forbids
    context = browser.new_context(
        base_url=page_daemon.url,
        color_scheme=scheme,
        viewport={"width": width, "height": 844},
        locale="en-US",
        bypass_csp=True,
    )
    context.add_init_script(path=AXE)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Password").wait_for()
    found = faults(page, "the way in")
    page.goto("/setup#not-a-token")
    page.get_by_text("The first user was made already.").wait_for()
    found += faults(page, "setup, used")
    page.route("**/session", lambda route: route.fulfill(json={"user": "local", "role": "admin"}))
    page.goto("/login")
    page.goto("/setup#not-a-token")
    page.get_by_role("button", name="Set up").wait_for()
    found += faults(page, "setup")
    page.unroute("**/session")
    assert not found, "\n".join(found)
    page.goto("/login")
    log_in(page)
    yield Visit(page, furniture)
    context.close()


def test_no_place_has_a_fault(visit: Visit) -> None:
    page = visit.page
    found = []
    for place in PLACES:
        page.goto(place)
        (box(page) if place == "/chat" else page.get_by_role("heading", level=1)).wait_for()
        found += faults(page, place)
    assert not found, "\n".join(found)


def test_nothing_of_a_conversation_has_a_fault(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.furniture.conversation)
    answer(page)
    ask(page, "And windows? [[simulate: markdown,tokens=200,interval=0.05]]")
    articles(page).nth(3).get_by_role("table").wait_for()
    found = faults(page, "an answer that is coming")
    page.keyboard.press("Escape")
    answer(page).get_by_role("button", name="Verify").click()
    ledger = page.get_by_role("region", name="Verification")
    ledger.get_by_role("button", name="Check again").wait_for()
    ledger.get_by_role("list").last.get_by_role("button").first.click()
    found += faults(page, "a ledger with a claim that is open")
    assert not found, "\n".join(found)


def test_nothing_that_opens_in_a_conversation_has_a_fault(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.furniture.conversation)
    found = []
    answer(page).get_by_role("button", name="More actions").click()
    page.get_by_role("menu").wait_for()
    found += faults(page, "the menu of a message", floats=True)
    page.keyboard.press("Escape")
    page.get_by_role("menu").wait_for(state="detached")
    page.get_by_role("combobox", name="Model").click()
    page.locator("[role=option]").first.wait_for()
    found += faults(page, "the models", floats=True)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Conversation settings").click()
    page.get_by_role("dialog").wait_for()
    found += faults(page, "the settings of a conversation")
    page.keyboard.press("Escape")
    articles(page).first.get_by_role("button", name="Edit").click()
    found += faults(page, "a question that is edited")
    assert not found, "\n".join(found)


def test_nothing_that_is_open_over_the_page_has_a_fault(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.furniture.task)
    page.get_by_role("heading", name="May this plan be run?").wait_for()
    page.get_by_role("button", name="Show details").first.click()
    found = faults(page, "a task with its steps")
    page.get_by_role("button", name="Add a step").click()
    page.get_by_role("dialog").wait_for()
    found += faults(page, "a step that is added")
    page.keyboard.press("Escape")
    page.goto("/tasks")
    page.get_by_role("button", name="New task").first.click()
    page.get_by_role("dialog").wait_for()
    found += faults(page, "a new task")
    page.keyboard.press("Escape")
    page.goto(visit.furniture.row)
    page.get_by_role("button", name="Save").wait_for()
    found += faults(page, "a row")
    open_palette(page, "")
    found += faults(page, "the palette")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    page.locator("body").press("?")
    page.get_by_role("dialog", name="Shortcuts").wait_for()
    found += faults(page, "the shortcuts")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Notifications").click()
    page.get_by_role("dialog").wait_for()
    found += faults(page, "the notifications")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    menu = page.get_by_role("button", name="Menu", exact=True)
    if menu.is_visible():
        menu.click()
    page.get_by_role("button", name="Logged in as ana").click()
    page.get_by_role("menuitem", name="Log out").wait_for()
    found += faults(page, "one's own menu", floats=True)
    assert not found, "\n".join(found)
