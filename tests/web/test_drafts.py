"""What somebody has typed is there until it is sent or thrown away, whatever happens to the page meanwhile."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.web.chat import ENDLESS, HeldFrames, LostFrames, answer, articles, ask, box

if TYPE_CHECKING:
    from playwright.sync_api import Page

WAITING = "This is sent once the answer has ended:"


def begin_endless(page: "Page") -> str:
    """Ask what is answered without an end; return the conversation's address."""
    ask(page, ENDLESS)
    page.wait_for_url(re.compile(r"/chat/\d+$"))
    page.get_by_role("button", name="Stop", exact=True).wait_for()
    return page.url


def test_a_question_that_waits_outlives_a_reload_and_another_conversation(page: "Page", tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("Zebras are striped.")
    address = begin_endless(page)
    page.locator("form input[type=file]").set_input_files(notes)
    files = page.get_by_role("list", name="Attached files")
    files.get_by_text("19 B").wait_for()
    ask(page, "second")
    page.get_by_text(WAITING).wait_for()
    assert files.count() == 0  # they go with the question
    box(page).press_sequentially("third")
    page.reload()
    waits = page.get_by_role("status").filter(has_text=WAITING)
    waits.get_by_text("second").wait_for()
    assert box(page).input_value() == "third"

    page.get_by_role("button", name="New chat").click()
    page.wait_for_url(re.compile(r"/chat$"))
    assert box(page).input_value() == ""
    page.goto(address)
    waits.get_by_text("second").wait_for()
    waits.get_by_role("button", name="Back to the text").click()
    assert box(page).input_value() == "second\n\nthird"
    files.get_by_text("notes.txt").wait_for()
    page.reload()
    files.get_by_text("notes.txt").wait_for()
    assert box(page).input_value() == "second\n\nthird"
    box(page).press("Enter")
    waits.wait_for()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("article", name="You").nth(1).wait_for()
    assert "Zebras are striped." in answer(page).inner_text()
    page.reload()
    answer(page)
    assert [articles(page).count(), box(page).input_value(), waits.count(), files.count()] == [4, "", 0, 0]


def test_what_is_sent_before_the_conversation_is_there_waits_for_the_answer_in_it(page: "Page") -> None:
    address = begin_endless(page)
    held = HeldFrames(page, '"chat:history"')
    page.goto(address)
    box(page).fill("and then? [[simulate: tokens=5]]")
    box(page).press("Enter")
    waits = page.get_by_role("status").filter(has_text=WAITING)
    waits.get_by_text("and then?").wait_for()
    held.release()
    page.get_by_role("button", name="Stop", exact=True).wait_for()
    assert waits.is_visible()
    page.get_by_role("button", name="Stop", exact=True).click()
    articles(page).nth(3).wait_for()
    answer(page)
    assert [articles(page).count(), box(page).input_value()] == [4, ""]


def test_a_question_that_waited_is_a_draft_where_the_answer_has_ended_meanwhile(page: "Page") -> None:
    address = begin_endless(page)
    ask(page, "and then?")
    page.get_by_text(WAITING).wait_for()
    other = page.context.new_page()
    other.goto(address)
    other.get_by_role("button", name="Stop", exact=True).wait_for()
    assert other.get_by_text(WAITING).count() == 0  # two tabs don't both send it
    page.goto("/models")
    other.get_by_role("button", name="Stop", exact=True).click()
    answer(other)
    page.goto(address)
    answer(page)
    page.wait_for_function("() => document.querySelector('form textarea').value === 'and then?'")
    assert articles(page).count() == 2


def test_a_copy_of_a_tab_does_not_send_what_waits_once_more(page: "Page") -> None:
    begin_endless(page)
    ask(page, "and then? [[simulate: tokens=5]]")
    page.get_by_text(WAITING).wait_for()
    with page.expect_popup() as opened:  # with a copy of what the tab keeps, as tabs that are duplicated
        page.evaluate("open(location.href)")
    copy = opened.value
    copy.get_by_role("button", name="Stop", exact=True).wait_for()
    assert copy.get_by_text(WAITING).count() == 0
    page.get_by_role("button", name="Stop", exact=True).click()
    articles(page).nth(3).wait_for()
    answer(page)
    copy.reload()
    answer(copy)
    assert [articles(copy).count(), articles(page).count()] == [4, 4]


def test_what_was_stored_is_not_asked_again_where_the_page_was_left_before_it_knew(page: "Page") -> None:
    held = HeldFrames(page, '"chat:')
    held.release()
    page.goto("/chat")
    ask(page, "first [[simulate: tokens=5]]")
    answer(page)
    other = page.context.new_page()
    other.goto(page.url)
    answer(other)
    held.hold()
    ask(page, ENDLESS)
    stop = other.get_by_role("button", name="Stop", exact=True)
    stop.wait_for()
    held.lose()
    page.reload()
    page.get_by_role("button", name="Stop", exact=True).wait_for()
    ask(page, "third [[simulate: tokens=5]]")  # waits for what came before
    page.get_by_role("status").filter(has_text=WAITING).get_by_text("third").wait_for()
    stop.click()
    articles(page).nth(5).wait_for()
    answer(page)
    assert [articles(page).count(), box(page).input_value()] == [6, ""]


def test_what_was_not_stored_is_there_again_where_the_page_was_left_before_it_knew(page: "Page") -> None:
    ask(page, "first [[simulate: tokens=5]]")
    answer(page)
    lost = LostFrames(page, '"chat:send"')
    page.reload()
    answer(page)
    ask(page, "second")
    box(page).fill("third")
    lost.ended = True
    page.reload()
    answer(page)
    page.wait_for_function("() => document.querySelector('form textarea').value === 'second\\n\\nthird'")
    assert articles(page).count() == 2


def test_tabs_leave_each_other_their_drafts(page: "Page") -> None:
    other = page.context.new_page()
    other.goto("/chat")
    box(other).wait_for()
    box(page).fill("typed in the first tab")
    ask(other, "Sent in the second. [[simulate: tokens=5]]")
    answer(other)
    page.reload()
    assert box(page).input_value() == "typed in the first tab"
    page.goto(other.url)
    answer(page)
    box(page).fill("typed there, too")
    ask(other, "Sent again. [[simulate: tokens=5]]")
    articles(other).nth(3).wait_for()
    answer(other)
    page.reload()
    box(page).wait_for()
    assert box(page).input_value() == "typed there, too"
    # What was typed outlives its tab.
    page.close()
    last = other.context.new_page()
    last.goto(other.url)
    assert box(last).input_value() == "typed there, too"


def test_a_file_is_sent_once_the_daemon_is_there_again(page: "Page", tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("Zebras are striped.")
    box(page).wait_for()
    page.context.set_offline(True)
    page.locator("form input[type=file]").set_input_files(notes)
    files = page.get_by_role("list", name="Attached files")
    files.get_by_role("alert").wait_for()
    files.get_by_role("button", name="Try again").click()
    files.get_by_role("alert").wait_for()
    page.get_by_role("status", name="Connection").get_by_text("away").wait_for()
    page.context.set_offline(False)
    files.get_by_text("19 B").wait_for()
    ask(page, "What is in it?")
    assert "Zebras are striped." in answer(page).inner_text()


def test_forms_lose_nothing_by_a_reload_or_by_escape(page: "Page") -> None:
    page.goto("/tasks?new=yes")
    form = page.get_by_role("dialog", name="New task")
    form.get_by_label("Title").fill("Compare three editors")
    form.get_by_label("Priority").select_option("high")
    page.keyboard.press("Escape")
    form.wait_for(state="detached")
    page.goto("/tasks?new=yes")
    form.get_by_text("What you typed here before is back.").wait_for()
    assert form.get_by_label("Title").input_value() == "Compare three editors"
    assert form.get_by_label("Priority").input_value() == "high"
    page.goto("/tasks?new=yes")
    form.get_by_role("button", name="Discard it").click()
    assert form.get_by_label("Title").input_value() == ""
    form.get_by_label("Title").fill("Compare two editors")
    form.get_by_role("button", name="Create", exact=True).click()
    page.get_by_role("heading", name="Compare two editors").wait_for()
    page.get_by_role("button", name="Add a step").click()
    step = page.get_by_role("dialog", name="Add a step")
    step.get_by_label("Title").fill("First, the oldest")
    page.reload()
    page.get_by_role("button", name="Add a step").click()
    assert step.get_by_label("Title").input_value() == "First, the oldest"


def test_an_edited_question_and_the_settings_of_a_new_conversation_outlive_a_reload(page: "Page") -> None:
    settings = page.get_by_role("button", name="Conversation settings")
    sheet = page.get_by_role("dialog", name="Conversation settings")
    settings.click()
    sheet.get_by_label("System prompt").fill("Be brief.")
    page.keyboard.press("Escape")
    sheet.wait_for(state="detached")
    settings.click()
    assert sheet.get_by_label("System prompt").input_value() == "Be brief."
    sheet.get_by_role("button", name="Save").click()
    page.reload()
    ask(page, "Why? [[simulate: tokens=5]]")
    answer(page)
    settings.click()
    assert sheet.get_by_label("System prompt").input_value() == "Be brief."
    page.keyboard.press("Escape")

    question = page.get_by_role("article", name="You")
    question.get_by_role("button", name="Edit").click()
    question.get_by_role("textbox").fill("Why not? [[simulate: tokens=5]]")
    page.reload()
    answer(page)
    question.get_by_role("button", name="Edit").click()
    assert question.get_by_role("textbox").input_value() == "Why not? [[simulate: tokens=5]]"
    question.get_by_role("textbox").press("Enter")
    question.get_by_text("Why not?").wait_for()
    answer(page)
    question.get_by_role("button", name="Edit").click()
    assert question.get_by_text("What you typed here before is back.").count() == 0


def test_a_model_that_was_picked_and_not_asked_yet_is_there_after_a_reload(page: "Page") -> None:
    ask(page, "Which one? [[simulate: tokens=5]]")
    answer(page)
    model = page.get_by_role("combobox", name="Model")
    model.click()
    page.locator("[role=option]").filter(has_text="Automatic").click()
    chosen = model.input_value()
    page.reload()
    answer(page)
    page.wait_for_function("value => document.querySelector('[role=combobox]').value === value", arg=chosen)
