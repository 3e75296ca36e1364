import errno
import json

import httpx
import pytest

from orchd.errors import NotFound, OrchdError, RateLimited, Timeout, TooLarge, Unavailable, UpstreamError
from orchd.llm.answers.failures import is_loading, judge, map_errors, refuses_schema
from orchd.llm.answers.words import MAX_MESSAGE_CHARACTERS, ServerMessage, read_body
from orchd.llm.types import Prompt, Turn
from orchd.llm.wire.sse import StreamTooLongError


def judged(status: int, body: str) -> OrchdError:
    return judge("box:1", read_body(status, body.encode()))


OVERFLOW_TEXTS = [
    "Trying to keep the first 812 tokens when context the overflows",
    "Cannot truncate prompt with n_keep (900) >= n_ctx (512)",
    "The number of tokens to keep from the initial prompt is greater than the context length",
    "Context size has been exceeded.",
    "This model's maximum context length is 512 tokens. However, you requested 600",
    "the request exceeds the available context size, try increasing it",
]


@pytest.mark.parametrize("text", OVERFLOW_TEXTS)
@pytest.mark.parametrize("status", [200, 400, 500])
def test_context_overflow_by_its_many_texts(text: str, status: int) -> None:
    found = judged(status, f'{{"error": {{"message": "{text}"}}}}')
    assert isinstance(found, TooLarge)
    assert found.message == text
    if "512" in text:
        assert found.details["n_ctx"] == 512


def test_context_overflow_by_type_with_its_numbers() -> None:
    body = (
        '{"error":{"code":400,"message":"too long","type":"exceed_context_size_error","n_prompt_tokens":99,"n_ctx":64}}'
    )
    found = judged(400, body)
    assert isinstance(found, TooLarge)
    assert (found.details["n_ctx"], found.details["n_prompt_tokens"]) == (64, 99)


@pytest.mark.parametrize(
    ("status", "body", "kind", "reason"),
    [
        (401, '{"error":{"message":"bad sk-lm-secret","code":"invalid_api_key"}}', UpstreamError, "unauthorized"),
        (403, "", UpstreamError, "unauthorized"),
        (403, '{"error":{"message":"invalid credentials"}}', UpstreamError, "unauthorized"),
        (403, '{"error":{"message":"region not supported"}}', UpstreamError, "forbidden"),
        (403, '{"error":{"message":"requires moderation, your input was flagged"}}', UpstreamError, "forbidden"),
        (403, '{"error":{"message":"x","code":"insufficient_user_quota"}}', UpstreamError, "insufficient_quota"),
        (403, '{"error":{"message":"no access","code":"model_not_found"}}', NotFound, None),
        (400, '{"error":{"message":"Your credit balance is too low"}}', UpstreamError, "insufficient_quota"),
        (429, '{"error":{"message":"\u4f59\u989d\u4e0d\u8db3"}}', UpstreamError, "insufficient_quota"),
        (400, '{"error":{"message":"x is not a valid model ID"}}', NotFound, None),
        (400, '{"error":{"message":"Invalid model name passed in model=x"}}', NotFound, None),
        (400, '{"error":{"message":"model x does not support tools"}}', UpstreamError, "server_error"),
        (529, "", Unavailable, "overloaded"),
        (500, '{"error":"the model is loading, please wait"}', Unavailable, "overloaded"),
        (500, '{"error":"model is loaded with wrong settings"}', UpstreamError, "server_error"),
        (400, '{"error":{"message":"x","type":"authentication_error"}}', UpstreamError, "unauthorized"),
        (429, '{"error":"slow down"}', RateLimited, "rate_limited"),
        (200, '{"error":{"message":"x","type":"rate_limit_error"}}', RateLimited, "rate_limited"),
        (529, '{"error":{"message":"x","type":"overloaded_error"}}', Unavailable, "overloaded"),
        (413, "", TooLarge, "context_overflow"),
        (402, '{"error":{"message":"Insufficient credits"}}', UpstreamError, "insufficient_quota"),
        (429, '{"error":{"message":"x","code":"insufficient_quota"}}', UpstreamError, "insufficient_quota"),
        (429, '{"error":"check your plan and billing details"}', UpstreamError, "insufficient_quota"),
        (503, '{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}', Unavailable, "overloaded"),
        (503, "server busy, please try again.  maximum pending requests exceeded", Unavailable, "overloaded"),
        (
            400,
            '{"error":{"message":"No models loaded. Please load a model","param":"model"}}',
            Unavailable,
            "overloaded",
        ),
        (200, '{"error":{"code":503,"message":"away"}}', Unavailable, "overloaded"),
        (200, '{"error":"Unexpected endpoint or method. (POST /v1/x)"}', UpstreamError, "unexpected_endpoint"),
        (500, '{"error":"llama runner process has terminated"}', UpstreamError, "server_error"),
        (500, '{"object":"error","message":"flat","code":500}', UpstreamError, "server_error"),
        (422, '{"detail":"fastapi"}', UpstreamError, "server_error"),
        (502, "<html><body>Bad gateway</body></html>", UpstreamError, "server_error"),
        (404, '{"error":"no such path"}', UpstreamError, "server_error"),
        (400, '{"error":{"code":400,"message":"Unrecognized key(s)"}}', UpstreamError, "server_error"),
    ],
)
def test_errors_by_status_type_and_text(status: int, body: str, kind: type[OrchdError], reason: str | None) -> None:
    found = judged(status, body)
    assert type(found) is kind
    assert found.details.get("reason") == reason
    assert found.details["backend"] == "box:1"


