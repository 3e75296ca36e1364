"""Members of a request that a server refuses: left out next time where that changes nothing, named where it would.

Servers answer what they don't know with 400, 422 or 500, in any words and languages; but they name the member. One that
is ours (`stream_options`), or that nobody asked for in so many words, is left out, and the server asked once more;
`max_tokens` goes by its newer name first. What a client asked for is never dropped: its request is `invalid`, and says
which member is refused. What was learned is kept for an hour, for each model, so that an upgraded server is found out.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import msgspec
import structlog
import trio

from orchd.errors import Invalid, OrchdError, TooLarge, UpstreamError
from orchd.llm.asking.stream import AttemptSpec, Watch, generate
from orchd.llm.types import Listener, Outcome
from orchd.llm.wire.endpoint import Endpoint
from orchd.patterns import lazy_pattern

OURS = frozenset(["stream_options", "return_progress"])
"""What is sent for the daemon's own sake: usage in streams, progress through the prompt."""
NEWER = {"max_tokens": "max_completion_tokens"}
BOUNDS = frozenset([*NEWER, *NEWER.values()])
FIELDS = {
    "temperature": "params.temperature",
    "top_p": "params.topP",
    "max_tokens": "params.maxTokens",
    "max_completion_tokens": "params.maxTokens",
    "stop": "params.stop",
    "seed": "params.seed",
    "response_format": "schema",
    "tools": "tools",
    "tool_choice": "toolChoice",
}
"""What clients call the members that they may ask for."""
INNER = {"include_usage": "stream_options", "json_schema": "response_format"}
"""Members within members, by which some servers name the outer one."""

THOUGHTS = "reasoning_content"
"""A member of messages, and not of the request: what the model thought then. Where `soft` names it, servers that refuse
it are told the messages without it."""

MAX_REFUSALS = 4
"""How many members may turn out to be refused one after another."""
REMEMBER_SECONDS = 3600.0
MAX_MODELS = 1_000
NOT_ABOUT_MEMBERS = (401, 402, 403, 404, 408, 429, 502, 503, 504, 529)

_REFUSES = lazy_pattern(
    r"un(?:known|recogni[sz]ed|supported|expected|necessary|available)|not (?:support|allow|permit|implement|recogni)"
    r"|n't (?:support|allow|permit|know)|extra|additional|forbid|invalid|no such|does not|must not|cannot|desconhecid"
    r"|no soporta|inconnu|unbekannt|\u4e0d\u652f\u6301|\u672a\u77e5",
    re.IGNORECASE,
)

_encoder = msgspec.json.Encoder()


_NAMES = lazy_pattern(
    r"[\"'`\u201c\u2018\u00ab]([a-z][a-z_]{2,30})[\"'`\u201d\u2019\u00bb]"
    r"|\bbody\.([a-z][a-z_]{2,30})\b"
    r"|\b([a-z]{2,15}_[a-z_]{1,24})\b"
    r"|\b(temperature|seed|stop|tools) (?:is|are) (?:not|un|no )"
    r"|(?:[:=] ?|\b(?:argument|parameter|param|field|key|property|member)s? )([a-z][a-z_]{2,30})\b"
)
"""Words that are names: quoted, in a path, with an underscore, behind a colon or what they are."""


def refused_members(error: OrchdError, members: Iterable[str], soft: Collection[str] = ()) -> list[str]:
    """Return which of the members of a request a server's error names as what is wrong with it: of those that are
    known here, and of `soft` ones."""
    status = error.http_status
    if status is None or status < 400 or status in NOT_ABOUT_MEMBERS:
        return []
    if not isinstance(error, UpstreamError) or error.reason != "server_error":
        return []
    sent = set(members) & (OURS | {*FIELDS, *soft}) | {THOUGHTS} & {*soft}
    named = {INNER.get(part, part) for part in (error.param or "").split(".")} & sent
    if not named and (status < 500 or _REFUSES.search(error.message)):
        words = ("".join(found) for found in _NAMES.findall(error.message))
        named = {INNER.get(word, word) for word in words} & sent
    return sorted(named)


