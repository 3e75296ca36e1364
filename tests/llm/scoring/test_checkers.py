import pytest

from orchd.llm.probing.purpose import purpose
from orchd.llm.scoring.checkers import checker_kind

MADE_FOR_IT = {
    "minicheck": "bespoke-minicheck bespoke-minicheck:7b-q4_K_M Bespoke-MiniCheck-7B-GGUF x/MiniCheck-RoBERTa-Large",
    "guardian": "granite3-guardian:8b granite-guardian-3.3-8b ibm/granite3.3-guardian granite4.1-guardian:8b-q5_K_S",
    "entailment": "cross-encoder/nli-deberta-v3-base vectara/hhem-2.1-open mdeberta-v3-base-xnli roberta-large-mnli "
    "vectara/hallucination_evaluation_model factcg-deberta cross-encoder-nli-minilm",
    "reranker": "bge-reranker-v2-m3 jina-reranker-v2-base-multilingual qwen3-reranker-0.6b zerank-2 bge-re-ranker "
    "cross-encoder/ms-marco-MiniLM-L6-v2 rerank-v3.5 llama-rank-v1",
}
MADE_FOR_ELSE = (
    "qwen3-8b llama3.2:latest granite-3.3-8b guardian-news-7b nomic-embed-text llama-guard-3-8b shieldgemma gpt-4o "
    "minicpm-v:8b hhemma onlinechat-7b nlidb-llama reranking-team/llama-3-8b finite-check C:\\rerankers\\qwen3.gguf"
)


@pytest.mark.parametrize(
    ("name", "kind"), [(name, kind) for kind, names in MADE_FOR_IT.items() for name in names.split()]
)
def test_a_name_tells_what_was_made_for_it(name: str, kind: str) -> None:
    assert checker_kind(name) == kind
    assert not purpose(name, {}).chats, "it is never taken for a model that chats"


@pytest.mark.parametrize("name", MADE_FOR_ELSE.split())
def test_others_are_no_checkers(name: str) -> None:
    assert checker_kind(name) is None


def test_a_hub_that_says_it_chats_is_not_believed() -> None:
    assert not purpose("bespoke-minicheck", {"type": "chat"}).chats
