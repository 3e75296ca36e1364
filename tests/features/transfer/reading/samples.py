"""Conversations as other programs export them."""

from typing import Any

Json = dict[str, Any]


def gpt_node(
    key: str, parent: str | None, role: str | None = None, parts: list[Any] | None = None, **more: Any
) -> tuple[str, Json]:
    """A node of ChatGPT's map."""
    message = None
    if role is not None:
        message = {
            "id": key,
            "author": {"role": role, "name": None, "metadata": {}},
            "create_time": more.pop("at", None),
            "update_time": None,
            "content": more.pop("content", {"content_type": "text", "parts": parts or []}),
            "status": "finished_successfully",
            "end_turn": True,
            "weight": 1.0,
            "metadata": more.pop("about", {}),
            "recipient": more.pop("recipient", "all"),
        }
    return key, {"id": key, "message": message, "parent": parent, "children": more.pop("children", [])}


def gpt(*nodes: tuple[str, Json], **more: Any) -> Json:
    """A conversation of ChatGPT's export."""
    return {
        "title": "Stones",
        "create_time": 1700000000.25,
        "update_time": 1700000100.5,
        "mapping": dict(nodes),
        "moderation_results": [],
        "current_node": nodes[-1][0],
        "conversation_id": "6553-aa",
        "id": "6553-aa",
        "is_archived": False,
        **more,
    }


CHATGPT = gpt(
    gpt_node("root", None, children=["sys"]),
    gpt_node("sys", "root", "system", [""], about={"is_visually_hidden_from_conversation": True}, children=["q1"]),
    gpt_node("q1", "sys", "user", ["Why is basalt dark?"], at=1700000001.5, children=["a1", "a2"]),
    gpt_node("a1", "q1", "assistant", ["Iron."], at=1700000002, about={"model_slug": "gpt-4o"}, children=["q2"]),
    gpt_node("a2", "q1", "assistant", ["Magnetite."], at=1700000003, about={"model_slug": "o3"}),
    gpt_node("q2", "a1", "user", ["And granite?"], at=1700000004, children=["t"]),
    gpt_node(
        "t",
        "q2",
        "assistant",
        content={"content_type": "thoughts", "thoughts": [{"summary": "Minerals", "content": "Quartz, I think."}]},
        at=1700000005,
        about={"model_slug": "o3"},
        children=["call"],
    ),
    gpt_node("call", "t", "assistant", ["search()"], recipient="web", at=1700000006, children=["tool"]),
    gpt_node("tool", "call", "tool", ["a page"], at=1700000007, children=["a3"]),
    gpt_node("a3", "tool", "assistant", ["Quartz."], at=1700000008, about={"model_slug": "o3"}, children=[]),
)

OPEN_WEBUI: Json = {
    "id": "0b5c-1",
    "user_id": "u",
    "title": "Stones",
    "chat": {
        "id": "",
        "title": "Stones",
        "models": ["llama3"],
        "params": {"system": "Be brief."},
        "history": {
            "messages": {
                "m1": {
                    "id": "m1",
                    "parentId": None,
                    "childrenIds": ["m2", "m3"],
                    "role": "user",
                    "content": "Why is basalt dark?",
                    "files": [{"type": "image", "url": "data:image/png;base64,AAAA"}],
                    "timestamp": 1700000001,
                    "models": ["llama3"],
                },
                "m2": {
                    "id": "m2",
                    "parentId": "m1",
                    "childrenIds": [],
                    "role": "assistant",
                    "content": '<details type="reasoning" done="true" duration="2">\n<summary>Thought</summary>\n'
                    "> Dark.\n> Iron?\n</details>\nIron.",
                    "model": "llama3",
                    "timestamp": 1700000002,
                    "done": True,
                },
                "m3": {
                    "id": "m3",
                    "parentId": "m1",
                    "childrenIds": [],
                    "role": "assistant",
                    "content": "",
                    "error": {"content": "model not found"},
                    "model": "mistral",
                    "timestamp": 1700000003,
                },
            },
            "currentId": "m2",
        },
        "messages": [],
        "tags": [],
        "timestamp": 1700000000123,
    },
    "updated_at": 1700000009,
    "created_at": 1700000000,
    "share_id": None,
    "archived": True,
    "pinned": True,
    "meta": {"tags": ["stones", "work"]},
    "folder_id": None,
}

OLD_OPEN_WEBUI: Json = {
    "id": "0b5c-2",
    "title": "Old",
    "chat": {
        "messages": [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": "Hello"},
            {"role": "assistant", "content": "Hi", "model": "llama2", "timestamp": 1690000000},
        ]
    },
    "timestamp": 1690000000,
}

_ROOT = "00000000-0000-0000-0000-000000000000"

LIBRECHAT: Json = {
    "conversationId": "c-1",
    "endpoint": "openAI",
    "title": "Stones",
    "exportAt": "10:00:00 GMT+0000",
    "branches": True,
    "recursive": False,
    "options": {"promptPrefix": "Be exact."},
    "messages": [
        {
            "messageId": "1",
            "parentMessageId": _ROOT,
            "sender": "User",
            "isCreatedByUser": True,
            "text": "Why is basalt dark?",
            "createdAt": "2023-11-14T22:13:21.500Z",
        },
        {
            "messageId": "2",
            "parentMessageId": "1",
            "sender": "GPT-4",
            "isCreatedByUser": False,
            "text": "",
            "content": [
                {"type": "think", "think": "Dark."},
                {"type": "text", "text": {"value": "Iron."}},
                {"type": "tool_call", "tool_call": {"name": "web"}},
            ],
            "model": "gpt-4",
            "createdAt": "2023-11-14T22:13:22.000Z",
        },
        {
            "messageId": "3",
            "parentMessageId": "1",
            "sender": "GPT-4",
            "isCreatedByUser": False,
            "text": "It",
            "unfinished": True,
            "model": "gpt-4",
            "createdAt": "2023-11-14T22:13:23.000Z",
        },
    ],
}

LIBRECHAT_TREE: Json = {
    "conversationId": "c-2",
    "title": "Tree",
    "recursive": True,
    "messagesTree": [
        {
            "messageId": "1",
            "isCreatedByUser": True,
            "text": "One?",
            "children": [
                {"messageId": "2", "isCreatedByUser": False, "text": "Yes.", "children": []},
                {"messageId": "3", "isCreatedByUser": False, "text": "No.", "children": []},
            ],
        }
    ],
}
