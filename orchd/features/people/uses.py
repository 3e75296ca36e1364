"""When tokens and web sessions were used last: noted in memory, stored now and then, and so known coarsely."""

from orchd.features.people.store.session_queries import note_session_uses
from orchd.features.people.store.token_queries import note_token_uses
from orchd.protocol.identity import Identity
from orchd.storage import Database, Steps


class Uses:
    """The last uses that are not stored yet, by the ids of tokens and of web sessions."""

    def __init__(self) -> None:
        self._tokens: dict[int, int] = {}
        self._sessions: dict[int, int] = {}

    def note(self, who: Identity, now: int) -> None:
        """Somebody has shown what they came by; `now` in Unix milliseconds."""
        if who.token_id is not None:
            self._tokens[who.token_id] = now
        if who.web_session_id is not None:
            self._sessions[who.web_session_id] = now

    def last_of(self, who: Identity) -> int:
        """Return the last use of a web session that is noted and not stored yet; 0 where there is none."""
        return self._sessions.get(who.web_session_id or 0, 0)

    async def store(self, database: Database) -> None:
        """Store them. Raises `Unavailable`; then they are kept for the next time."""
        tokens, sessions = dict(self._tokens), dict(self._sessions)
        if not tokens and not sessions:
            return
        await database.write_relaxed(_store, tokens, sessions)
        self._tokens = {key: used for key, used in self._tokens.items() if used != tokens.get(key)}
        self._sessions = {key: used for key, used in self._sessions.items() if used != sessions.get(key)}


def _store(tokens: dict[int, int], sessions: dict[int, int]) -> Steps[None]:
    yield from note_token_uses(tokens)
    yield from note_session_uses(sessions)
