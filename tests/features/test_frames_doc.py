"""The page of frames, codes and values."""

from orchd.features.reference import frames_text


def test_it_says_what_ends_a_request() -> None:
    told = frames_text()
    assert "| `ping` | `pong` |  |  | status | read |" in told
    before = "`chat:message`, `chat:progress`, `chat:streaming`"
    assert f"| `chat:send` | `chat:message`, role `assistant` | {before} |  | change | chat |" in told
    assert "| `monitoring:subscribe` | `monitoring:subscribed` |  | `monitoring:metrics` | status | read |" in told
    assert "| `busy` | yes |" in told
    assert "| 4000 | yes |" in told
    assert "| `ChatStatus` + |" in told
    assert "| `OnDisconnect` |" in told
