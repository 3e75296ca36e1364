"""Settings of files that people upload."""

from typing import Annotated

from msgspec import Meta, Struct

from orchd.settings.bounds import MIB


class FileSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Files that people upload."""

    directory: Annotated[
        str | None,
        Meta(description="Where they are kept; unset: `files` in `dataDir`. Daemons of one database share it."),
    ] = None
    max_bytes: Annotated[int, Meta(ge=1, le=1024**4, description="Size of one file, in bytes.")] = 512 * MIB
    user_bytes: Annotated[
        int,
        Meta(
            ge=1,
            le=1024**5,
            description="Bytes of all files of one user, those that are being uploaded among them. What was removed "
            "gives way before it is reached.",
        ),
    ] = 10 * 1024 * MIB
    max_pdf_bytes: Annotated[
        int, Meta(ge=1, le=1024**3, description="Size of a PDF whose text is taken out of it, in bytes.")
    ] = 50 * MIB
    pdf_seconds: Annotated[
        float, Meta(gt=0, le=3600, description="How long taking the text out of one PDF may take, in seconds.")
    ] = 60.0
    transfers: Annotated[
        int, Meta(ge=1, le=10_000, description="Uploads and downloads at once; a quarter of them for one user.")
    ] = 64
