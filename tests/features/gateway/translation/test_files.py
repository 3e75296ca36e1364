"""Files in requests of programs: a model is shown what it is shown of files in a conversation."""

from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Any

import pytest
import trio
import trio.testing

from tests.fix_upstream import DONE, delta, finish
from tests.gateway_desk import Desk, error_of, open_desk
from tests.pdfs import encrypted, pdf

Clock = trio.testing.MockClock
ASKED = {"type": "text", "text": "What does it say?"}


@pytest.fixture
async def desk(autojump_clock: Clock) -> AsyncIterator[Desk]:
    async with open_desk() as found:
        yield found


def part(content: bytes, name: str = "a.pdf", head: str = "data:application/pdf;base64,") -> dict[str, Any]:
    """A file as a part of a message."""
    return {"type": "file", "file": {"filename": name, "file_data": head + b64encode(content).decode()}}


async def sent(desk: Desk, *parts: dict[str, Any]) -> Any:
    """What a model server is sent of a message."""
    desk.upstream.says(delta(content="a"), finish(), DONE)
    page = await desk.chat(messages=[{"role": "user", "content": [*parts]}], stream=True)
    assert page.status == 200, page.body
    return desk.upstream.requests[-1].json()["messages"][-1]["content"]


async def refused(desk: Desk, *parts: dict[str, Any]) -> tuple[int, str, str]:
    """Why a message isn't sent."""
    page = await desk.chat(messages=[{"role": "user", "content": [*parts]}])
    error = error_of(page)
    return page.status, error["param"], error["message"]


async def test_a_pdf_and_a_text_are_texts_under_their_names(desk: Desk) -> None:
    shown = await sent(desk, part(pdf(["Blue."])), ASKED)
    assert shown == "File “a.pdf”:\n```\n[page 1]\nBlue.\n```\n\nWhat does it say?"
    for head in ("", "data:text/plain;base64,", "data:application/pdf;base64,"):
        shown = await sent(desk, part("Olá ```\n".encode(), "a.txt", head), ASKED)
        assert shown == "File “a.txt”:\n````\nOlá ```\n````\n\nWhat does it say?"
    nameless = {"type": "file", "file": {"file_data": b64encode(b"x").decode()}}
    assert await sent(desk, nameless) == "File “file”:\n```\nx\n```"


async def test_what_is_neither_goes_on_as_it_came(desk: Desk) -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    for content in (b"\x00\x01\x02", b"\x89PNG\r\n\x1a\n", b"x" * 3072 + b"\xff", b"x" * 3071 + "é".encode()[:1]):
        other = part(content, "a.bin")
        assert await sent(desk, other, ASKED) == [other, ASKED]
    kept = await sent(desk, image, part(b"x", "a.txt"))
    assert [each["type"] for each in kept] == ["image_url", "text"]
    unknown = {"type": "file", "file": {"file_data": 7}}
    assert await sent(desk, unknown, ASKED) == [unknown, ASKED]
    text = {"type": "text", "text": '{"type": "file", "file": {"file_data": "AAAA"}}'}
    assert await sent(desk, text) in ([text], text["text"])


async def test_what_can_not_be_shown_is_refused_where_it_stands(desk: Desk) -> None:
    place = "messages[0].content[1].file"
    for given, told in (
        ({"file_data": "data:text/plain,hello"}, "base64"),
        ({"file_data": "no base64"}, "base64"),
        ({"file_data": "eHh4" * 1024 + "?"}, "base64"),
        ({"filename": "a.pdf"}, "file_id"),
        ({"file_id": "file-abc"}, "one of your files here"),
        ({"file_id": "\u0663"}, "one of your files here"),
    ):
        status, param, message = await refused(desk, ASKED, {"type": "file", "file": given})
        assert (status, param) == (400, place)
        assert told in message
    status, param, message = await refused(desk, ASKED, part(encrypted(pdf(["x"]), "secret")))
    assert (status, param, "password" in message) == (400, place, True)
    status, param, message = await refused(desk, *[part(b"x", "a.txt")] * 21)
    assert (status, param, "20 files" in message) == (400, "messages[0].content[20].file", True)
    assert "POST" not in {request.method for request in desk.upstream.requests}


async def test_files_have_bounds(desk: Desk) -> None:
    status, param, message = await refused(desk, part(b"x" * 700, "a.txt"), part(b"x" * 700, "b.txt"))
    assert (status, param, "chat.maxFileBytes" in message) == (413, "messages[0].content[1].file", True)
    status, _, message = await refused(desk, part(pdf(["x" * 5000])))
    assert (status, "file.maxPdfBytes" in message) == (413, True)


async def test_a_pdf_that_is_sent_again_is_read_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = list[object]()
    read = trio.lowlevel.checkpoint
    from orchd.worker.pool import InPlace

    whole = InPlace.run

    async def run(self: InPlace, *args: Any, **options: Any) -> Any:
        reads.append(args[0])
        await read()
        return await whole(self, *args, **options)

    monkeypatch.setattr(InPlace, "run", run)
    for _ in range(3):
        await sent(desk, part(pdf(["Blue."])))
    assert len(reads) == 1
    await sent(desk, part(pdf(["Red."])))
    assert len(reads) == 2


async def test_other_apis_say_where_they_have_files(desk: Desk) -> None:
    asked = {"input": [{"role": "user", "content": [{"type": "input_file", "file_id": "file-1"}]}]}
    assert error_of(await desk.ask("/v1/responses", {"model": "m", **asked}))["param"] == "input"
    desk.upstream.says(delta(content="a"), finish(), DONE)
    held = part(pdf(["Blue."]))["file"]
    asked = {"input": [{"role": "user", "content": [{"type": "input_file", **held}]}]}
    assert (await desk.ask("/v1/responses", {"model": "m", **asked})).status == 200
    assert "Blue." in desk.upstream.requests[-1].json()["messages"][-1]["content"]
