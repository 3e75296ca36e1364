"""Which models somebody may use, on two servers that have the same ones: no name and no door gets around it."""

import pytest
import trio

from orchd.errors import Forbidden, OrchdError
from orchd.llm import Backends, Recording
from orchd.llm.types import ANY_REQUESTER, BackendSpec, Prompt, Requester, Target, Turn
from tests.fix_simulator import StartSimulator

PROMPT = Prompt((Turn("user", "[[simulate: tokens=2]]"),))


def limited(*names: str) -> Requester:
    return Requester(models=frozenset(names))


async def serve(start_simulator: StartSimulator, nursery: trio.Nursery) -> Backends:
    servers = [await start_simulator() for _ in range(2)]
    specs = [BackendSpec(server.url, name=name) for server, name in zip(servers, ("near", "far"), strict=True)]
    backends = Backends([specs[0], BackendSpec(specs[1].url, name="far", aliases={"quick": "simulated-small"})])
    await nursery.start(backends.run)
    await backends.wait_first_probe()
    return backends


async def refused(backends: Backends, name: str | None, requester: Requester) -> tuple[str | None, str | None] | None:
    """Return the member and path of the refusal, None where there is none."""
    try:
        await backends.resolve(name, None, None, requester=requester)
    except Forbidden as error:
        return error.field, error.path
    return None


MODEL = ("model", "$.data.model")


async def test_a_name_is_held_against_the_model_that_is_meant(
    start_simulator: StartSimulator, nursery: trio.Nursery
) -> None:
    backends = await serve(start_simulator, nursery)
    small = limited("simulated-small")
    for name in ("simulated-small", "simulated-small@near", "quick", None):
        assert await refused(backends, name, small) is None, name
    for name in ("simulated-reasoning", "simulated-reasoning@far", "no-such-model"):
        assert await refused(backends, name, small) == MODEL, name
    assert await refused(backends, "simulated-small", limited("quick")) is None, "an alias is the model"
    nursery.cancel_scope.cancel()


async def test_of_several_servers_only_those_that_are_named_are_used(
    start_simulator: StartSimulator, nursery: trio.Nursery
) -> None:
    backends = await serve(start_simulator, nursery)
    far = limited("simulated-small@far")
    for name in ("simulated-small", None):
        assert (await backends.resolve(name, None, None, requester=far)).backend == "far"
    assert await refused(backends, "simulated-small@near", far) == MODEL
    assert {info.full_name for info in backends.models(requester=far)} == {"simulated-small@far"}
    assert len(backends.models()) > 1
    nursery.cancel_scope.cancel()


async def test_defaults_and_fallbacks_are_held_against_it_too(
    start_simulator: StartSimulator, nursery: trio.Nursery
) -> None:
    backends = await serve(start_simulator, nursery)
    small = limited("simulated-small")
    for conversation, default in (("simulated-reasoning", None), (None, "simulated-reasoning")):
        with pytest.raises(Forbidden):
            await backends.resolve(None, conversation, default, requester=small)
    with pytest.raises(Forbidden) as caught:
        await backends.first("simulated-small", ["quick", "simulated-reasoning"], None, None, requester=small)
    assert (caught.value.field, caught.value.path) == ("fallbacks", "$.data.fallbacks[1]")
    nursery.cancel_scope.cancel()


async def test_nothing_is_asked_of_a_model_that_was_chosen_otherwise(
    start_simulator: StartSimulator, nursery: trio.Nursery
) -> None:
    backends = await serve(start_simulator, nursery)
    target = await backends.resolve("simulated-reasoning", None, None)
    small = limited("simulated-small")
    asked: list[OrchdError] = []
    for ask in (
        lambda: backends.stream(target, PROMPT, Recording(target), requester=small),
        lambda: backends.load(target.full_name, requester=small),
    ):
        with pytest.raises(Forbidden) as caught:
            await ask()
        asked.append(caught.value)
    assert len(asked) == 2
    assert not await backends.continues(target, requester=small)
    assert (await backends.stream(target, PROMPT, Recording(target), requester=ANY_REQUESTER)).finish_reason == "stop"
    assert isinstance(target, Target)
    nursery.cancel_scope.cancel()