class RefusedMembers:
    """What the server called `backend` refuses of requests, by model."""

    def __init__(self, backend: str, clock: Callable[[], float] = trio.current_time) -> None:
        self._backend = backend
        self._clock = clock
        self._known: dict[str, dict[str, float]] = {}
        self._log = structlog.get_logger().bind(name=backend)

    async def generate(
        self,
        endpoint: Endpoint,
        ask: AttemptSpec,
        members: Mapping[str, Any],
        soft: Collection[str],
        watch: Watch,
        listener: Listener,
    ) -> Outcome:
        """Ask without what is refused, and once more for each member that turns out to be. Raises like
        `stream.generate`, and Invalid for a refused member that is neither ours nor in `soft`.
        """
        for _ in range(MAX_REFUSALS):
            sent = self.fit(ask.model, members, soft)
            try:
                return await generate(endpoint, ask._replace(body=_encoder.encode(sent)), watch, listener)
            except UpstreamError as error:
                if not self._learn(ask.model, sent, soft, error):
                    raise
            except TooLarge:
                if "max_tokens" not in soft or not BOUNDS & {*sent}:
                    raise
                sent = {name: value for name, value in sent.items() if name not in BOUNDS}
                outcome = await generate(endpoint, ask._replace(body=_encoder.encode(sent)), watch, listener)
                for name in BOUNDS:  # it was our bound on the answer that was too much, and not the prompt
                    self.note(ask.model, name)
                return outcome
        sent = self.fit(ask.model, members, soft)
        return await generate(endpoint, ask._replace(body=_encoder.encode(sent)), watch, listener)

    def fit(self, model: str, members: Mapping[str, Any], soft: Collection[str] = ()) -> dict[str, Any]:
        """Return the members without those that are refused and may be left out, under the names that are taken."""
        known = self._refused_members(model)
        found: dict[str, Any] = {}
        for name, value in members.items():
            newer = NEWER.get(name, "")
            if name in known and newer and newer not in known:
                found[newer] = value
            elif name not in known or (name not in OURS and name not in soft):
                found[name] = value
        if THOUGHTS in known and THOUGHTS in soft and "messages" in found:
            found["messages"] = _without_thoughts(found["messages"])
        return found

    def forget(self) -> None:
        """The server went away: it may be another one when it comes back."""
        self._known.clear()

    def _refused_members(self, model: str) -> set[str]:
        now = self._clock()
        return {name for name, until in self._known.get(model, {}).items() if until > now}

    def _learn(self, model: str, sent: Mapping[str, Any], soft: Collection[str], error: UpstreamError) -> bool:
        """Note what an error says is refused; False when it says nothing of that. Raises Invalid."""
        names, known = refused_members(error, sent, soft), self._refused_members(model)
        for name in names:
            asked = next((old for old, new in NEWER.items() if new == name), name)
            has_newer = name in NEWER and NEWER[name] not in known
            if not has_newer and name not in OURS and asked not in soft:
                field = FIELDS[name]
                text = f"{self._backend} refuses `{name}`: {error.message}"
                raise Invalid(
                    text, reason="refused_parameter", field=field, path=f"$.data.{field}", backend=self._backend
                ) from error
        for name in names:
            self.note(model, name)
        return bool(names)

    def note(self, model: str, name: str) -> None:
        """Remember that a model's server refuses a member."""
        if model not in self._known and len(self._known) >= MAX_MODELS:
            del self._known[next(iter(self._known))]
        self._known.setdefault(model, {})[name] = self._clock() + REMEMBER_SECONDS
        self._log.info("model server rejects a member of requests: it is left out", model=model, member=name)


def _without_thoughts(messages: Any) -> list[dict[str, msgspec.Raw]]:
    """Return messages, in whatever form they are, without what the model thought."""
    told = msgspec.json.decode(_encoder.encode(messages), type=list[dict[str, msgspec.Raw]])
    return [{name: value for name, value in message.items() if name != THOUGHTS} for message in told]
