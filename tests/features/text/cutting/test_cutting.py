from collections.abc import Callable

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import Invalid, TooLarge
from orchd.features.text.cutting.chunks import Span
from orchd.features.text.cutting.cutting import JUDGED_CHUNKS, Cutting
from orchd.features.text.cutting.truncate import Side
from orchd.llm.types import Turn
from orchd.worker.pool import SHORT_CHARACTERS, InPlace, open_workers
from tests.features.text.texts import TEXTS, TokenizedBackends, counting

PROSE = "One two three. Four five six. Seven eight. Nine ten. " * 20


def uneven(text: str) -> int:
    """A tokenizer that the guess knows nothing of: digits are dear, and so is every `e`."""
    return len(text.split()) + 3 * text.count("e") + 2 * sum(char.isdigit() for char in text) + len(text) // 9


TOKENIZERS: list[Callable[[str], int] | None] = [None, len, uneven, lambda text: len(text.encode())]


async def cut(
    tokenize: Callable[[str], int] | None, text: str, limit: int, keep: Side = "start"
) -> tuple[str, int, str]:
    counter = counting(TokenizedBackends(tokenize))
    gap, tally = await Cutting(counter, InPlace()).truncate(await counter.choose(None), text, limit, keep)
    left = gap.without(text)
    assert tally.at_most <= limit
    assert tokenize is None or tokenize(left) == tally.tokens
    return left, tally.at_most, tally.method


@pytest.mark.parametrize("tokenize", TOKENIZERS)
@pytest.mark.parametrize("keep", ["start", "end", "both"])
async def test_a_text_is_cut_to_its_limit_and_the_room_is_used(
    tokenize: Callable[[str], int] | None, keep: Side
) -> None:
    for limit in (20, 100, 200):
        left, used, method = await cut(tokenize, PROSE, limit, keep)
        assert method == ("heuristic" if tokenize is None else "exact")
        assert left.endswith((". ", "."))
        assert limit < 100 or used > limit * 0.6


@given(TEXTS, st.integers(1, 60), st.sampled_from(TOKENIZERS), st.sampled_from(["start", "end", "both"]))
def test_no_tokenizer_is_ever_exceeded(
    text: str, limit: int, tokenize: Callable[[str], int] | None, keep: Side
) -> None:
    trio.run(cut, tokenize, text, limit, keep)


async def test_a_tokenizer_that_falls_silent_leaves_the_guess() -> None:
    answers = iter([900])
    backends = TokenizedBackends()

    async def count(target: object, what: object) -> int | None:
        return next(answers, None)

    backends.count_tokens = count  # type: ignore[method-assign]  # a fake of a fake
    counter = counting(backends)
    gap, tally = await Cutting(counter, InPlace()).truncate(await counter.choose(None), PROSE, 50, "start")
    assert tally.method == "heuristic"
    assert tally.at_most <= 50
    assert gap.without(PROSE)


async def chunked(
    tokenize: Callable[[str], int] | None, text: str, size: int, overlap: int = 0
) -> tuple[list[Span], list[int], str]:
    counter = counting(TokenizedBackends(tokenize))
    spans, sizes, tally = await Cutting(counter, InPlace()).chunk(await counter.choose(None), text, size, overlap)
    assert tally is not None
    assert "".join(text[span.fresh : span.end] for span in spans) == text
    assert all(found <= size for found in sizes)
    if tokenize is not None and tally.method == "exact":
        assert sizes == [tokenize(text[span.start : span.end]) for span in spans]
    return spans, sizes, tally.method


@pytest.mark.parametrize("tokenize", TOKENIZERS)
async def test_chunks_are_judged_by_the_tokenizer(tokenize: Callable[[str], int] | None) -> None:
    spans, sizes, method = await chunked(tokenize, PROSE, 100, 20)
    assert method == ("heuristic" if tokenize is None else "exact")
    assert len(spans) > 1
    assert sum(sizes) / len(sizes) > 50


