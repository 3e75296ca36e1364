"""What is deleted can be had back, from the notice or later; the keys that lead there, and titles of tabs."""

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.fix_page import PageDaemon
from tests.web.chat import answer, articles, ask, box
from tests.web.keys import focus

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page


def named(daemon: PageDaemon, *titles: str) -> None:
    for title in titles:
        daemon.run("ask", "conversation:create", json.dumps({"title": title}))


def test_each_deletion_has_its_undo_and_the_keyboard_reaches_it(page: "Page", page_daemon: PageDaemon) -> None:
    named(page_daemon, "Notes", "Notes")
    rows = page.get_by_role("list", name="Conversations").get_by_role("link", name="Notes")
    rows.nth(1).wait_for()
    for left in (1, 0):
        rows.first.focus()
        page.keyboard.press("Delete")
        rows.nth(left).wait_for(state="detached")
    notices = page.get_by_role("region", name="Notices")
    undo = notices.get_by_role("button", name="Undo")
    undo.nth(1).wait_for()
    box(page).focus()
    page.keyboard.press("F8")
    assert focus(page).name == "Undo"
    page.keyboard.press("Escape")
    assert focus(page).name == "Message"
    for left in (1, 2):
        page.keyboard.press("F8")
        page.keyboard.press("Enter")
        rows.nth(left - 1).wait_for()
        box(page).and_(page.locator(":focus")).wait_for()
    assert undo.count() == 0


def test_deleted_conversations_are_on_a_shelf_of_their_own(page: "Page", page_daemon: PageDaemon) -> None:
    named(page_daemon, "Old plans")
    page.get_by_role("link", name="Old plans").focus()
    page.keyboard.press("Delete")
    page.get_by_role("button", name="Undo").wait_for()
    page.reload()
    page.get_by_label("Show", exact=True).select_option("Deleted")
    deleted = page.get_by_role("list", name="Deleted")
    deleted.get_by_text("Old plans").wait_for()
    deleted.get_by_role("button", name="Restore “Old plans”").click()
    deleted.get_by_text("Old plans").wait_for(state="detached")
    page.get_by_label("Show", exact=True).select_option("All conversations")
    page.get_by_role("link", name="Old plans").wait_for()


def test_a_step_and_a_whole_plan_are_had_back(page: "Page", page_daemon: PageDaemon) -> None:
    made = json.loads(page_daemon.run("ask", "task:create", json.dumps({"title": "Two editors"})))
    task = made["data"]["task"]["id"]
    first = json.loads(
        page_daemon.run("ask", "subtask:create", json.dumps({"taskId": task, "title": "Read", "prompt": "Read both."}))
    )["data"]["subtask"]["id"]
    second = {"taskId": task, "title": "Compare", "prompt": "Compare them.", "dependsOn": [first]}
    page_daemon.run("ask", "subtask:create", json.dumps(second))
    page.goto(f"/tasks/{task}")
    steps = page.get_by_role("list", name="Steps").locator("> li")
    steps.nth(1).wait_for()
    steps.first.get_by_role("button", name="Delete").click()
    page.get_by_text("The step “Read” was deleted.").wait_for()
    assert steps.count() == 1
    assert page.evaluate("document.activeElement.id").startswith("step-"), "one goes on at the next step"
    page.get_by_role("button", name="Undo").click()
    steps.nth(1).wait_for()
    assert "Read" in steps.first.inner_text()
    there = json.loads(page_daemon.run("ask", "subtask:list", json.dumps({"taskId": task})))["data"]["items"]
    assert [(step["title"], step["prompt"]) for step in there] == [("Read", "Read both."), ("Compare", "Compare them.")]
    assert there[1]["dependsOn"] == [there[0]["id"]]


