from typing import Any, cast

import pytest

from orchd.features.models import Models
from orchd.features.verification.checking.checkers import ClaimChecker, made_for_it, that_chats
from orchd.features.verification.judging.judges import Judges
from orchd.features.verification.records import CheckRequest
from orchd.llm import BackendHealth, ModelInfo, ServerKind
from orchd.llm.probing.purpose import purpose_by_name
from orchd.llm.types import ANY_REQUESTER
from tests.fix_verification import JudgingBackends, OpenPanel, Panel, judge


class Servers(JudgingBackends):
    """Models of one server of a kind."""

    def __init__(self, kind: ServerKind, *names: str, **more: Any) -> None:
        super().__init__()
        self.kind = kind
        self.infos = [ModelInfo(name, "box", loaded=True, purpose=purpose_by_name(name), **more) for name in names]

    def health(self) -> list[BackendHealth]:
        """All is well."""
        return [BackendHealth("box", "http://127.0.0.1:9", self.kind, True, None, len(self.infos))]


def names(found: list[ClaimChecker]) -> list[str]:
    return [checker.target.model.id for checker in found]


def test_one_that_checks_and_one_that_ranks() -> None:
    backends = Servers(
        "llamacpp", "qwen3-8b", "bge-reranker-v2-m3", "nli-deberta", "granite-guardian-3.2", "bespoke-minicheck"
    )
    found = made_for_it(backends, (), ANY_REQUESTER)
    assert names(found) == ["bespoke-minicheck", "bge-reranker-v2-m3"]
    assert [checker.kind for checker in found] == ["minicheck", "reranker"]
    assert {checker.server for checker in found} == {"llamacpp"}


def test_one_that_is_loaded_goes_first() -> None:
    backends = Servers("openai", "bespoke-minicheck", "hhem-2.1")
    backends.infos[0] = ModelInfo("bespoke-minicheck", "box", loaded=False, purpose="checking")
    assert names(made_for_it(backends, (), ANY_REQUESTER)) == ["hhem-2.1"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("ollama", ["granite3-guardian:8b"]),
        ("lmstudio", []),
        ("openai", ["granite3-guardian:8b", "bge-reranker-v2-m3"]),
    ],
)
def test_where_a_server_can_not_ask_it_nobody_does(kind: ServerKind, expected: list[str]) -> None:
    assert (
        names(made_for_it(Servers(kind, "granite3-guardian:8b", "bge-reranker-v2-m3"), (), ANY_REQUESTER)) == expected
    )


def test_neither_its_author_nor_a_made_up_one() -> None:
    assert (
        made_for_it(
            Servers("openai", "bespoke-minicheck"), ("bespoke-minicheck:7b@other", "bespoke-minicheck"), ANY_REQUESTER
        )
        == []
    )
    assert made_for_it(Servers("openai", "simulated-rerank", simulated=True), (), ANY_REQUESTER) == []


async def chatting(panel: Panel, *authors: str, before: str | None = None) -> list[str]:
    models = Models(panel.database, panel.backends, cast("Any", None))
    judges = Judges(panel.database, panel.backends, models)
    work = CheckRequest(question="?", answer="!", authors=authors)
    return names(await that_chats(panel.backends, judges, work, None if before is None else judge(before)))


async def test_another_one_that_chats_by_the_rules_for_judges(open_panel: OpenPanel) -> None:
    async with open_panel("author-a", "llama-3-8b", "qwen3-8b") as panel:
        panel.backends.infos.append(ModelInfo("bespoke-minicheck", "fake", loaded=True, purpose="checking"))
        assert await chatting(panel, "author-a@fake", before="llama-3-8b@fake") == ["qwen3-8b"]
        assert await chatting(panel, "qwen3-8b@fake", before="llama-3-8b@fake") == ["author-a"]
        assert await chatting(panel) == [], "nobody is shown to be somebody else"
        panel.backends.infos = [info for info in panel.backends.infos if info.id != "qwen3-8b"]
        assert await chatting(panel, "author-a@fake", before="llama-3-8b@fake") == ["llama-3-8b"]
        panel.backends.infos = [info for info in panel.backends.infos if info.id == "author-a"]
        assert await chatting(panel, "author-a@fake") == []


async def test_only_what_is_loaded_and_has_a_template(open_panel: OpenPanel) -> None:
    async with open_panel("author-a") as panel:
        panel.backends.infos += [
            ModelInfo("llama-3-8b", "fake", loaded=False),
            ModelInfo("gemma-3-270m", "fake", loaded=True, template=False),
        ]
        assert await chatting(panel, "author-a@fake") == []
