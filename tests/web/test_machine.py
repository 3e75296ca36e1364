"""The machine and its models in a browser: figures as they come, and what can be done with models."""

import re
from typing import TYPE_CHECKING

from tests.web.chat import ENDLESS, HeldFrames, answer, ask

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_the_machine_is_shown_as_it_is_now(page: "Page") -> None:
    page.get_by_role("link", name="Machine").click()
    processor = page.get_by_role("region", name="Processor")
    processor.get_by_text("%").first.wait_for()
    processor.locator("canvas").wait_for()
    assert "not known" not in page.get_by_role("region", name="Memory").inner_text().split("Swap")[0]
    limits = page.get_by_role("region", name="Limits for tasks")
    limits.get_by_text("Tasks may begin").wait_for()
    assert "none" in limits.inner_text(), "the brakes of this daemon are off"

    other = page.context.new_page()
    other.goto("/chat")
    ask(other, ENDLESS)
    answers = page.get_by_role("region", name="Answers")
    answers.get_by_text(re.compile(r"^[1-9].* tokens/s$")).wait_for()
    other.get_by_role("button", name="Stop").click()
    page.get_by_text("As a table").click()
    page.get_by_role("region", name="As a table").get_by_role("row").nth(1).wait_for()
    page.reload()
    processor.get_by_text("%").first.wait_for()


def test_an_answer_that_came_before_one_looked_is_on_the_line(page: "Page") -> None:
    ask(page, "At length. [[simulate: tokens=400,interval=0.03]]")
    answer(page)
    HeldFrames(page, "monitoring:metrics")  # so that all there is comes from what was kept
    page.goto("/machine")
    answers = page.get_by_role("region", name="Answers")
    answers.locator("canvas").first.wait_for()
    page.get_by_text("As a table").click()
    table = page.get_by_role("region", name="As a table")
    table.get_by_role("row").nth(1).wait_for()
    tokens = [head.inner_text() for head in table.get_by_role("columnheader").all()].index("Tokens")
    rows = [row.get_by_role("cell").nth(tokens - 1).inner_text() for row in table.get_by_role("row").all()[1:]]
    assert any(float(row) >= 1 for row in rows), rows
    drawn = answers.get_by_role("term").evaluate_all(
        "all => all.map(each => getComputedStyle(each, '::before').content)"
    )
    assert "none" not in drawn, "each line has its colour beside its name"


def test_models_are_rated_measured_and_suggested(page: "Page") -> None:
    page.goto("/models")
    page.get_by_role("region", name="Model servers").get_by_role("cell", name="Answers").wait_for()
    row = page.get_by_role("region", name="Models", exact=True).get_by_role("row").nth(1)
    row.get_by_role("cell", name="Loaded").wait_for()
    row.get_by_role("button", name="Rate simulated").click()
    form = page.get_by_role("dialog")
    form.get_by_role("radio", name="4 stars").check(force=True)
    form.get_by_role("button", name="Save").click()
    row.get_by_role("button", name="4 of 5 (1)").wait_for()
    page.set_viewport_size({"width": 390, "height": 844})
    row.get_by_role("button", name="4 of 5 (1)").click()
    form.get_by_role("radio", name="5 stars").check(force=True)
    form.get_by_role("button", name="Save").click()
    row.get_by_role("button", name="5 of 5 (1)").wait_for()
    page.set_viewport_size({"width": 1280, "height": 800})

    page.get_by_role("link", name="Benchmarks").click()
    page.get_by_role("spinbutton", name="Runs").fill("1")
    page.get_by_role("spinbutton", name="Tokens at most").fill("8")
    page.get_by_role("button", name="Measure").click()
    page.get_by_role("region", name="Benchmarks").get_by_role("row").nth(1).wait_for()

    page.get_by_role("link", name="Suggestions").click()
    page.get_by_role("heading", name="simulated").wait_for()
    page.get_by_role("link", name="Compare").click()
    page.get_by_text("Comparing needs two models").wait_for()
    page.get_by_role("link", name="Queue").click()
    page.get_by_text("Nothing is being asked").wait_for()
    other = page.context.new_page()
    other.goto("/chat")
    ask(other, ENDLESS)
    page.get_by_role("region", name="Queue").get_by_text("At work").wait_for()
    other.get_by_role("button", name="Stop").click()


def test_an_address_that_leads_nowhere_says_so_and_the_version_is_the_daemons(page: "Page") -> None:
    page.goto("/painel")
    page.get_by_role("heading", name="There is no such page").wait_for()
    page.goto("/settings/about")
    page.get_by_text(f"orchd {page.request.get('/version').json()['version']}", exact=True).wait_for()
