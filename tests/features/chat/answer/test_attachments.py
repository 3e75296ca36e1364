"""Files that are sent with questions: what a model is shown of them, what is refused before anything is stored, and
whose files they may be."""

from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from orchd.entity import Owner
from orchd.features.chat.answer.attachments import Attachments, fence
from orchd.features.chat.messages import ChatFile
from orchd.features.chat.rows import turn_of
from orchd.features.file import MAX_TEXT_BYTES
from orchd.features.file.disk import FileDisk
from orchd.llm.types import Prompt, Turn
from orchd.protocol.identity import Identity
from orchd.storage import Database
from tests.features.chat.room import file_contents
from tests.fix_chat import TARGET
from tests.fix_workspace import ANN, BOB, Desk
from tests.fix_workspace_files import PNG, upload
from tests.pdfs import pdf

BLIND = TARGET._replace(model=replace(TARGET.model, capabilities=("tools",)))


def last(desk: Desk) -> Turn:
    """The question that the model was asked last."""
    prompt: Prompt = desk.backends.prompts[-1]
    return prompt.turns[-1]


async def ask(desk: Desk, who: Identity = ANN, **data: Any) -> dict[str, Any]:
    """Ask; the answer."""
    return await desk.done(who, "chat:send", **{"message": "What is it?", **data})


async def test_a_text_is_shown_in_a_fence_and_an_image_as_it_is(file_desk: Desk) -> None:
    text = await upload(file_desk, ANN, b"one\ntwo ``` three", "notes.txt")
    image = await upload(file_desk, ANN, PNG, "cat.png")
    answer = await ask(file_desk, fileIds=[text.id, image.id])
    asked = last(file_desk)
    assert asked.content == "File “notes.txt”:\n````\none\ntwo ``` three\n````\n\nWhat is it?"
    (shown,) = asked.images
    head, _, data = shown.url.partition(",")
    assert (shown.name, head, b64decode(data)) == ("cat.png", "data:image/png;base64", PNG)
    history = await file_desk.done(ANN, "chat:history", conversationId=answer["conversationId"])
    question, told = history["messages"]
    assert question["files"] == [
        {"fileId": text.id, "name": "notes.txt", "type": "text/plain", "size": 17},
        {"fileId": image.id, "name": "cat.png", "type": "image/png", "size": len(PNG)},
    ]
    assert question["content"] == "What is it?"
    assert "files" not in told


async def test_a_pdf_is_shown_as_its_text_to_a_model_that_can_not_see(file_desk: Desk) -> None:
    paper = await upload(file_desk, ANN, pdf(["Green dries slowly.", "", "The end."]), "paint.doc")
    file_desk.backends.target = BLIND
    answer = await ask(file_desk, fileIds=[paper.id])
    shown = "File “paint.doc”:\n```\n[page 1]\nGreen dries slowly.\n\n[page 2, without text]\n\n[page 3]\nThe end.\n```"
    assert last(file_desk).content == f"{shown}\n\nWhat is it?"
    assert last(file_desk).images == ()
    history = await file_desk.done(ANN, "chat:history", conversationId=answer["conversationId"])
    assert history["messages"][0]["files"] == [
        {"fileId": paper.id, "name": "paint.doc", "type": "application/pdf", "size": paper.size}
    ]


async def test_of_a_pdf_its_text_counts(file_desk: Desk, store: Database, file_directory: Path) -> None:
    paper = await upload(file_desk, ANN, pdf(["Blue."]), "a.pdf")
    shown, size = "[page 1]\nBlue.", 14
    assert paper.size > 500
    branch = [turn_of("user", "?", [ChatFile(paper.id, paper.name, paper.type, paper.size)])]
    for most, expected in (
        (size, f"File “a.pdf”:\n```\n{shown}\n```\n\n?"),
        (size - 1, "[The file “a.pdf” is left out"),
    ):
        attachments = Attachments(file_contents(store, FileDisk(str(file_directory))), most)
        (turn,) = await attachments.show(branch, (Owner(ANN.user_id),))
        assert turn.content.startswith(expected)


async def test_a_pdf_that_can_be_read_no_more_says_so_to_the_model(
    file_desk: Desk, store: Database, file_directory: Path
) -> None:
    paper = await upload(file_desk, ANN, pdf(["Blue."]), "a.pdf")
    (file_directory / paper.sha256[:2] / paper.sha256).write_bytes(b"%PDF-1.7 ...")
    branch = [turn_of("user", "?", [ChatFile(paper.id, paper.name, paper.type, paper.size)])]
    (turn,) = await Attachments(file_contents(store, FileDisk(str(file_directory))), 100).show(
        branch, (Owner(ANN.user_id),)
    )
    assert turn.content == "[The file “a.pdf” can't be read: the PDF is damaged and can't be read.]\n\n?"


