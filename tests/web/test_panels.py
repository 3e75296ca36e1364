"""What one unexpected value costs, or one answer that is late: the part of the page that it belongs to."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.fix_page import Complaints
from tests.web.chat import AlteredFrames, HeldFrames, answer, articles, ask, box
from tests.web.furnished import send_frames

if TYPE_CHECKING:
    from playwright.sync_api import Page

FAILED = "This part of the page failed. The others go on."


def spoil(frame_type: str, path: str, value: object) -> Callable[[dict[str, Any]], None]:
    """Return what puts a value into frames of a type: `path` leads to it, `0` and the like into lists."""

    def change(frame: dict[str, Any]) -> None:
        if frame["type"] != frame_type:
            return
        place: Any = frame["data"]
        *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        for step in way:
            if place == []:
                return
            place = place[step]
        place[last] = value

    return change


@pytest.fixture
def altered(page: "Page") -> AlteredFrames:
    return AlteredFrames(page)


def test_a_bad_date_in_the_list_of_conversations_costs_its_heading(page: "Page", altered: AlteredFrames) -> None:
    ask(page, "Which moss is this?")
    answer(page)
    altered.by(spoil("conversation:list", "items.0.updatedAt", "nonsense"))
    page.goto("/tasks")
    page.get_by_role("link", name="Chat", exact=True).click()
    listed = page.get_by_role("list", name="Conversations").get_by_role("link")
    listed.first.wait_for()
    page.get_by_role("button", name="Search").click()
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    listed.first.click()
    assert "Simulated answer" in answer(page).inner_text()


def test_a_list_that_makes_no_sense_leaves_the_frame_and_says_no_script_s_words(
    page: "Page", altered: AlteredFrames, complaints: Complaints
) -> None:
    altered.by(spoil("conversation:list", "items", [None]))
    page.reload()
    aside = page.get_by_role("complementary")
    alert = aside.get_by_role("alert")
    alert.wait_for()
    assert "read" not in alert.inner_text(), alert.inner_text()
    assert "That failed." in alert.inner_text()
    page.get_by_role("button", name="Search").click()
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    ask(page, "Still here?")
    answer(page)
    altered.stop()
    alert.get_by_role("button", name="Try again").click()
    page.get_by_role("list", name="Conversations").get_by_role("link").first.wait_for()
    told(complaints)


def test_a_message_that_cannot_be_shown_leaves_those_around_it(
    page: "Page", altered: AlteredFrames, complaints: Complaints
) -> None:
    ask(page, "The first one")
    answer(page)
    ask(page, "The second one")
    articles(page).nth(3).wait_for()
    answer(page)
    altered.by(spoil("chat:history", "messages.1.content", None))
    page.reload()
    log = page.get_by_role("log", name="Messages")
    log.get_by_text(FAILED).wait_for()
    assert articles(page).count() == 3
    assert "The first one" in articles(page).first.inner_text()
    assert "Simulated answer" in answer(page).inner_text()
    assert "null" not in log.inner_text()
    box(page).fill("and on it goes")
    told(complaints)


@pytest.mark.parametrize(
    ("path", "value", "lost"),
    [
        ("task.spent", None, "What it has taken"),
        ("task.dueAt", "nonsense", "What it has taken"),
        ("task.dependsOn", None, "Waits for"),
        ("subtasks.0.dependsOn", None, "a step"),
    ],
)
def test_what_is_wrong_with_a_task_costs_the_part_that_shows_it(
    page: "Page",
    altered: AlteredFrames,
    complaints: Complaints,
    path: str,
    value: object,
    lost: str,
) -> None:
    made = cast("dict[str, object]", send_frames(page, [("task:create", {"title": "Mow the lawn"})])[0]["task"])
    task_id = made["id"]
    steps = [{"taskId": task_id, "title": title, "prompt": "As ever."} for title in ("Take the mower", "Mow")]
    send_frames(page, [("subtask:create", step) for step in steps])
    altered.by(spoil("task:update", path, value))
    page.goto(f"/tasks/{task_id}")
    page.get_by_role("heading", level=1, name="Mow the lawn").wait_for()
    page.get_by_text(FAILED).wait_for()
    assert page.get_by_text(FAILED).count() == 1, lost
    assert page.get_by_role("status").get_by_text("Not begun").count() == 1
    assert page.get_by_role("button", name="Run", exact=True).is_enabled()
    page.get_by_role("list", name="Steps").get_by_text("Mow", exact=True).wait_for()
    altered.stop()
    page.reload()
    page.get_by_role("region", name="Waits for").wait_for()
    assert page.get_by_text(FAILED).count() == 0
    told(complaints)


def test_an_answer_that_is_late_keeps_nothing_else_waiting(page: "Page") -> None:
    held = HeldFrames(page, "task:brakes")
    page.goto("/machine")
    page.get_by_role("region", name="Processor").get_by_text("%").first.wait_for()
    page.get_by_role("region", name="Answers").locator("canvas").first.wait_for()
    limits = page.get_by_role("region", name="Limits for tasks")
    assert limits.count() == 0
    held.release()
    limits.wait_for()


def told(complaints: Complaints) -> None:
    """The console has it for whoever looks for the reason: errors of ours, and nothing else. They are no complaint."""
    assert complaints
    assert all("TypeError" in each or "RangeError" in each for each in complaints), complaints
    complaints.clear()


def test_what_a_task_and_its_attempts_cost_is_said_in_money_where_that_is_known(
    page: "Page", altered: AlteredFrames
) -> None:
    expenses = [{"costMicros": 12_300, "currency": "EUR"}]
    made = cast("dict[str, object]", send_frames(page, [("task:create", {"title": "Mow the lawn"})])[0]["task"])
    page.goto(f"/tasks/{made['id']}")
    spent = page.get_by_text("Spent").first
    spent.wait_for()
    assert "€" not in spent.inner_text(), "nothing is said where nothing is known"
    altered.by(spoil("task:update", "task.spent.expenses", expenses))
    page.reload()
    page.get_by_text("€0.0123").wait_for()
