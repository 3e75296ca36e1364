"""SQL of the tables `file_upload` and `file_content`, and what of `file` is not the entity's."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct

from orchd.entity import OwnedTable, Owner, Table
from orchd.errors import Conflict, NotFound, TooLarge
from orchd.features.file.item import FILE, FileItem
from orchd.pdf import PdfText
from orchd.protocol.types import Timestamp
from orchd.storage import Statement, Steps

MOST_UPLOADS = 100
"""So many of one user may be unfinished."""
FOUND_AT_ONCE = 200


class UploadRow(Struct, frozen=True):
    """A file that is being uploaded, or was within the last day: then `file_id` is what it became. The first `received`
    bytes are on the disk. `sha256` is what its content must have, if the client has said so."""

    id: int
    user_id: int
    name: str
    size: int
    sha256: str | None
    received: int
    file_id: int | None
    created_at: Timestamp
    updated_at: Timestamp


UPLOADS = OwnedTable(Table("file_upload", UploadRow, "upload", key="upload_id"))


class UploadDraft(Struct, frozen=True):
    """What a client says of a file before it sends it."""

    name: str
    size: int
    sha256: str | None = None


class FileDraft(Struct, frozen=True):
    """What is stored of a file that has come whole."""

    name: str
    type: str
    size: int
    sha256: str


class UserLimits(NamedTuple):
    """How much one user may have: bytes, and files."""

    user_bytes: int
    max_rows: int


class _StartedUpload(Struct, frozen=True):
    name: str
    size: int
    sha256: str | None
    received: int = 0
    file_id: int | None = None


def begin(owner: Owner, draft: UploadDraft, limits: UserLimits, now: int) -> Steps[UploadRow]:
    """Note an upload, and hold the room that it needs. Raises `TooLarge` where there is none, `Conflict` for too many
    files, or too many that are unfinished."""
    if (yield from FILE.rows.owned_by(owner).has_more_than(limits.max_rows - 1)):
        raise Conflict(f"there are {limits.max_rows} files already", reason="too_many_rows")
    unfinished = yield Statement(
        "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM file_upload WHERE user_id = ? AND file_id IS NULL",
        (owner.user_id,),
    )
    number, awaited = map(int, unfinished.rows[0])
    if number >= MOST_UPLOADS:
        raise Conflict(f"{number} uploads are unfinished; go on with them or delete them", reason="too_many_rows")
    yield from _make_room(owner, awaited + draft.size, limits.user_bytes)
    started = _StartedUpload(draft.name, draft.size, draft.sha256)
    return (yield from UPLOADS.owned_by(owner).add(started, now))


def used_bytes(owner: Owner) -> Steps[int]:
    """Return how many bytes a user's files have that are there or being uploaded."""
    present = yield Statement(
        "SELECT COALESCE(SUM(size), 0) FROM file WHERE user_id = ? AND deleted_at IS NULL", (owner.user_id,)
    )
    awaited = yield Statement(
        "SELECT COALESCE(SUM(size), 0) FROM file_upload WHERE user_id = ? AND file_id IS NULL", (owner.user_id,)
    )
    return int(present.rows[0][0]) + int(awaited.rows[0][0])


def _make_room(owner: Owner, wanted: int, limit: int) -> Steps[None]:
    """See that a user has so many bytes left; what was removed gives way, the oldest first. Raises `TooLarge`."""
    found = yield Statement(
        "SELECT COALESCE(SUM(size), 0), COALESCE(SUM(CASE WHEN deleted_at IS NULL THEN size ELSE 0 END), 0) FROM file"
        " WHERE user_id = ?",
        (owner.user_id,),
    )
    used, present = map(int, found.rows[0])
    if present + wanted > limit:
        left = max(0, limit - present)
        raise TooLarge(
            f"your files may have {limit} bytes together (`file.userBytes`)",
            reason="file_space",
            field="size",
            path="$.size",
            maxBytes=limit,
            leftBytes=left,
        )
    if used + wanted <= limit:
        return
    removed = yield Statement(
        "SELECT id, size FROM file WHERE user_id = ? AND deleted_at IS NOT NULL ORDER BY deleted_at, id",
        (owner.user_id,),
    )
    for file_id, size in removed.rows:
        yield Statement("DELETE FROM file WHERE id = ? AND user_id = ?", (file_id, owner.user_id))
        used -= size
        if used + wanted <= limit:
            return


def confirm(upload_id: int, received: int, now: int) -> Steps[bool]:
    """Store how much of an upload is on the disk; return whether it is still wanted."""
    done = yield Statement(
        "UPDATE file_upload SET received = ?, updated_at = ? WHERE id = ? AND file_id IS NULL",
        (received, now, upload_id),
    )
    return done.changed > 0


