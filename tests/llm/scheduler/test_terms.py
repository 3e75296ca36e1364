import pytest

from orchd.llm.probing.probe import Listing
from orchd.llm.scheduler.queue import Queue
from orchd.llm.scheduler.terms import adjust
from orchd.llm.types import ModelInfo, ServerKind


def listing(kind: ServerKind, *models: ModelInfo, **more: bool) -> Listing:
    return Listing(kind, models, **more)  # type: ignore[arg-type]  # flags only


def terms(found: Listing, slots: int | None = None) -> Queue:
    queue = Queue("box", lambda _: None)
    adjust(queue, found, slots)
    return queue


LOADED, AWAY, SILENT = ModelInfo("a", "box", loaded=True), ModelInfo("b", "box", loaded=False), ModelInfo("a", "box")


@pytest.mark.parametrize(
    ("found", "slots", "expected"),
    [
        (listing("lmstudio", LOADED), None, 4),
        (listing("lmstudio", ModelInfo("a", "box", loaded=True, slots=7)), None, 7),
        (listing("llamacpp", ModelInfo("a", "box", loaded=True, slots=2)), None, 2),
        (listing("llamacpp", LOADED), None, None),
        (listing("ollama", LOADED, single=True), None, 1),
        (listing("openai", SILENT, single=True), None, 1),
        (listing("openai", SILENT), None, 8),
        (listing("openai", SILENT, vllm=True), None, None),
        (listing("openai", SILENT, single=True), 3, 3),
        (listing("lmstudio", ModelInfo("a", "box", loaded=True, slots=7)), 9, 9),
    ],
)
async def test_slots_by_setting_by_the_servers_word_by_its_kind(
    found: Listing, slots: int | None, expected: int
) -> None:
    assert terms(found, slots).plan.slots("a") == expected


async def test_what_is_listed_as_loaded_is_there_instances_included() -> None:
    found = Listing("lmstudio", (LOADED, AWAY), native=True, instances={"a": ("a:2",), "b": ()})
    plan = terms(found).plan
    assert [plan.is_resident(name) for name in ("a", "a:2", "b")] == [True, True, False]


async def test_a_server_that_does_not_tell_has_all_or_the_last_one_asked() -> None:
    assert terms(listing("openai", SILENT)).plan.is_resident("any")
    for silent in (listing("openai", SILENT, single=True), listing("lmstudio", SILENT)):
        queue = terms(silent)
        assert not queue.plan.is_resident("a")
        queue.plan.resident = ("a",)
        adjust(queue, silent, None)
        assert queue.plan.is_resident("a")
