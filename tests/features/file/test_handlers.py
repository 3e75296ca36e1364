"""Frames of files: what a client may change of one, and who sees it."""

import pytest

from orchd.errors import NotFound
from tests.fix_workspace import ANN, BOB, Desk
from tests.fix_workspace_files import PNG, upload
from tests.pdfs import pdf


async def test_a_file_is_listed_renamed_removed_and_restored(file_desk: Desk) -> None:
    await file_desk.done(ANN, "file:subscribe")
    item = await upload(file_desk, ANN, PNG, "a.png")
    await upload(file_desk, ANN, b"text", "b.txt")
    listed = await file_desk.done(ANN, "file:list", type="image/png", total=True)
    assert ([each["id"] for each in listed["items"]], listed["total"]) == ([item.id], 1)
    renamed = await file_desk.done(ANN, "file:update", fileId=item.id, name=" c.png ", description="A cat.", version=1)
    assert (renamed["name"], renamed["type"], renamed["version"]) == ("c.png", "image/png", 2)
    await file_desk.told(ANN, 3)  # before it is removed, or the change would be told as that
    await file_desk.done(ANN, "file:delete", fileId=item.id)
    with pytest.raises(NotFound):
        await file_desk.files.get(ANN, item.id)
    await file_desk.told(ANN, 4)
    await file_desk.done(ANN, "file:restore", fileId=item.id)
    assert (await file_desk.files.get(ANN, item.id)).name == "c.png"
    told = await file_desk.told(ANN, 5)
    assert [change["change"] for change in told] == ["created", "created", "updated", "deleted", "restored"]
    found = await file_desk.done(ANN, "search", query="cat")
    assert [(hit["kind"], hit["id"]) for hit in found["items"]] == [("file", item.id)]


async def test_how_much_room_is_left(file_desk: Desk) -> None:
    empty = {"maxBytes": 10_000_000, "usedBytes": 0, "leftBytes": 10_000_000, "fileBytes": 4_000_000}
    assert await file_desk.done(ANN, "file:space") == empty
    item = await upload(file_desk, ANN, b"x" * 3_000_000)
    await file_desk.files.begin(ANN, "on its way", 4_000_000, None)
    left = await file_desk.done(ANN, "file:space")
    assert left == {"maxBytes": 10_000_000, "usedBytes": 7_000_000, "leftBytes": 3_000_000, "fileBytes": 3_000_000}
    assert await file_desk.done(BOB, "file:space") == empty
    await file_desk.done(ANN, "file:delete", fileId=item.id)  # it gives way
    assert (await file_desk.done(ANN, "file:space"))["leftBytes"] == 6_000_000


@pytest.mark.parametrize("member", ["type", "size", "sha256"])
async def test_what_a_file_is_no_client_says(file_desk: Desk, member: str) -> None:
    item = await upload(file_desk, ANN, b"x")
    refused = await file_desk.refused(ANN, "file:update", fileId=item.id, **{member: 1})
    assert refused["code"] == "invalid"


@pytest.mark.parametrize("name", ["../x", "a/b", "", " ", "a\nb", "x" * 256])
async def test_a_name_that_is_none_is_refused(file_desk: Desk, name: str) -> None:
    item = await upload(file_desk, ANN, b"x")
    refused = await file_desk.refused(ANN, "file:update", fileId=item.id, name=name)
    assert refused["details"]["path"] == "$.data.name"


async def test_how_much_text_a_model_is_shown_of_one(file_desk: Desk) -> None:
    text, image = await upload(file_desk, ANN, "água".encode()), await upload(file_desk, ANN, PNG, "a.png")
    paper = await upload(file_desk, ANN, pdf(["Blue.", ""]), "a.txt")
    told = {"fileId": text.id, "bytes": 5, "pages": None, "blankPages": None}
    assert await file_desk.done(ANN, "file:text", fileId=text.id) == told
    told = {"fileId": paper.id, "bytes": 38, "pages": 2, "blankPages": 1}
    assert await file_desk.done(ANN, "file:text", fileId=paper.id) == told
    refused = await file_desk.refused(ANN, "file:text", fileId=image.id)
    assert (refused["code"], refused["details"]["reason"]) == ("invalid", "no_text")
    assert (await file_desk.refused(BOB, "file:text", fileId=paper.id))["code"] == "not_found"


async def test_others_files_are_not_there(file_desk: Desk) -> None:
    item = await upload(file_desk, ANN, b"x")
    with pytest.raises(NotFound):
        await file_desk.files.get(BOB, item.id)
    for kind in ("get", "delete"):
        assert (await file_desk.refused(BOB, f"file:{kind}", fileId=item.id))["code"] == "not_found"
    assert (await file_desk.done(BOB, "file:list", sha256=item.sha256))["items"] == []
