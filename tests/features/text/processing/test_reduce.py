from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import TooLarge
from orchd.features.text.processing.asking import ChunkAsker, Reply
from orchd.features.text.processing.reduce import groups, question, reduce
from orchd.llm import Asker, Requester
from tests.features.text.texts import TokenizedBackends


@given(st.lists(st.text("ab", max_size=20), max_size=20), st.integers(1, 60))
def test_groups_keep_order_and_room(answers: list[str], room: int) -> None:
    try:
        found = groups(answers, room, len)
    except TooLarge:
        assert len(answers) > 1
        assert all(len(first) + len(two) > room for first, two in pairwise(answers))
        return
    assert [answer for group in found for answer in group] == answers
    assert all(len(group) == 1 or sum(map(len, group)) <= room for group in found)


async def run(answers: list[str], room: int) -> tuple[Reply, list[str], list[tuple[int, int]]]:
    backends, told = TokenizedBackends(), list[tuple[int, int]]()

    async def answer(asked: str) -> str:
        return "sum" + str(asked.count("### Part"))

    backends.answer = answer
    asking = ChunkAsker(Asker(backends, Requester()), backends.target, 2, None)
    reply = await reduce(answers, "Sum up.", asking, room, len, lambda done, total: told.append((done, total)))
    return reply, backends.questions, told


async def test_answers_that_fit_are_put_together_at_once() -> None:
    reply, asked, told = await run(["one", "two"], 100)
    assert reply.text == "sum2"
    assert asked == [question("Sum up.", ["one", "two"])]
    assert told == [(0, 1), (1, 1)]


async def test_a_single_answer_is_asked_about_too() -> None:
    reply, asked, _ = await run(["one"], 1)
    assert (reply.text, len(asked)) == ("sum1", 1)


async def test_many_take_rounds_and_a_lone_one_waits() -> None:
    reply, asked, told = await run(["a" * 5] * 5, 10)
    assert reply.text == "sum2"
    assert len(asked) == 4
    assert "sum2" in asked[-1]
    assert told[-1] == (4, 4)
    assert all(done <= total for done, total in told)


async def test_answers_too_long_to_pair_are_too_large() -> None:
    with pytest.raises(TooLarge):
        await run(["a" * 9, "b" * 9], 10)


async def test_a_failure_ends_it() -> None:
    backends = TokenizedBackends()

    async def answer(asked: str) -> str:
        raise TooLarge("context")

    backends.answer = answer
    reply = await reduce(
        ["a", "b"], "Sum.", ChunkAsker(Asker(backends, Requester()), backends.target, 2, None), 9, len, lambda *_: None
    )
    assert isinstance(reply.error, TooLarge)
