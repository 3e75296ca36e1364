"""Workflows as they are stored, on both databases: whole and fitting together, or not at all."""

from typing import Any

import pytest

from orchd.features.workspace.workflows.steps import MAX_STEPS
from orchd.protocol.codec import FrameRefused
from tests.fix_workspace import ANN, Desk

STEPS: list[dict[str, Any]] = [
    {"type": "task", "id": "plan", "title": "Plan it", "next": "ask"},
    {"type": "approval", "id": "ask", "question": "Go on?", "next": "again"},
    {"type": "loop", "id": "again", "body": "write", "maxRounds": 3, "until": {"step": "check", "test": "done"}},
    {"type": "prompt", "id": "write", "text": "Write it.", "next": "check"},
    {"type": "http", "id": "check", "method": "POST", "url": "https://a.example/check", "next": "again"},
]


async def test_steps_are_kept_as_they_are_sent(entity_desk: Desk) -> None:
    desk = entity_desk
    row = await desk.done(ANN, "workflow:create", name="Report", steps=STEPS)
    until = {"until": {"step": "check", "test": "done", "value": ""}}
    for sent, kept in zip(STEPS, row["steps"], strict=True):
        assert {name: kept[name] for name in sent} == sent | (until if "until" in sent else {})
        assert (kept["name"], "next" in kept) == ("", True)
    assert await desk.done(ANN, "workflow:get", workflowId=row["id"]) == row
    again = await desk.done(ANN, "workflow:update", workflowId=row["id"], steps=row["steps"])
    assert again["steps"] == row["steps"]


WRONG = {
    "a circle": ([{"type": "task", "id": "a", "title": "t", "next": "a"}], "[0].next"),
    "no web address": ([{"type": "http", "id": "a", "method": "GET", "url": "file:///etc/passwd"}], "[0].url"),
    "a password": ([{"type": "http", "id": "a", "method": "GET", "url": "https://b:c@a.example"}], "[0].url"),
    "an unknown type": ([{"type": "sing", "id": "a"}], "[0].type"),
    "an unknown member": ([{"type": "task", "id": "a", "title": "t", "titel": "u"}], "[0].titel"),
    "no title": ([{"type": "task", "id": "a"}], "[0].title"),
    "no steps": ([], ""),
    "too many": ([{"type": "task", "id": str(n), "title": "t", "next": str(n + 1)} for n in range(MAX_STEPS + 1)], ""),
}


@pytest.mark.parametrize("name", WRONG)
async def test_nothing_is_stored_of_steps_that_do_not_fit(entity_desk: Desk, name: str) -> None:
    desk, (steps, place) = entity_desk, WRONG[name]
    row = await desk.done(ANN, "workflow:create", name="Report", steps=STEPS)
    for asked in (("workflow:create", {"name": "Other"}), ("workflow:update", {"workflowId": row["id"]})):
        told = await refusal(desk, asked[0], **asked[1], steps=steps)
        assert (told["code"], told["details"]["path"]) == ("invalid", f"$.data.steps{place}")
    assert (await desk.done(ANN, "workflow:list"))["items"] == [row]


async def refusal(desk: Desk, kind: str, **data: Any) -> dict[str, Any]:
    """What a frame is refused with, by the codec or later."""
    try:
        return await desk.refused(ANN, kind, **data)
    except FrameRefused as refused:
        return {"code": refused.error.code, "details": refused.error.details}
