"""A conversation with a real model: llama.cpp's own server, whose tiny model answers gibberish by all the rules."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.fix_page import PageDaemon
from tests.starting import Starter
from tests.web.chat import answer, articles, ask, box

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def page_daemon(
    tmp_path_factory: pytest.TempPathFactory, starter: Starter, browser: "Browser", llama_url: str
) -> Iterator[PageDaemon]:
    """A daemon with that model, which asks for no default one."""
    started = PageDaemon(starter, tmp_path_factory.mktemp("page") / "data", "--backend", llama_url)
    started.start()
    yield started
    started.stop()


def test_a_question_to_a_real_model_from_its_choice_to_its_speed(page: "Page") -> None:
    model = page.get_by_role("combobox", name="Model")
    model.click()
    offered = page.locator("[role=option][data-value*=tiny]")
    offered.wait_for()
    name = offered.get_attribute("data-value") or ""
    offered.click()
    assert model.input_value() == name
    page.get_by_role("button", name="Conversation settings").click()
    sheet = page.get_by_role("dialog", name="Conversation settings")
    sheet.get_by_label("Max tokens").fill("60")
    sheet.get_by_role("button", name="Save").click()
    ask(page, "Say something")
    first = answer(page)
    first.get_by_text(re.compile(r"^\d.* tokens/s$")).wait_for()
    assert page.get_by_role("article", name=name).count() == 1
    whole = first.locator(".markdown").inner_text()
    assert whole.strip()

    first.get_by_role("button", name="Regenerate").click()
    articles(page).last.get_by_text("2/2").wait_for()
    answer(page)
    page.get_by_role("button", name="Conversation settings").click()
    sheet.get_by_label("Max tokens").fill("1500")
    sheet.get_by_role("button", name="Save").click()
    sheet.wait_for(state="detached")
    assert any(stop_early(page, 3 + 2 * number) for number in range(10))  # it may say that it has ended at any word
    assert answer(page).locator(".markdown").inner_text().strip()


def stop_early(page: "Page", place: int) -> bool:
    """Ask, stop the answer, whose article has this place, as soon as it has begun, and tell whether it was stopped."""
    ask(page, "Say more")
    article = articles(page).nth(place)
    ended = article.get_by_role("button", name="Regenerate")  # it may say nothing at all
    article.locator(".markdown :text-matches('.')").or_(ended).first.wait_for()
    box(page).press("Escape")
    return answer(page).get_by_text("Stopped.").is_visible()
