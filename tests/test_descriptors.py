"""The limit of open files, at the start."""

import resource

import pytest
from structlog.testing import capture_logs

from orchd.descriptors import RESERVE, make_room


class Limit:
    """The system's limit, in the place of the real one: `most` is what it gives, whatever the hard limit says."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, most: int | None = None) -> None:
        self.soft, self.hard, self.most = soft, hard, most
        monkeypatch.setattr(resource, "getrlimit", lambda _: (self.soft, self.hard))
        monkeypatch.setattr(resource, "setrlimit", self.set)

    def set(self, _: int, limits: tuple[int, int]) -> None:
        """Take it, unless it is too much."""
        if limits[0] > self.hard >= 0 or (self.most is not None and limits[0] > self.most):
            raise ValueError("not allowed")
        self.soft, self.hard = limits


def test_it_is_raised_to_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = Limit(monkeypatch, 1024, 20_000)
    with capture_logs() as logs:
        assert make_room(10_000, 1_000) == 10_000
    assert (limit.soft, limit.hard, logs) == (10_000 + 1_000 + RESERVE, 20_000, [])


@pytest.mark.parametrize("soft", [20_000, resource.RLIM_INFINITY])
def test_it_is_never_lowered(monkeypatch: pytest.MonkeyPatch, soft: int) -> None:
    limit = Limit(monkeypatch, soft, resource.RLIM_INFINITY)
    assert make_room(10, 10) == 10
    assert limit.soft == soft


@pytest.mark.parametrize(("hard", "fitting"), [(64, 32), (1024, 512), (4096, 4096 - 1_000 - RESERVE)])
def test_what_does_not_fit_is_said_once(monkeypatch: pytest.MonkeyPatch, hard: int, fitting: int) -> None:
    limit = Limit(monkeypatch, 64, hard)
    with capture_logs() as logs:
        assert make_room(10_000, 1_000) == fitting
    assert limit.soft == hard
    assert [(line["log_level"], line["limit"], line["connections"]) for line in logs] == [("warning", hard, fitting)]


def test_a_system_that_promises_more_than_it_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = Limit(monkeypatch, 256, resource.RLIM_INFINITY, most=10_240)
    with capture_logs():
        assert make_room(10_000, 1_000) == 10_240 - 1_000 - RESERVE
    assert limit.soft == 10_240


def test_one_that_can_not_be_raised_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    Limit(monkeypatch, 256, 20_000, most=0)
    with capture_logs():
        assert make_room(10_000, 1_000) == 128
