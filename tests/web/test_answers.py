"""How answers come to the page: of two models at once, after a queue or a load, with pictures and formulas."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.fix_page import SECONDS, PageDaemon
from tests.starting import Starter
from tests.web.chat import answer, articles, ask

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
    page.get_by_role("button", name="Ask two models").click()
    pick(page, "simulated-plain", of="Compare with")
    ask(page, "Which is better? [[simulate: tokens=80,interval=0.02]]")
    pair = page.get_by_role("group", name="Two answers side by side")
    for name in ("simulated", "simulated-plain"):
        pair.get_by_role("article", name=name, exact=True).get_by_text("Simulated answer").wait_for()
    page.get_by_role("button", name="Stop").wait_for()
    assert pair.get_by_role("article").nth(0).get_attribute("aria-label") == "simulated"
    pair.get_by_role("button", name="Keep this answer").nth(1).click()
    pair.wait_for(state="detached")
    assert articles(page).count() == 2
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
    articles(page).nth(5).wait_for()
    answer(page)
    names = [each.get_attribute("aria-label") for each in articles(page).all()]
    assert names == ["You", "simulated-plain"] * 3, "it goes on from the first of two where none was kept"


def test_what_an_answer_waits_for_is_said_in_both_languages(
    page: "Page", open_context: Callable[..., "BrowserContext"], page_daemon: PageDaemon
) -> None:
    pick(page, "simulated-late")
    ask(page, "Late [[simulate: tokens=5]]")
    articles(page).last.get_by_text("The model is being loaded").wait_for()
    answer(page)
    ask(page, "Long [[simulate: tokens=2000,interval=0.05]]")
    articles(page).nth(3).get_by_text("Simulated answer").wait_for()

    other = page.context.new_page()
    other.goto("/chat")
    ask(other, "Queued [[simulate: tokens=5]]")
    waiting = articles(other).last
    waiting.get_by_text("Waiting for its turn: place 1").wait_for()
    waiting.get_by_text(re.compile(r"about [\d.]+ (sec|min)( \d+ sec)? left")).wait_for()
    brazilian = open_context(base_url=page_daemon.url, locale="pt-BR").new_page()
    brazilian.goto(other.url)
    told = brazilian.get_by_role("log", name="Mensagens").get_by_role("article").last
    told.get_by_text("Aguardando a vez: posição 1").wait_for()
    told.get_by_text(re.compile(r"faltam cerca de [\d,]+ (s|min)")).wait_for()
    page.get_by_role("button", name="Stop").click()
    answer(other)
    told.get_by_text("Simulated answer").wait_for()
