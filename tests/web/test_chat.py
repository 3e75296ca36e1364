"""The chat in a browser: to ask, to stop, to ask otherwise; what reloads, other tabs and a dead daemon leave of it."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.fix_page import Complaints, PageDaemon
from tests.web.chat import ENDLESS, answer, articles, ask, box

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

LONG = "Write at length. [[simulate: tokens=120,interval=0.03]]"


def test_a_question_and_its_answer(page: "Page") -> None:
    ask(page, "What is **this**?")
    assert "Simulated answer" in answer(page).inner_text()
    assert page.get_by_role("article", name="You").inner_text().startswith("You")
    assert re.search(r"/chat/\d+$", page.url)
    listed = page.get_by_role("list", name="Conversations").get_by_role("link")
    assert listed.first.inner_text() == "What is **this**?"


def test_a_question_by_the_button_and_a_line_break_by_shift(page: "Page") -> None:
    box(page).fill("first")
    box(page).press("Shift+Enter")
    box(page).press_sequentially("second")
    assert articles(page).count() == 0
    page.get_by_role("button", name="Send").click()
    answer(page)
    assert "first\nsecond" in page.get_by_role("article", name="You").inner_text()


def test_enter_belongs_to_the_input_method_while_it_composes(page: "Page") -> None:
    box(page).fill("にほん")
    box(page).dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "isComposing": True})
    box(page).dispatch_event("keydown", {"key": "Enter", "keyCode": 229})
    assert box(page).input_value() == "にほん"
    assert articles(page).count() == 0
    box(page).press("Enter")
    answer(page)
    page.get_by_role("article", name="You").get_by_role("button", name="Edit").click()
    edited = page.get_by_role("textbox", name="Edit")
    edited.dispatch_event("compositionstart", {"data": ""})
    edited.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "isComposing": True})
    edited.dispatch_event("compositionend", {"data": "にほん"})
    edited.dispatch_event("keydown", {"key": "Enter", "keyCode": 229})
    assert edited.is_visible(), "Enter that ends a composition sends nothing"
    assert articles(page).count() == 2


def test_a_word_that_an_input_method_composes_is_written_and_not_sent(page: "Page") -> None:
    method = page.context.new_cdp_session(page)

    def compose(where: "Locator") -> None:
        where.focus()
        for part in ("に", "にほ", "にほん"):
            method.send(
                "Input.imeSetComposition", {"text": part, "selectionStart": len(part), "selectionEnd": len(part)}
            )
        # Enter takes the word: the browser says 229 for every key that the method has taken.
        enter = {"type": "rawKeyDown", "windowsVirtualKeyCode": 229, "key": "Process", "code": "Enter"}
        method.send("Input.dispatchKeyEvent", enter)
        method.send("Input.insertText", {"text": "日本"})

    compose(box(page))
    assert box(page).input_value() == "日本"
    assert articles(page).count() == 0
    page.keyboard.press("Enter")
    answer(page)
    asked = page.get_by_role("article", name="You")
    assert "日本" in asked.inner_text()
    asked.get_by_role("button", name="Edit").click()
    compose(page.get_by_role("textbox", name="Edit"))
    assert page.get_by_role("textbox", name="Edit").input_value().count("日本") == 2
    assert articles(page).count() == 2


def test_stop_by_escape_keeps_what_there_is(page: "Page") -> None:
    ask(page, ENDLESS)
    page.get_by_role("button", name="Stop").wait_for()
    articles(page).last.get_by_text("Simulated answer").wait_for()
    page.keyboard.press("Escape")
    assert "Stopped." in answer(page).inner_text()
    assert page.get_by_role("button", name="Stop").count() == 0


def test_edit_and_regenerate_are_branches_with_a_switch(page: "Page", complaints: Complaints) -> None:
    ask(page, "One")
    answer(page)
    page.get_by_role("article", name="You").get_by_role("button", name="Edit").click()
    page.get_by_role("textbox", name="Edit").fill("Two")
    page.get_by_role("article", name="You").get_by_role("button", name="Send").click()
    articles(page).last.get_by_text("“Two”").wait_for()
    answer(page)
    asked = page.get_by_role("article", name="You")
    asked.get_by_text("2/2").wait_for()
    answer(page).get_by_role("button", name="Regenerate").click()
    articles(page).last.get_by_text("2/2").wait_for()
    assert articles(page).count() == 2
    answer(page).get_by_role("button", name="Previous version").click()
    articles(page).last.get_by_text("1/2").wait_for()
    asked.get_by_role("button", name="Previous version").click()
    articles(page).last.get_by_text("“One”").wait_for()
    asked.get_by_text("1/2").wait_for()
    asked.get_by_role("button", name="Next version").click()
    articles(page).last.get_by_text("“Two”").wait_for()
    articles(page).last.get_by_text("2/2").wait_for()  # the latest of its answers
    other = page.context.new_page()
    complaints.watch(other)
    other.goto(page.url)
    articles(other).last.get_by_text("2/2").wait_for()
    answer(page).get_by_role("button", name="Previous version").click()
    articles(page).last.get_by_text("1/2").wait_for()
    articles(other).last.get_by_text("1/2").wait_for()
    other.close()
    page.reload()
    answer(page).get_by_text("1/2").wait_for()  # the branch that was chosen stays
    asked.get_by_text("2/2").wait_for()
    ask(page, "On this branch")
    articles(page).nth(3).wait_for()
    answer(page)
    articles(page).nth(1).get_by_text("1/2").wait_for()  # a question goes on from what is shown


def test_an_answer_that_goes_on_begins_with_what_there_was(page: "Page") -> None:
    ask(page, "Long [[simulate: tokens=2000,interval=0.05]]")
    page.wait_for_url(re.compile(r"/chat/\d+$"))
    other = page.context.new_page()
    other.goto(page.url)
    stop = page.get_by_role("button", name="Stop", exact=True)
    for _turn in range(2):
        articles(page).last.get_by_text("Simulated answer").wait_for()
        articles(page).last.get_by_text("Between").wait_for()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Continue").click()
        stop.wait_for()
        for each in (page, other):
            articles(each).last.get_by_text("Simulated answer: no model has read this.").wait_for()
            each.get_by_role("button", name="Stop", exact=True).wait_for()
    page.keyboard.press("Escape")
    whole = answer(page).inner_text()
    assert whole.count("Simulated answer") == 1
    answer(other)
    assert [articles(page).count(), articles(other).count()] == [2, 2]


def test_a_reload_in_mid_answer_loses_nothing(page: "Page") -> None:
    ask(page, LONG)
    articles(page).last.get_by_text("Simulated answer").wait_for()
    box(page).fill("half a thought")
    page.reload()
    assert box(page).input_value() == "half a thought"
    whole = answer(page).inner_text()
    assert whole.count("Simulated answer") == 1
    page.reload()
    assert answer(page).inner_text() == whole


def test_two_tabs_are_in_step(page: "Page", page_daemon: PageDaemon, complaints: Complaints) -> None:
    ask(page, "In both")
    answer(page)
    other = page.context.new_page()
    complaints.watch(other)
    other.goto(page.url)
    answer(other)
    ask(page, ENDLESS)
    articles(other).nth(3).get_by_text("Simulated answer").wait_for()
    page.get_by_role("button", name="Stop").click()
    assert answer(other).inner_text() == answer(page).inner_text()
    assert articles(other).count() == articles(page).count() == 4


def test_a_daemon_that_is_killed_and_comes_back(
    open_context: Callable[..., "BrowserContext"], tmp_path_factory: "object", page_daemon: PageDaemon, page: "Page"
) -> None:
    ask(page, "Before")
    answer(page)
    loads = page.evaluate("window.kept = 'the same page'")
    ask(page, ENDLESS)
    articles(page).last.get_by_text("Simulated answer").wait_for()
    box(page).fill("typed meanwhile")
    page_daemon.kill()
    page.get_by_role("status", name="Connection").get_by_text("away").wait_for()
    page_daemon.start()
    articles(page).last.get_by_text("interrupted").wait_for()
    assert loads == page.evaluate("window.kept")
    assert box(page).input_value() == "typed meanwhile"
    assert articles(page).count() == 4
    # Where nothing of that answer was stored yet, a model hears both questions as one, and what the first one asks for.
    ask(page, "After [[simulate: tokens=20,interval=0.01]]")
    answer(page)
    assert articles(page).count() == 6