def test_a_plan_that_is_made_again_leaves_the_earlier_one_at_hand(page: "Page", page_daemon: PageDaemon) -> None:
    made = json.loads(page_daemon.run("ask", "task:create", json.dumps({"title": "Three editors"})))
    task = made["data"]["task"]["id"]
    page.goto(f"/tasks/{task}")
    page.get_by_role("button", name="Plan", exact=True).click()
    steps = page.get_by_role("list", name="Steps").locator("> li")
    again = page.get_by_role("button", name="Plan again")
    again.wait_for()
    steps.first.get_by_role("button", name="Edit").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Title").fill("Changed by hand")
    form.get_by_role("button", name="Save").click()
    steps.first.get_by_text("Changed by hand").wait_for()
    again.click()
    steps.first.get_by_text("Changed by hand").wait_for(state="detached")
    again.wait_for()
    page.reload()
    page.get_by_role("button", name="Bring the earlier plan back").click()
    steps.first.get_by_text("Changed by hand").wait_for()


def test_tabs_are_called_after_what_is_open_in_them(page: "Page", page_daemon: PageDaemon) -> None:
    page.wait_for_function("() => document.title === 'Chat – orchd'")
    ask(page, "Which green? [[simulate: tokens=5]]")
    page.wait_for_function("() => document.title === 'Which green? [[simulate: tokens=5]] – Chat – orchd'")
    page.goto("/workspace/prompts?id=new")
    page.wait_for_function("() => document.title.endsWith(' – Prompts – Workspace – orchd')")
    page.goto("/settings/appearance")
    page.wait_for_function("() => document.title === 'Appearance – Settings – orchd'")


def test_the_keys_of_a_conversation(page: "Page") -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, "Short. [[simulate: tokens=5]]")
    answer(page)
    page.keyboard.press("Control+/")
    page.get_by_role("dialog", name="Shortcuts").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Chat", exact=True).focus()
    page.keyboard.press("Shift+Escape")
    assert focus(page).name == "Message"
    page.keyboard.press("Control+Shift+C")
    page.get_by_text("Copied as Markdown.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("Simulated answer")
    page.keyboard.press("Control+Shift+Enter")
    articles(page).last.get_by_text("2/2").wait_for()
    answer(page)
    address = page.url
    page.keyboard.press("Control+Shift+O")
    page.wait_for_url(re.compile(r"/chat$"))
    page.keyboard.press("Alt+PageDown")
    page.wait_for_url(address)


def test_theme_and_language_are_those_of_all_tabs(page: "Page") -> None:
    other = page.context.new_page()
    other.goto("/settings/appearance")
    other.get_by_label("Theme").select_option("dark")
    page.wait_for_function("() => document.documentElement.dataset.theme === 'dark'")
    other.get_by_label("Language", exact=True).first.select_option("pt-BR")
    page.wait_for_function("() => document.documentElement.lang === 'pt-BR'")


def test_a_newer_page_is_offered_below_what_one_is_at(
    open_context: Callable[..., "BrowserContext"], page_daemon: PageDaemon
) -> None:
    page = open_context(base_url=page_daemon.url, viewport={"width": 390, "height": 844}, has_touch=True).new_page()
    page.route("**/version", lambda route: route.fulfill(json={"page": "/assets/index-newer.js"}))
    page.goto("/")
    page.get_by_text("There is a newer version of this page.").wait_for()
    page.get_by_role("button", name="Menu").click()  # nothing lies over it
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Conversation settings").click()
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Later").click()
    page.get_by_text("There is a newer version of this page.").wait_for(state="detached")


def test_many_files_leave_the_box_in_sight_above_a_phones_keyboard(
    open_context: Callable[..., "BrowserContext"], page_daemon: PageDaemon
) -> None:
    page = open_context(base_url=page_daemon.url, viewport={"width": 390, "height": 420}, has_touch=True).new_page()
    page.goto("/")
    files = [{"name": f"notes-{number}.txt", "mimeType": "text/plain", "buffer": b"text"} for number in range(20)]
    page.locator("form input[type=file]").set_input_files(files)  # type: ignore[arg-type]
    page.get_by_role("list", name="Attached files").get_by_text("4 B").nth(19).wait_for()
    for control in (box(page), page.get_by_role("button", name="Send")):
        place = control.bounding_box()
        assert place is not None
        assert place["y"] + place["height"] <= 420
