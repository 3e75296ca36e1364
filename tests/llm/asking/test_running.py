import trio
from trio.testing import MockClock

from orchd.errors import Unavailable
from orchd.llm import Workload
from orchd.llm.answers.reply import ReplyParser
from orchd.llm.asking.running import RunningAnswers
from orchd.llm.asking.stream import Watch
from orchd.llm.scheduler.queue import Queue
from orchd.llm.scheduler.ticket import ticket_here
from orchd.llm.types import Deadlines, Requester
from tests.fix_upstream import Recorder, delta, finish


def reading(watch: Watch) -> ReplyParser:
    reply = ReplyParser("box", "m", Recorder(), "text/event-stream", 1000)
    watch.reads(reply)
    return reply


async def test_what_has_come_of_answers_counts_while_they_run_and_afterwards() -> None:
    running = RunningAnswers()
    watch = Watch(Deadlines(), "box")
    with running.during(watch, "m"):
        reply = reading(watch)
        assert (len(running), running.written, running.speaking("m")) == (1, 0, 0)
        reply.feed(delta(content="one") + delta(content=" two"))
        watch.output()
        assert (running.written, running.speaking("m"), running.speaking("other")) == (2, 1, 0)
        reply.feed(delta(content=" three") + finish())
    assert (len(running), running.written) == (0, 3)


async def test_whose_turn_it_is_knows_what_has_come(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    running, queue = RunningAnswers(), Queue("box", lambda _: None)
    nursery.start_soon(queue.run)
    async with queue.turn("m", Requester(), Recorder()):
        assert [entry.written for entry in queue.entries()] == [None], "nothing is asked for yet"
        watch = Watch(Deadlines(), "box")
        with running.during(watch, "m"):
            reading(watch).feed(delta(content="one") + delta(content=" two"))
            assert [entry.written for entry in queue.entries()] == [2]
    other = Watch(Deadlines(), "box")
    async with queue.turn("m", Requester(), Recorder()):
        pass
    with running.during(other, "m"):
        assert ticket_here() is None, "it is nobody's turn here"


async def test_one_that_failed_counts_with_what_came_of_it() -> None:
    running = RunningAnswers()
    watch = Watch(Deadlines(), "box")
    try:
        with running.during(watch, "m"):
            reading(watch).feed(delta(content="half"))
            raise Unavailable("gone")
    except Unavailable:
        pass
    assert (len(running), running.written) == (0, 1)


def test_what_servers_do_is_added_up() -> None:
    assert Workload.of([(1, 0, 10), (2, 5, 20)]) == Workload(3, 5, 30)
    assert Workload.of([]) == Workload(0, 0, 0)
