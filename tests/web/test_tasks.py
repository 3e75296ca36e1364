"""Tasks in a browser: a plan is changed, approved and run to its answer; work is held, ended and had back."""

import json
import re
from typing import TYPE_CHECKING

from tests.fix_page import PageDaemon

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

QUICK = "Three days. [[simulate: interval=0.01]]"
SLOW = "Take your time. [[simulate: tokens=400,interval=0.1]]"


def status(page: "Page", text: str) -> None:
    """Wait until the task stands so."""
    page.get_by_role("main").get_by_role("status").get_by_text(text, exact=True).wait_for()


def steps(page: "Page") -> "Locator":
    return page.get_by_role("list", name="Steps").locator("> li")


def create(page: "Page", title: str, description: str, button: str) -> None:
    page.get_by_role("button", name="New task").first.click()
    form = page.get_by_role("dialog", name="New task")
    form.get_by_role("textbox", name="Title").fill(title)
    form.get_by_role("textbox", name="Description").fill(description)
    form.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("heading", level=1, name=title).wait_for()


def test_a_plan_is_changed_approved_run_and_answered(page: "Page") -> None:
    page.get_by_role("link", name="Tasks").click()
    create(page, "Guide to Lisbon", QUICK, "Create and plan")
    assert re.search(r"/tasks/\d+$", page.url)

    page.get_by_role("heading", name="May this plan be run?").wait_for()
    steps(page).nth(0).get_by_role("button", name="Move down").click()
    steps(page).nth(0).get_by_text("Simulated step 2").wait_for()
    steps(page).nth(2).get_by_role("button", name="Edit").click()
    form = page.get_by_role("dialog", name="Edit")
    form.get_by_role("textbox", name="Title").fill("The last one")
    form.get_by_role("button", name="Save").click()
    form.wait_for(state="detached")
    steps(page).nth(2).get_by_text("The last one").wait_for()

    page.get_by_role("button", name="Approve").click()
    steps(page).first.get_by_text("is writing").first.wait_for()
    status(page, "Completed")
    answer = page.get_by_role("region", name="Answer", exact=True)
    assert "Simulated answer" in answer.inner_text()
    assert "[part:" not in answer.inner_text()
    answer.get_by_role("link", name="Part 3: The last one").click()
    assert steps(page).nth(2).evaluate("step => step === document.activeElement")

    first = steps(page).first
    assert "done by simulated" in first.inner_text()
    first.get_by_role("button", name="Show details").click()
    first.get_by_text("Attempt 1").click()
    first.get_by_text("approved", exact=True).wait_for()
    # What is left of a check's points and what the judge thinks are two figures, and each says which one it is.
    assert re.search(r"score from its judge: \d+ of 100", first.inner_text())
    told = first.get_by_text(re.compile(r"points; \d+ are needed\. The sources bear out \d+ of its \d+ claims\."))
    assert "is another figure" in told.inner_text()
    page.get_by_text("Show the log").click()
    page.get_by_role("region", name="Log").get_by_text("had the task planned").wait_for()

    page.reload()
    status(page, "Completed")
    assert steps(page).count() == 3


def test_what_the_list_is_narrowed_to_stands_in_its_address(page: "Page", page_daemon: PageDaemon) -> None:
    page_daemon.run("ask", "task:create", json.dumps({"title": "Mow the lawn", "priority": "high"}))
    listed = page.get_by_role("list", name="Tasks").get_by_role("link", name="Mow the lawn")
    page.goto("/tasks?priority=high&status=nonsense")
    listed.wait_for()
    page.get_by_role("combobox", name="Priority").select_option("Low")
    listed.wait_for(state="detached")
    page.reload()
    page.get_by_text("No task fits that.").wait_for()
    assert page.get_by_role("combobox", name="Priority").input_value() == "low"
    page.go_back()
    listed.wait_for()
    assert page.get_by_role("combobox", name="Priority").input_value() == "high"


