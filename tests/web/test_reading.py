"""How an answer is read otherwise than on a screen: heard, printed, from right to left, without motion."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fix_page import PageDaemon
from tests.web.chat import answer, articles, ask, box
from tests.web.furnished import QUESTION
from tests.web.listening import announcements, listen
from tests.web.stored import export_of, question_and_answer

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

ARABIC = """## زراعة الورود

ازرعها في **الخريف**، وليس في `July`.

* الماء
* الضوء

| ما | متى |
| --- | --- |
| الماء | كل يوم |

```python
print('left to right')
```

English stands among it.
"""


def test_what_a_screen_reader_hears(page: "Page") -> None:
    ask(page, "First [[simulate: tokens=5]]")
    answer(page)
    listen(page)
    ask(page, "Wait, then speak. [[simulate: silence=0.6,tokens=60]]")
    answer(page)
    ask(page, "Fail. [[simulate: status=400]]")
    articles(page).nth(5).get_by_role("button", name="Regenerate").wait_for()
    said = announcements(page)
    ended = said.index("The answer has ended.")
    waits = [place for place, text in enumerate(said) if "model" in text.lower() and place < ended]
    assert waits, "what it waits for"
    assert "Simulated answer" in " ".join(said[waits[0] : ended])
    failure = articles(page).nth(5).locator(".ending p").first.inner_text()
    assert failure in said[ended + 1 :], "a failure is told as it is shown"
    assert len(said) == len([text for place, text in enumerate(said) if said[place - 1] != text]), "nothing twice"
    articles(page).nth(3).get_by_role("button", name="Copy").first.click()
    page.get_by_text("Copied").first.wait_for()
    assert any("opied" in text for text in announcements(page)[len(said) :]), "what was done is told"


def test_paper_has_the_conversation_and_nothing_else(
    open_context: Callable[..., "BrowserContext"], page_daemon: PageDaemon
) -> None:
    page = open_context(base_url=page_daemon.url, color_scheme="dark").new_page()
    page.goto("/")
    ask(page, QUESTION)
    answer(page)
    page.emulate_media(media="print", color_scheme="dark")
    page.locator("html[data-theme=light]").wait_for()
    shown = page.evaluate("document.body.innerText")
    assert "Compare the ways" in shown
    assert "Simulated answer" in shown
    for rest in ("New chat", "Settings", "tokens/s", "Ask anything"):
        assert rest not in shown
    for control in page.get_by_role("button").all():
        assert not control.is_visible(), control
    wide = "[...document.querySelectorAll('article *')].filter((each) => each.scrollWidth > each.clientWidth + 1"
    assert page.evaluate(f"{wide} && getComputedStyle(each).overflowX !== 'visible').length") == 0, "nothing is cut"
    pages = page.pdf().count(b"/Type /Page\n")
    assert pages >= 2, "all of it, not only what was in sight"


@pytest.mark.parametrize("address", ["/tasks", "/machine", "/models", "/workspace/prompt", "/settings/about"])
def test_paper_has_no_controls(page: "Page", address: str) -> None:
    page.goto(address)
    heading = page.get_by_role("main").get_by_role("heading", level=1)
    heading.wait_for()
    assert page.get_by_role("main").get_by_role("link").count() or page.get_by_role("button").count()
    page.emulate_media(media="print")
    assert heading.is_visible()
    for control in (*page.get_by_role("button").all(), *page.get_by_role("navigation").all()):
        assert not control.is_visible(), control


def test_a_text_from_right_to_left(page: "Page", page_daemon: PageDaemon, tmp_path: Path) -> None:
    file = tmp_path / "arabic.json"
    file.write_text(export_of([question_and_answer(1, "كيف أعتني بالورود؟", ARABIC)]))
    page_daemon.run("import", str(file))
    page.get_by_role("list", name="Conversations").get_by_role("link", name="كيف").click()
    last = answer(page)
    direction = "each => getComputedStyle(each).direction"
    starts = "each => { const range = document.createRange(); range.selectNodeContents(each);"
    starts += " return range.getBoundingClientRect().right > each.getBoundingClientRect().right - 40 }"
    for part in (last.get_by_role("heading", name="زراعة"), last.get_by_role("paragraph").first):
        assert part.evaluate(starts), "it begins on the right"
    assert last.get_by_role("table").evaluate(direction) == "rtl"
    assert last.locator(".markdown ul").evaluate(direction) == "rtl"
    assert last.locator("pre").evaluate(direction) == "ltr"
    assert not last.get_by_text("English stands").evaluate(starts)
    assert page.get_by_role("main").evaluate(direction) == "ltr", "the page itself stays as it is"
    box(page).fill("شكرا")
    assert box(page).evaluate(direction) == "rtl"


def test_nothing_moves_for_who_wants_no_motion(
    open_context: Callable[..., "BrowserContext"], page_daemon: PageDaemon
) -> None:
    moving = "document.getAnimations().filter((each) => each.effect.getComputedTiming().duration > 1).length"
    waiting = "Wait. [[simulate: silence=20]]"
    for motion, moves in (("no-preference", True), ("reduce", False)):
        page = open_context(base_url=page_daemon.url, reduced_motion=motion).new_page()
        page.goto("/")
        ask(page, waiting)
        page.locator(".dots").wait_for()
        assert (page.evaluate(moving) > 0) is moves
        page.keyboard.press("Escape")
        answer(page)
