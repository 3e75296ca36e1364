"""Who is told that an answer is still waited for. On the virtual clock."""

import trio
from trio.testing import MockClock

from orchd.features.chat.answer.reminder import PROGRESS_SECONDS, ProgressReminder
from tests.features.chat.answer.test_generation import PROMPT, Watched
from tests.fix_chat import ScriptedBackends, answering


async def test_each_is_told_from_its_own_beginning_on_until_it_is_removed(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    reminder, first, second = ProgressReminder(), Watched(), Watched()
    nursery.start_soon(reminder.run)
    reminder.add(first)
    await trio.sleep(0.6 * PROGRESS_SECONDS)
    reminder.add(second)
    await trio.sleep(0.6 * PROGRESS_SECONDS)
    assert (len(first.phases), len(second.phases)) == (1, 0)
    await trio.sleep(0.6 * PROGRESS_SECONDS)
    assert (len(first.phases), len(second.phases)) == (1, 1)
    reminder.remove(first)
    reminder.remove(first)
    await trio.sleep(2 * PROGRESS_SECONDS)
    assert (len(first.phases), len(second.phases)) == (1, 3)


async def test_one_that_comes_after_all_others_went_is_told_as_well(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    reminder, first, second = ProgressReminder(), Watched(), Watched()
    nursery.start_soon(reminder.run)
    reminder.add(first)
    await trio.sleep(0.5 * PROGRESS_SECONDS)
    reminder.remove(first)
    await trio.sleep(3 * PROGRESS_SECONDS)
    reminder.add(second)
    await trio.sleep(1.5 * PROGRESS_SECONDS)
    assert (first.phases, second.phases) == ([], ["queued"])


async def test_what_has_begun_or_ended_is_told_nothing_more(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    reminder, ended = ProgressReminder(), Watched()
    nursery.start_soon(reminder.run)
    reminder.add(ended)
    await ended.run(ScriptedBackends(answering("whole")), PROMPT)
    told = len(ended.told)
    await trio.sleep(3 * PROGRESS_SECONDS)
    assert len(ended.told) == told
