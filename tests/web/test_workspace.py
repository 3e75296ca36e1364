"""The workspace in a browser: rows made, changed, searched, removed and brought back; what others change meanwhile."""

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, get_args

from orchd.features.workspace.workflows.steps import WorkflowStep
from tests.fix_page import PageDaemon

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page


def make(page: "Page", kind: str, **fields: str) -> None:
    """Write a new row of a kind, by the labels of its fields."""
    page.goto(f"/workspace/{kind}?id=new")
    for label, value in fields.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(value)
    page.get_by_role("button", name="Create").click()
    page.wait_for_url(re.compile(rf"/workspace/{kind}\?id=\d+$"))


def test_a_row_from_its_making_to_its_removal_and_back(page: "Page", page_daemon: PageDaemon) -> None:
    page.get_by_role("link", name="Workspace").click()
    page.get_by_role("link", name="Instructions").click()
    page.get_by_role("link", name="New instruction").first.click()
    page.get_by_role("button", name="Create").click()
    title = page.get_by_label("Title")
    assert title.evaluate("(field) => field === document.activeElement && field.matches('[aria-invalid=true]')")
    title.fill("Tone")
    page.reload()  # what was typed is still there
    page.get_by_text("It isn't saved yet.").wait_for()
    assert title.input_value() == "Tone"
    page.get_by_label("Instruction", exact=True).fill("Be brief.")
    page.get_by_label("Priority").fill("101")
    page.get_by_role("button", name="Create").click()
    page.get_by_role("alert").filter(has_text="100").wait_for()
    assert page.get_by_label("Priority").get_attribute("aria-invalid") == "true"
    page.get_by_label("Priority").fill("80")
    page.get_by_role("button", name="Create").click()
    page.get_by_role("heading", name="Tone").wait_for()

    page_daemon.run("ask", "instruction:create", json.dumps({"title": "Manners", "instructionText": "Say please."}))
    page.get_by_role("link", name="Back to the list").click()
    rows = page.get_by_role("table", name="Instructions").get_by_role("rowheader")
    rows.nth(1).wait_for()
    assert rows.all_inner_texts() == ["Manners", "Tone"]
    page.get_by_role("button", name="Priority").click()
    page.get_by_role("button", name="Priority").click()
    page.wait_for_url("**descending=true*")
    rows.first.filter(has_text="Tone").wait_for()
    page.get_by_role("searchbox").fill("please")
    page.get_by_role("search").get_by_role("link", name="Manners").click()
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Undo").click()
    rows.nth(1).wait_for()
    rows.filter(has_text="Manners").get_by_role("link").click()
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Removed").click()
    page.get_by_role("button", name="Restore").click()
    page.get_by_text("Nothing was removed.").wait_for()


def test_what_the_daemon_cannot_restore_is_removed_once_it_was_not_taken_back(
    page: "Page", page_daemon: PageDaemon
) -> None:
    make(page, "teams", Name="painters")
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_role("heading", name="No teams yet").wait_for()
    page.go_back()
    page.get_by_role("heading", name="It isn't there any more").wait_for()
    page.go_forward()
    page.get_by_role("button", name="Undo").press("Enter")
    there = page.get_by_role("table", name="Teams").get_by_role("link", name="painters")
    there.wait_for()
    assert page.evaluate("document.activeElement.id") == "content", "the button is gone, and the focus is not"
    there.click()
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_text("“painters” is removed.").wait_for()
    assert "painters" in page_daemon.run("ask", "team:list", "{}")
    page.reload()  # who leaves the page takes nothing back any more
    page.get_by_role("heading", name="No teams yet").wait_for()
    assert "painters" not in page_daemon.run("ask", "team:list", "{}")
    # What is in a project is no reason to keep it.
    make(page, "projects", Name="House")
    number = int(page.url.rpartition("=")[2])
    page_daemon.run("ask", "assistant:create", json.dumps({"name": "Painter", "projectId": number}))
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_text("“House” is removed. What was in it belongs to its makers alone.").wait_for()
    page.get_by_role("button", name="Dismiss").last.click()
    page.get_by_text("“House” is removed.").wait_for(state="detached")
    page.goto("/workspace/assistants")
    page.get_by_role("link", name="Painter").click()
    assert page.get_by_label("Project").evaluate("select => select.selectedOptions[0].text") == "None"


def test_a_menu_that_is_wider_than_the_screen_shows_that_it_goes_on(
    page: "Page", open_context: Callable[..., "BrowserContext"], page_daemon: PageDaemon
) -> None:
    phone = open_context(base_url=page_daemon.url, viewport={"width": 390, "height": 844}).new_page()
    phone.goto("/workspace")
    menu = phone.get_by_role("navigation", name="Kinds")
    last = menu.get_by_role("link").last
    on, back = menu.locator(".end"), menu.locator(".start")
    on.wait_for()
    assert back.count() == 0
    assert last.bounding_box()["x"] > phone.viewport_size["width"]  # type: ignore[index]
    while on.count() > 0:
        on.click()
        back.wait_for()
        phone.wait_for_timeout(100)  # it moves
    assert last.bounding_box()["x"] < phone.viewport_size["width"]  # type: ignore[index]
    page.goto("/workspace")
    page.get_by_role("navigation", name="Kinds").get_by_role("link").last.wait_for()
    assert page.get_by_role("navigation", name="Kinds").locator("button").count() == 0


