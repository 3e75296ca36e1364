"""What stands in the place of handlers: answers to frames, some of them slow."""

from typing import Any

import trio

from orchd.features.models import AssistantItem
from orchd.protocol.router import Context
from tests.mcp_desk import Answer, frame

ANSWER = {
    "id": 12,
    "conversationId": 3,
    "content": "Hi",
    "status": "complete",
    "model": "m",
    "finishReason": "stop",
    "usage": {"promptTokens": 3, "completionTokens": 1, "totalTokens": 4},
    "error": None,
    "more": ["that", "nobody", "reads"],
}
MODEL = {
    "name": "m",
    "backend": "box",
    "purpose": "chat",
    "state": "loaded",
    "context": 4096,
    "maxContext": None,
    "parameters": None,
    "capabilities": [],
    "reason": None,
}
MODELS = {"models": [MODEL], "nextCursor": None}
_THEN = "2026-01-01T00:00:00.000Z"
_STATE = {
    "id": 4,
    "title": "a",
    "status": "pending",
    "waitsFor": None,
    "reason": None,
    "result": None,
    "resultNotes": "",
    "spent": {"calls": 0, "tokens": 0, "seconds": 0.0},
}
TASK = {"task": _STATE}
STEP = {"title": "think", "status": "completed", "verified": True}


def assistant(number: int, name: str) -> AssistantItem:
    """An assistant of the local owner's."""
    return AssistantItem(
        id=number,
        user_id=0,
        version=1,
        created_at=_THEN,
        updated_at=_THEN,
        deleted_at=None,
        project_id=None,
        name=name,
        system_prompt="Rhyme.",
    )


def says(reply: Any) -> Answer:
    """Answer with this."""

    async def answer(_context: Context, _data: Any) -> Any:
        await trio.lowlevel.checkpoint()
        return reply

    return answer


async def never(_context: Context, _data: Any) -> Any:
    """Answer never."""
    await trio.sleep_forever()


def slow_chat(seconds: float) -> Answer:
    """Answer after so many seconds, and say before that what it waits for."""

    async def answer(context: Context, _data: Any) -> Any:
        context.peer.put(frame("chat:progress", {"phase": "queued", "position": 2, "etaMs": 3500}))
        await trio.sleep(seconds / 2)
        context.peer.put(frame("chat:streaming", {"chunk": "Hi"}))
        await trio.sleep(seconds / 2)
        return ANSWER

    return answer


def task_frames(*, never_ends: bool) -> dict[str, Answer]:
    """What answers the frames of a task: it is done as soon as it runs, or never."""
    done = {**_STATE, "status": "completed", "result": "forty-two"}

    async def run(context: Context, _data: Any) -> Any:
        await trio.lowlevel.checkpoint()
        state = {"task": {**_STATE, "status": "executing"} if never_ends else done, "subtasks": [STEP]}
        context.peer.put(frame("task:update", state))
        return {"task": {**_STATE, "status": "planning"}}

    return {
        "task:create": says(TASK),
        "task:subscribe": says({"taskId": 4}),
        "task:run": run,
        "task:cancel": says({"task": {**_STATE, "status": "cancelled"}}),
        "task:get": says({"task": done, "subtasks": [STEP]}),
    }
