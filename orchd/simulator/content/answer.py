"""What the simulator says: text that depends on the seed, the model and the last user message, and on nothing else.

Tokens follow a rule of its own, used for every count that the simulator reports: a token is up to eight characters
that are not white space, with the white space before them. Joining the tokens gives the text back. A chat's prompt
has four tokens more per message.
"""

import itertools
import random
from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple

import msgspec

from orchd.json_schema import JsonSchema
from orchd.llm.tools import OfferedFunction, ToolCall
from orchd.patterns import lazy_pattern
from orchd.simulator.content.calling import made_calls
from orchd.simulator.content.filler import one_of_each, sentence
from orchd.simulator.content.parts_played import play
from orchd.simulator.content.schema_instance import instance
from orchd.simulator.faults import Faults

PER_MESSAGE = 4
ECHO_CHARACTERS = 200
ENDLESS = 1 << 62
STOP_SEARCH_TOKENS = 100_000

_TOKEN = lazy_pattern(r"\s*\S{1,8}|\s+")
_TRICKY = (
    " Line\u2028and paragraph\u2029separators, next\u0085line, caf\u0065\u0301, "
    "\U0001f9ea\U0001f468\u200d\U0001f52c, \u65e5\u672c\u8a9e, \ufffd."
)

Cause = Literal["eosFound", "stopStringFound", "maxPredictedTokensReached", "contextLengthReached", "toolCalls"]


class SimulatedAnswer(NamedTuple):
    """An answer about to be sent. `content` can be read once; `tokens` says how many it gives (`ENDLESS`). After it
    come the tool calls.
    """

    reasoning: list[str]
    content: Iterator[str]
    tokens: int
    cause: Cause
    calls: tuple[ToolCall, ...] = ()

    @property
    def finish_reason(self) -> str:
        """The reason as the OpenAI-compatible API names it."""
        if self.cause == "toolCalls":
            return "tool_calls"
        return "stop" if self.cause in ("eosFound", "stopStringFound") else "length"


class AnswerSpec(NamedTuple):
    """What an answer depends on and what bounds it.

    `limit` and `room` (what the context leaves) are tokens; `endless` answers, which are sent as they are made, may go
    beyond the room. `begun`: the start of an answer, to be continued. `tools`: what may be called now.
    """

    text: str
    model: str
    seed: int
    room: int
    limit: int | None = None
    stop: tuple[str, ...] = ()
    schema: dict[str, Any] | bool | None = None
    thinks: bool = False
    endless: bool = False
    begun: str = ""
    tools: tuple[OfferedFunction, ...] = ()
    must_call: bool = False
    images: tuple[str, ...] = ()
    """What each image is that it is shown."""


def tokenize(text: str) -> list[str]:
    """Split a text into tokens; they join to the same text."""
    return _TOKEN.findall(text)


def count_tokens(text: str) -> int:
    """The number of tokens of a text."""
    return len(_TOKEN.findall(text))


def compose(question: AnswerSpec, faults: Faults) -> SimulatedAnswer:
    """Write the answer. Raises Invalid when an answer after the asked schema can't be made."""
    rng = random.Random(f"{question.seed}\n{question.model}\n{question.text}")  # noqa: S311 - no secret
    reasoning = _reasoning(rng, question, faults)
    wanted = faults.calls if faults.calls is not None else int(question.must_call)
    if question.tools and wanted:
        return SimulatedAnswer(
            reasoning, iter(()), 0, "toolCalls", made_calls(rng, question.tools, wanted, cut=faults.call_cut)
        )
    content, count = _content(rng, question, faults)
    cause: Cause = "eosFound"
    if question.stop and count:
        content, count, stopped = _until_stop(content, question.stop)
        cause = "stopStringFound" if stopped else cause
    if question.begun:
        reasoning, (content, count) = [], _continue(content, count, question, faults)
    return _bound(SimulatedAnswer(reasoning, content, count, cause), question, faults)


def _content(rng: random.Random, question: AnswerSpec, faults: Faults) -> tuple[Iterator[str], int]:
    if faults.empty or faults.reasoning_only:
        return iter(()), 0
    if question.schema is not None and faults.tokens is None and not faults.repeat:
        schema = JsonSchema(question.schema)
        value = play(instance(schema, rng), schema, rng, faults.score)
        made = tokenize(msgspec.json.encode(value).decode())
        return iter(made), len(made)
    opening = _opening(question, faults)
    if faults.repeat:
        endless = itertools.chain(opening, itertools.cycle(tokenize(f" {sentence(rng)}")))
        return _limit(endless, faults.tokens)
    if faults.tokens is not None:
        more = _blocks(rng) if faults.markdown else _prose(rng)
        return _limit(itertools.chain(opening, more), faults.tokens)
    text = opening + (list(itertools.chain(*map(tokenize, one_of_each(rng)))) if faults.markdown else _some_prose(rng))
    return iter(text), len(text)


