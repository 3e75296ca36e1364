"""A conversation that is shared: what others see of it, may do with it, and are told when it is theirs no more."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.fix_page import Complaints, PageDaemon
from tests.starting import Starter
from tests.web.chat import answer, articles, ask, box
from tests.web.furnished import send_frames
from tests.web.people import PASSWORD, daemon_with_ana, log_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture(scope="module")
def page_daemon(tmp_path_factory: pytest.TempPathFactory, starter: Starter, browser: "Browser") -> Iterator[PageDaemon]:
    """A daemon with users: ana, who is an admin, and ben."""
    with daemon_with_ana(tmp_path_factory, starter) as started:
        started.run("user", "add", "ben", "--role", "member", "--password-file", "-", stdin=PASSWORD)
        yield started


def named(page: "Page") -> list[str | None]:
    """Whose the messages are."""
    return [article.get_attribute("aria-label") for article in articles(page).all()]


def share(page: "Page", number: int) -> dict[str, object]:
    """Put a conversation into a new project, of which ben is a viewer; what names him there."""
    made, *_ = send_frames(page, [("project:create", {"name": f"Garden {number}"})])
    project = {"projectId": made["project"]["id"]}  # type: ignore[index]
    added, _ = send_frames(
        page,
        [
            ("project:member:add", {**project, "userName": "ben", "role": "viewer"}),
            ("conversation:update", {**project, "conversationId": number}),
        ],
    )
    ben = next(member for member in added["members"] if member["name"] == "ben")  # type: ignore[attr-defined]
    return {**project, "userId": ben["userId"]}


def test_a_conversation_with_others(
    page: "Page", open_context: Callable[..., "BrowserContext"], page_daemon: PageDaemon, complaints: Complaints
) -> None:
    log_in(page)
    ask(page, "Which green?")
    answer(page)
    number = int(page.url.rpartition("/")[2])
    member = share(page, number)
    ben = open_context(base_url=page_daemon.url).new_page()
    complaints.watch(ben)
    ben.goto(f"/chat/{number}")
    log_in(ben, "ben")
    ben.get_by_text("You can read this conversation, but not write in it.").wait_for()
    assert named(ben) == ["ana", "simulated"]
    assert box(ben).count() == 0
    assert ben.get_by_role("button", name="Edit").count() == 0
    assert ben.get_by_role("button", name="Regenerate").count() == 0
    assert ben.get_by_role("button", name="Good answer").count() == 1, "what one thinks of it is one's own"

    send_frames(page, [("project:member:update", {**member, "role": "editor"})])
    ben.reload()
    ask(ben, "And which blue?")
    page.get_by_role("article", name="ben").get_by_text("And which blue?").wait_for()
    answer(page)
    answer(ben)
    assert named(page) == ["You", "simulated", "ben", "simulated"]
    assert named(ben) == ["ana", "simulated", "You", "simulated"]

    send_frames(page, [("conversation:update", {"conversationId": number, "projectId": None})])
    ben.get_by_role("heading", name="This conversation isn't there").wait_for()
    assert box(ben).count() == 0
    ben.get_by_role("link", name="New chat").last.click()
    box(ben).wait_for()


def test_who_may_only_read_is_asked_for_no_question(
    page_daemon: PageDaemon, open_context: Callable[..., "BrowserContext"]
) -> None:
    page_daemon.run("user", "add", "eve", "--role", "viewer", "--password-file", "-", stdin=PASSWORD)
    eve = open_context(base_url=page_daemon.url).new_page()
    eve.goto("/chat")
    log_in(eve, "eve")
    eve.get_by_role("heading", name="Conversations to read").wait_for()
    assert box(eve).count() == 0


def test_a_task_and_an_assistant_that_one_may_only_look_at(
    page: "Page", open_context: Callable[..., "BrowserContext"], page_daemon: PageDaemon
) -> None:
    log_in(page)
    ask(page, "Which red?")
    answer(page)
    project = {"projectId": share(page, int(page.url.rpartition("/")[2]))["projectId"]}
    made = send_frames(
        page,
        [
            ("assistant:create", {**project, "name": "Painter"}),
            ("task:create", {**project, "title": "Paint the door", "description": "[[simulate: interval=0.001]]"}),
        ],
    )
    ben = open_context(base_url=page_daemon.url).new_page()
    ben.goto(f"/tasks/{made[1]['task']['id']}")  # type: ignore[index]
    log_in(ben, "ben")
    ben.get_by_text("You can look at this, but not change it.").wait_for()
    assert ben.get_by_role("main").get_by_role("button").all_inner_texts() == []
    number = made[1]["task"]["id"]  # type: ignore[index]
    send_frames(page, [("task:plan", {"taskId": number})])
    page.goto("/tasks")
    page.get_by_role("link", name="Paint the door").get_by_text("Needs your approval").wait_for()
    ben.get_by_role("heading", name="May this plan be run?").wait_for()
    status = ben.get_by_role("main").get_by_role("status")
    assert status.inner_text() == "Needs an approval", "ben has no say in it"
    ben.get_by_role("link", name="All tasks").click()
    ben.get_by_role("link", name="Paint the door").get_by_text("Needs an approval").wait_for()
    ben.goto(f"/workspace/projects?id={project['projectId']}")
    contents = ben.get_by_role("region", name="What is in it")
    for kind, name in (("Chat", "Which red?"), ("Tasks", "Paint the door"), ("Assistants", "Painter")):
        contents.get_by_role("list", name=kind).get_by_role("link", name=name).wait_for()
    contents.get_by_role("link", name="Painter").click()
    ben.get_by_role("heading", name="Painter", level=1).wait_for()
    ben.go_back()
    contents.get_by_role("link", name="Assistants", exact=True).click()
    ben.get_by_role("table").get_by_role("link", name="Painter").wait_for()
    ben.goto(f"/workspace/assistants?id={made[0]['id']}")
    ben.get_by_text("You can look at this, but not change it.").wait_for()
    assert ben.get_by_role("button", name="Save").count() == 0
