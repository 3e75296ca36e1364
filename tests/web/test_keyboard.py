"""The page without a mouse: the chat, a task and the workspace, each from its beginning to its end."""

import re
from typing import TYPE_CHECKING

from tests.fix_page import PageDaemon
from tests.web.chat import answer, articles
from tests.web.keys import focus, tab_to
from tests.web.people import open_palette

if TYPE_CHECKING:
    from playwright.sync_api import Page

INSIDE = "document.activeElement.closest('dialog') !== null || document.activeElement === document.body"


def stays_inside(page: "Page", steps: int) -> bool:
    """Whether Tab never leads out of the dialog that is open."""
    for _step in range(steps):
        page.keyboard.press("Tab")
        if not page.evaluate(INSIDE):
            return False
    return True


def test_a_conversation(page: "Page") -> None:
    page.get_by_role("textbox", name="Message", exact=True).wait_for()
    assert focus(page).name == "Message", "one can write at once"
    page.keyboard.type("Which green?")
    page.keyboard.press("Enter")
    answer(page)
    tab_to(page, "Regenerate", "Shift+Tab")
    tab_to(page, "Edit", "Shift+Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type("Which red?")
    page.keyboard.press("Enter")
    articles(page).last.get_by_text("“Which red?”").wait_for()
    answer(page)

    tab_to(page, "Verify")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Check again").wait_for()
    tab_to(page, "More actions")
    page.keyboard.press("Enter")
    page.get_by_role("menu").wait_for()
    page.keyboard.press("ArrowDown")
    page.locator("[role=menuitem]:focus").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("menu").wait_for(state="detached")
    assert focus(page).name == "More actions", "the focus is back where it was"
    tab_to(page, "Check again")
    tab_to(page, "Message")


def test_without_users_nothing_says_who_one_is_or_logs_anybody_out(page: "Page") -> None:
    page.get_by_role("textbox", name="Message", exact=True).wait_for()
    open_palette(page, "log out")
    page.get_by_text("Nothing was found.").wait_for()
    assert page.get_by_role("button", name="Logged in as").count() == 0


def test_a_dialog_of_a_conversation_and_an_answer_that_goes_on_below_one(page: "Page") -> None:
    page.get_by_role("textbox", name="Message", exact=True).wait_for()
    tab_to(page, "Conversation settings", "Shift+Tab")
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Conversation settings").wait_for()
    assert stays_inside(page, 30)
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    assert focus(page).name == "Conversation settings"
    tab_to(page, "Message")
    page.keyboard.type("Slowly [[simulate: tokens=300,interval=0.1]]")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Stop").wait_for()
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    assert page.get_by_role("button", name="Stop").is_visible(), "Escape meant what lay above"
    page.keyboard.press("Escape")
    answer(page).get_by_text("Stopped.").wait_for()
    assert page.evaluate('document.querySelectorAll(\'[tabindex]:not([tabindex="0"], [tabindex^="-"])\').length') == 0


def test_the_way_in(page: "Page") -> None:
    page.goto("/tasks")
    page.get_by_role("heading", level=1, name="Tasks").wait_for()
    page.keyboard.press("Tab")
    assert focus(page).name == "Skip to the content"
    page.keyboard.press("Enter")
    assert tab_to(page, "New task").kind == "button"


def test_a_task(page: "Page") -> None:
    page.goto("/tasks")
    page.get_by_role("heading", level=1, name="Tasks").wait_for()
    tab_to(page, "New task")
    page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="New task")
    form.wait_for()
    assert focus(page).name == "Title", "one can write at once"
    page.keyboard.type("By keys")
    tab_to(page, "Description")
    page.keyboard.type("Three things. [[simulate: interval=0.001]]")
    tab_to(page, "Create and plan")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="May this plan be run?").wait_for()
    steps = page.get_by_role("list", name="Steps").locator("> li")
    tab_to(page, "Move down")
    page.keyboard.press("Enter")
    steps.nth(0).get_by_text("Simulated step 2").wait_for()
    assert focus(page).name == "Move down “Simulated step 1”", "it goes on with what is moved"
    page.keyboard.press("Enter")
    steps.nth(2).get_by_text("Simulated step 1").wait_for()
    assert focus(page).name == "Move up “Simulated step 1”", "it is the last one"
    tab_to(page, "Edit “Simulated step 1”")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_label("Title").press("Control+Enter")
    page.get_by_role("dialog").wait_for(state="detached")
    assert focus(page).name == "Edit “Simulated step 1”"
    tab_to(page, "Delete")
    page.keyboard.press("Enter")
    steps.nth(2).wait_for(state="detached")
    assert focus(page).kind == "li", "it is the step beside what is gone"
    tab_to(page, "Show details")
    page.keyboard.press("Enter")
    tab_to(page, "Approve", "Shift+Tab")
    page.keyboard.press("Enter")
    page.get_by_role("main").get_by_role("status").get_by_text("Completed", exact=True).wait_for()
    page.keyboard.press("Escape")
    assert page.get_by_role("heading", level=1, name="By keys").is_visible()


def test_a_task_that_is_deleted_takes_no_focus_along(page: "Page", page_daemon: PageDaemon) -> None:
    page_daemon.run("ask", "task:create", '{"title": "Gone"}')
    page.goto("/tasks")
    tab_to(page, "Gone")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Gone").wait_for()
    tab_to(page, "Delete")
    page.keyboard.press("Enter")
    page.get_by_text("“Gone” was deleted.").wait_for()
    assert focus(page).kind == "main", "all that was there is gone"


def test_a_row_of_the_workspace(page: "Page") -> None:
    page.goto("/workspace/instructions")
    page.get_by_role("heading", level=1, name="Instructions").wait_for()
    tab_to(page, "New instruction")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Create").wait_for()
    assert focus(page).name == "Title", "one can write at once"
    page.keyboard.type("Tone")
    tab_to(page, "Instruction")
    page.keyboard.type("Be kind.")
    tab_to(page, "Create")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"\?id=\d+$"))
    tab_to(page, "Priority")
    page.keyboard.type("1")
    tab_to(page, "Save")
    page.keyboard.press("Enter")
    page.get_by_text("“Tone” is saved.").last.wait_for()
    page.get_by_role("button", name="Save", disabled=True).wait_for()
    assert focus(page).name == "Save", "there is nothing to save any more, and one is where one was"
    tab_to(page, "Remove")
    page.keyboard.press("Enter")
    page.get_by_text("“Tone” is removed.").wait_for()
    tab_to(page, "Undo")
    page.keyboard.press("Enter")
    page.get_by_role("table", name="Instructions").get_by_role("link", name="Tone").wait_for()
