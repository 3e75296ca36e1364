"""Files that go to a model with a question: which it may be sent, and what it is shown of them.

Images are shown as they are, texts and the texts of PDFs in a fence under their names. What is found of a file is what
whoever asks sees, or the conversation's owner, or its project: a message alone gives nobody another one's file.
"""

from collections.abc import Sequence
from typing import NamedTuple

from orchd.entity import Owner
from orchd.errors import Invalid, NotFound, OrchdError, Timeout, TooLarge
from orchd.features.chat.messages import ChatFile
from orchd.features.chat.rows import AttachingTurn
from orchd.features.file import IMAGES, MAX_TEXT_BYTES, TEXT, FileContents, FileItem
from orchd.llm.types import ModelInfo, Turn, TurnImage
from orchd.patterns import lazy_pattern

_TICKS = lazy_pattern("`+")


class GivenFile(NamedTuple):
    """A file that came with a request: its content in base64, or the id of one that is here."""

    name: str
    data: str | None
    file_id: int | None = None


class Attachments:
    """`max_bytes`: how much of files a model is shown at once."""

    def __init__(self, files: FileContents, max_bytes: int) -> None:
        self._files = files
        self.max_bytes = max_bytes

    async def accept(self, owner: Owner, file_ids: Sequence[int], model: ModelInfo) -> tuple[ChatFile, ...]:
        """Return files that are to be sent with a question. Raises, each with the path of the file, `NotFound`,
        `Invalid` for what no model or not this one can be shown, `TooLarge`, `Timeout` for a PDF that takes too
        long."""
        if not file_ids:
            return ()
        items, size = await self._files.find(owner, file_ids, "fileIds"), 0
        for place, item in enumerate(items):
            path = f"$.data.fileIds[{place}]"
            try:
                size += await self._shown_size(item, owner)
            except OrchdError as refused:
                refused.field, refused.path = "fileIds", path
                raise
            if size > self.max_bytes or (item.type == TEXT and item.size > MAX_TEXT_BYTES):
                bounds = f"a text {MAX_TEXT_BYTES} bytes, all files {self.max_bytes} (`chat.maxFileBytes`)"
                raise TooLarge(
                    f"with one question may be sent: {bounds}", reason="attachments", field="fileIds", path=path
                )
        files = tuple(ChatFile(item.id, item.name, item.type, item.size) for item in items)
        check_sees(model, files, "fileIds")
        return files

    async def _shown_size(self, item: FileItem, asker: Owner) -> int:
        """Return how many bytes a model is shown of a file: of a PDF, its text. Raises as `FileContents.text_facts`."""
        return item.size if item.type in IMAGES else (await self._files.text_facts(item, asker)).bytes

    async def show_given(self, asker: Owner, given: GivenFile) -> str | TurnImage | None:
        """Return what a model is shown of a file; None for a content that came along and is neither text nor PDF, which
        is for the model server to know. Raises `NotFound`, `Invalid`, `TooLarge`, `Timeout`, `Busy`, `Unavailable`."""
        if given.data is not None:
            text = await self._files.text_of_data(given.data, asker)
            return None if text is None else fence(given.name, text)
        (item,) = await self._files.find(asker, [given.file_id or 0], "file_id")
        if item.type not in IMAGES:
            facts = await self._files.text_facts(item, asker)
            if facts.bytes <= min(self.max_bytes, MAX_TEXT_BYTES):
                return fence(item.name, await self._files.text(item, asker))
        elif item.size <= self.max_bytes:
            return TurnImage(item.name, await self._files.data_url(item))
        raise TooLarge(f"“{item.name}” is larger than what a model is shown", reason="attachments")

    async def show(self, branch: Sequence[Turn], readers: Sequence[Owner]) -> list[Turn]:
        """Return a branch as a model is shown it, the files in it included, as far as one of `readers` sees them; those
        of the last turns first. The first of them is who asks. Raises `Busy`, `Unavailable`."""
        ids = {file.file_id for turn in branch if isinstance(turn, AttachingTurn) for file in turn.files}
        if not ids:
            return list(branch)
        found, room, shown = await self._files.find_for(readers, sorted(ids)), self.max_bytes, list[Turn]()
        for turn in reversed(branch):
            if isinstance(turn, AttachingTurn):
                turn, room = await self._fill(turn, found, room, readers[0])
            shown.append(turn)
        return shown[::-1]

    async def _fill(self, turn: AttachingTurn, found: dict[int, FileItem], room: int, asker: Owner) -> tuple[Turn, int]:
        """Return a turn with its files, and how much room is left."""
        texts, images = list[str](), list[TurnImage]()
        for file in turn.files:
            item = found.get(file.file_id)
            if item is None:
                texts.append(_note(file.name, "isn't there any more"))
                continue
            try:
                size = await self._shown_size(item, asker)
                if size > room:
                    texts.append(_note(file.name, "is left out, since what was sent later fills the room for files"))
                    continue
                room -= size
                if item.type in IMAGES:
                    images.append(TurnImage(file.name, await self._files.data_url(item)))
                else:
                    texts.append(fence(file.name, await self._files.text(item, asker)))
            except NotFound:
                texts.append(_note(file.name, "isn't there any more"))
            except (Invalid, TooLarge, Timeout) as error:  # what could be read once can be no more
                texts.append(_note(file.name, f"can't be read: {error.message}"))
        content = "\n\n".join(text for text in (*texts, turn.content) if text)
        return Turn(turn.role, content, images=tuple(images)), room


def check_sees(model: ModelInfo, files: Sequence[ChatFile], field: str) -> None:
    """Raise `Invalid` for images where the model can't be shown any; one of which nobody knows that is tried."""
    place = next((place for place, file in enumerate(files) if file.type in IMAGES), None)
    if place is not None and model.sees is False:
        path = f"$.data.{field}[{place}]" if field == "fileIds" else f"$.data.{field}"
        raise Invalid(
            f"the model {model.id} can't be shown images; choose a model that can",
            reason="no_vision",
            field=field,
            path=path,
        )


def has_images(files: Sequence[ChatFile]) -> bool:
    """Tell whether there are images among files."""
    return any(file.type in IMAGES for file in files)


def fence(name: str, text: str) -> str:
    """Return a text as a part of a prompt, in a fence that is longer than any in it."""
    ticks = "`" * max(3, 1 + max(map(len, _TICKS.findall(text)), default=0))
    return f"File “{name}”:\n{ticks}\n{text}{'' if text.endswith(chr(10)) else chr(10)}{ticks}"


def _note(name: str, what: str) -> str:
    return f"[The file “{name}” {what}.]"