def test_what_is_deleted_comes_back_and_lists_tell_what_there_is(page: "Page") -> None:
    page.get_by_role("link", name="Tasks").click()
    create(page, "Paint the fence", "Green.", "Create")
    page.get_by_role("button", name="Delete").click()
    listed = page.get_by_role("list", name="Tasks").get_by_role("link", name="Paint the fence")
    page.get_by_role("heading", level=1, name="Tasks").wait_for()
    page.get_by_role("button", name="Deleted").click()
    page.get_by_role("button", name="Restore").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("heading", level=1, name="Paint the fence").wait_for()

    page.get_by_role("link", name="All tasks").click()
    create(page, "Paint the gate", "Green, too.", "Create")
    waits = page.get_by_role("region", name="Waits for")
    page.get_by_role("button", name="Wait for another task").click()
    page.get_by_role("searchbox", name="Task to wait for").fill("fence")
    waits.get_by_role("button", name="Paint the fence", exact=True).click()
    waits.get_by_role("link", name="Paint the fence").click()
    page.get_by_role("heading", level=1, name="Paint the fence").wait_for()
    page.get_by_role("button", name="Wait for another task").click()
    waits.get_by_role("button", name="Paint the gate", exact=True).click()
    waits.get_by_role("alert").get_by_text("circle").wait_for()
    page.go_back()
    waits.get_by_role("button", name="Don't wait for Paint the fence").click()
    waits.get_by_role("link").wait_for(state="detached")
    page.get_by_role("button", name="Undo").click()
    waits.get_by_role("link", name="Paint the fence").wait_for()

    page.goto("/tasks")
    listed.wait_for()
    page.get_by_role("combobox", name="Status").select_option("Failed")
    page.get_by_text("No task fits that.").wait_for()
    page.get_by_role("combobox", name="Status").select_option("Not begun")
    listed.wait_for()
    page.get_by_role("searchbox", name="Search tasks").fill("fence")
    listed.wait_for()
    page.get_by_role("searchbox", name="Search tasks").fill("lamp post")
    page.get_by_text("No task fits that.").wait_for()
    page.goto("/tasks/999999")
    page.get_by_role("heading", name="This task isn't there").wait_for()


def test_steps_by_hand_that_are_paused_cancelled_and_begun_anew(page: "Page") -> None:
    page.goto("/tasks")
    create(page, "By hand", SLOW, "Create")
    page.get_by_role("button", name="Add a step").click()
    form = page.get_by_role("dialog", name="Add a step")
    form.get_by_role("textbox", name="Title").fill("Only one")
    form.get_by_role("textbox", name="What is to be done").fill("Say something.")
    form.get_by_role("textbox", name="Assistant").fill("nobody")
    form.get_by_role("button", name="Save").click()
    form.get_by_role("alert").get_by_text("assistant").wait_for()
    assert form.get_by_role("textbox", name="Assistant").get_attribute("aria-invalid") == "true"
    form.get_by_role("textbox", name="Assistant").fill("")
    form.get_by_role("button", name="Save").click()
    form.wait_for(state="detached")

    page.get_by_role("button", name="Run", exact=True).click()
    steps(page).first.get_by_text("Simulated answer").wait_for()
    page.reload()
    steps(page).first.get_by_text("Simulated answer").wait_for()
    page.get_by_role("button", name="Pause").click()
    page.get_by_text("It is paused once its last steps have ended.").wait_for()
    page.get_by_role("button", name="Resume").click()
    page.get_by_role("button", name="Cancel task").click()
    status(page, "Cancelled")
    page.get_by_role("button", name="Retry").click()
    steps(page).first.get_by_text("is writing").first.wait_for()
    page.get_by_role("button", name="Cancel task").click()
    status(page, "Cancelled")


def test_what_a_check_says_of_a_step_and_a_notification_of_a_task_is_said_in_portuguese(page: "Page") -> None:
    page.goto("/tasks")
    create(page, "Guide to Porto", "Three days. [[simulate: score=40,interval=0.01]]", "Create and plan")
    page.get_by_role("heading", name="May this plan be run?").wait_for()
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("heading", name="Does this result stand?").first.wait_for()
    page.evaluate("localStorage.setItem('orchd.language', 'pt-BR')")
    page.reload()

    first = page.get_by_role("list", name="Passos").locator("> li").first
    first.get_by_role("button", name="Mostrar detalhes").click()
    first.get_by_text(
        re.compile(r"^Para trabalho do tipo “Geral” e dificuldade \d+, simulated é o que mais")
    ).wait_for()
    first.get_by_text("Tentativa 1").click()
    first.get_by_text(re.compile("Não está completa")).first.wait_for()
    first.get_by_text("Só o modelo que a escreveu está disponível; ninguém procurou contradições.").wait_for()
    page.get_by_role("button", name=re.compile("otificaç")).click()
    bell = page.get_by_role("dialog", name="Notificações")
    bell.get_by_role(
        "button", name=re.compile("^“Guide to Porto” precisa da sua decisão. O resultado vale?")
    ).first.wait_for()
