"""The list of conversations, the composer, and the choice of a model, as people use them."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fix_page import Complaints, PageDaemon
from tests.web.chat import answer, articles, ask, box

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

LONG = "Write at length. [[simulate: tokens=60,interval=0.03]]"
MANY = 1500
"""So many conversations are more than a dozen pages. (10 000 are as quick, but take too long to be stored here.)"""


def exported(first: int, count: int) -> str:
    """An export of so many conversations, each of a question and its answer, and one that breaks a rule."""

    def message(number: int, parent: int | None, role: str, content: str, at: str) -> dict[str, object]:
        rest = dict.fromkeys(("reasoning", "model", "finishReason", "usage", "timings", "error"))
        told = {"id": number, "parentId": parent, "role": role, "content": content, "status": "complete"}
        return {**rest, **told, "timestamp": at}

    def conversation(number: int) -> dict[str, object]:
        at = f"2025-{1 + number % 12:02}-01T00:{number // 60 % 60:02}:{number % 60:02}.000Z"
        said = [message(1, None, "user", f"About zebra{number}", at), message(2, 1, "assistant", "Striped.", at)]
        marks = {"folder": "", "tags": [], "pinned": False, "archived": False}
        rest = dict.fromkeys(("model", "systemPrompt", "params", "metadata"))
        named = {"id": str(number), "title": f"Animal {number}", "createdAt": at, "updatedAt": at}
        return {**rest, **marks, **named, "leafId": 2, "messages": said}

    items = [*map(conversation, range(first, first + count)), {"id": "broken"}]
    return json.dumps({"format": "orchd.conversations", "formatVersion": 1, "items": items})


def rows(page: "Page") -> "Locator":
    return page.get_by_role("list", name="Conversations").get_by_role("link")


def do(page: "Page", title: str, action: str) -> None:
    """Choose from the menu of a conversation."""
    rows(page).filter(has_text=title).hover()
    page.get_by_role("button", name=f"Actions for “{title}”").click()
    page.get_by_role("menuitem", name=action).click()


def test_a_list_that_is_imported_and_changed_by_the_keys(page: "Page", tmp_path: Path) -> None:
    file = tmp_path / "old.json"
    file.write_text(exported(0, 3))
    page.get_by_role("button", name="Import and export").click()
    page.get_by_role("menuitem", name="Import…").click()
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_text("3 imported · 0 skipped · 1 failed").wait_for()
    assert "No. 4" in page.get_by_role("dialog").inner_text()
    page.get_by_role("button", name="Close").click()
    assert page.get_by_role("heading", name="March 2025").is_visible()

    # By the keys alone: down, another name, away, and back.
    rows(page).filter(has_text="Animal 2").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("F2")
    page.get_by_role("textbox", name="Title").fill("Zebra")
    page.keyboard.press("Enter")
    rows(page).filter(has_text="Zebra").wait_for()
    page.locator("a:focus", has_text="Zebra").wait_for()
    page.keyboard.press("Delete")
    page.get_by_text("“Zebra” was deleted.").wait_for()
    assert rows(page).filter(has_text="Zebra").count() == 0
    page.get_by_role("button", name="Undo").click()
    rows(page).filter(has_text="Zebra").wait_for()


def test_a_list_that_is_put_in_order_and_searched(page: "Page", page_daemon: PageDaemon, tmp_path: Path) -> None:
    file = tmp_path / "old.json"
    file.write_text(exported(200, 3))
    page_daemon.run("import", str(file))
    do(page, "Animal 201", "Folder, tags")
    page.get_by_label("Folder", exact=True).fill("Stripes")
    page.get_by_role("textbox", name="Tags").fill("africa, grass")
    page.get_by_role("button", name="Save").click()
    show = page.get_by_role("combobox", name="Show")
    show.get_by_role("option", name="grass (1)").wait_for(state="attached")
    show.select_option(label="Stripes (1)")
    page.locator("[role=listitem]:only-child", has_text="Animal 201").wait_for()
    assert rows(page).all_inner_texts() == ["Animal 201"]
    show.select_option(label="All conversations")
    do(page, "Animal 200", "Pin")
    page.get_by_role("heading", name="Pinned").wait_for()
    assert rows(page).first.inner_text() == "Animal 200"
    do(page, "Animal 200", "Archive")
    rows(page).filter(has_text="Animal 200").wait_for(state="detached")
    show.select_option(label="Archived")
    rows(page).filter(has_text="Animal 200").wait_for()

    page.get_by_role("searchbox", name="Search conversations").fill("zebra202 about")
    found = page.get_by_role("list", name="Search results").get_by_role("link")
    found.first.wait_for()
    assert found.first.locator("mark").all_inner_texts() == ["About", "zebra202"]
    found.first.click()
    page.wait_for_url(re.compile(r"/chat/\d+\?message=\d+$"))
    page.locator("article:focus", has_text="About zebra202").wait_for()
    page.get_by_role("searchbox", name="Search conversations").press("Escape")
    show.select_option(label="All conversations")
    with page.expect_download() as stored:
        do(page, "Animal 202", "Export as Markdown")
    assert stored.value.suggested_filename == "Animal 202.md"
    assert "About zebra202" in Path(stored.value.path()).read_text()
    do(page, "Animal 202", "Duplicate")
    rows(page).filter(has_text="Animal 202 (copy)").wait_for()


def test_many_conversations_are_read_as_one_goes_down(
    open_context: Callable[..., "BrowserContext"], page_daemon: PageDaemon, complaints: Complaints, tmp_path: Path
) -> None:
    file = tmp_path / "many.json"
    file.write_text(exported(1000, MANY))
    page_daemon.run("import", str(file))
    page = open_context(base_url=page_daemon.url, viewport={"width": 1280, "height": 800}).new_page()
    complaints.watch(page)
    page.goto("/")
    page.get_by_role("combobox", name="Show").select_option(label="All conversations")
    rows(page).first.focus()
    last = page.get_by_role("list", name="Conversations").get_by_text("Animal 1020", exact=True)
    for _turn in range(400):
        if last.count() == 1:
            break
        page.keyboard.press("End")
        page.wait_for_timeout(50)
    assert last.count() == 1
    assert rows(page).count() < 100, "only what is in sight is there"
    page.keyboard.press("Home")
    page.locator("[aria-posinset='1'] a:focus").wait_for()


def test_files_drafts_and_a_question_that_waits(page: "Page", tmp_path: Path) -> None:
    notes, paper = tmp_path / "notes.txt", tmp_path / "paper.pdf"
    notes.write_text("Zebras are striped.")
    paper.write_text("%PDF-1.4 ...")
    page.locator("form input[type=file]").set_input_files([notes, paper])
    files = page.get_by_role("list", name="Attached files")
    files.get_by_text("No text can be taken out").wait_for()
    box(page).fill("What is in it?")
    assert page.get_by_role("button", name="Send").is_disabled()
    files.get_by_role("button", name="Remove paper.pdf").click()
    page.reload()
    assert box(page).input_value() == "What is in it?"
    files.get_by_text("notes.txt").wait_for()
    box(page).press("Enter")
    assert "Zebras are striped." in answer(page).inner_text()
    assert files.count() == 0

    ask(page, LONG)
    page.get_by_role("button", name="Stop").wait_for()
    ask(page, "And then?")
    page.get_by_text("This is sent once the answer has ended:").wait_for()
    page.get_by_role("button", name="Back to the text").click()
    assert box(page).input_value() == "And then?"
    box(page).press("Enter")
    page.get_by_role("article", name="You").nth(2).wait_for()
    assert "“And then?”" in answer(page).inner_text()
    assert articles(page).count() == 6


def test_what_the_workspace_keeps_is_at_hand_behind_a_slash(page: "Page", page_daemon: PageDaemon) -> None:
    def make(kind: str, **members: object) -> None:
        page_daemon.run("ask", f"{kind}:create", json.dumps(members))

    place = [{"type": "text", "name": "what", "required": True}]
    make("prompt", name="Summary", text="Sum up: {{what}}", variables=place)
    make("template", name="Letter", systemText="Be kind.", userText="Write about {{what}}", variables=place)
    make("assistant", name="Sumner", systemPrompt="You are Sumner.")
    box(page).press_sequentially("/sum")
    offered = page.get_by_role("listbox", name="Prompts, templates and assistants").get_by_role("option")
    offered.nth(1).wait_for()
    assert [text.split("\n")[0] for text in offered.all_inner_texts()] == ["Summary", "Sumner"]
    box(page).press("Enter")
    page.get_by_role("button", name="Insert").click()
    page.get_by_text("This has to be filled in.").wait_for()
    page.get_by_role("textbox", name="what").fill("the {{what}}")
    page.get_by_role("button", name="Insert").click()
    page.get_by_role("dialog").wait_for(state="detached")
    assert box(page).input_value() == "Sum up: the {{what}}"
    box(page).fill("/sumner")
    offered.first.wait_for()
    page.locator("[role=option]:only-child", has_text="Sumner").wait_for()
    box(page).press("Enter")
    page.get_by_text("Sumner answers from now on.").wait_for()
    box(page).fill("/let")
    offered.first.wait_for()
    box(page).press("ArrowUp")
    box(page).press("Tab")
    page.get_by_role("textbox", name="what").fill("rain")
    page.get_by_role("button", name="Insert").click()
    page.get_by_text("system prompt and parameters of “Letter”").wait_for()
    assert box(page).input_value() == "Write about rain"
    box(page).press("Enter")
    answer(page)
    page.get_by_role("button", name="Conversation settings").click()
    sheet = page.get_by_role("dialog", name="Conversation settings")
    sheet.get_by_label("Assistant").locator("option", has_text="Sumner").wait_for(state="attached")
    assert sheet.get_by_label("Assistant").evaluate("select => select.selectedOptions[0].text") == "Sumner"
    assert sheet.get_by_label("System prompt").input_value() == "Be kind."


def test_a_model_and_settings_chosen_before_the_first_question(page: "Page") -> None:
    model = page.get_by_role("combobox", name="Model")
    model.click()
    simulated = page.locator("[role=option][data-value=simulated]")
    simulated.wait_for()
    model.fill("no such model")
    page.get_by_text("No model is called so.").wait_for()
    model.fill("simul")
    simulated.click()
    assert model.input_value() == "simulated"

    page.get_by_role("button", name="Conversation settings").click()
    sheet = page.get_by_role("dialog", name="Conversation settings")
    sheet.get_by_label("System prompt").fill("Be brief.")
    sheet.get_by_label("Temperature").fill("warm")
    sheet.get_by_role("button", name="Save").click()
    sheet.get_by_text("This isn't a number.").wait_for()
    sheet.get_by_label("Temperature").fill("0,5")
    sheet.get_by_role("button", name="Save").click()
    ask(page, "Which green?")
    answer(page)
    page.wait_for_url(re.compile(r"/chat/\d+$"))
    assert model.input_value() == "simulated"
    page.get_by_role("button", name="Conversation settings").click()
    assert sheet.get_by_role("textbox", name="Title").input_value() == "Which green?"
    assert sheet.get_by_label("System prompt").input_value() == "Be brief."
    assert sheet.get_by_label("Temperature").input_value() == "0.5"
    sheet.get_by_label("Temperature").fill("9")
    sheet.get_by_role("button", name="Save").click()
    sheet.locator("[aria-invalid=true]").wait_for()
    assert sheet.locator("[aria-invalid=true]").input_value() == "9"
    sheet.get_by_role("button", name="Reset to defaults").click()
    sheet.get_by_role("button", name="Save").click()
    page.get_by_text("The settings are saved.").wait_for()
