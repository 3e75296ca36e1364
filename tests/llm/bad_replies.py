"""Replies of model servers that must not count as whole answers: name, bytes, error, reason."""

from orchd.errors import NotFound, OrchdError, RateLimited, TooLarge, Unavailable, UpstreamError
from tests.fix_upstream import DONE, delta, event, finish, usage

NATIVE_ERROR = b'event: error\ndata: {"type":"error","error":{"type":"unknown","message":"boom"}}\n\n'
NATIVE_END = b'event: chat.end\ndata: {"type":"chat.end","result":{}}\n\n'
HI = delta(role="assistant", content="Hi")

BAD: list[tuple[str, bytes, type[OrchdError], str]] = [
    ("EOF without DONE", HI, UpstreamError, "truncated"),
    ("DONE without finish", HI + DONE, UpstreamError, "truncated"),
    ("EOF in the JSON", HI + finish()[:30], UpstreamError, "truncated"),
    ("nothing at all", b"", UpstreamError, "truncated"),
    ("only comments", b": a\n\n: b\n\n", UpstreamError, "truncated"),
    ("a content-less close", delta(content="") + DONE, UpstreamError, "truncated"),
    (
        "empty content with usage",
        delta(role="assistant", content="") + finish() + usage() + DONE,
        UpstreamError,
        "empty_response",
    ),
    ("error, then DONE", HI + event({"error": {"message": "boom", "code": 500}}) + DONE, UpstreamError, "server_error"),
    ("error after finish", HI + finish() + event({"error": "boom"}) + DONE, UpstreamError, "server_error"),
    ("error as text", event({"error": "boom"}), UpstreamError, "server_error"),
    ("error event with a JSON string", HI + b'event: error\ndata: "boom"\n\n', UpstreamError, "server_error"),
    ("error event with plain text", HI + b"event: error\ndata: boom\n\n", UpstreamError, "server_error"),
    ("error event with an object", HI + b'event: error\ndata: {"message": "boom"}\n\n', UpstreamError, "server_error"),
    (
        "error event, error member",
        HI + b'event: error\ndata: {"error": {"message": "boom"}}\n\n',
        UpstreamError,
        "server_error",
    ),
    ("JSON error as the only line", b'{"error": {"message": "boom"}}\n', UpstreamError, "server_error"),
    (
        "200 unexpected endpoint",
        b'{"error":"Unexpected endpoint or method. (POST /v1/chat/completions)"}',
        UpstreamError,
        "unexpected_endpoint",
    ),
    ("a web page", b"<!DOCTYPE html>\n<html>Sign in</html>", UpstreamError, "not_a_stream"),
    ("a JSON list", b"[1, 2]", UpstreamError, "truncated"),
    ("a whole reply without finish", b'{"choices":[{"message":{"content":"Hi"}}]}', UpstreamError, "truncated"),
    (
        "overflow in the stream",
        event({"error": {"message": "Context size has been exceeded."}}),
        TooLarge,
        "context_overflow",
    ),
    ("unknown model in the stream", event({"error": {"message": "x", "type": "model_not_found"}}), NotFound, "None"),
    ("busy in the stream", event({"error": {"message": "x", "code": 429}}), RateLimited, "rate_limited"),
    (
        "overloaded in the stream",
        event({"error": {"message": "x", "type": "overloaded_error"}}),
        Unavailable,
        "overloaded",
    ),
    ("a failure as a reason", HI + finish("error"), UpstreamError, "server_error"),
    ("no resources", HI + finish("insufficient_system_resource") + DONE, UpstreamError, "server_error"),
    ("a reason that nobody knows", HI + finish("weird") + DONE, UpstreamError, "finish_reason"),
    (
        "an error beside the choice",
        HI + event({"choices": [{"delta": {}, "finish_reason": "stop", "error": {"message": "boom", "code": 502}}]}),
        UpstreamError,
        "server_error",
    ),
    (
        "an error beside the text",
        event({"choices": [{"delta": {"content": "Hi"}, "finish_reason": "stop"}], "error": {"message": "boom"}}),
        UpstreamError,
        "server_error",
    ),
    ("an error field", HI + b'error: {"code":500,"message":"boom"}\n\n', UpstreamError, "server_error"),
    (
        "an overflow in an error field",
        b'error: {"code":400,"message":"the request exceeds the available context size"}\n\n',
        TooLarge,
        "context_overflow",
    ),
    ("an error object", HI + event({"object": "error", "message": "boom", "code": 500}), UpstreamError, "server_error"),
    ("a detail", event({"detail": "boom"}), UpstreamError, "server_error"),
    ("a list of details", event({"detail": [{"loc": ["body"], "msg": "boom"}]}), UpstreamError, "server_error"),
    ("a detail as the only reply", b'{"detail": {"msg": "boom"}}', UpstreamError, "server_error"),
    ("a list of errors as the only reply", b'[{"error": {"message": "boom"}}]', UpstreamError, "server_error"),
    ("an error without data:", HI + b'{"error": {"message": "boom"}}\n', UpstreamError, "server_error"),
    ("a flag as an error", HI + event({"error": True, "message": "boom"}), UpstreamError, "server_error"),
    ("words beside no choices", event({"choices": [], "message": "boom"}), UpstreamError, "server_error"),
    (
        "words under a vendor's name",
        event({"base_resp": {"status_code": 1, "status_msg": "boom"}}),
        UpstreamError,
        "server_error",
    ),
    (
        "a vendor's quota",
        b'{"choices":null,"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}',
        UpstreamError,
        "insufficient_quota",
    ),
    (
        "a vendor's overflow",
        event({"code": "InvalidParameter", "message": "Range of input length should be [1, 6000]"}),
        TooLarge,
        "context_overflow",
    ),
    ("words in the middle", HI + event({"code": "x", "message": "boom"}), UpstreamError, "truncated"),
    ("a plain line in the middle", HI + b"boom\n", UpstreamError, "truncated"),
    ("no answer but a page", HI + b"<p>boom</p>\n", UpstreamError, "truncated"),
    ("native events, error and end", NATIVE_ERROR + NATIVE_END, UpstreamError, "server_error"),
    (
        "native events without their end",
        b'event: message.delta\ndata: {"type":"message.delta","content":"x"}\n\n',
        UpstreamError,
        "truncated",
    ),
]
