"""Payloads of the frames of files, besides those of the entity."""

from orchd.protocol.types import ClientPayload, Count, ServerPayload


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