async def test_later_questions_and_other_answers_have_it_too(file_desk: Desk) -> None:
    item = await upload(file_desk, ANN, b"blue", "colour.txt")
    answer = await ask(file_desk, fileIds=[item.id])
    await ask(file_desk, message="Sure?", conversationId=answer["conversationId"])
    assert "blue" in file_desk.backends.prompts[-1].turns[0].content
    await file_desk.done(ANN, "chat:regenerate", messageId=answer["id"])
    assert "blue" in last(file_desk).content


async def test_an_edited_question_keeps_its_files_unless_it_says_others(file_desk: Desk) -> None:
    item, other = await upload(file_desk, ANN, b"blue", "a.txt"), await upload(file_desk, ANN, b"green", "b.txt")
    answer = await ask(file_desk, fileIds=[item.id])
    for told, shown in ({}, ["blue"]), ({"fileIds": [other.id]}, ["green"]), ({"fileIds": []}, []):
        await file_desk.done(ANN, "chat:edit", messageId=answer["parentId"], message="Again?", **told)
        assert [word for word in ("blue", "green") if word in last(file_desk).content] == shown


async def test_other_answers_and_an_edited_question_have_the_text_of_a_pdf_that_was_read(
    file_desk: Desk, file_directory: Path
) -> None:
    paper = await upload(file_desk, ANN, pdf(["Blue."]), "paint.pdf")
    answer = await ask(file_desk, fileIds=[paper.id])
    (file_directory / paper.sha256[:2] / paper.sha256).unlink()
    await file_desk.done(ANN, "chat:regenerate", messageId=answer["id"])
    assert last(file_desk).content.endswith("[page 1]\nBlue.\n```\n\nWhat is it?")
    await file_desk.done(ANN, "chat:edit", messageId=answer["parentId"], message="Again?")
    assert last(file_desk).content.endswith("[page 1]\nBlue.\n```\n\nAgain?")


async def test_a_prompt_is_run_with_files(file_desk: Desk) -> None:
    item = await upload(file_desk, ANN, b"blue", "a.txt")
    prompt = await file_desk.done(ANN, "prompt:create", name="p", text="Which?")
    await file_desk.done(ANN, "prompt:run", promptId=prompt["id"], fileIds=[item.id])
    assert "blue" in last(file_desk).content


async def test_a_file_that_is_gone_says_so(file_desk: Desk, file_directory: Path) -> None:
    item, lost = await upload(file_desk, ANN, b"blue", "a.txt"), await upload(file_desk, ANN, b"green", "b.txt")
    answer = await ask(file_desk, fileIds=[item.id, lost.id])
    await file_desk.done(ANN, "file:delete", fileId=item.id)
    (file_directory / lost.sha256[:2] / lost.sha256).unlink()
    again = await file_desk.done(ANN, "chat:regenerate", messageId=answer["id"])
    assert again["status"] == "complete"
    gone = "[The file “a.txt” isn't there any more.]\n\n[The file “b.txt” isn't there any more.]"
    assert last(file_desk).content == f"{gone}\n\nWhat is it?"


async def refusal(desk: Desk, kind: str = "chat:send", **data: Any) -> tuple[str, str | None, str | None]:
    """Ask for what is refused, and see that neither is a model asked nor anything stored."""
    asked = len(desk.backends.prompts)
    told = await desk.refused(ANN, kind, **{"message": "What is it?", **data} if kind == "chat:send" else data)
    assert len(desk.backends.prompts) == asked
    return told["code"], told["details"].get("reason"), told["details"].get("path")


async def test_what_no_model_can_be_shown_is_refused_before_anything_is_stored(file_desk: Desk) -> None:
    text = await upload(file_desk, ANN, b"x", "a.txt")
    paper = await upload(file_desk, ANN, b"%PDF-1.7 ...", "a.pdf")
    zipped = await upload(file_desk, ANN, b"PK\x03\x04", "a.zip")
    foreign = await upload(file_desk, BOB, b"x", "b.txt")
    gone = await upload(file_desk, ANN, b"y", "c.txt")
    await file_desk.done(ANN, "file:delete", fileId=gone.id)
    path = "$.data.fileIds[1]"
    assert await refusal(file_desk, fileIds=[text.id, paper.id]) == ("invalid", "pdf_damaged", path)
    assert await refusal(file_desk, fileIds=[text.id, zipped.id]) == ("invalid", "no_text", path)
    for missing in (foreign.id, gone.id, 999_999):
        assert await refusal(file_desk, fileIds=[text.id, missing]) == ("not_found", None, path)
    assert (await refusal(file_desk, fileIds=[text.id] * 21))[::2] == ("invalid", "$.data.fileIds")
    assert (await file_desk.done(ANN, "conversation:list"))["items"] == []


