"""Which models were made to say whether a text bears a claim out, or how well two texts go together: by their names.

They answer nothing else, so none of them may ever be taken for a model that chats, works or judges. No server says what
they are, but their makers name them so.
"""

import re
from typing import Literal, TypeAlias

from orchd.patterns import lazy_pattern

CheckerKind: TypeAlias = Literal["minicheck", "guardian", "entailment", "reranker"]
"""`minicheck` and `guardian` are asked as models that chat are, each in a form of its own; the others rank texts."""

_KINDS: tuple[tuple[CheckerKind, re.Pattern[str]], ...] = (
    ("minicheck", lazy_pattern(r"mini-?check")),
    ("guardian", lazy_pattern(r"granite[-_.\d]*guardian")),
    (
        "entailment",
        lazy_pattern(r"(?<![a-z])(?:[mx]?nli|hhem|entailment|factcg|alignscore)(?![a-z])|hallucination[-_]eval"),
    ),
    ("reranker", lazy_pattern(r"re-?rank|(?<![a-z])(?:zerank|ms-marco|cross-encoder)(?![a-z])|llama-rank")),
)
"""The first that fits decides: `ms-marco` and `cross-encoder` stand in the names of models for entailment, too."""


def checker_kind(name: str) -> CheckerKind | None:
    """Return what kind of checker the model of this name is; None for one that was made for something else.

    The path before a name (`publisher/`, folders) says nothing of the model, as for its purpose.
    """
    last = name.lower().replace("\\", "/").rpartition("/")[2]
    return next((kind for kind, pattern in _KINDS if pattern.search(last)), None)
