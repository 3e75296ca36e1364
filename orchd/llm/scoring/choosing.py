"""A question that is answered by Yes or No: the request, and how likely either word was.

One word says little. Where the server tells the log-probabilities of what else it might have written, the share of Yes
among both is a number that can be compared and weighed. Servers write them in two shapes, and some (LM Studio) take the
request and tell nothing; then the word is all there is. The word need not come first: some models put a mark before it.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from orchd.llm.answers.thoughts import split_thoughts
from orchd.llm.scoring.exchange import finite
from orchd.patterns import lazy_pattern

MAX_TOKENS = 4
"""Of an answer: a word, with the blank or the mark that some models write before it. Whoever writes on is cut off."""
TOP = 10
LEAST_SHARE = 0.2
"""What Yes and No must have together of all that a model might have written, to be a choice between them."""
MAX_POSITIONS, MAX_ALTERNATIVES = 64, 64
ROUNDED = 1e-3
"""By how much a log-probability may be above 0, where it is certain."""
FIRST_WORDS = 6
"""In which the choice must be made: what comes later explains something."""
MAX_CHARACTERS = 80

YES, NO = ("yes", "sim", "true"), ("no", "não", "nao", "false")

_AROUND = lazy_pattern(r"[\W_\u0120\u010a\u2581]+")
"""Blanks as tokenizers write them, and marks around a word."""
_TAG = lazy_pattern(r"<[^<>]{0,40}>")


class Choice(NamedTuple):
    """What a model chose: `value` is the share of Yes (0..1), None where the server tells no log-probabilities; `yes`
    None where it wrote neither word. `words` is how its answer begins.
    """

    value: float | None
    yes: bool | None
    words: str


def request_choice(messages: Sequence[dict[str, str]], members: dict[str, Any], *, likely: bool) -> dict[str, Any]:
    """Return the members of the request; `likely`: the log-probabilities are asked for, too."""
    told = {"logprobs": True, "top_logprobs": TOP} if likely else {}
    return {"messages": list(messages), "stream": False, "temperature": 0, "max_tokens": MAX_TOKENS, **told, **members}


def read_choice(reply: Any) -> Choice:
    """Return what a server's reply says; nothing at all of one that has another form."""
    choice = _first(reply)
    message = choice.get("message")
    text = message.get("content") if isinstance(message, dict) else choice.get("text")
    said = split_thoughts(text)[1].strip() if isinstance(text, str) else ""
    words = _AROUND.split(_TAG.sub(" ", said[:MAX_CHARACTERS]).casefold())
    heard = {word in YES for word in words[:FIRST_WORDS] if word in YES or word in NO}
    chosen = heard.pop() if len(heard) == 1 else None
    tokens = list(_positions(choice.get("logprobs"))) if said and not heard else []
    decided = [table for token, table in tokens if _word(token) in YES or _word(token) in NO]
    value = _share((decided or [table for _, table in tokens] or [{}])[0])
    return Choice(value, chosen, said[:MAX_CHARACTERS])


def _first(reply: Any) -> dict[str, Any]:
    choices = reply.get("choices") if isinstance(reply, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else {}


def _positions(found: Any) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield each token that was written, and what it might have been, with the log-probabilities; without its own
    nothing can be told from those of others.
    """
    if not isinstance(found, dict):
        return
    content = found.get("content")
    if isinstance(content, list):
        for item in content[:MAX_POSITIONS]:
            if isinstance(item, dict):
                tops = item.get("top_logprobs")
                table = _table([item, *(tops[:MAX_ALTERNATIVES] if isinstance(tops, list) else [])])
                token = str(item.get("token"))
                yield token, table if token in table else {}
        return
    tokens, older = found.get("tokens"), found.get("top_logprobs")
    if isinstance(tokens, list) and isinstance(older, list):
        for token, top in zip(tokens[:MAX_POSITIONS], older, strict=False):
            pairs = list(top.items())[:MAX_ALTERNATIVES] if isinstance(top, dict) else []
            yield str(token), _table([{"token": name, "logprob": value} for name, value in pairs])


def _table(items: Sequence[Any]) -> dict[str, float]:
    """Return tokens with their log-probabilities; some servers write a large negative number for never."""
    found: dict[str, float] = {}
    for item in items:
        token, value = (item.get("token"), finite(item.get("logprob"))) if isinstance(item, dict) else (None, None)
        if isinstance(token, str) and value is not None and value <= ROUNDED:
            found[token] = value
    return found


def _share(table: dict[str, float]) -> float | None:
    """Return the share of Yes at one position; None where neither word was likely there."""
    yes = sum(math.exp(value) for token, value in table.items() if _word(token) in YES)
    no = sum(math.exp(value) for token, value in table.items() if _word(token) in NO)
    return yes / (yes + no) if yes + no >= LEAST_SHARE else None


def _word(token: str) -> str:
    return _AROUND.sub("", token).casefold()
