"""Conversations out of the exports of other programs: what is kept of them, and what is said of the rest."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.clock import unix_now
from orchd.features.transfer.reading import growing
from orchd.features.transfer.reading.conversation import ReadConversation, ReadElement
from orchd.features.transfer.reading.elements import read_elements
from orchd.protocol.types import timestamp
from tests.examples import examples
from tests.features.transfer.reading.samples import (
    CHATGPT,
    LIBRECHAT,
    LIBRECHAT_TREE,
    OLD_OPEN_WEBUI,
    OPEN_WEBUI,
    Json,
    gpt,
    gpt_node,
)


def read(found: object) -> ReadElement:
    raw = found if isinstance(found, bytes) else json.dumps(found).encode()
    (element,) = read_elements([raw], False)
    return msgspec.msgpack.decode(msgspec.msgpack.encode(element), type=ReadElement)  # as a worker's reply comes


def taken(found: object) -> ReadConversation:
    element = read(found)
    assert element.conversation is not None, element
    return element.conversation


def said(conversation: ReadConversation) -> list[tuple[int | None, str, str]]:
    """Each message: what it follows, who says it, and what."""
    return [(each.parent_id, each.role, each.content) for each in conversation.messages]


def notes(conversation: ReadConversation) -> dict[str, int]:
    return {note.remark: note.count for note in conversation.notes}


def test_chatgpt() -> None:
    found = taken(CHATGPT)
    assert said(found) == [
        (None, "user", "Why is basalt dark?"),
        (1, "assistant", "Iron."),
        (1, "assistant", "Magnetite."),
        (2, "user", "And granite?"),
        (4, "assistant", "Quartz."),
    ]
    last = found.messages[4]
    assert (last.reasoning, last.model, last.timestamp) == ("Quartz, I think.", "o3", "2023-11-14T22:13:25.000Z")
    assert found.leaf_id == 5
    assert (found.origin.source, found.origin.source_id) == ("chatgpt", "6553-aa")
    assert (found.content.title, found.content.system_prompt) == ("Stones", None)
    assert found.content.created_at == "2023-11-14T22:13:20.250Z"
    assert found.content.updated_at == "2023-11-14T22:13:28.000Z"
    assert notes(found) == {"tool_calls": 1, "tool_messages": 1}


def test_what_is_not_there_in_chatgpts_is_made_up_for() -> None:
    found = taken(gpt(gpt_node("a", None, "user", ["Hello " * 50]), title=None, create_time=None, id=None))
    assert found.content.title.startswith("Hello Hello")
    assert found.messages[0].timestamp == found.content.created_at == "2023-11-14T22:15:00.500Z"
    other = gpt(gpt_node("a", None, "user", ["Hi"]), conversation_id=None, id=None, update_time=None, create_time=None)
    assert taken(other).origin.source_id.startswith("#")
    assert taken(other).origin == taken(other).origin


def test_parts_that_are_no_text() -> None:
    image = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://x", "size_bytes": 1}
    found = taken(
        gpt(
            gpt_node("a", None, "user", content={"content_type": "multimodal_text", "parts": [image, "What is it?"]}),
            gpt_node("b", "a", "user", content={"content_type": "multimodal_text", "parts": [image, image]}),
            gpt_node("c", "b", "user", [{"content_type": "audio_transcription", "text": "Spoken."}]),
            gpt_node("d", "c", "assistant", content={"content_type": "code", "language": "python", "text": "1 + 1"}),
        )
    )
    assert [text for _, _, text in said(found)] == [
        "What is it?",
        "(an attachment, which was not imported)",
        "Spoken.",
        "```python\n1 + 1\n```",
    ]
    assert notes(found) == {"attachments": 3}


def test_what_the_system_says_first_is_the_system_prompt() -> None:
    found = taken(
        gpt(
            gpt_node("s", None, "system", ["Be brief."]),
            gpt_node("a", "s", "user", ["Hello"]),
            gpt_node("s2", "a", "system", ["Be long."]),
            gpt_node("b", "s2", "assistant", ["Hi"]),
        )
    )
    assert found.content.system_prompt == "Be brief."
    assert said(found) == [(None, "user", "Hello"), (1, "assistant", "Hi")]
    assert notes(found) == {"system_messages": 1}


def test_open_webui() -> None:
    found = taken(OPEN_WEBUI)
    assert said(found) == [(None, "user", "Why is basalt dark?"), (1, "assistant", "Iron."), (1, "assistant", "")]
    assert found.messages[1].reasoning == "Dark.\nIron?"
    failed = found.messages[2]
    assert failed.error is not None
    assert (failed.status, failed.error.message, failed.model) == ("error", "model not found", "mistral")
    assert found.leaf_id == 2
    content = found.content
    assert (content.system_prompt, content.tags, content.pinned, content.archived) == (
        "Be brief.",
        ("stones", "work"),
        True,
        True,
    )
    assert content.created_at == "2023-11-14T22:13:20.000Z"
    assert notes(found) == {"attachments": 1}
    assert taken(OPEN_WEBUI["chat"]).origin.source == "open_webui"


def test_the_older_list_of_open_webui() -> None:
    found = taken(OLD_OPEN_WEBUI)
    assert said(found) == [(None, "user", "Hello"), (1, "assistant", "Hi")]
    assert (found.content.system_prompt, found.leaf_id, found.messages[1].model) == ("Be kind.", 2, "llama2")
    assert found.content.created_at == "2023-07-22T04:26:40.000Z"


def test_librechat() -> None:
    found = taken(LIBRECHAT)
    assert said(found) == [(None, "user", "Why is basalt dark?"), (1, "assistant", "Iron."), (1, "assistant", "It")]
    assert (found.messages[1].reasoning, found.messages[2].status) == ("Dark.", "interrupted")
    assert (found.content.system_prompt, found.leaf_id) == ("Be exact.", 3)
    assert found.content.created_at == "2023-11-14T22:13:21.500Z"
    assert notes(found) == {"tool_calls": 1}


def test_the_tree_of_librechat() -> None:
    found = taken(LIBRECHAT_TREE)
    assert said(found) == [(None, "user", "One?"), (1, "assistant", "Yes."), (1, "assistant", "No.")]


def chain(*links: tuple[str, str | None]) -> Json:
    """A map in which each node has a message and names a parent."""
    return gpt(*(gpt_node(key, parent, "user", [key]) for key, parent in links), current_node=None)


@pytest.mark.parametrize(
    ("links", "parents", "told"),
    [
        ([("a", "gone"), ("b", "a")], [None, 1], {"missing_parents": 1}),
        ([("a", None), ("b", None), ("c", "b")], [None, None, 2], {}),
        ([("a", "b"), ("b", "a")], [None, 1], {"circles": 1}),
        ([("a", "a")], [None], {"circles": 1}),
        ([("r", None), ("a", "c"), ("b", "a"), ("c", "b")], [None, None, 2, 3], {"circles": 1}),
        ([("b", "a"), ("a", None)], [None, 1], {}),
    ],
)
def test_trees_that_are_none(links: list[tuple[str, str | None]], parents: list[int], told: Json) -> None:
    found = taken(chain(*links))
    assert [each.parent_id for each in found.messages] == parents
    assert notes(found) == told


def test_ids_that_are_there_twice() -> None:
    twice = json.loads(json.dumps(LIBRECHAT))
    twice["messages"][2]["messageId"] = "2"
    found = taken(twice)
    assert len(found.messages) == 2
    assert notes(found)["repeated_ids"] == 1


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"{", "not_json"),
        (b"", "not_json"),
        (b"1", "unknown_format"),
        (b"null", "unknown_format"),
        (b"[]", "unknown_format"),
        (b'{"a": 1}', "unknown_format"),
        (b'{"mapping": []}', "unknown_format"),
        (b'{"mapping": {}}', "empty"),
        (b'{"mapping": {"a": 1, "b": null, "c": {"message": 5}}}', "empty"),
        (b'{"chat": {"messages": [1, null, {"role": ["user"]}]}}', "empty"),
        (b'{"conversationId": null, "messages": [1, {"content": [1, {"type": []}]}]}', "empty"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "nesting"),
    ],
)
def test_what_is_no_conversation(raw: bytes, fault: str) -> None:
    assert read(raw).fault == fault


def test_json_that_is_none_to_the_letter() -> None:
    raw = (
        b'{"title": "half \\ud83d", "create_time": NaN, "update_time": Infinity, "mapping": {"a": {"parent": null,'
        b' "message": {"author": {"role": "user"}, "create_time": 1e999, "content": {"content_type": "text",'
        b' "parts": ["\\ud83d and \xff"]}}}}}'
    )
    found = taken(raw)
    assert found.content.title == "half �"
    assert found.messages[0].content == "� and �"


@pytest.mark.parametrize("at", [-1, 0, True, "x", [], {}, 1e300, 10**40, "9999999-01-01", "0001-01-01T00:00:00Z"])
def test_times_that_are_none(at: Any) -> None:
    found = taken(gpt(gpt_node("a", None, "user", ["Hi"], at=at)))
    assert found.messages[0].timestamp == "2023-11-14T22:13:20.250Z"


@pytest.mark.parametrize("at", [1700000001, 1700000001000, 1700000001000000, 1700000001 * 10**9, "2023-11-14T22:13:21"])
def test_times_in_any_unit(at: Any) -> None:
    found = taken(gpt(gpt_node("a", None, "user", ["Hi"], at=at)))
    assert found.messages[0].timestamp == "2023-11-14T22:13:21.000Z"


def test_a_conversation_may_have_so_many_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "MAX_NODES", 2)
    assert read(chain(("a", None), ("b", "a"), ("c", "b"))).fault == "too_many_messages"


def test_texts_that_are_too_long_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "MAX_TEXT", 3)
    found = taken(gpt(gpt_node("a", None, "user", ["Hello"])))
    assert found.messages[0].content == "Hel"
    assert notes(found) == {"cut_texts": 1}


def test_an_answer_in_many_parts_is_joined_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Joining it anew for each part took minutes for a file of 25 MB."""
    monkeypatch.setattr(growing, "MAX_TEXT", 12)
    parts = [gpt_node(f"p{n}", f"p{n - 1}", "assistant", [f"part {n}"], at=1700000000 + n) for n in range(1, 6)]
    parts[1][1]["message"]["metadata"] = {"model_slug": "o3"}
    parts[4][1]["message"]["status"] = "in_progress"
    found = taken(gpt(gpt_node("p0", None, "user", ["Hi"], at=1700000000), *parts))
    assert said(found) == [(None, "user", "Hi"), (1, "assistant", "part 1\n\npart")]
    assert (found.messages[1].model, found.messages[1].status) == ("o3", "interrupted")
    assert notes(found) == {"cut_texts": 1}


