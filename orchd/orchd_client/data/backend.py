"""The data of frames that `backend` has."""

from __future__ import annotations

from typing import Literal, TypeAlias

from ..runtime.messages import RequestData, ServerData
from .shared import BackendKind, ModelFailure

BackendNoteCode: TypeAlias = Literal[
    "files_left_out",
    "list_cut",
    "list_shown_in_part",
    "list_too_long",
    "names_too_long",
    "no_list",
]
"""What is worth knowing of a healthy model server: of its own list of models (`no_list`: it has none;
`list_shown_in_part`: those that aren't shown can be named), or of files that the daemon serves. Later daemons may
send others.
"""


class BackendList(RequestData, kw_only=True):
    """`backend:list`: the model servers, probed now; `refresh` false tells how they were at the last probe."""

    refresh: bool | None = None
    """Whether the servers are asked now, instead of telling what is known. When it is left out: True."""


class BackendPage(ServerData, kw_only=True):
    """The reply to `backend:list`."""

    backends: list[BackendItem] = []
    """The model servers."""


class BackendItem(ServerData, kw_only=True):
    """A model server as last probed. `kind` is null until it has answered once; `reason` while it is healthy.

    `retryAfterMs`: for so long it is left alone, because it failed again and again. `lastError` stays when it is well.
    `memoryBytes`: what its models have in main memory, told where the daemon runs them itself. `note`: what is worth
    knowing though it is healthy: a list that is cut or missing, a model file that is left out.
    """

    name: str
    """Its name."""
    url: str
    """Its address."""
    kind: BackendKind | str | None = None
    """What software it is; null until it has answered once."""
    ok: bool
    """Whether it answered the last probe."""
    reason: str | None = None
    """What is wrong; null while it is healthy."""
    models: int
    """How many models it lists."""
    simulated: bool
    """Whether it is the built-in simulation and no real model."""
    latency_ms: float | None = None
    """Milliseconds that the last probe took; null before the first one."""
    version: str | None = None
    """Its version; null when it does not tell."""
    last_error: str | None = None
    """How it failed the last time, also when it is well now; null when it never did."""
    retry_after_ms: int | None = None
    """Milliseconds for which it is left alone because it failed again and again; null when it is not."""
    memory_bytes: int | None = None
    """Bytes in main memory; null when that is not known."""
    note: str | None = None
    """What is worth knowing though it is healthy: a list that is cut or missing, a model file that is left out; else
    null.
    """
    notes: list[BackendNote] = []
    """What `note` says, for programs, each by itself."""
    known: bool = True
    """It is named in the settings, or has answered before; false: it was only looked for where such servers usually
    are.
    """
    failure: ModelFailure | None = None
    """What `reason` says, for programs; null while it is healthy, and before it was first asked."""


class BackendNote(ServerData, kw_only=True):
    """What is worth knowing of a model server though it is healthy."""

    code: BackendNoteCode | str
    """Which of them it is."""
    text: str
    """The same in words."""
    count: int | None = None
    """How many models or files it is about; null where nobody has counted."""
    limit: int | None = None
    """How many models are known or shown, or how many characters a name may have; null where that is not what it is
    about.
    """
    http_status: int | None = None
    """What the server answered instead of a list; null where it answered nothing of the kind."""
    files: list[str] = []
    """Names of files without their folders, the first ones."""
