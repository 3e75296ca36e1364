"""Checkers that say what a test writes, where a real server would be asked for a word or for scores."""

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import trio

from orchd.errors import OrchdError
from orchd.features.verification.checking.checkers import ClaimChecker
from orchd.features.verification.checking.control import CONTROL_FALSE, CONTROL_TRUE
from orchd.features.verification.checking.forms import OpinionKind
from orchd.llm import BackendHealth, Listener, ModelInfo, Requester, ServerKind, Target
from orchd.llm.probing.purpose import purpose_by_name
from orchd.llm.scoring.exchange import SmallRequest
from orchd.llm.types import ANY_REQUESTER, CostListener
from tests.fix_verification import JudgingBackends

MODELS: dict[OpinionKind, str] = {
    "minicheck": "bespoke-minicheck",
    "guardian": "granite-guardian-3.2",
    "entailment": "nli-deberta",
    "reranker": "bge-reranker-v2-m3",
    "chat": "qwen3-8b",
}
"""A model of each kind."""

Share: TypeAlias = float | str | OrchdError | None
"""How likely Yes is, or a mere word; None is an answer without either."""


def choice(share: Share) -> dict[str, Any]:
    """A reply with that share of Yes, or with that word."""
    if not isinstance(share, float):
        return {"choices": [{"message": {"content": "Hm." if share is None else share}, "logprobs": None}]}
    odds = {"Yes": max(share, 1e-9), "No": max(1 - share, 1e-9)}
    tops = [{"token": token, "logprob": math.log(value)} for token, value in odds.items()]
    word = "Yes" if share > 0.5 else "No"
    content = [{"token": word, "logprob": math.log(odds[word]), "top_logprobs": tops}]
    usage = {"prompt_tokens": 50, "completion_tokens": 1}
    return {"choices": [{"message": {"content": word}, "logprobs": {"content": content}}], "usage": usage}


class CheckingBackends(JudgingBackends):
    """Models of one server of a kind; `thinks` is what they think of a text that is asked about, true or false.

    The control they know, unless `knows` is false.
    """

    def __init__(self, *names: str, kind: ServerKind = "llamacpp") -> None:
        super().__init__()
        self.kind = kind
        self.infos = [
            ModelInfo(name, "fake", context=32_000, loaded=True, purpose=purpose_by_name(name)) for name in names
        ]
        self.thinks: Callable[[str], Share] = lambda claim: 0.9
        self.knows = True
        self.exchanges: list[tuple[str, SmallRequest]] = []
        self.requesters: list[Requester] = []
        self.most_at_once = self.at_once = 0
        self.seconds = 0.0

    def health(self) -> list[BackendHealth]:
        """All is well."""
        return [BackendHealth("fake", "http://127.0.0.1:9", self.kind, True, None, len(self.infos))]

    async def exchange(
        self,
        target: Target,
        request: SmallRequest,
        listener: Listener | None = None,
        *,
        requester: Requester = ANY_REQUESTER,
    ) -> Any:
        """Say what was written for it, after `seconds`."""
        self.exchanges.append((target.model.id, request))
        self.requesters.append(requester)
        if isinstance(listener, CostListener):
            listener.on_call()
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await trio.sleep(self.seconds)
        finally:
            self.at_once -= 1
        members = request.members
        if "query" in members:
            return self._scores(members["query"], members["documents"])
        said = members["messages"][-1]["content"]
        if self.knows and (CONTROL_TRUE in said or CONTROL_FALSE in said):
            share: Share = 0.95 if CONTROL_TRUE in said else 0.05
        else:
            share = self.thinks(said)
        if isinstance(share, OrchdError):
            raise share
        if isinstance(share, float) and members["messages"][-1]["role"] == "assistant":
            share = 1 - share  # Granite Guardian's Yes says that the risk is there
        return choice(share)

    def _scores(self, query: str, texts: list[str]) -> Any:
        *asked, _, _ = texts
        share = self.thinks(f"{query} {' '.join(asked)}")
        if isinstance(share, OrchdError):
            raise share
        found = [*([share] * len(asked)), 0.99, 0.001]
        return {"results": [{"index": at, "relevance_score": value} for at, value in enumerate(found)]}


def checker_of(backends: CheckingBackends, kind: OpinionKind, name: str = "") -> ClaimChecker:
    """The model of a kind, as one that may be asked."""
    target = backends.target(name or MODELS[kind])
    return ClaimChecker(target, kind, backends.kind)
