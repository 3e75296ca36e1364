import pytest
import trio
from trio.testing import MockClock

from orchd.errors import Unavailable
from orchd.features.monitoring import MachineLoad
from orchd.features.task.core.causes import TaskBrakeCause
from orchd.features.task.engine.load_shedding import (
    SAMPLE_SECONDS,
    BrakeLimits,
    Brakes,
    DiskWatch,
    LoadGate,
)
from orchd.guard import Troubles


def judge(**limits: float) -> LoadGate:
    return LoadGate(BrakeLimits(**limits))


def cpu(percent: float | None) -> MachineLoad:
    return MachineLoad(percent, None, None, None)


def test_a_peak_of_the_processor_brakes_nothing() -> None:
    one = judge()
    assert [one.update(cpu(value)) for value in (95, 20, 95, 20)] == [None] * 4


def test_a_busy_processor_brakes_until_it_is_well_below() -> None:
    one = judge()
    assert one.update(cpu(95)) is None
    assert one.update(cpu(90)) == "the machine is busy: processor 90 % in use, limit 80 % (task.brakeCpu)"
    assert one.causes == [TaskBrakeCause("cpu", 90, 80)]
    assert one.update(cpu(78)) is not None, "it would be over the limit again at once"
    assert one.update(cpu(75)) is None
    assert one.update(cpu(81)) is None, "it counts from the beginning"


@pytest.mark.parametrize(
    ("load", "reason"),
    [
        (MachineLoad(1, 91, 1, 1), "memory 91 % in use, limit 90 % (task.brakeMemory)"),
        (MachineLoad(1, 1, 1, 98), "disk 98 % in use, limit 97 % (task.brakeDisk)"),
        (MachineLoad(1, 1, 1, 50, disk_free=700_000_000), "disk nearly full, 0.7 GB free"),
        (
            MachineLoad(1, 91, 1, 98),
            "memory 91 % in use, limit 90 % (task.brakeMemory); disk 98 % in use, limit 97 % (task.brakeDisk)",
        ),
    ],
)
def test_the_others_brake_at_once(load: MachineLoad, reason: str) -> None:
    assert judge().update(load) == f"the machine is busy: {reason}"


def test_at_its_limit_nothing_brakes_and_what_is_unknown_neither() -> None:
    one = judge()
    for load in (MachineLoad(80, 90, 100, 97), MachineLoad(None, None, None, None)):
        assert one.update(load) is None
        assert one.update(load) is None


def test_limits_can_be_set_and_a_hundred_is_none() -> None:
    assert judge(memory=50).update(MachineLoad(1, 51, 1, 1)) is not None
    assert judge(disk=100).update(MachineLoad(1, 1, 1, 100, disk_free=0)) is None
    assert judge(vram=95).update(MachineLoad(1, 1, 96, 1)) is not None


def test_a_machine_that_works_for_the_daemon_works_by_default() -> None:
    one = judge()
    for _ in range(4):
        assert one.update(MachineLoad(100, 50, 99, 90), working=True) is None
        assert one.update(MachineLoad(100, 50, 99, 90, own_cpu=0.0), working=True) is None


def test_others_load_brakes_though_models_work_where_the_two_are_told_apart() -> None:
    one = judge()
    load = MachineLoad(90, 50, 50, 50, own_cpu=8.0)
    assert [one.update(load, working=True) is None for _ in range(2)] == [True, False]
    idle = judge()
    assert [idle.update(MachineLoad(90, 50, 50, 50)) is None for _ in range(2)] == [True, False]


def test_a_disk_that_fills_up_is_warned_of_once_until_there_is_room() -> None:
    troubles = Troubles()
    watch = DiskWatch(97.0, troubles)
    for used in (84, 86, 90, 82, 86):
        watch.update(MachineLoad(1, 1, 1, used))
        watch.update(MachineLoad(1, 1, 1, None))
    [told] = troubles.report()
    assert (told.what, told.times, told.reason, told.running) == (
        "disk space", 1, "86 % in use; tasks stop at 97 %", False
    )  # fmt: skip
    watch.update(MachineLoad(1, 1, 1, 79))
    assert troubles.report()[0].running
    watch.update(MachineLoad(1, 1, 1, 88))
    assert troubles.report()[0].times == 2


def test_a_sensor_that_fails_lets_go() -> None:
    one = judge()
    assert one.update(MachineLoad(None, 95, None, None)) is not None
    assert one.update(MachineLoad(None, None, None, None)) is None


