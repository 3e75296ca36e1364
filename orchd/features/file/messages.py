"""Payloads of the frames of files, besides those of the entity."""

from orchd.protocol.types import ClientPayload, Count, RowId, ServerPayload


class FileSpace(ClientPayload, frozen=True):
    """`file:space`: how much of the room for their files somebody has used."""


class FileSpaceUse(ServerPayload, frozen=True):
    """The reply to `file:space`. What is being uploaded counts; what was removed doesn't, since it gives way."""

    max_bytes: Count
    """Bytes that all files of one user may have together (`file.userBytes`)."""
    used_bytes: Count
    """Bytes of those that are there or being uploaded."""
    left_bytes: Count
    """Bytes that may still come."""
    file_bytes: Count
    """Bytes that one file may have (`file.maxBytes`), or fewer where fewer are left."""


class FileText(ClientPayload, frozen=True):
    """`file:text`: how much text a model is shown of a file, before it is sent with a question. That of a PDF is taken
    out of it, unless that was done before."""

    file_id: RowId


class FileTextFacts(ServerPayload, frozen=True):
    """The reply to `file:text`."""

    file_id: RowId
    bytes: Count
    """Of the text, in UTF-8: as much as is shown, and counts as the file's size with a question."""
    pages: Count | None = None
    """Of a PDF."""
    blank_pages: Count | None = None
    """Pages of a PDF on which no text was found: pictures, as a rule, which no model is shown."""