async def test_what_is_too_long_is_refused(file_desk: Desk) -> None:
    long = await upload(file_desk, ANN, b"x" * (MAX_TEXT_BYTES + 1), "a.txt")
    assert await refusal(file_desk, fileIds=[long.id]) == ("too_large", "attachments", "$.data.fileIds[0]")


async def test_a_model_that_can_not_see_is_sent_no_image(file_desk: Desk) -> None:
    text, image = await upload(file_desk, ANN, b"x", "a.txt"), await upload(file_desk, ANN, PNG, "cat.png")
    answer = await ask(file_desk, fileIds=[image.id])
    file_desk.backends.target = BLIND
    assert await refusal(file_desk, fileIds=[text.id, image.id]) == ("invalid", "no_vision", "$.data.fileIds[1]")
    for kind in ("chat:regenerate", "chat:edit"):
        more = (
            {"message": "Again?", "messageId": answer["parentId"]}
            if kind == "chat:edit"
            else {"messageId": answer["id"]}
        )
        assert await refusal(file_desk, kind, **more) == ("invalid", "no_vision", "$.data.messageId")
    await ask(file_desk, message="And now?", conversationId=answer["conversationId"])
    first = file_desk.backends.prompts[-1].turns[0]
    assert (first.content, first.images) == ("[The image “cat.png” can't be shown to this model.]\n\nWhat is it?", ())


async def test_fall_backs_that_can_not_see_are_not_asked(file_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    image = await upload(file_desk, ANN, PNG, "cat.png")
    sees = replace(TARGET.model, id="sees", capabilities=("vision",))
    known = [replace(BLIND.model, id="blind"), sees]
    monkeypatch.setattr(file_desk.backends, "models", lambda **_: known)
    await ask(file_desk, fileIds=[image.id], fallbacks=["blind", "sees", "unknown"])
    assert list(file_desk.backends.fallbacks[-1]) == ["sees", "unknown"]


async def test_who_shares_a_conversation_gives_nobody_elses_files(file_desk: Desk) -> None:
    """A message's file is found for who asks, or for who has the conversation, and for nobody else."""
    item = await upload(file_desk, ANN, b"secret", "a.txt")
    answer = await ask(file_desk, fileIds=[item.id])
    refused = await file_desk.refused(BOB, "chat:send", message="?", conversationId=answer["conversationId"])
    assert refused["code"] == "not_found"
    assert (await file_desk.refused(BOB, "chat:send", message="?", fileIds=[item.id]))["code"] == "not_found"


async def test_files_that_fill_the_room_are_left_out_the_oldest_first(
    file_desk: Desk, store: Database, file_directory: Path
) -> None:
    items = [await upload(file_desk, ANN, content, f"{content.decode()}.txt") for content in (b"12345678", b"abcdefg")]
    attachments = Attachments(file_contents(store, FileDisk(str(file_directory))), 10)
    branch = [turn_of("user", "?", [ChatFile(item.id, item.name, item.type, item.size)]) for item in items]
    old, new = await attachments.show(branch, (Owner(ANN.user_id),))
    assert new.content == "File “abcdefg.txt”:\n```\nabcdefg\n```\n\n?"
    assert old.content.startswith("[The file “12345678.txt” is left out")
    hidden, _ = await attachments.show(branch, (Owner(BOB.user_id),))
    assert hidden.content.startswith("[The file “12345678.txt” isn't there any more.]")
    shown, _ = await attachments.show(branch[:1] + branch[:1], (Owner(BOB.user_id), Owner(ANN.user_id)))
    assert shown.content.startswith("[The file “12345678.txt” is left out"), "the last one has filled the room"


@pytest.mark.parametrize(
    ("text", "ticks"), [("x", 3), ("```", 4), ("a `````` b", 7), ("``", 3), ("", 3), ("ends\n", 3)]
)
def test_a_fence_is_longer_than_any_in_the_text(text: str, ticks: int) -> None:
    lines = fence("a", text).split("\n")
    assert lines[1] == lines[-1] == "`" * ticks
    assert "\n".join(lines[2:-1]) == text.removesuffix("\n")
