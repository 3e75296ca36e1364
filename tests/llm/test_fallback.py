import pytest

from orchd.errors import OrchdError, Timeout, Unavailable, UpstreamError
from orchd.llm.fallback import Attempts, Heard
from tests.fix_upstream import Recorder


def failed(*errors: OrchdError) -> Attempts:
    attempts = Attempts()
    for place, error in enumerate(errors):
        attempts.failed(f"m{place}", "box", error)
    return attempts


def test_a_single_failure_is_raised_as_it_is() -> None:
    error = UpstreamError("boom", reason="server_error")
    assert failed(error).error() is error


def test_of_several_the_last_is_raised_with_all_told() -> None:
    error = failed(UpstreamError("no memory", reason="load_failed"), Unavailable("away", backend="box")).error()
    assert isinstance(error, Unavailable)
    assert error.details["backend"] == "box"
    assert [(one["model"], one["code"], one["reason"]) for one in error.details["attempts"]] == [
        ("m0", "upstream_error", "load_failed"),
        ("m1", "unavailable", None),
    ]


@pytest.mark.parametrize("reason", ["first_event", "gap", "total"])
def test_a_server_that_stalled_is_not_asked_again(reason: str) -> None:
    attempts = failed(Timeout("silence", reason=reason))
    with pytest.raises(Unavailable, match="stalled"):
        attempts.check("box")
    attempts.check("other")


def test_a_server_that_could_not_be_reached_has_nothing_to_finish() -> None:
    failed(Timeout("slow", reason="connect")).check("box")


def test_what_is_heard_is_passed_on_but_for_the_end() -> None:
    recorder = Recorder()
    heard = Heard(recorder)
    heard.on_phase("queued", None)
    heard.on_queue(1, None)
    assert not heard.spoke
    heard.on_delta("content", "a")
    heard.on_close()
    assert heard.spoke
    assert recorder.events == [("queued", None), ("content", "a")]
