"""One browser that several people use, one after the other: nothing of one is shown to the next, or sent for them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.fix_page import PageDaemon
from tests.starting import Starter
from tests.web.chat import ask, box
from tests.web.furnished import send_frames
from tests.web.people import PASSWORD, daemon_with_ana, log_in

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def page_daemon(tmp_path_factory: pytest.TempPathFactory, starter: Starter) -> Iterator[PageDaemon]:
    """A daemon with users: ana, who is an admin, and ben."""
    with daemon_with_ana(tmp_path_factory, starter) as started:
        started.run("user", "add", "ben", "--role", "member", "--password-file", "-", stdin=PASSWORD)
        yield started


def log_out(page: "Page", name: str) -> None:
    page.get_by_role("button", name=f"Logged in as {name}").click()
    page.get_by_role("menuitem", name="Log out").click()


def change_places(page: "Page", before: str, after: str) -> None:
    log_out(page, before)
    log_in(page, after)
    box(page).wait_for()


def test_drafts_are_there_for_those_alone_who_have_typed_them(page: "Page") -> None:
    log_in(page)
    box(page).fill("what ana thinks of ben")
    change_places(page, "ana", "ben")
    assert box(page).input_value() == ""
    box(page).fill("what ben thinks")
    other = page.context.new_page()
    other.goto("/chat")
    box(other).wait_for()
    assert box(other).input_value() == "what ben thinks"
    other.close()
    change_places(page, "ben", "ana")
    assert box(page).input_value() == "what ana thinks of ben"


def test_a_tab_that_has_missed_who_is_there_sends_nothing_for_them(page: "Page") -> None:
    log_in(page)
    box(page).wait_for()
    page.route("**/session", lambda route: route.abort())
    other = page.context.new_page()
    other.goto("/chat")
    log_out(other, "ana")
    other.get_by_label("Password").wait_for()
    page.get_by_role("status", name="Connection").get_by_text("away").wait_for()
    ask(page, "what ana asks")
    log_in(other, "ben")
    box(other).wait_for()
    page.get_by_role("status", name="Connection").get_by_text("away").wait_for()
    page.unroute("**/session")
    page.get_by_role("button", name="Logged in as ben").wait_for()
    box(page).wait_for()
    assert box(page).input_value() == ""
    found, *_ = send_frames(other, [("conversation:list", {})])
    assert found["items"] == []
