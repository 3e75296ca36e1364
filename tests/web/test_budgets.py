"""What the page may cost. Bytes, requests, elements and shifts of the layout have bounds; times are only told.

They are printed at the end of a run, under “measured”.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.fix_page import HANG_MS, Complaints, PageDaemon
from tests.fix_tell import Tell
from tests.web.chat import answer, articles, ask, box, speak
from tests.web.measured import count_nodes, seen, watch
from tests.web.stored import export_of, question_and_answer

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

MOST_BYTES = 220 * 1024
"""Of what the first load fetches, as gzip has it."""

MOST_REQUESTS = 35
LONG_BYTES = 200 * 1024
MOST_NODES = 15_000
"""With an answer of 200 KB: about one for each fifteen bytes of it."""

SENTENCE = "A sentence of **some** words that says what `it` says, and then goes on for a while. "
PIECE = (
    f"## Part {{0}}\n\n{SENTENCE * 4}\n\n{SENTENCE * 3}\n\n* one\n* two\n\n"
    "```python\nfor each in range({0}):\n    print(each)\n```\n\n"
)

ITEMS = "".join(f"* Item **{number}** says what `it` says, and then goes on.\n" for number in range(900))
ROWS = "| what | how much |\n| --- | ---: |\n" + "".join(
    f"| the **{number}**th, with what is said of it | {number} |\n" for number in range(900)
)
LONG_BLOCKS = {"list": (ITEMS, "li"), "table": (ROWS, "tr")}
"""Single blocks of some 45 KB, and what they consist of."""

CHOOSE = """
(part) => {
    window.made = 0;
    const ended = [...document.querySelectorAll(`.markdown ${part}`)].slice(0, 50);
    window.chosen = ended[3];
    getSelection().selectAllChildren(window.chosen);
    const watch = new MutationObserver((changes) => (window.made += changes.length));
    for (const each of ended) watch.observe(each, { childList: true, characterData: true, subtree: true });
}
"""
"""Selects one of those that have ended, and counts what changes in the first of them."""


def gzipped_bytes(url: str) -> int:
    with httpx.stream("GET", url, headers={"Accept-Encoding": "gzip"}) as reply:
        return sum(map(len, reply.iter_raw()))


def test_the_first_load(
    open_context: Callable[..., "BrowserContext"], page_daemon: PageDaemon, complaints: Complaints, tell: Tell
) -> None:
    page = open_context(base_url=page_daemon.url).new_page()
    complaints.watch(page)
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.goto("/")
    box(page).wait_for()
    usable = page.evaluate("performance.now()")
    page.wait_for_load_state("networkidle")
    assert all(url.startswith(page_daemon.url) for url in urls), "nothing comes from elsewhere"
    assert len(urls) == len(set(urls)), "nothing is fetched twice"
    size = sum(map(gzipped_bytes, urls))
    loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    tell(f"first load: {size / 1024:.0f} KiB gzipped, {len(urls)} requests, {loaded:.0f} ms, usable by {usable:.0f} ms")
    assert size <= MOST_BYTES
    assert len(urls) <= MOST_REQUESTS


def test_nothing_moves_while_an_answer_comes(page: "Page", tell: Tell) -> None:
    ask(page, "First [[simulate: tokens=5]]")
    answer(page)
    ask(page, "All [[simulate: markdown,silence=0.3,reasoning=20,tokens=400,interval=0.01]]")
    articles(page).nth(3).wait_for()
    watch(page)
    answer(page)
    page.wait_for_timeout(300)
    told = seen(page)
    tell(f"an answer of 100 tokens a second: {told.frames} frames, {told.dropped} dropped")
    assert not told.shifts, told.shifts


@pytest.mark.parametrize("kind", LONG_BLOCKS)
def test_a_long_list_and_a_long_table_are_made_once(page: "Page", tell: Tell, kind: str) -> None:
    text, part = LONG_BLOCKS[kind]
    speak(page, text)
    page.reload()
    ask(page, "[[simulate: tokens=40000,interval=0.001]]")
    shown = page.locator(f".markdown {part}")
    shown.nth(100).wait_for()
    watch(page)
    page.evaluate(CHOOSE, part)
    shown.nth(850).wait_for(timeout=2 * HANG_MS)
    told, (made, still, chosen) = (
        seen(page),
        page.evaluate("[window.made, window.chosen.isConnected, `${getSelection()}`]"),
    )
    page.keyboard.press("Escape")
    tell(f"a {kind} of {len(text) >> 10} KB: {told.frames} frames, {told.dropped} dropped")
    assert still, "what has ended stays as it is"
    assert chosen.strip(), "and so does what is selected in it"
    assert made == 0, "nothing of it is made again"


def test_an_answer_of_200_kb(page: "Page", page_daemon: PageDaemon, tmp_path: Path, tell: Tell) -> None:
    text = "".join(PIECE.format(number) for number in range(LONG_BYTES // len(PIECE)))
    file = tmp_path / "long.json"
    file.write_text(export_of([question_and_answer(1, "Everything", text)]))
    page_daemon.run("import", str(file))
    before = count_nodes(page)
    page.get_by_role("link", name="Everything").click()
    began = page.evaluate("performance.now()")
    last = answer(page)
    last.get_by_role("heading", name=f"Part {LONG_BYTES // len(PIECE) - 1}").wait_for()
    took = page.evaluate("performance.now()") - began
    nodes = count_nodes(page) - before
    tell(f"an answer of 200 KB: {nodes} elements, shown after {took:.0f} ms")
    assert nodes <= MOST_NODES
    box(page).fill("One can go on")
    box(page).press("Enter")
    articles(page).nth(3).wait_for()
    answer(page)