@pytest.mark.parametrize(
    "body",
    [
        '{"error":{"message":"Model \\"x\\" not found","param":"model","code":"model_not_found"}}',
        '{"error":{"message":"The model `x` does not exist.","type":"NotFoundError","code":404}}',
        '{"error":{"message":"model \\"x\\" not found, try pulling it first","type":"not_found_error"}}',
        '{"object":"error","message":"The model `x` does not exist.","type":"x","code":404}',
    ],
)
def test_unknown_models(body: str) -> None:
    found = judged(404, body)
    assert isinstance(found, NotFound)
    assert found.details["field"] == "model"


def test_a_refused_key_is_never_repeated() -> None:
    assert "sk-lm" not in judged(401, '{"error":{"message":"bad sk-lm-secret"}}').message


def test_messages_are_verbatim_but_bounded() -> None:
    assert (
        judged(500, '{"error":{"message":"  Jinja: roles must alternate "}}').message == "Jinja: roles must alternate"
    )
    assert len(judged(500, "x" * 2000).message) == MAX_MESSAGE_CHARACTERS
    assert judged(500, "").message == "the server answered with HTTP status 500"
    assert judged(500, "<html>").message == "the server answered with HTTP status 500"
    assert judged(500, '{"error": {}}').message == "the server answered with HTTP status 500"


def test_a_bad_request_told_in_a_stream_has_the_status_of_one() -> None:
    assert judged(200, '{"error":{"message":"x","type":"BadRequestError"}}').details["status"] == 400
    assert judged(200, '{"error":{"message":"x","type":"invalid_request_error"}}').details["status"] == 400
    assert judged(200, '{"error":{"message":"x","type":"server_error"}}').details["status"] == 200


def test_when_to_come_back_is_told_unless_waiting_does_not_help() -> None:
    for status in (429, 503):
        assert judge("b", ServerMessage(status, "x", retry_after_ms=7)).details["retryAfterMs"] == 7
        assert "retryAfterMs" not in judge("b", ServerMessage(status, "x")).details
    quota = judge("b", ServerMessage(429, "x", code="insufficient_quota", retry_after_ms=7))
    assert not quota.retryable
    assert "retryAfterMs" not in quota.details
    per_minute = judge(
        "b", ServerMessage(429, "You exceeded your current quota, check your billing details", retry_after_ms=7)
    )
    assert isinstance(per_minute, RateLimited)


def test_a_number_as_long_as_a_book_is_no_limit() -> None:
    assert isinstance(judged(400, "prompt too long, n_ctx " + "9" * 20_000), TooLarge)


