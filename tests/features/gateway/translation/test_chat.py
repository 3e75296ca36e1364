"""Messages of a chat put together from anything: what templates of models can read, and nothing lost."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.features.gateway.translation.chat import ChatMessages, image_part, text_part
from tests.examples import examples

TEXTS = st.text("ab", min_size=1, max_size=3)
STEPS = st.lists(
    st.tuples(st.sampled_from(["instruct", "ask", "show", "think", "say", "call", "result"]), TEXTS), max_size=12
)


@settings(max_examples=examples(200), deadline=None)
@given(STEPS)
def test_turns_alternate_and_nothing_is_lost(steps: list[tuple[str, str]]) -> None:
    messages = ChatMessages()
    for number, (kind, word) in enumerate(steps):
        text = f"<{number}{word}>"
        match kind:
            case "instruct":
                messages.instruct(text)
            case "ask":
                messages.ask([text_part(text)])
            case "show":
                messages.ask([image_part(text)])
            case "think":
                messages.think(text)
            case "say":
                messages.say(text)
            case "call":
                messages.call(text, "f", "{}")
            case "result":
                messages.answer_call(text, [text_part(text), image_part(text)])
    told = messages.close()
    roles = [message["role"] for message in told]
    assert "system" not in roles[1:]
    for role, following in itertools.pairwise(roles):
        assert role != following or role == "tool"
    for number, (_, word) in enumerate(steps):
        assert f"<{number}{word}>" in str(told)
    assert messages.media_bytes == sum(
        len(part["image_url"]["url"])
        for message in told
        if isinstance(message["content"], list)
        for part in message["content"]
        if part["type"] == "image_url"
    )


def test_nothing_is_told_where_nothing_is_said() -> None:
    messages = ChatMessages()
    messages.instruct("")
    messages.ask([text_part("x")])
    messages.instruct("")
    assert messages.close() == [{"role": "user", "content": "x"}]


def test_a_result_is_right_behind_its_call_whatever_it_shows() -> None:
    messages = ChatMessages()
    for name in ("c1", "c2"):
        messages.call(name, "f", "{}")
    for name in ("c1", "c2"):
        messages.answer_call(name, [image_part("data:,x")])
    assert [message["role"] for message in messages.close()] == ["assistant", "tool", "tool", "user"]