class Machine:
    """Whose memory is in use as a test says."""

    def __init__(self) -> None:
        self.memory = 10.0
        self.samples = 0

    async def read(self) -> MachineLoad:
        await trio.lowlevel.checkpoint()
        self.samples += 1
        return MachineLoad(None, self.memory, None, None)


async def test_samples_are_taken_while_there_is_work_or_while_it_brakes(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    machine, changes, work = Machine(), [], [True]
    brakes = Brakes(BrakeLimits(), machine.read)
    nursery.start_soon(brakes.run, lambda: changes.append(brakes.reason()), lambda: work[0])
    await trio.sleep(100)
    assert machine.samples == 0
    await brakes.fresh()
    await brakes.fresh()
    assert machine.samples == 1, "it is of late"
    await trio.sleep(2.5 * SAMPLE_SECONDS)
    assert machine.samples == 3
    machine.memory = 99
    await trio.sleep(SAMPLE_SECONDS)
    work[0] = False
    await trio.sleep(10 * SAMPLE_SECONDS)
    assert machine.samples == 14
    machine.memory = 10
    await trio.sleep(10 * SAMPLE_SECONDS)
    assert machine.samples == 15, "there is no work, and it does not brake"
    assert changes == ["the machine is busy: memory 99 % in use, limit 90 % (task.brakeMemory)", None]


async def test_tasks_wait_while_no_model_server_answers(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    machine, changes, there = Machine(), [], [False]
    brakes = Brakes(BrakeLimits(), machine.read, lambda: there[0])
    nursery.start_soon(brakes.run, lambda: changes.append(brakes.reason()), lambda: True)
    await brakes.fresh()
    assert brakes.reason() == "no model server answers"
    assert brakes.causes() == [TaskBrakeCause("no_server", None, None)]
    there[0] = True
    await trio.sleep(1.5 * SAMPLE_SECONDS)
    assert changes[-1] is brakes.reason() is None
    assert brakes.causes() == []


async def test_tasks_wait_while_the_database_has_no_room(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    machine, changes = Machine(), list[str | None]()
    refusals: list[Unavailable | None] = [Unavailable("away"), Unavailable("full", reason="storage_full"), None]

    async def demand_room() -> None:
        await trio.lowlevel.checkpoint()
        refusal = refusals.pop(0)
        if refusal is not None:
            raise refusal

    brakes = Brakes(BrakeLimits(), machine.read, demand_room=demand_room)
    nursery.start_soon(brakes.run, lambda: changes.append(brakes.reason()), lambda: False)
    await brakes.fresh()
    assert brakes.reason() is None, "what is away is waited for elsewhere"
    await trio.sleep(1.5 * SAMPLE_SECONDS)
    assert brakes.reason() == "the database's disk has no room for anything new"
    assert brakes.causes() == [TaskBrakeCause("database_space", None, None)]
    await trio.sleep(SAMPLE_SECONDS)
    assert changes == ["the database's disk has no room for anything new", None]


async def test_who_is_about_to_begin_during_the_last_sample_is_not_forgotten(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    machine, work = Machine(), [False]

    async def read_for_a_second() -> MachineLoad:
        await trio.sleep(1)
        return await machine.read()

    brakes = Brakes(BrakeLimits(), read_for_a_second)
    nursery.start_soon(brakes.run, lambda: None, lambda: work[0])
    await brakes.fresh()
    await trio.sleep(SAMPLE_SECONDS + 0.5)  # the last sample is being taken: nothing is wanted any more
    await brakes.fresh()
    await trio.sleep(SAMPLE_SECONDS)
    work[0] = True
    taken = machine.samples
    await trio.sleep(5 * SAMPLE_SECONDS)
    assert machine.samples >= taken + 3


async def test_work_that_ended_during_a_sample_counts_as_work_in_it(autojump_clock: MockClock) -> None:
    works = iter([True, False, False, False, False, False])

    async def busy() -> MachineLoad:
        await trio.lowlevel.checkpoint()
        return MachineLoad(100, 1, 1, 1)

    brakes = Brakes(BrakeLimits(), busy, works=lambda: next(works))
    told = []
    for _ in range(3):
        await brakes.fresh()
        told.append(brakes.reason() is None)
        await trio.sleep(3 * SAMPLE_SECONDS)
    assert told == [True, True, False]
