"""Request bodies, and the words with which wrong ones are refused."""

import json
from base64 import b64encode

import pytest

from orchd.simulator.api.bodies import ChatBody, EmbeddingsBody, LoadBody, NativeChatBody, decode
from orchd.simulator.refusal import RefusedError

CHAT = b'{"model":"m","messages":[{"role":"user","content":"a b"}]%s}'


@pytest.mark.parametrize(
    ("body", "message", "code", "param"),
    [
        (b'{"model":"m"}', "'messages' is required", "missing_required_parameter", "messages"),
        (CHAT % b',"stream":"yes"', "Invalid request", "invalid_type", "stream"),
        (b"nope", "invalid JSON", "invalid_json", None),
        (b'{"x":' + b"[" * 50_000, "invalid JSON", "invalid_json", None),
    ],
)
def test_wrong_bodies(body: bytes, message: str, code: str, param: str | None) -> None:
    with pytest.raises(RefusedError, match=message) as refused:
        decode(body, ChatBody)
    assert (refused.value.status, refused.value.code, refused.value.param) == (400, code, param)


def test_unknown_members_by_api() -> None:
    assert decode(CHAT % b',"ttl":3', ChatBody).ask().model == "m"
    with pytest.raises(RefusedError, match=r"Unrecognized key\(s\) in object: 'ttl'"):
        decode(b'{"model":"m","ttl":3}', LoadBody)


def test_what_is_asked() -> None:
    ask = decode(
        CHAT % b',"stop":"x","max_completion_tokens":7,"stream_options":{"include_usage":true}', ChatBody
    ).ask()
    assert (ask.question, ask.stop, ask.limit, ask.include_usage, ask.stream) == ("a b", ("x",), 7, True, False)
    assert ask.prompt_tokens == 6


def test_directives_leave_the_question() -> None:
    ask = decode(CHAT.replace(b"a b", b"a [[simulate: empty]]") % b"", ChatBody).ask()
    assert (ask.question, ask.directive) == ("a", " empty")


def test_a_negative_limit_is_none() -> None:
    assert decode(CHAT % b',"max_tokens":-1', ChatBody).ask().limit is None
    assert decode(CHAT % b',"max_tokens":0', ChatBody).ask().limit == 0


def test_no_messages_and_null_content() -> None:
    with pytest.raises(RefusedError, match="must not be empty"):
        decode(b'{"model":"m","messages":[]}', ChatBody).ask()
    ask = decode(b'{"model":"m","messages":[{"role":"assistant","content":null}]}', ChatBody).ask()
    assert (ask.question, ask.prompt_tokens) == ("", 4)


def test_native_input_in_pieces() -> None:
    body = b'{"model":"m","input":[{"type":"text","content":"a"},{"type":"text","content":"b"}],"system_prompt":"s"}'
    ask = decode(body, NativeChatBody).ask()
    assert (ask.question, ask.prompt_tokens, ask.store) == ("a\nb", 15, True)


@pytest.mark.parametrize(
    ("given", "texts"),
    [(b'"a"', ["a"]), (b'["a","b"]', ["a", "b"]), (b"[1,2]", ["1 2"]), (b"[[1,2],[3]]", ["1 2", "3"]), (b"[]", [])],
)
def test_inputs_of_embeddings(given: bytes, texts: list[str]) -> None:
    assert decode(b'{"model":"m","input":' + given + b"}", EmbeddingsBody).texts() == texts


PIXEL = "data:image/png;base64," + b64encode(b"12345").decode()


def test_images_are_described_in_all_messages() -> None:
    content = [{"type": "text", "text": "Which?"}, {"type": "image_url", "image_url": {"url": PIXEL}}]
    body = {"model": "m", "messages": [{"role": "user", "content": content}] * 2}
    ask = decode(json.dumps(body).encode(), ChatBody).ask()
    assert (ask.question, ask.images) == ("Which?", ("image/png of 5 bytes",) * 2)
    assert ask.prompt_tokens > 512


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url"},
        {"type": "image_url", "image_url": {"url": "https://web.example/a.png"}},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,"}},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,!"}},
        {"type": "image_url", "image_url": {"url": "data:text/plain;base64,AAAA"}},
        {"type": "audio"},
    ],
)
def test_what_is_no_image_is_refused(part: dict[str, object]) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": [part]}]}
    with pytest.raises(RefusedError):
        decode(json.dumps(body).encode(), ChatBody).ask()