def test_only_a_503_that_says_so_is_loading() -> None:
    assert is_loading(ServerMessage(503, "Loading model"))
    assert not is_loading(ServerMessage(503, "busy"))
    assert not is_loading(ServerMessage(500, "error loading model"))


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (httpx.ConnectError("x"), Unavailable, "connect"),
        (httpx.ConnectTimeout("x"), Timeout, "connect"),
        (httpx.ReadError("x"), UpstreamError, "connection_lost"),
        (httpx.RemoteProtocolError("x"), UpstreamError, "unreadable_http"),
        (httpx.WriteError("x"), UpstreamError, "connection_lost"),
        (httpx.InvalidURL("x"), UpstreamError, "request"),
        (httpx.TooManyRedirects("x"), UpstreamError, "request"),
        (StreamTooLongError(), UpstreamError, "stream_too_long"),
    ],
)
def test_nothing_of_httpx_leaves(error: Exception, kind: type[OrchdError], reason: str) -> None:
    with pytest.raises(kind) as caught, map_errors("box:1"):
        raise error
    assert caught.value.details["reason"] == reason
    assert "box:1" in caught.value.message


@pytest.mark.parametrize(("status", "refused"), [(400, True), (422, True), (501, True), (500, False), (None, False)])
def test_a_server_that_does_not_know_schemas_is_told_by_its_status(status: int | None, refused: bool) -> None:
    turns = (Turn("user", "Hello"),)
    error = UpstreamError("no", http_status=status)
    assert refuses_schema(error, Prompt(turns, schema={"type": "object"})) is refused
    assert not refuses_schema(error, Prompt(turns)), "there was none to refuse"


@pytest.mark.parametrize("code", [errno.EMFILE, errno.ENFILE])
def test_a_machine_without_descriptors_is_no_servers_fault(code: int) -> None:
    with pytest.raises(Unavailable) as caught, map_errors("box:1"):
        raise httpx.ConnectError("too many files open") from OSError(code, "Too many open files")
    assert caught.value.details["reason"] == "file_descriptors"
    assert "out of file descriptors" in caught.value.message
    assert "can't be reached" not in caught.value.message


def test_what_is_forbidden_is_told_in_the_server_s_words() -> None:
    assert judged(403, '{"detail":"not in your country"}').message == "box:1 forbids this: not in your country"
    assert is_loading(read_body(503, b'{"error":"Model m is currently loading","estimated_time":20.0}'))


def test_a_server_s_own_key_stays_in_this_room() -> None:
    with pytest.raises(UpstreamError) as caught, map_errors("box:1", "my-secret-1"):
        raise judged(403, '{"error": "my-secret-1 may not do that"}')
    assert "my-secret-1" not in f"{caught.value} {caught.value.message}"


@pytest.mark.parametrize(
    "text",
    [
        "Model does not support images. Please use a model that does.",
        "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj",
        "Image content is not supported by this model",
        "tiny-llama is not a multimodal model",
        "This model does not support image_url",
        "this model does not support vision",
    ],
)
@pytest.mark.parametrize("status", [400, 500])
def test_images_that_a_model_can_not_be_shown(text: str, status: int) -> None:
    error = judged(status, json.dumps({"error": {"message": text}}))
    assert (type(error), error.reason, error.message) == (
        UpstreamError,
        "no_vision",
        f"it can't be shown images: {text}",
    )


def test_sound_that_a_model_can_not_be_given() -> None:
    """llama.cpp's words for it are those about images."""
    text = "audio input is not supported - hint: if this is unexpected, you may need to provide the mmproj"
    error = judged(500, json.dumps({"error": {"message": text}}))
    assert (error.reason, error.message) == ("no_vision", f"it can't be given sound: {text}")


@pytest.mark.parametrize("text", ["the image of this container is not known", "unsupported parameter", "not supported"])
def test_other_refusals_are_not_about_images(text: str) -> None:
    assert judged(400, json.dumps({"error": {"message": text}})).reason != "no_vision"
