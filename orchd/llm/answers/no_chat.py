"""Models that turned out not to chat: a first try that failed is remembered for a while, in memory only.

Neither a name nor a list always tells. Servers refuse such a model in words of their own (`no_chat`), or have no page
to chat at; those are not chosen any more unless they are named. One that is refused for no reason that is known may be
well with another request: it is passed over for some minutes, and only where its server has another model. A model that
has answered once is never doubted, and an answer, or the server's going away, ends it all.
"""

import re
from collections.abc import Callable, Sequence

import structlog
import trio
from msgspec.structs import replace

from orchd.errors import OrchdError, UpstreamError
from orchd.llm.types import ModelInfo
from orchd.patterns import lazy_pattern

SURE_SECONDS = 24 * 3600.0
NO_PAGE_SECONDS = 3600.0
DOUBT_SECONDS = 600.0
NO_PAGE_STATUS = (405, 501)
DOUBT_STATUS = (400, 404, 415, 422)
MAX_MODELS = 1_000

_SAYS_SO = lazy_pattern(
    r"(?:\bnot|n't) (?:\w+ ){0,2}(?:support|serve|offer|implement|allow)\w* (?:the )?"
    r"(?:/?v1/)?(?:chat|generat|(?:text )?completions?\b)"
    r"|not a (?:chat|generat\w+|text.generation|language|causal|completion) (?:model|lm)"
    r"|model (?:type )?is not (?:an? )?(?:llm|chat|generat)|not supported in the v1/chat|not an llm\b"
    r"|(?:is|an?) (?:embedding|rerank\w*|speech|image|audio|pooling)[- ]?(?:only )?model\b"
    r"|only supports? (?:embedding|rerank|pooling|transcription|classif)",
    re.IGNORECASE,
)

_NO_PAGE = lazy_pattern(
    r"not found|HTTP status 404|\b(?:no|unknown|invalid|unsupported) (?:such )?(?:page|path|route|url|endpoint)"
    r"|cannot post",
    re.IGNORECASE,
)
"""What servers say, or what is said for them, where there is no page; other words are about the request."""


def says_no_chat(message: str) -> bool:
    """Tell whether a server's words are that the model, or the server itself, generates no text."""
    return bool(_SAYS_SO.search(message))


class ChatRefusals:
    """Which of the models of one server were found not to chat."""

    def __init__(self, server: str, clock: Callable[[], float] = trio.current_time) -> None:
        self._clock = clock
        self._until: dict[str, tuple[float, bool]] = {}
        self._answered: dict[str, None] = {}
        self._log = structlog.get_logger().bind(name=server)

    def note(self, model: str, error: OrchdError | None) -> bool:
        """Note how a request for a model ended, None: with an answer; return whether that changes what is known."""
        if error is None:
            self._answered[model] = None
            _bound(self._answered)
            return self._until.pop(model, None) is not None
        found = None if model in self._answered else _verdict(error)
        if found is None:
            return False
        seconds, sure = found
        self._until[model] = (self._clock() + seconds, sure)
        _bound(self._until)
        self._log.info("model does not chat: it is only asked when it is named", model=model, sure=sure)
        return True

    def mark(self, models: Sequence[ModelInfo]) -> tuple[ModelInfo, ...]:
        """Return a server's models, those that don't chat no longer for chats."""
        if not self._until:
            return tuple(models)
        now = self._clock()
        known = {model: sure for model, (until, sure) in self._until.items() if until > now}
        others = any(info.chats and info.id not in known for info in models)
        out = {model for model, sure in known.items() if sure or others}
        return tuple(replace(info, purpose="other") if info.chats and info.id in out else info for info in models)

    def forget(self) -> None:
        """The server went away: it may be another one when it comes back."""
        self._until.clear()
        self._answered.clear()


def _verdict(error: OrchdError) -> tuple[float, bool] | None:
    """Return for how long a failure counts and whether it leaves no doubt; None: it says nothing of the model."""
    if not isinstance(error, UpstreamError):
        return None
    if error.reason == "no_chat":
        return SURE_SECONDS, True
    no_page = error.http_status in NO_PAGE_STATUS or (error.http_status == 404 and _NO_PAGE.search(error.message))
    if error.reason == "unexpected_endpoint" or (error.reason == "server_error" and no_page):
        return NO_PAGE_SECONDS, True
    doubtful = error.reason == "server_error" and error.http_status in DOUBT_STATUS
    return (DOUBT_SECONDS, False) if doubtful else None


def _bound(known: dict[str, tuple[float, bool]] | dict[str, None]) -> None:
    if len(known) > MAX_MODELS:
        del known[next(iter(known))]