def _continue(tokens: Iterator[str], count: int, question: AnswerSpec, faults: Faults) -> tuple[Iterator[str], int]:
    """What follows `begun`: in the answer if it begins so, else in the question ("write exactly ..."), else prose."""
    found = after(tokens, count, question.begun)
    if found is not None:
        return found
    rng = random.Random(f"{question.seed}\n{question.model}\n{question.begun}")  # noqa: S311 - no secret
    _, quoted, rest = question.text.partition(question.begun)
    made = tokenize(rest) if quoted else _some_prose(rng)
    endless = itertools.chain(made, _prose(rng))
    return (iter(made), len(made)) if faults.tokens is None else _limit(endless, faults.tokens)


def after(tokens: Iterator[str], count: int, begun: str) -> tuple[Iterator[str], int] | None:
    """What follows `begun` in a text of `count` tokens, of which as many are read; None when it begins otherwise."""
    place = used = 0
    rest = ""
    while place < len(begun):
        token = next(tokens, "")
        part = begun[place : place + len(token)]
        if not token or not token.startswith(part):
            return None
        place += len(part)
        used += 1
        rest = token[len(part) :]
    left = count if count == ENDLESS else count - used + bool(rest)
    return (itertools.chain([rest], tokens) if rest else tokens), left


def _limit(tokens: Iterator[str], count: int | None) -> tuple[Iterator[str], int]:
    return (tokens, ENDLESS) if count is None else (itertools.islice(tokens, count), count)


def _opening(question: AnswerSpec, faults: Faults) -> list[str]:
    words = " ".join(question.text.split())
    quoted = words if len(words) <= ECHO_CHARACTERS else words[: ECHO_CHARACTERS - 1] + "…"
    shown = f" You showed: {'; '.join(question.images)}." if question.images else ""
    tokens = tokenize(f"Simulated answer: no model has read this. You wrote: “{quoted}”.{shown}")
    if faults.big is not None:
        tokens.insert(1, " " + "x" * (faults.big - 1))
    return tokens + tokenize(_TRICKY) if faults.unicode else tokens


def _prose(rng: random.Random) -> Iterator[str]:
    for number in itertools.count(1):
        yield from tokenize(("\n\n" if number % 5 == 0 else " ") + sentence(rng))


def _blocks(rng: random.Random) -> Iterator[str]:
    while True:
        for block in one_of_each(rng):
            yield from tokenize(block)


def _some_prose(rng: random.Random) -> list[str]:
    least = rng.randint(30, 120)
    tokens: list[str] = []
    for token in _prose(rng):
        tokens.append(token)
        if len(tokens) >= least and token.endswith("."):
            break
    return tokens


def _reasoning(rng: random.Random, question: AnswerSpec, faults: Faults) -> list[str]:
    if faults.reasoning is not None:
        wanted = faults.reasoning
    elif question.thinks or faults.reasoning_only:
        wanted = rng.randint(15, 40)
    else:
        return []
    opening = tokenize("Simulated reasoning: the question is quoted, then followed by filler.")
    return list(itertools.islice(itertools.chain(opening, _prose(rng)), wanted))


def _until_stop(content: Iterable[str], stop: tuple[str, ...]) -> tuple[Iterator[str], int, bool]:
    text = "".join(itertools.islice(content, STOP_SEARCH_TOKENS))
    found = [place for place in (text.find(string) for string in stop if string) if place >= 0]
    tokens = tokenize(text[: min(found)] if found else text)
    return iter(tokens), len(tokens), bool(found)


def _bound(answer: SimulatedAnswer, question: AnswerSpec, faults: Faults) -> SimulatedAnswer:
    if faults.tokens is not None:
        return answer
    limit = question.room if question.limit is None else min(question.limit, question.room)
    unbound = answer.tokens == ENDLESS and question.limit is None and question.endless
    if unbound or len(answer.reasoning) + answer.tokens <= limit:
        return answer
    cause: Cause = "contextLengthReached" if limit == question.room != question.limit else "maxPredictedTokensReached"
    reasoning = answer.reasoning[:limit]
    count = min(answer.tokens, limit - len(reasoning))
    return SimulatedAnswer(reasoning, itertools.islice(answer.content, count), count, cause)
