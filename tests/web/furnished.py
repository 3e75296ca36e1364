"""A daemon in which somebody has worked for a while: for tests that look at the whole page, and for pictures of it."""

from typing import TYPE_CHECKING, NamedTuple, cast

from tests.web.chat import answer, ask

if TYPE_CHECKING:
    from playwright.sync_api import Page

_SEND = """
(frames) => new Promise((done, fail) => {
    const socket = new WebSocket(location.origin.replace("http", "ws") + "/ws", "orchd.v1");
    const replies = [];
    const next = () => {
        if (replies.length === frames.length) { socket.close(); done(replies); return; }
        const [type, data] = frames[replies.length];
        socket.send(JSON.stringify({ type, id: String(replies.length), data }));
    };
    socket.onmessage = ({ data }) => {
        const frame = JSON.parse(data);
        if (frame.type === "session:ready") next();
        else if (frame.type === "error") fail(new Error(data));
        else if (frame.id === String(replies.length)) { replies.push(frame.data); next(); }
    };
    socket.onerror = () => fail(new Error("the socket failed"));
})
"""

QUESTION = "Compare the ways to paint a garden door, with figures. [[simulate: markdown,tokens=420,interval=0.002]]"
VARIABLE = {"type": "text", "name": "what", "description": "What it is about.", "required": True}
ROWS: tuple[tuple[str, dict[str, object]], ...] = (
    ("project:create", {"name": "House", "description": "All that has to do with the house."}),
    (
        "assistant:create",
        {"name": "Gardener", "description": "Knows plants.", "systemPrompt": "You are a gardener.", "category": "home"},
    ),
    ("assistant:create", {"name": "Editor", "description": "Shortens texts.", "systemPrompt": "Be brief."}),
    ("prompt:create", {"name": "Summary", "text": "Sum up: {{what}}", "variables": [VARIABLE], "tags": ["daily"]}),
    ("template:create", {"name": "Letter", "userText": "Write about {{what}}", "variables": [VARIABLE]}),
    ("instruction:create", {"title": "Tone", "instructionText": "Answer kindly.", "priority": 60}),
    ("knowledge:create", {"title": "Paint", "content": "Oil paint takes two days to dry.", "tags": ["house"]}),
    (
        "workflow:create",
        {
            "name": "Weekly report",
            "steps": [
                {"type": "task", "id": "collect", "title": "Collect what was done", "next": "write"},
                {"type": "prompt", "id": "write", "text": "Write it up."},
            ],
        },
    ),
    ("team:create", {"name": "Family"}),
    ("task:create", {"title": "Paint the fence", "description": "Green, before the rain.", "priority": "low"}),
    ("chat:send", {"message": "Which roses stand the frost?"}),
    ("chat:send", {"message": "Was brauche ich für zwölf Quadratmeter?"}),
    ("chat:send", {"message": "كيف أعتني بالورود؟"}),
)


class Furniture(NamedTuple):
    """Where things are."""

    conversation: str
    task: str
    row: str
    """An assistant, in the workspace."""


def send_frames(page: "Page", frames: list[tuple[str, dict[str, object]]]) -> list[dict[str, object]]:
    """Send frames as whoever is logged in there, one after the other; return the data of their replies."""
    return cast("list[dict[str, object]]", page.evaluate(_SEND, [list(frame) for frame in frames]))


def furnish(page: "Page") -> Furniture:
    """Put something everywhere: rows, a conversation with all that Markdown has, and a task that waits for a person."""
    task: dict[str, object] = {"title": "Plan the garden", "description": "Three beds. [[simulate: interval=0.001]]"}
    replies = send_frames(page, [*ROWS, ("task:create", task)])
    number = cast("dict[str, object]", replies[-1]["task"])["id"]
    assistants = [reply for (kind, _), reply in zip(ROWS, replies, strict=False) if kind == "assistant:create"]
    send_frames(page, [("task:plan", {"taskId": number})])
    ask(page, QUESTION)
    answer(page)
    return Furniture(
        page.url.removeprefix(page.url.split("/chat")[0]),
        f"/tasks/{number}",
        f"/workspace/assistants?id={assistants[0]['id']}",
    )