def test_who_was_slower_sees_both_and_chooses(page: "Page", page_daemon: PageDaemon) -> None:
    make(page, "assistants", Name="Guide")
    number = int(page.url.rpartition("=")[2])
    page.get_by_label("Description").fill("Mine")
    update = {"assistantId": number, "description": "Theirs", "systemPrompt": "Be kind."}
    page_daemon.run("ask", "assistant:update", json.dumps(update))
    meanwhile = page.get_by_role("alert", name="Somebody has changed this meanwhile")
    meanwhile.wait_for()
    assert "Theirs" in meanwhile.inner_text()
    assert "Mine" in meanwhile.inner_text()
    page.get_by_role("button", name="Keep mine and go on").click()
    assert page.get_by_label("What it is told first").input_value() == "Be kind."
    page.get_by_role("button", name="Save").click()
    page.get_by_text("“Guide” is saved.").wait_for()
    said = json.loads(page_daemon.run("ask", "assistant:get", json.dumps({"assistantId": number})))["data"]
    assert (said["description"], said["systemPrompt"]) == ("Mine", "Be kind.")


def test_a_prompt_its_versions_and_its_answer(page: "Page") -> None:
    make(page, "prompts", Name="Sum", Text="Sum up: one")
    page.get_by_label("Text", exact=True).fill("Sum up: {{what}}")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("group", name="Variables").get_by_label("Name").fill("what")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="What differs").click()
    dialog = page.get_by_role("dialog", name="Version 1")
    assert "− Sum up: one" in dialog.inner_text()
    dialog.get_by_role("button", name="Close").click()
    page.get_by_label("what", exact=True).fill("the day")
    page.get_by_role("button", name="Ask it").click()
    page.wait_for_url("**/chat/*")
    page.get_by_role("article", name="You").get_by_text("Sum up: the day").wait_for()


def test_a_workflow_says_which_step_is_wrong(page: "Page") -> None:
    page.goto("/workspace/workflows?id=new")
    page.get_by_label("Name", exact=True).fill("Report")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("Id", exact=True).fill("begin")
    page.get_by_label("Title", exact=True).fill("Write it")
    page.get_by_label("Next step (id)").fill("nowhere")
    page.get_by_role("button", name="Create").click()
    page.locator("[aria-invalid=true]").wait_for()
    assert page.get_by_label("Next step (id)").get_attribute("aria-invalid") == "true"
    page.get_by_label("Next step (id)").fill("")
    page.get_by_role("button", name="Create").click()
    page.get_by_text("“Report” is saved.").wait_for()


def test_each_kind_of_step_that_is_offered_is_one_that_the_daemon_knows(page: "Page") -> None:
    page.goto("/workspace/workflows?id=new")
    page.get_by_label("Name", exact=True).fill("One of each")
    offered = page.get_by_role("combobox", name="Type").last
    kinds = offered.evaluate("select => [...select.options].map(({ label }) => label)")
    assert len(kinds) == len(get_args(WorkflowStep))
    add = page.get_by_role("button", name="Add", exact=True)
    for place, kind in enumerate(kinds):
        page.get_by_role("combobox", name="Type").last.select_option(label=kind)
        add.last.click()
        page.get_by_text(f"{place + 1}. {kind}", exact=True).wait_for()
    page.get_by_role("button", name="Create").click()
    page.locator("[aria-invalid=true]").first.wait_for()
    assert page.get_by_label("Id", exact=True).first.get_attribute("aria-invalid") == "true", "a field, not the kind"


def test_files_come_and_go(page: "Page") -> None:
    page.goto("/workspace/files")
    page.get_by_label("Upload").set_input_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Buy milk."})
    page.get_by_text("“notes.txt” is uploaded.").wait_for()
    page.get_by_role("link", name="notes.txt").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.path().read_bytes() == b"Buy milk."


def test_an_address_of_nothing_leads_back_to_the_list(page: "Page") -> None:
    page.goto("/workspace/assistants?id=999&order=nothing")
    page.get_by_role("heading", name="It isn't there any more", level=1).wait_for()
    page.get_by_role("link", name="Back to the list").click()
    page.get_by_role("heading", name="Assistants", level=1).wait_for()
    page.get_by_role("button", name="Removed").wait_for()
    assert page.get_by_role("alert").count() == 0


def test_every_kind_has_a_list_and_a_form(page: "Page") -> None:
    page.goto("/workspace")
    kinds = page.get_by_role("navigation", name="Kinds").get_by_role("link")
    for address in [link.get_attribute("href") for link in kinds.all()]:
        page.goto(f"{address}")
        page.get_by_role("heading", level=1).wait_for()
        if not (address or "").endswith("/files"):
            page.goto(f"{address}?id=new")
            page.get_by_role("button", name="Create").wait_for()
        assert page.get_by_role("alert").count() == 0, address