@given(TEXTS, st.integers(10, 60), st.sampled_from(TOKENIZERS))
def test_chunks_exceed_no_tokenizer(text: str, size: int, tokenize: Callable[[str], int] | None) -> None:
    trio.run(chunked, tokenize, text, size)


async def test_too_many_chunks_to_judge_are_cut_by_guess() -> None:
    assert (await chunked(len, "word " * 5 * JUDGED_CHUNKS, 10))[2] == "heuristic"


async def test_a_worker_cuts_long_texts_as_it_would_be_done_here() -> None:
    text, turns = PROSE * (SHORT_CHARACTERS // len(PROSE) + 1), [Turn("system", "Be short."), Turn("user", PROSE * 4)]
    counter = counting(TokenizedBackends(None))
    async with open_workers(1) as workers:
        here, there = Cutting(counter, InPlace()), Cutting(counter, workers)
        chosen = await counter.choose(None)
        assert await there.chunk(chosen, text, 500, 20) == await here.chunk(chosen, text, 500, 20)
        assert await there.chunk(None, text, 500, 20) == await here.chunk(None, text, 500, 20)
        assert await there.truncate(chosen, text, 300, "both") == await here.truncate(chosen, text, 300, "both")
        cut_there = await there.truncate_turns(chosen, turns, 300, "start")
        assert cut_there == await here.truncate_turns(chosen, turns, 300, "start")
        with pytest.raises(TooLarge, match="no room"):
            await there.truncate_turns(chosen, turns, 20, "start")
        with pytest.raises(Invalid) as refused:
            await there.chunk(None, text, 500, 400)
        assert refused.value.details["field"] == "overlap"
        assert len(workers.pids) == 1


async def test_characters_need_no_model() -> None:
    backends = TokenizedBackends(len)
    spans, sizes, tally = await Cutting(counting(backends), InPlace()).chunk(None, PROSE, 100, 10)
    assert tally is None
    assert max(sizes) <= 100
    assert sizes == [span.end - span.start for span in spans]
    assert backends.counted == []


@pytest.mark.parametrize("tokenize", [None, len])
async def test_bad_sizes_are_named(tokenize: Callable[[str], int] | None) -> None:
    with pytest.raises(Invalid) as refused:
        await chunked(tokenize, PROSE, 10, 6)
    assert refused.value.details["field"] == "overlap"


TURNS = [Turn("system", "Be brief."), *[Turn("user", f"Question {n}. Why so?") for n in range(30)], Turn("user", PROSE)]


@pytest.mark.parametrize("tokenize", TOKENIZERS)
@pytest.mark.parametrize("limit", [100, 600, 1200])
async def test_conversations_are_cut_to_their_limit(tokenize: Callable[[str], int] | None, limit: int) -> None:
    backends = TokenizedBackends(tokenize)
    counter = counting(backends)
    chosen = await counter.choose(None)
    found, tally = await Cutting(counter, InPlace()).truncate_turns(chosen, TURNS, limit, "start")
    left = found.turns(TURNS)
    assert tally.at_most <= limit
    assert left[0] == TURNS[0]
    assert left[-1].content
    assert (await counter.turns(chosen, left)).at_most == tally.at_most


async def test_a_conversation_that_fits_is_left_alone() -> None:
    counter = counting(TokenizedBackends(len))
    found, tally = await Cutting(counter, InPlace()).truncate_turns(await counter.choose(None), TURNS, 10_000, "start")
    assert found.turns(TURNS) == tuple(TURNS)
    assert tally.method == "exact"


@pytest.mark.parametrize("tokenize", TOKENIZERS)
async def test_a_limit_below_the_systems_prompt_can_not_be_kept(tokenize: Callable[[str], int] | None) -> None:
    counter = counting(TokenizedBackends(tokenize))
    turns = [Turn("system", PROSE), Turn("user", "hello")]
    with pytest.raises(TooLarge):
        await Cutting(counter, InPlace()).truncate_turns(await counter.choose(None), turns, 20, "start")