def test_a_long_chain_is_no_matter() -> None:
    found = taken(chain(*((str(n), str(n - 1) if n else None) for n in range(20_000))))
    assert len(found.messages) == 20_000


ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def spoiled(draw: st.DrawFn) -> Any:
    """A sample in which some value was replaced by anything."""
    found = json.loads(
        json.dumps(draw(st.sampled_from([CHATGPT, OPEN_WEBUI, OLD_OPEN_WEBUI, LIBRECHAT, LIBRECHAT_TREE])))
    )
    place: Any = found
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = draw(st.sampled_from(keys))
        if not (isinstance(place[key], dict | list) and place[key]) or draw(st.integers(0, 3)) == 0:
            place[key] = draw(ANYTHING)
            return found
        place = place[key]


@settings(max_examples=examples(400), deadline=None)
@given(spoiled())
def test_whatever_stands_in_a_file_is_read_or_refused(found: Any) -> None:
    element = read(json.dumps(found).encode())
    assert (element.conversation is None) == (element.fault is not None)
    if element.conversation is not None:
        seen: set[int] = set()
        for each in element.conversation.messages:
            assert each.parent_id is None or each.parent_id in seen
            seen.add(each.id)
        assert element.conversation.leaf_id in seen


def test_nothing_was_said_later_than_now() -> None:
    later = 4_000_000_000
    found = taken(gpt(gpt_node("a", None, "user", ["Hi"], at=later), create_time=later, update_time=later))
    now = timestamp(unix_now())
    assert found.content.created_at <= now
    assert found.content.updated_at <= now
    assert found.messages[0].timestamp <= now
