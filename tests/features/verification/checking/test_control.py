import pytest
import trio

from orchd.errors import OrchdError, UpstreamError
from orchd.features.verification.checking.control import MAX_REMEMBERED, REMEMBER_SECONDS, ControlResults
from orchd.llm import Priority, Requester, Scorer
from tests.checking import MODELS, CheckingBackends, Share, checker_of


class Controlled:
    """A checker that thinks the same of everything, unless it knows better."""

    def __init__(self, share: Share, *, knows: bool = False) -> None:
        self.backends = CheckingBackends(*MODELS.values())
        self.backends.knows, self.backends.thinks = knows, lambda claim: share
        self.results = ControlResults()

    async def passes(self) -> bool:
        scorer = Scorer(self.backends, Requester(Priority.BACKGROUND), 60.0)
        return await self.results.passes(scorer, checker_of(self.backends, "chat"))


@pytest.mark.parametrize("share", [0.9, 0.1, 0.5, "Yes", "No", None])
async def test_who_can_not_tell_them_apart_does_not_pass(share: Share) -> None:
    controlled = Controlled(share)
    assert not await controlled.passes()
    assert len(controlled.backends.exchanges) <= 2


async def test_what_is_known_is_not_asked_again_for_an_hour(autojump_clock: trio.testing.MockClock) -> None:
    for knows in (True, False):
        controlled = Controlled(0.9, knows=knows)
        assert [await controlled.passes(), await controlled.passes()] == [knows, knows]
        asked = len(controlled.backends.exchanges)
        assert asked == 2
        await trio.sleep(REMEMBER_SECONDS)
        assert await controlled.passes() is knows
        assert len(controlled.backends.exchanges) == 2 * asked


async def test_a_failure_is_not_remembered() -> None:
    controlled = Controlled(UpstreamError("boom", reason="server_error"))
    with pytest.raises(OrchdError):
        await controlled.passes()
    controlled.backends.knows = True
    assert await controlled.passes()


async def test_no_more_are_remembered_than_there_is_room_for() -> None:
    names = [f"qwen3-8b-{at}" for at in range(MAX_REMEMBERED + 5)]
    backends, results = CheckingBackends(*names), ControlResults()
    scorer = Scorer(backends, Requester(Priority.BACKGROUND), 60.0)
    for name in names:
        await results.passes(scorer, checker_of(backends, "chat", name))
    assert sum(results.recall(f"{name}@fake") is not None for name in names) == MAX_REMEMBERED
