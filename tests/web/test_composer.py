"""The composer, and the choice of a model and of settings before a question, as people use them."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fix_page import PageDaemon
from tests.pdfs import encrypted, pdf
from tests.web.chat import ENDLESS, answer, articles, ask, box

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_files_drafts_and_a_question_that_waits(page: "Page", tmp_path: Path) -> None:
    notes, packed = tmp_path / "notes.txt", tmp_path / "notes.zip"
    notes.write_text("Zebras are striped.")
    packed.write_bytes(b"PK\x03\x04")
    page.locator("form input[type=file]").set_input_files([notes, packed])
    files = page.get_by_role("list", name="Attached files")
    files.get_by_text("No text can be taken out").wait_for()
    box(page).fill("What is in it?")
    assert page.get_by_role("button", name="Send").is_disabled()
    files.get_by_role("button", name="Remove notes.zip").click()
    page.reload()
    assert box(page).input_value() == "What is in it?"
    files.get_by_text("notes.txt").wait_for()
    box(page).press("Enter")
    assert "Zebras are striped." in answer(page).inner_text()
    assert files.count() == 0

    ask(page, ENDLESS)
    page.get_by_role("button", name="Stop", exact=True).wait_for()
    ask(page, "And then?")
    page.get_by_text("This is sent once the answer has ended:").wait_for()
    page.get_by_role("button", name="Back to the text").click()
    assert box(page).input_value() == "And then?"
    box(page).press("Enter")
    page.get_by_text("This is sent once the answer has ended:").wait_for()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("article", name="You").nth(2).wait_for()
    assert "“And then?”" in answer(page).inner_text()
    assert articles(page).count() == 6


def test_a_pdf_is_read_before_it_is_sent(page: "Page", tmp_path: Path) -> None:
    pages = [f"Zebra {number} is striped." for number in range(1, 12)]
    contents = {
        "paper.pdf": pdf([*pages, ""]),
        "scan.pdf": pdf([""]),
        "locked.pdf": encrypted(pdf(["x"]), "secret"),
        "broken.pdf": b"%PDF-1.7 ...",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    page.locator("form input[type=file]").set_input_files([tmp_path / name for name in contents])
    files = page.get_by_role("list", name="Attached files")
    told = "12 pages (1 without text), text only: pictures aren't seen"
    files.get_by_text(told).wait_for()
    for why in ("holds pictures of text only", "opens only with a password", "is damaged and can't be read"):
        files.get_by_role("alert").get_by_text(why).wait_for()
    assert files.get_by_role("button", name="Try again").count() == 0
    box(page).fill("How many?")
    assert page.get_by_role("button", name="Send").is_disabled()
    for name in contents:
        if name != "paper.pdf":
            files.get_by_role("button", name=f"Remove {name}").click()
    page.reload()
    files.get_by_text(told).wait_for()
    box(page).press("Enter")
    said = answer(page).inner_text()
    assert "[page 1]" in said
    assert "Zebra 1" in said
    page.get_by_role("article", name="You").get_by_text("paper.pdf").wait_for()


@pytest.mark.parametrize("event", ["paste", "drop"])
def test_a_pdf_that_is_pasted_or_dropped_is_read_too(event: str, page: "Page") -> None:
    box(page).evaluate(
        """(box, [event, bytes]) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "paper", { type: "application/pdf" }));
            const said = { bubbles: true, cancelable: true };
            box.dispatchEvent(
                event === "paste"
                    ? new ClipboardEvent(event, { ...said, clipboardData: data })
                    : new DragEvent(event, { ...said, dataTransfer: data }),
            );
        }""",
        [event, list(pdf(["One."]))],
    )
    page.get_by_role("list", name="Attached files").get_by_text("1 page, text only").wait_for()


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
    page.get_by_role("textbox", name="what").press("Control+Enter")
    page.get_by_text("system prompt and parameters of “Letter”").wait_for()
    assert box(page).input_value() == "Write about rain"
    box(page).press("Enter")
    answer(page)
    page.get_by_role("button", name="Conversation settings").click()
    sheet = page.get_by_role("dialog", name="Conversation settings")
    sheet.get_by_label("Assistant").locator("option", has_text="Sumner").wait_for(state="attached")
    assert sheet.get_by_label("Assistant").evaluate("select => select.selectedOptions[0].text") == "Sumner"
    assert sheet.get_by_label("System prompt").input_value() == "Be kind."


def test_the_menu_behind_a_slash_goes_with_the_focus(page: "Page", page_daemon: PageDaemon) -> None:
    page_daemon.run("ask", "prompt:create", json.dumps({"name": "Haiku", "text": "A haiku"}))
    offered = page.get_by_role("listbox").get_by_role("option", name="Haiku")
    box(page).fill("/hai")
    offered.wait_for()
    page.get_by_role("button", name="Attach files").focus()
    offered.wait_for(state="detached")
    box(page).focus()
    offered.click()
    assert box(page).input_value() == "A haiku"


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


def test_settings_are_saved_beside_a_change_of_somebody_else(page: "Page", page_daemon: PageDaemon) -> None:
    ask(page, "Which blue?")
    answer(page)
    page.wait_for_url(re.compile(r"/chat/\d+$"))
    number = int(page.url.rpartition("/")[2])
    page.get_by_role("button", name="Conversation settings").click()
    sheet = page.get_by_role("dialog", name="Conversation settings")
    sheet.get_by_label("System prompt").fill("Be brief.")
    page_daemon.run("ask", "conversation:update", json.dumps({"conversationId": number, "title": "Blue"}))
    sheet.get_by_role("button", name="Save").click()
    page.get_by_text("The settings are saved.").wait_for()
    sheet.wait_for(state="detached")
    said = json.loads(page_daemon.run("ask", "conversation:get", json.dumps({"conversationId": number})))["data"]
    assert (said["title"], said["systemPrompt"]) == ("Blue", "Be brief.")

    page.get_by_role("button", name="Conversation settings").click()
    sheet.get_by_label("System prompt").fill("Mine")
    page_daemon.run("ask", "conversation:update", json.dumps({"conversationId": number, "systemPrompt": "Theirs"}))
    sheet.get_by_role("button", name="Save").click()
    sheet.get_by_role("status").get_by_text("meanwhile").wait_for()
    sheet.get_by_role("button", name="Save").click()
    sheet.wait_for(state="detached")
    said = json.loads(page_daemon.run("ask", "conversation:get", json.dumps({"conversationId": number})))["data"]
    assert said["systemPrompt"] == "Mine"