def keep_content(draft: FileDraft, now: int) -> Steps[None]:
    """Note that this content is on the disk."""
    found = yield Statement("SELECT sha256 FROM file_content WHERE sha256 = ?", (draft.sha256,))
    if not found.rows:
        yield Statement(
            "INSERT INTO file_content (sha256, size, created_at) VALUES (?, ?, ?)", (draft.sha256, draft.size, now)
        )


def find_pdf_text(sha256: str) -> Steps[PdfText | None]:
    """Return the text that was taken out of a PDF, if it was."""
    found = yield Statement("SELECT pdf_pages, pdf_blank_pages, pdf_text FROM file_content WHERE sha256 = ?", (sha256,))
    row = found.rows[0] if found.rows else (None, None, None)
    return None if row[2] is None else PdfText(int(row[0]), int(row[1]), row[2])


def keep_pdf_text(sha256: str, taken: PdfText) -> Steps[None]:
    """Store the text that was taken out of a PDF, as long as that is there."""
    yield Statement(
        "UPDATE file_content SET pdf_pages = ?, pdf_blank_pages = ?, pdf_text = ? WHERE sha256 = ?",
        (taken.pages, taken.blank_pages, taken.text, sha256),
    )


def end_upload(upload_id: int, file_id: int, now: int) -> Steps[None]:
    """Note what an upload has become."""
    yield Statement(
        "UPDATE file_upload SET file_id = ?, updated_at = ? WHERE id = ?",
        (file_id, now, upload_id),
    )


def remove_upload(upload_id: int) -> Steps[None]:
    """Forget an upload."""
    yield Statement("DELETE FROM file_upload WHERE id = ?", (upload_id,))


def forget_uploads(before: int, limit: int) -> Steps[list[int]]:
    """Forget up to `limit` uploads to which nothing has come since then; return their ids."""
    found = yield Statement("SELECT id FROM file_upload WHERE updated_at < ? ORDER BY id LIMIT ?", (before, limit))
    ids = [int(row[0]) for row in found.rows]
    for upload_id in ids:
        yield from remove_upload(upload_id)
    return ids


def awaited_uploads(upload_ids: Sequence[int]) -> Steps[set[int]]:
    """Return those of these uploads that are unfinished."""
    marks = ", ".join("?" * len(upload_ids))
    found = yield Statement(f"SELECT id FROM file_upload WHERE file_id IS NULL AND id IN ({marks})", tuple(upload_ids))
    return {int(row[0]) for row in found.rows}


def unused_contents(limit: int) -> Steps[list[str]]:
    """Return the hashes of up to `limit` contents that no file has any more."""
    found = yield Statement(
        "SELECT c.sha256 FROM file_content c WHERE NOT EXISTS (SELECT 1 FROM file f WHERE f.sha256 = c.sha256) LIMIT ?",
        (limit,),
    )
    return [row[0] for row in found.rows]


def release_content(sha256: str) -> Steps[bool]:
    """Forget a content unless a file has it by now; return whether nothing is known of it then."""
    users = yield Statement("SELECT id FROM file WHERE sha256 = ? LIMIT 1", (sha256,))
    if users.rows:
        return False
    yield Statement("DELETE FROM file_content WHERE sha256 = ?", (sha256,))
    return True


def known_contents(hashes: Sequence[str]) -> Steps[set[str]]:
    """Return those of these hashes that are a content's."""
    marks = ", ".join("?" * len(hashes))
    found = yield Statement(f"SELECT sha256 FROM file_content WHERE sha256 IN ({marks})", tuple(hashes))
    return {row[0] for row in found.rows}


def find_seen(owner: Owner, file_ids: Sequence[int], field: str) -> Steps[list[FileItem]]:
    """Return these files, in their order. Raises `NotFound`, naming the place in the member `field`, for one that they
    don't see."""
    table, items = FILE.rows.seen_by(owner), list[FileItem]()
    for place, file_id in enumerate(file_ids):
        item = yield from table.find(file_id)
        if item is None:
            raise NotFound("there is no such file", field=field, path=f"$.data.{field}[{place}]")
        items.append(item)
    return items


def find_for(readers: Sequence[Owner], file_ids: Sequence[int]) -> Steps[dict[int, FileItem]]:
    """Return those of these files that are there and that one of some readers sees."""
    found: dict[int, FileItem] = {}
    for owner in readers:
        missing = [file_id for file_id in file_ids if file_id not in found]
        for start in range(0, len(missing), FOUND_AT_ONCE):
            found |= yield from FILE.rows.seen_by(owner).find_all(missing[start : start + FOUND_AT_ONCE])
    return found
