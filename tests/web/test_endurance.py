"""The page for long: many answers, many conversations, a long answer as it comes. Nothing grows without a bound."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fix_page import PageDaemon
from tests.fix_tell import Tell
from tests.web.chat import answer, articles, ask
from tests.web.measured import count_nodes, heap_bytes, seen, watch
from tests.web.stored import animals, export_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.drill

ANSWERS = 200
MANY = 9_900
"""One user may have ten thousand, and those of other tests count, too."""
MOST_HEAP_BYTES = 100 * 1024 * 1024
"""After that many answers: half as much again as was measured."""
MOST_LEFT_BYTES = 30 * 1024 * 1024
"""Once another conversation is open: three times what was measured; only a leak leaves so much."""

MOST_NODES = 1_000
"""However many conversations there are: only those in sight are drawn. Some 400 were counted."""


def test_memory_after_many_answers(page: "Page", tell: Tell) -> None:
    ask(page, "First [[simulate: tokens=5]]")
    answer(page)
    before = heap_bytes(page)
    for number in range(1, ANSWERS):
        ask(page, f"No. {number} [[simulate: markdown,tokens=200,interval=0]]")
        articles(page).nth(2 * number + 1).get_by_role("button", name="Regenerate").wait_for()
    after = heap_bytes(page)
    tell(f"memory of the page: {before >> 20} MiB, {after >> 20} MiB after {ANSWERS} answers")
    assert after < MOST_HEAP_BYTES
    page.get_by_role("button", name="New chat").click()
    page.get_by_role("heading", name="What would you like to know?").wait_for()
    tell(f"and {heap_bytes(page) >> 20} MiB once another conversation is open")
    assert heap_bytes(page) < MOST_LEFT_BYTES


def test_ten_thousand_conversations(page: "Page", page_daemon: PageDaemon, tmp_path: Path, tell: Tell) -> None:
    file = tmp_path / "many.json"
    for first in range(0, MANY, 1000):
        file.write_text(export_of(animals(first, min(1000, MANY - first))))
        page_daemon.run("import", str(file))
    page.goto("/")
    rows = page.get_by_role("list", name="Conversations").get_by_role("link")
    rows.first.wait_for()
    rows.first.focus()
    for _turn in range(50):
        page.keyboard.press("End")
        page.wait_for_timeout(50)
    tell(f"{MANY} conversations: {count_nodes(page)} elements, {rows.count()} rows drawn")
    assert count_nodes(page) < MOST_NODES
    page.get_by_role("searchbox", name="Search conversations").fill("zebra7777")
    page.get_by_role("list", name="Search results").get_by_role("link").first.wait_for()


def test_frames_of_a_long_answer(page: "Page", tell: Tell) -> None:
    ask(page, "Everything [[simulate: markdown,tokens=12000,interval=0.002]]")
    articles(page).last.get_by_role("table").first.wait_for()
    watch(page)
    answer(page)
    told = seen(page)
    tell(f"an answer of 12 000 tokens, 500 a second: {told.frames} frames, {told.dropped} dropped")
    assert not told.shifts, told.shifts
