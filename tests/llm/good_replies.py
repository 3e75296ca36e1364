"""Whole answers as servers really send them, all of which say "Hi"."""

import json
from typing import Any

from orchd.llm.wire.sse import BOM
from tests.fix_upstream import DONE, delta, event, finish, usage
from tests.llm.bad_replies import HI

PIECES: list[dict[str, Any]] = [{"delta": {"content": "H"}}, {"delta": {"content": "i"}}]
GOOD = [
    ("as documented", HI + finish() + usage() + DONE),
    ("usage null on all chunks", event({"choices": [{"delta": {"content": "Hi"}}], "usage": None}) + finish() + DONE),
    ("no DONE", HI + finish()),
    (
        "an error that is none",
        event({"error": {"code": 0, "message": "ok"}, "choices": [{"delta": {"content": "Hi"}}]}) + finish(),
    ),
    ("words that are no error", event({"code": 200, "message": "queued"}) + HI + b"hello\n\n" + finish()),
    ("a text in place of the delta", event({"choices": [{"delta": "Hi"}]}) + finish()),
    ("text as in completions that are no chat", event({"choices": [{"text": "Hi"}]}) + finish()),
    ("text beside an empty delta", event({"choices": [{"text": "Hi", "delta": {"content": ""}}]}) + finish()),
    ("text and a delta with the same", event({"choices": [{"text": "Hi", "delta": {"content": "Hi"}}]}) + finish()),
    (
        "a choice's error that is none",
        event({"choices": [{"delta": {"content": "Hi"}, "finish_reason": "stop", "error": {"code": 0}}]}),
    ),
    ("the only choice is no list", event({"choices": {"delta": {"content": "Hi"}, "finish_reason": "stop"}})),
    ("a reason that is an object", HI + event({"choices": [{"finish_reason": {"type": "stop", "matched": 2}}]})),
    ("DONE with a space", HI + finish() + b"data: [DONE] \n\n"),
    ("DONE twice", HI + finish() + DONE + DONE),
    ("DONE before finish", HI + DONE + finish()),
    ("no blank line at the end", HI + finish().rstrip(b"\n")),
    ("content null first", delta(role="assistant", content=None) + HI + finish() + DONE),
    ("content empty first", delta(role="assistant", content="") + HI + finish() + DONE),
    ("content in parts", delta(content=[{"type": "text", "text": "H"}, {"type": "text", "text": "i"}]) + finish()),
    ("delta missing", event({"choices": [{"index": 0}]}) + HI + event({"choices": [{"finish_reason": "stop"}]})),
    ("delta null", event({"choices": [{"delta": None}]}) + HI + finish()),
    (
        "choices missing, empty, of nothing",
        event({}) + event({"choices": []}) + event({"choices": [{}]}) + HI + finish(),
    ),
    (
        "finish_reason empty until the end",
        event({"choices": [{"delta": {"content": "Hi"}, "finish_reason": ""}]}) + finish(),
    ),
    ("CR LF", (HI + finish() + DONE).replace(b"\n", b"\r\n")),
    ("CR", (HI + finish() + DONE).replace(b"\n", b"\r")),
    ("no space after data:", (HI + finish() + DONE).replace(b"data: ", b"data:")),
    ("multi-line data", HI.replace(b', "choices"', b',\ndata: "choices"') + finish()),
    ("comments", b": ping\n\n:\n\n" + HI + b": OPENROUTER PROCESSING\n\n" + finish()),
    ("event, id and retry lines", b"retry: 3\nid: 1\nevent: message\n" + HI + finish()),
    ("byte order mark", BOM + HI + finish()),
    ("blank lines first", b"\n\n" + HI + finish()),
    ("a whole JSON reply", json.dumps({"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}).encode()),
    (
        "a whole JSON reply, indented",
        json.dumps({"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}, indent=1).encode(),
    ),
    ("unknown events", event({"type": "news.of.2030", "content": "x"}) + HI + b"event: what\ndata: {}\n\n" + finish()),
    ("half of it no JSON", b"data: ping\n\n" + HI + finish()),
    ("one newline between events", (HI + finish() + DONE).replace(b"\n\n", b"\n")),
    ("one CR LF between events", (HI + finish() + DONE).replace(b"\n\n", b"\r\n")),
    ("no blank at all", (HI + finish() + DONE).replace(b"\n\n", b"\n").replace(b"data: ", b"data:")),
    ("data: twice", (HI + finish() + DONE).replace(b"data: ", b"data: data: ")),
    ("a mark before each event", (HI + finish() + DONE).replace(b"data: ", b"data: " + BOM)),
    ("two values in one line", HI.rstrip() + finish()[6:] + DONE),
    (
        "three values in one event",
        (HI.rstrip() + b"\n" + finish().rstrip() + b"\n" + DONE).replace(b"data: ", b"data:"),
    ),
    ("lines without data:", b": hello\n\n" + (HI + finish() + DONE).replace(b"data: ", b"")),
    ("lines of JSON with any content type", (HI + finish() + DONE).replace(b"data: ", b"").replace(b"\n\n", b"\n")),
    (
        "a null as text for a reason",
        event({"choices": [{"delta": {"content": "Hi"}, "finish_reason": "null"}]}) + finish(),
    ),
    ("none as a reason at the end", HI + finish() + finish("none") + DONE),
    (
        "a reason on each chunk",
        b"".join(event({"choices": [piece | {"finish_reason": "stop"}]}) for piece in PIECES) + DONE,
    ),
    ("the reason first", event({"choices": [{"delta": {"role": "assistant"}, "finish_reason": "stop"}]}) + HI),
    ("no error", event({"choices": [{"delta": {"content": "Hi"}, "error": None}], "error": False}) + finish()),
    ("text and more behind the end", HI + finish() + DONE + delta(content="more") + finish() + DONE),
    ("text behind an end without a reason", HI + DONE + delta(content="more") + finish()),
    ("a refusal", delta(refusal="H") + delta(refusal="i") + finish()),
    (
        "a refusal in a whole reply",
        json.dumps({"choices": [{"message": {"refusal": "Hi"}, "finish_reason": "stop"}]}).encode(),
    ),
    ("warming up", event({"type": "status", "message": "warming up"}) + HI + finish()),
]
