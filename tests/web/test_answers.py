"""How answers come to the page: of two models at once, after a queue or a load, with pictures and formulas."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.fix_page import SECONDS, PageDaemon
from tests.starting import Starter
from tests.web.chat import HeldFrames, answer, articles, ask, box
from tests.web.listening import announcements, listen

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

MODELS = "simulated,loaded,vision,reasoning", "simulated-plain,loaded", "simulated-late"
LOAD_SECONDS = "3"


@pytest.fixture(scope="module")
def page_daemon(starter: Starter, tmp_path_factory: pytest.TempPathFactory, browser: "Browser") -> Iterator[PageDaemon]:
    """A daemon whose model server answers one question at a time, and takes a while to load its last model."""
    offered = [argument for model in MODELS for argument in ("--model", model)]
    command = [sys.executable, "-m", "orchd", "simulate", "--port", "0", "--parallel", "1"]
    server = subprocess.Popen(
        [*command, "--load-seconds", LOAD_SECONDS, *offered],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found is not None
        started = PageDaemon(starter, tmp_path_factory.mktemp("answers") / "data", "--backend", found[0])
        started.start()
        yield started
        started.stop()
    finally:
        server.terminate()
        server.communicate(timeout=SECONDS)


def pick(page: "Page", model: str, of: str = "Model") -> None:
    """Choose who answers."""
    page.get_by_role("combobox", name=of).click()
    page.get_by_role("option", name=re.compile(rf"^{model}\s")).click()


def test_two_models_are_asked_at_once_and_one_answer_is_kept(page: "Page") -> None:
    ask(page, "Before [[simulate: tokens=5]]")
    answer(page)
    watching = page.context.new_page()
    watching.goto(page.url)
    articles(watching).nth(1).wait_for()
    seen = watching.get_by_role("group", name="Two answers side by side")
    page.get_by_role("button", name="Ask two models").click()
    pick(page, "simulated-plain", of="Compare with")
    ask(page, "Which is better? [[simulate: tokens=4000,interval=0.03]]")
    pair = page.get_by_role("group", name="Two answers side by side")
    for name in ("simulated", "simulated-plain"):
        pair.get_by_role("article", name=name, exact=True).get_by_text("Simulated answer").wait_for()
    assert pair.get_by_role("article").nth(0).get_attribute("aria-label") == "simulated"
    for name in ("simulated", "simulated-plain"):
        seen.get_by_role("article", name=name, exact=True).get_by_text("Simulated answer").wait_for()
    page.get_by_role("button", name="Stop", exact=True).click()
    pair.get_by_role("button", name="Keep this answer").nth(1).click()
    pair.wait_for(state="detached")
    assert articles(page).count() == 4
    seen.wait_for(state="detached")
    answer(watching).get_by_text("2/2").wait_for()
    assert articles(watching).last.get_attribute("aria-label") == "simulated-plain"
    watching.close()
    kept = answer(page)
    assert (kept.get_attribute("aria-label"), "2/2" in kept.inner_text()) == ("simulated-plain", True)
    assert page.evaluate("document.activeElement.id") == kept.get_attribute("id"), "the button that was pressed is gone"
    page.reload()
    assert answer(page).get_attribute("aria-label") == "simulated-plain"

    page.get_by_role("button", name="Ask two models").click()
    pick(page, "simulated", of="Compare with")
    ask(page, "And now? [[simulate: tokens=5]]")
    pair.get_by_role("button", name="Keep this answer").nth(1).wait_for()
    page.get_by_role("button", name="Ask two models").click()
    ask(page, "Go on [[simulate: tokens=5]]")
    articles(page).nth(7).wait_for()
    answer(page)
    names = [each.get_attribute("aria-label") for each in articles(page).all()][2:]
    assert names == ["You", "simulated-plain"] * 3, "it goes on from the first of two where none was kept"


def test_two_answers_are_heard_one_after_the_other(page: "Page") -> None:
    pick(page, "simulated")
    page.get_by_role("button", name="Ask two models").click()
    pick(page, "simulated-plain", of="Compare with")
    listen(page)
    ask(page, "Speak. [[simulate: tokens=60,interval=0.03]]")
    page.get_by_role("button", name="Keep this answer").nth(1).wait_for()
    page.wait_for_function("window.heard.filter((each) => each === 'The answer has ended.').length === 2")
    said = announcements(page)
    assert "Two models answer: first simulated, then simulated-plain." in said
    turn = said.index("The answer of simulated-plain:")
    assert said[turn - 1] == "The answer has ended."
    for model, heard in (("simulated", said[:turn]), ("simulated-plain", said[turn + 1 :])):
        shown = page.get_by_role("article", name=model, exact=True).locator(".markdown").inner_text()
        first = re.split(r"(?<=[.!?])\s", shown)[0]
        assert first in heard, f"{model} is heard from its beginning: {first}"


def test_two_answers_that_grow_are_side_by_side_also_after_a_reload(page: "Page") -> None:
    pick(page, "simulated")
    page.get_by_role("button", name="Ask two models").click()
    pick(page, "simulated-plain", of="Compare with")
    ask(page, "Long [[simulate: tokens=400,interval=0.05]]")
    pair = page.get_by_role("group", name="Two answers side by side").get_by_role("article")
    pair.nth(1).wait_for()
    page.reload()
    pair.nth(1).wait_for()
    assert [each.get_attribute("aria-label") for each in pair.all()] == ["simulated", "simulated-plain"]
    page.get_by_role("button", name="Stop this answer").first.click()
    pair.first.get_by_text("Stopped.").wait_for()
    assert pair.last.get_attribute("aria-busy") == "true", "the other one goes on"
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name="Keep this answer").nth(1).wait_for()
    page.reload()  # once both have ended, too
    pair.nth(1).wait_for()
    assert [each.get_attribute("aria-label") for each in pair.all()] == ["simulated", "simulated-plain"]
    page.get_by_role("button", name="Keep this answer").first.click()
    pair.first.wait_for(state="detached")
    page.reload()
    assert answer(page).get_attribute("aria-label") == "simulated"
    assert pair.count() == 0


def test_who_asks_before_the_models_are_known_is_answered_by_the_one_that_was_picked_last(page: "Page") -> None:
    pick(page, "simulated-plain")
    held = HeldFrames(page, "model:list")
    page.goto("/chat")
    ask(page, "Early [[simulate: tokens=5]]")
    page.get_by_role("button", name="Send").and_(page.locator(":disabled")).wait_for()
    page.get_by_role("article", name="You").filter(has_text="Early").wait_for()
    held.release()
    answer(page)
    assert page.get_by_role("article").last.get_attribute("aria-label") == "simulated-plain"


def test_what_an_answer_waits_for_is_said_in_both_languages(
    page: "Page", open_context: Callable[..., "BrowserContext"], page_daemon: PageDaemon
) -> None:
    pick(page, "simulated-late")
    ask(page, "Late [[simulate: tokens=5]]")
    loading = articles(page).last
    loading.get_by_text("The model is being loaded").wait_for()
    loading.get_by_text("2 sec so far").wait_for()
    assert loading.get_by_text("left").count() == 0, "nobody knows yet how long it takes"
    answer(page)
    other = page.context.new_page()
    other.goto("/models")
    other.get_by_role("row", name=re.compile("simulated-late")).get_by_role("button", name="Unload").click()
    other.get_by_text("simulated-late is out of memory now.").wait_for()
    brazilian = open_context(base_url=page_daemon.url, locale="pt-BR").new_page()
    brazilian.goto(page.url)
    told = brazilian.get_by_role("log", name="Mensagens").get_by_role("article")
    told.nth(1).wait_for()
    ask(page, "Late again [[simulate: tokens=5]]")
    articles(page).nth(3).get_by_text(re.compile(r"about \d sec left")).wait_for()
    told.nth(3).get_by_text("O modelo está sendo carregado").wait_for()
    told.nth(3).get_by_text(re.compile(r"faltam cerca de \d s")).wait_for()
    page.get_by_role("button", name="Stop").click()
    answer(page)
    ask(page, "Long [[simulate: tokens=2000,interval=0.05]]")
    articles(page).nth(5).get_by_text("Simulated answer").wait_for()

    other.goto("/chat")
    ask(other, "Queued [[simulate: tokens=5]]")
    waiting = articles(other).last
    waiting.get_by_text("Waiting for its turn: place 1").wait_for()
    waiting.get_by_text(re.compile(r"about [\d.]+ (sec|min)( \d+ sec)? left")).wait_for()
    brazilian.goto(other.url)
    told.last.get_by_text("Aguardando a vez: posição 1").wait_for()
    page.get_by_role("button", name="Stop").click()
    answer(other)
    told.last.get_by_text("Simulated answer").wait_for()


GIF = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
"""A picture of one point."""
HAND_OVER = """
(place, [kind, name, type, content]) => {
    const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name, { type }));
    const options = { bubbles: true, cancelable: true, clipboardData: data, dataTransfer: data };
    place.dispatchEvent(kind === "paste" ? new ClipboardEvent(kind, options) : new DragEvent(kind, options));
}
"""
"""Pastes a file into an element, or drops it there."""


def test_pictures_formulas_and_reasoning_come_and_stay(page: "Page") -> None:
    box(page).evaluate(HAND_OVER, ["paste", "point.gif", "image/gif", GIF])
    box(page).evaluate(HAND_OVER, ["drop", "notes.md", "text/markdown", "IyBOb3Rlcw=="])
    attached = page.get_by_role("list", name="Attached files")
    picture = attached.get_by_role("listitem").filter(has_text="point.gif")
    picture.get_by_text("42 B").wait_for()
    assert picture.locator("img").evaluate("(shown) => shown.naturalWidth") == 1
    pick(page, "simulated-plain")
    picture.get_by_role("alert").get_by_text("simulated-plain can't be shown images").wait_for()
    box(page).fill("Is it black?")
    assert page.get_by_role("button", name="Send").is_disabled()
    pick(page, "simulated")
    picture.get_by_role("alert").wait_for(state="detached")
    attached.get_by_role("button", name="Remove notes.md").press("Enter")
    attached.get_by_text("notes.md").wait_for(state="detached")

    drawn = f"![a point](data:image/gif;base64,{GIF})"
    ask(page, f"Is $a+b$ or $$c^2$$ {drawn}? [[simulate: tokens=30,reasoning=20,interval=0.02]]")
    shown = answer(page)
    assert "You showed" in shown.inner_text()
    shown.locator("math").nth(1).wait_for()
    assert shown.locator("img").get_attribute("alt") == "a point"
    sent = articles(page).first.get_by_role("list", name="Attachments").locator("img")
    sent.wait_for()
    assert sent.evaluate("(shown) => shown.naturalWidth") == 1
    assert attached.count() == 0
    thought = shown.locator("summary").inner_text()
    assert re.match(r"Thought for [\d.]+ (ms|sec)", thought)
    page.reload()
    assert answer(page).locator("summary").inner_text() == thought
    answer(page).locator("math").nth(1).wait_for()
