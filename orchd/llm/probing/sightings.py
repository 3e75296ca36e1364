"""What the log says of a model server: one line when it is found, lost, back or found unfit, and none in between."""

from collections.abc import Sequence

import structlog

from orchd.errors import OrchdError, Timeout
from orchd.llm.answers.server_notes import ServerNote, note_text
from orchd.llm.types import ServerKind
from orchd.reasons import Reason

NO_KEY: Reason = "no_key"
"""It was not asked, and whoever keeps its key says why."""
NOBODY: tuple[Reason, ...] = ("connect", "connection_lost", "file_descriptors", NO_KEY, "probe")
"""Reasons that say that nobody is there, rather than somebody who can't be used."""


def says_somebody(error: OrchdError) -> bool:
    """Tell whether a failed probe met somebody all the same."""
    return not isinstance(error, Timeout) and error.reason not in NOBODY


class Sightings:
    """The lines about the server called `name`; `explicit`: the configuration names it, it was not just looked for."""

    def __init__(self, name: str, url: str, *, explicit: bool) -> None:
        self._log = structlog.get_logger().bind(name=name, url=url)
        self._explicit = explicit
        self._kind: ServerKind | None = None
        self._models = 0
        self._note: str | None = None
        self._reason: str | None = None

    def well(self, kind: ServerKind, models: int, notes: Sequence[ServerNote]) -> None:
        """Note that it answered."""
        again = self._reason is not None
        if kind != self._kind:
            self._log.info("model server found", kind=kind, models=models)
        elif again:
            self._log.info("model server is back", kind=kind, models=models)
        note = note_text(notes)
        if note is not None and note != self._note:
            self._log.warning("note on a model server", kind=kind, note=note)
        self._kind, self._models, self._note, self._reason = kind, models, note, None

    def ill(self, error: OrchdError) -> None:
        """Note that it did not answer, or answered with what is no list of models."""
        if error.message == self._reason:
            return
        if error.reason == NO_KEY:
            self._reason = error.message
            return
        if self._kind is not None and self._reason is None:
            self._log.warning("model server lost", kind=self._kind, models=self._models, reason=error.message)
        elif not (self._explicit or self._kind is not None):
            if says_somebody(error):
                self._log.info("no model server there", reason=error.message)
        elif says_somebody(error):
            self._log.warning("model server can't be used", reason=error.message)
        else:
            self._log.warning("model server is away", reason=error.message)
        self._reason = error.message
