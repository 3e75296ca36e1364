"""The page of frames, codes and values."""

from orchd.features.reference import frames_text
from tests.house.source import ROOT


def test_the_committed_page_is_fresh() -> None:
    committed = (ROOT / "docs" / "frames.md").read_text(encoding="utf-8")
    assert committed == frames_text(), "docs/frames.md is stale: run `make schema`"


def test_it_says_what_ends_a_request() -> None:
    told = frames_text()
    assert "| `ping` | `pong` |  |  |" in told
    assert (
        "| `chat:send` | `chat:message`, role `assistant` | `chat:message`, `chat:progress`, `chat:streaming` |  |"
        in told
    )
    assert "| `monitoring:subscribe` | `monitoring:subscribed` |  | `monitoring:metrics` |" in told
    assert "| `busy` | yes |" in told
    assert "| 4000 | yes |" in told
    assert "| `ChatStatus` + |" in told
    assert "| `OnDisconnect` |" in told
