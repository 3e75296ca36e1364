"""Where one is in a long conversation: what scrolls, and that what was searched for is in sight."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import pytest

from tests.fix_page import Complaints, PageDaemon
from tests.web.chat import answer, articles, box
from tests.web.stored import export_of, talk

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

PARAGRAPH = "A paragraph of some words that say what they say, and go on for a while after that. " * 6
LONG = [f"{PARAGRAPH}\n\n{PARAGRAPH} No. {number}." for number in range(240)]
IN_SIGHT = """
() => [...(CSS.highlights.get("found") ?? [])].map((range) => {
    const { top, bottom } = range.getBoundingClientRect();
    const seen = document.querySelector('[role="log"][aria-label]').parentElement.getBoundingClientRect();
    return top >= seen.top && bottom <= seen.bottom;
})
"""
"""Of each place that is marked, whether it is in sight."""

AT_REST = """
() => new Promise((rest) => {
    let [top, still] = [0, 0];
    const frame = () => {
        const now = document.querySelector('[role="log"][aria-label]').parentElement.scrollTop;
        [top, still] = [now, now === top ? still + 1 : 0];
        if (still > 20) rest(now); else requestAnimationFrame(frame);
    };
    frame();
})
"""
"""Resolves once nothing has scrolled for some frames."""


@pytest.fixture
def bring(page_daemon: PageDaemon, tmp_path: Path) -> Callable[[str, list[str]], None]:
    """`bring("title", texts)` stores such a conversation."""

    def store(title: str, said: list[str]) -> None:
        file = tmp_path / "said.json"
        file.write_text(export_of([talk(crc32(title.encode()), title, said)]))
        page_daemon.run("import", str(file))

    return store


def open_found(page: "Page", words: str) -> None:
    results = page.get_by_role("list", name="Search results")
    for _turn in range(120):  # what was just stored is soon in the index of words, not at once
        page.get_by_role("searchbox", name="Search conversations").fill("")
        page.get_by_role("searchbox", name="Search conversations").fill(words)
        page.locator('[aria-label="Search results"]:not([aria-busy])').wait_for(state="attached")
        if results.get_by_role("link").count():
            break
        page.wait_for_timeout(500)
    results.get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"message="))
    page.locator("article:focus").wait_for()
    page.evaluate(AT_REST)


@pytest.mark.parametrize("width", [1440, 800, 320])
def test_the_wheel_scrolls_the_conversation_and_nothing_else(
    open_context: Callable[..., "BrowserContext"],
    page_daemon: PageDaemon,
    bring: Callable[[str, list[str]], None],
    complaints: Complaints,
    width: int,
) -> None:
    bring(f"Wheel {width}", LONG[:60])
    page = open_context(base_url=page_daemon.url, viewport={"width": 1440, "height": 900}).new_page()
    complaints.watch(page)
    page.goto("/")
    page.get_by_role("link", name=f"Wheel {width}").click()
    answer(page)
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(AT_REST)
    high = "document.documentElement.scrollHeight - innerHeight"
    assert page.evaluate(high) == 0, "the document is as high as the window"
    for x in (width * 2 // 3, 100):
        page.mouse.move(x, 400)
        for turn in (400, 400, 2400, -1200):
            page.mouse.wheel(0, turn)
            page.evaluate(AT_REST)
            assert page.evaluate("scrollY") == 0
    box(page).click(trial=True)


def test_a_new_conversation_is_read_from_its_top_in_a_low_window(
    page: "Page", bring: Callable[[str, list[str]], None]
) -> None:
    bring("Low window", LONG[:20])
    page.set_viewport_size({"width": 600, "height": 400})
    page.goto("/")
    page.get_by_role("button", name="Look again").wait_for()
    place = "(({ scrollTop, scrollHeight, clientHeight }) => [scrollTop, scrollHeight > clientHeight])"
    scroller = """(document.querySelector('[role="log"][aria-label]').parentElement)"""
    page.evaluate(AT_REST)
    assert page.evaluate(place + scroller) == [0, True], "at first"
    page.get_by_role("button", name="Menu", exact=True).click()
    page.get_by_role("link", name="Low window").click()  # the menu scrolls to it
    answer(page)
    page.evaluate(AT_REST)
    assert page.evaluate(place + scroller)[0] > 0, "of a conversation the end is shown"
    page.keyboard.press("Control+Shift+O")
    page.get_by_role("button", name="Look again").wait_for()
    page.evaluate(AT_REST)
    assert page.evaluate(place + scroller) == [0, True], "after a conversation"


def test_a_hit_far_up_a_long_conversation_is_in_sight(page: "Page", bring: Callable[[str, list[str]], None]) -> None:
    bring("Far up", [*LONG[:3], f"{PARAGRAPH} There stands the okapi. {PARAGRAPH}", *LONG[4:]])
    page.reload()
    open_found(page, "okapi")
    assert page.evaluate(IN_SIGHT) == [True]
    assert "okapi" in page.locator("article:focus").inner_text()
    page.mouse.move(700, 400)
    page.mouse.wheel(0, 300)
    page.evaluate(AT_REST)
    assert articles(page).count() >= len(LONG) - 3, "it goes on from there to the end"
    page.goto(page.url)
    page.locator("article:focus", has_text="okapi").wait_for()
    page.evaluate(AT_REST)
    assert page.evaluate(IN_SIGHT) == [True], "the address alone leads there, too"


def test_a_word_in_a_tall_answer_is_in_sight(page: "Page", bring: Callable[[str, list[str]], None]) -> None:
    tall = [*LONG[:8], "```python\nquagga = 1  # a quagga of old\n```", *LONG[40:60]]
    bring("Tall", [*LONG[:6], "Tell me all.", "\n\n".join(tall), *LONG[6:10]])
    page.reload()
    open_found(page, "quagga")
    page.locator("pre .hljs-comment").wait_for()
    page.evaluate(AT_REST)
    assert page.evaluate(IN_SIGHT) == [True, True]
    page.get_by_role("button", name="New chat").click()
    page.get_by_role("heading", name="What would you like to know?").wait_for()
    assert page.evaluate(IN_SIGHT) == []


def test_a_message_that_is_gone_is_told(page: "Page", bring: Callable[[str, list[str]], None]) -> None:
    bring("Short", LONG[:2])
    page.get_by_role("link", name="Short").click()
    answer(page)
    page.goto(f"{page.url}?message=999999")
    page.get_by_text("This message isn't here any more.").wait_for()
    assert articles(page).count() == 2


def test_paper_and_copies_have_all_that_was_said_and_nothing_else(
    open_context: Callable[..., "BrowserContext"], page_daemon: PageDaemon, bring: Callable[[str, list[str]], None]
) -> None:
    formula = "Half is $\\frac{1}{2}$ of it.\n\n```python\none = 1\n```"
    bring("Paper", [*LONG[:119], formula])
    context = open_context(base_url=page_daemon.url)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="Paper").click()
    last = answer(page)
    last.locator("math").wait_for(state="attached")
    last.evaluate("each => getSelection().selectAllChildren(each)")
    page.keyboard.press("Control+c")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "Half is $\\frac{1}{2}$ of it." in copied
    assert "one = 1" in copied
    last.locator("figure").evaluate("each => getSelection().selectAllChildren(each)")
    page.keyboard.press("Control+c")
    copied += page.evaluate("navigator.clipboard.readText()")
    for rest in ("Copy", "python", "2025"):
        assert rest not in copied

    page.emulate_media(media="print")
    assert page.get_by_text("Older messages are not on this paper.").is_visible()
    assert not page.get_by_role("button", name="Show older messages").is_visible()
    # In braces: Playwright would call the function at once that an expression gives.
    page.evaluate("() => { window.print = () => (window.printed = document.querySelectorAll('article').length); }")
    page.keyboard.press("Control+p")
    page.wait_for_function("window.printed !== undefined")
    assert page.evaluate("window.printed") == 120
    assert not page.get_by_text("Older messages are not on this paper.").is_visible()
