"""Reading what clients send: any text is a request or a refusal that names what is wrong, and never anything else."""

import json
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from orchd.features import make_codec
from orchd.protocol.codec import Codec, FrameRefused, Request
from orchd.protocol.command import Command
from orchd.protocol.messages import COMMANDS, FRAMES, PING
from orchd.protocol.types import MAX_INTEGER, ClientPayload, RowId, ServerPayload


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A struct within a payload."""

    how_many: Annotated[int, Meta(ge=1, le=9)] | None = None


class Probe(ClientPayload, frozen=True):
    """A payload with every kind of member."""

    text: str
    row_id: RowId | None = None
    mood: Literal["good", "bad"] = "good"
    words: Annotated[list[Annotated[str, Meta(min_length=1)]], Meta(max_length=3)] = msgspec.field(default_factory=list)
    inner: Inner = Inner()
    named: dict[Annotated[str, Meta(max_length=99)], int] = msgspec.field(default_factory=dict)


class Probed(ServerPayload, frozen=True):
    """Its reply."""

    text: str


PROBE = Command("test:probe", Probe, Probed, right="read", scope="read")
CODEC = Codec([*COMMANDS, PROBE], FRAMES)
WHOLE = make_codec()


def refusal(text: str | bytes, codec: Codec = CODEC) -> tuple[str | None, str, dict[str, Any]]:
    """Return id, code and details of the answer to a frame that must be refused."""
    with pytest.raises(FrameRefused) as caught:
        codec.decode(text)
    error = caught.value.error
    assert 0 < len(error.message) < 500
    msgspec.json.encode(error.message)
    msgspec.json.encode(error.details)
    return caught.value.request_id, error.code, error.details


def judged(text: str | bytes) -> Request | FrameRefused:
    """Read a frame of the whole roster."""
    try:
        return WHOLE.decode(text)
    except FrameRefused as refused:
        return refused


def probe(**members: object) -> str:
    """Return a frame whose data has these members."""
    return json.dumps({"type": "test:probe", "id": "a", "data": {"text": "x", **members}})


ids = st.none() | st.text(min_size=1, max_size=64)


@given(ids, st.text(), st.none() | st.integers(1, 2**53 - 1), st.lists(st.text(min_size=1), max_size=3))
def test_a_valid_frame_is_read(request_id: str | None, text: str, row: int | None, words: list[str]) -> None:
    frame = {"type": "test:probe", "data": {"text": text, "rowId": row, "words": words}}
    if request_id is not None:
        frame["id"] = request_id
    data = Probe(text, row, words=words)
    for members in (frame, dict(reversed(frame.items()))):  # `type` need not come first
        written = json.dumps(members, ensure_ascii=False)
        assert CODEC.decode(written) == CODEC.decode(written.encode()) == Request("test:probe", request_id, data)


@given(st.text() | st.text(alphabet='{}[]":,\\u0000 idtypeng') | st.binary())
def test_any_text_is_a_request_or_a_refusal(text: str | bytes) -> None:
    outcome = judged(text)
    if isinstance(outcome, FrameRefused):
        assert outcome.error.code in ("invalid", "unknown_type")
        assert len(outcome.error.message) < 500


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=12,
)


@given(
    st.sampled_from([*WHOLE.client_frames, "nothing"]) | json_values,
    json_values | st.fixed_dictionaries({"message": json_values, "conversationId": json_values, "params": json_values}),
    ids | json_values,
)
def test_any_json_is_a_request_or_a_refusal(kind: object, data: object, request_id: object) -> None:
    text = json.dumps({"type": kind, "id": request_id, "data": data})
    outcome = judged(text)
    if isinstance(outcome, Request):
        assert outcome.id == request_id
    else:
        valid = isinstance(request_id, str) and 1 <= len(request_id) <= 64
        assert outcome.request_id == (request_id if valid else None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "{",
        '{"type":"ping"} x',
        '{"type":"ping"}{"type":"ping"}',
        "\ud800",
        b"\xff",
        b'{"type":"ping","id":"\xff"}',
        "\0",
        '{"type":"ping\0"}',
        '{"type":"ping","id":"\\ud800"}',
        '{"type":"test:probe","data":{"text":"\\udfff"}}',
        "[" * 200_000,
        '{"a":' * 200_000,
        '{"type":"test:probe","data":' + "[" * 200_000 + "]" * 200_000 + "}",
        "NaN",
        '{"type":NaN}',
        "9" * 100_000,
        '"' + "x" * 1_000_000 + '"',
    ],
)
def test_what_is_no_frame_at_all(text: str | bytes) -> None:
    request_id, code, details = refusal(text)
    assert request_id is None
    assert code == "invalid"
    assert details["path"].startswith("$")


@pytest.mark.parametrize(
    ("text", "path", "field"),
    [
        ('{"id":"a"}', "$", "type"),
        ('{"id":"a","type":5}', "$.type", "type"),
        ('{"id":"a","type":null}', "$.type", "type"),
        ('{"id":"a","type":"test:probe"}', "$.data", "data"),
        ('{"id":"a","type":"test:probe","data":[]}', "$.data", "data"),
        ('{"id":"a","type":"test:probe","data":{}}', "$.data.text", "text"),
        ('{"id":"a","type":"ping","more":1}', "$.more", "more"),
        ('{"id":"a","type":"ping","data":{"more":1}}', "$.data.more", "more"),
        ('{"id":"a","type":"ping","type":"cancel"}', "$.type", "type"),
        (probe(inner={"more": 1}), "$.data.inner.more", "more"),
        (probe(row_id=1), "$.data.row_id", "row_id"),
        (probe(text=5), "$.data.text", "text"),
        (probe(text=None), "$.data.text", "text"),
        (probe(rowId=0), "$.data.rowId", "rowId"),
        (probe(rowId=2**53), "$.data.rowId", "rowId"),
        (probe(rowId=10**30), "$.data.rowId", "rowId"),
        (probe(rowId=1.5), "$.data.rowId", "rowId"),
        (probe(rowId=True), "$.data.rowId", "rowId"),
        (probe(mood="secret"), "$.data.mood", "mood"),
        (probe(words=["a", ""]), "$.data.words[1]", "words"),
        (probe(words=["a"] * 4), "$.data.words", "words"),
        (probe(inner={"howMany": 10}), "$.data.inner.howMany", "howMany"),
        (probe(named={"a`] - at `$.x": "y"}), "$.data.named[...]", "named"),
        (probe(named={"x" * 100: 1}), "$.data.named", "named"),
    ],
)
def test_a_refusal_names_the_member(text: str, path: str, field: str) -> None:
    request_id, code, details = refusal(text)
    assert (request_id, code, details["path"], details["field"]) == ("a", "invalid", path, field)
    assert details.get("allowed") == (["bad", "good"] if field == "mood" else None)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        (probe(rowId=0), {"reason": "bound", "minimum": 1}),
        (probe(rowId=2**53), {"reason": "bound", "maximum": MAX_INTEGER}),
        (probe(words=["a", ""]), {"reason": "bound", "minLength": 1}),
        (probe(words=["a"] * 4), {"reason": "bound", "maxLength": 3}),
        (probe(words=5), {"reason": "malformed"}),
        (probe(mood="angry"), {"reason": "choice", "allowed": ["bad", "good"]}),
    ],
)
def test_a_refusal_tells_the_bound(text: str, bound: dict[str, object]) -> None:
    details = refusal(text)[2]
    assert {name: value for name, value in details.items() if name not in ("path", "field")} == bound


@pytest.mark.parametrize("request_id", ["", "x" * 65, 5, 1.0, ["a"], {}, True])
def test_a_bad_id_is_refused_and_not_echoed(request_id: object) -> None:
    text = json.dumps({"type": "ping", "id": request_id})
    told, code, details = refusal(text)
    assert (told, code, details.keys() - {"minLength", "maxLength"}) == (None, "invalid", {"reason", "path", "field"})
    assert (details["path"], details["field"]) == ("$.id", "id")


@pytest.mark.parametrize("name", ["", "pingpong", "PING", "é", "x" * 100_000, "a'b\"c\n"])
def test_an_unknown_type_is_told_from_a_bad_payload(name: str) -> None:
    text = json.dumps({"type": name, "id": "a", "data": {"whatever": 1}, "more": 1})
    assert refusal(text) == ("a", "unknown_type", {"path": "$.type", "field": "type"})


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"text": "cut emoji \ud83d"}, "$.data.text"),
        ({"text": "\udfff"}, "$.data.text"),
        ({"words": ["a", "\ud83dA"]}, "$.data.words[1]"),
        ({"named": {"\ud83d": 1}}, "$.data.named"),
        ({"more": {"deep": ["\ud83d"]}}, "$.data.more.deep[0]"),
    ],
)
def test_half_a_character_is_told_where_it_stands(members: dict[str, object], path: str) -> None:
    with pytest.raises(FrameRefused) as caught:
        CODEC.decode(probe(**members))
    assert caught.value.request_id == "a"
    assert caught.value.error.message == f"half a character (an unpaired surrogate), at {path}"
    assert caught.value.error.details["path"] == path


def test_half_a_character_at_the_end_of_a_long_text() -> None:
    assert refusal(probe(text="x" * 300_000 + "\ud83d")) == ("a", "invalid", {"reason": "malformed", "path": "$"})
    assert refusal(probe(text="\ud83d" + "x" * 300_000)) == ("a", "invalid", {"reason": "malformed", "path": "$"})


@pytest.mark.parametrize("request_id", ["1", 'é\n"\\', "x" * 64, "\U0001f600"])
@pytest.mark.parametrize("escaped", [True, False])
@pytest.mark.parametrize(
    "frame",
    [
        '{"type":"ping","id":ID',
        '{"type":"ping","id":ID}}',
        '{"type":"ping","id":ID} x',
        '{"type":"ping","id":ID,}',
        '\ufeff{"type":"ping","id":ID}',
        '{"type":"test:probe","data":{"text":NaN},"id":ID}',
        '{"type":"test:probe","data":{"text":"a\nb"},"id":ID}',
        '{"type":"test:probe","data":{"text":"\\x \\"}"},"id":ID}',
        '{"type":"test:probe","data":{"id":"not this"},"id":ID,"data":{"id":"nor this"}',
        '{"id":"nor the first","id":ID,"type":"test:probe","data":{"text":"cut off in the mid',
        '{"id":ID,"type":"test:probe","data":{"text":"' + "\\ud83d" * 99 + '"}}',
        '{"id":ID,"type":"test:probe","data":{"rowId":1e999999}}',
        '{"id":ID,"type":"test:probe","data":' + "[" * 100_000,
        '{"type":"test:probe","data":' + "[" * 100_000 + "]" * 100_000 + ',"id":ID}',
        '{"type":"test:probe","data":{"text":tru},"id" : ID }',
    ],
)
def test_the_id_of_a_broken_frame_is_answered(frame: str, request_id: str, escaped: bool) -> None:
    text = frame.replace("ID", json.dumps(request_id, ensure_ascii=escaped))
    assert refusal(text)[:2] == (request_id, "invalid")


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"cancel","data":{"id":"7"',
        '{"type":"cancel","data":{"id":"7"}, oh',
        '[{"id":"7"}',
        '{"type":"ping"}{"id":"7"',
        '{"type":"ping","id":"7',
        '{"type":"ping","more":"id","7":"id"',
        '{"type":"ping","id":7,',
    ],
)
def test_an_id_that_may_be_anothers_is_not_answered(text: str) -> None:
    assert refusal(text)[:2] == (None, "invalid")


@given(st.text(alphabet='{}[]":,\\u0dD8 i') | st.text(alphabet='[{"\\', min_size=1).map(lambda text: text * 10_000))
def test_any_broken_text_is_refused(text: str) -> None:
    assert refusal(text)[1] in ("invalid", "unknown_type")


def test_null_is_a_member_left_out() -> None:
    bare = Request("test:probe", None, Probe("x"))
    data = '{"text":"x","rowId":null,"mood":null,"words":null,"inner":null,"named":null}'
    assert CODEC.decode(f'{{"type":"test:probe","id":null,"data":{data}}}') == bare
    assert CODEC.decode('{"type":"ping","data":null}') == Request("ping", None, PING.payload())
    assert CODEC.decode(probe(inner={"howMany": None})).data == Probe("x", inner=Inner())


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"text": None}, "$.data.text"),
        ({"mood": None, "words": [None]}, "$.data.words[0]"),
        ({"mood": None, "more": None}, "$.data.more"),
        ({"rowId": None, "named": {"a": None}}, "$.data.named[...]"),
        ({"mood": None, "rowId": 0.0}, "$.data.rowId"),
        ({"inner": {"howMany": 9.5}}, "$.data.inner.howMany"),
        ({"rowId": 2.0**53}, "$.data.rowId"),
        ({"mood": None, "rowId": "1"}, "$.data.rowId"),
    ],
)
def test_what_is_no_other_way_to_say_it_is_refused(members: dict[str, object], path: str) -> None:
    assert refusal(probe(**members))[2]["path"] == path


@given(st.integers(1, 2**53 - 1), st.integers(1, 9))
def test_an_integer_may_be_written_with_a_point(row: int, how_many: int) -> None:
    read = CODEC.decode(probe(rowId=float(row), inner={"howMany": float(how_many)}, named={"a": 2.0})).data
    assert read == Probe("x", row, inner=Inner(how_many), named={"a": 2})


def test_the_last_of_two_ids_counts() -> None:
    assert CODEC.decode('{"type":"ping","id":"a","id":"b"}').id == "b"


def test_a_refusal_says_no_more_back_than_a_members_name() -> None:
    for text in (
        probe(text={"password": "hunter2"}),
        probe(mood="hunter2" * 99),
        probe(rowId="hunter2"),
        probe(words=["hunter2", 5]),
        '{"type":"ping","id":"hunter2' + "x" * 65 + '"}',
    ):
        with pytest.raises(FrameRefused) as caught:
            CODEC.decode(text)
        assert "hunter2" not in f"{caught.value.error.message}{caught.value.error.details}"


@pytest.mark.parametrize(
    ("text", "frame_type", "message"),
    [
        ('{"type":"ping",}', None, "not one JSON object in UTF-8: trailing comma in object (byte 15)"),
        ('{"type":"ping"', None, "not one JSON object in UTF-8: it ends too early"),
        ("\ud800", None, "not one JSON object in UTF-8"),
        ("[]", None, "Expected an object, got an array, at $"),
        ('{"type":"ping","more":1}', "ping", "Unknown member, at $.more"),
        ('{"type":"pong"}', None, "no such frame type: 'pong'"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_of_which_type_the_frame_was(
    text: str, frame_type: str | None, message: str
) -> None:
    with pytest.raises(FrameRefused) as caught:
        CODEC.decode(text)
    assert (caught.value.type, caught.value.error.message, str(caught.value)) == (frame_type, message, message)


@given(st.text(max_size=300) | st.just("k" * 100_000) | st.just("a` - at `$.b"))
def test_an_unknown_member_of_any_name(name: str) -> None:
    request_id, code, details = refusal(json.dumps({"type": "ping", "id": "a", "data": {name: 1}}))
    assert (request_id, code) == ("a", "invalid")
    assert details["field"] == name[:64]
    assert details["path"] == f"$.data.{name[:64]}"


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        (probe(mood="angry"), "test:probe", "Must be one of `bad`, `good`, at $.data.mood"),
        (probe(mood="a field `b`"), "test:probe", "Must be one of `bad`, `good`, at $.data.mood"),
        (probe(text=None), "test:probe", "Expected a string, got null, at $.data.text"),
        (probe(row_id="a"), "test:probe", "Unknown member, at $.data.row_id"),
        (probe(rowId="a"), "test:probe", "Expected an integer or null, got a string, at $.data.rowId"),
        (probe(words=[""]), "test:probe", "Expected a string of length >= 1, at $.data.words[0]"),
        ('{"type":"nothing"}', None, "no such frame type: 'nothing'"),
        ('{"type":"ping"', None, "not one JSON object in UTF-8: it ends too early"),
        ('{"type":"ping",}', None, "not one JSON object in UTF-8: trailing comma in object (byte 15)"),
        (b'{"type":"ping","\xff":1}', "ping", "not one JSON object in UTF-8"),
    ],
)
def test_a_refusal_says_which_type_it_is_about_and_why(text: str | bytes, kind: str | None, message: str) -> None:
    with pytest.raises(FrameRefused) as caught:
        CODEC.decode(text)
    assert (caught.value.type, caught.value.error.message, str(caught.value)) == (kind, message, message)
