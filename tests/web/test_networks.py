"""What lies between a browser and the daemon: a slow line, and none for a while."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.fix_page import Complaints, PageDaemon
from tests.web.chat import HeldFrames, answer, articles, ask, box

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50 * 1024, "uploadThroughput": 50 * 1024}
"""400 ms and 50 KB/s: the line of a train."""

LONG = "Write at length. [[simulate: tokens=100,interval=0.03]]"


def test_a_slow_line_delays_and_nothing_else(
    open_context: Callable[..., "BrowserContext"], page_daemon: PageDaemon, complaints: Complaints
) -> None:
    page = open_context(base_url=page_daemon.url).new_page()
    complaints.watch(page)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW)
    page.goto("/", wait_until="commit")
    page.get_by_text("orchd …").wait_for()  # there is something to see before it is loaded
    box(page).fill("Sent in a hurry [[simulate: tokens=30]]")
    box(page).press("Enter")
    box(page).press("Enter")
    page.get_by_role("article", name="You").get_by_text("Sent in a hurry").wait_for()
    answer(page)
    assert articles(page).count() == 2
    page.get_by_role("link", name="Tasks").click()
    page.get_by_role("main").get_by_text("Loading").wait_for()
    page.get_by_role("heading", level=1, name="Tasks").wait_for()
    page.go_back()
    assert answer(page).inner_text().count("Simulated answer") == 1


def test_a_connection_that_is_gone_in_mid_answer(page: "Page") -> None:
    ask(page, LONG)
    articles(page).last.get_by_text("Simulated answer").wait_for()
    page.evaluate("window.kept = 'the same page'")
    page.context.set_offline(True)
    page.get_by_role("status", name="Connection").get_by_text("away").wait_for()
    box(page).fill("half a thought")
    page.context.set_offline(False)
    page.get_by_role("status", name="Connection").get_by_text("Connected").wait_for(state="attached")
    whole = answer(page).locator(".markdown").inner_text()
    assert whole.count("Simulated answer") == 1
    assert box(page).input_value() == "half a thought"
    assert page.evaluate("window.kept") == "the same page"
    page.reload()
    assert answer(page).locator(".markdown").inner_text() == whole
    assert articles(page).count() == 2


def test_what_is_sent_while_a_question_is_on_its_way_follows_it(page: "Page") -> None:
    held = HeldFrames(page, "chat:")
    page.goto("/chat")
    ask(page, "The first one [[simulate: tokens=5]]")
    ask(page, "The second one [[simulate: tokens=5]]")
    page.get_by_role("status").filter(has_text="The second one").wait_for()
    assert box(page).input_value() == ""
    held.release()
    asked = page.get_by_role("article", name="You")
    asked.nth(1).wait_for()
    answer(page)
    assert ["first" in asked.nth(0).inner_text(), "second" in asked.nth(1).inner_text()] == [True, True]
    assert articles(page).count() == 4


def test_what_is_first_opened_while_the_daemon_is_away_comes_with_it(page: "Page", page_daemon: PageDaemon) -> None:
    page.evaluate("window.kept = 'the same page'")
    page.get_by_role("status", name="Connection").get_by_text("Connected").wait_for(state="attached")
    page_daemon.kill()
    page.get_by_role("status", name="Connection").get_by_text("away").wait_for()
    page.get_by_role("link", name="Models").click()
    page.get_by_role("main").get_by_text("Loading").wait_for()
    page.keyboard.press("Control+k")
    page_daemon.start()
    page.get_by_role("dialog").get_by_role("combobox").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("heading", level=1, name="Models").wait_for()
    assert page.get_by_text("newer version").count() == 0
    assert page.evaluate("window.kept") == "the same page"


def test_a_part_that_is_lost_says_how_it_can_be_had(page: "Page", complaints: Complaints) -> None:
    page.route("**/assets/MachineArea-*", lambda route: route.abort())
    page.get_by_role("link", name="Machine").click()
    page.get_by_role("alert").get_by_text("couldn't be loaded").wait_for()
    page.unroute("**/assets/MachineArea-*")
    page.get_by_role("button", name="Load the page again").click()
    page.get_by_role("heading", level=1, name="Machine").wait_for()
    assert all("a part of the page could not be loaded" in told for told in complaints)
    complaints.clear()


def test_a_sheet_that_is_lost_leaves_the_chat_as_it_is(page: "Page") -> None:
    page.route("**/assets/SettingsSheet-*", lambda route: route.abort())
    page.get_by_role("textbox", name="Message", exact=True).fill("Typed before")
    page.get_by_role("button", name="Conversation settings").click()
    page.get_by_role("alert").get_by_text("couldn't be loaded").wait_for()
    page.unroute("**/assets/SettingsSheet-*")
    page.get_by_role("button", name="Load the page again").click()
    page.get_by_role("button", name="Conversation settings").click()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    assert page.get_by_role("textbox", name="Message", exact=True).input_value() == "Typed before"
