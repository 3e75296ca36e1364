"""Calls and replies as they travel: what a function is given and gives back is the same on both sides."""

import msgspec
import pytest

from orchd.errors import Invalid, TooLarge
from orchd.worker import frames
from tests.worker import jobs


def there(frame: bytes) -> bytes:
    """A frame as it is read on the other side."""
    size = int.from_bytes(frame[: frames.HEAD_BYTES])
    assert len(frame) == frames.HEAD_BYTES + size
    return frame[frames.HEAD_BYTES :]


def test_values_come_back_as_they_were_made() -> None:
    request = there(frames.call(jobs.pairs, (["é", "b\u0000"], None), ()))
    reply = there(frames.answer(request))
    assert frames.value_of(reply, jobs.pairs) == [jobs.Pair("Noneé", 1), jobs.Pair("Noneb\u0000", 2)]


def test_exceptions_that_are_answers_come_back_as_they_were_raised() -> None:
    reply = there(frames.answer(there(frames.call(jobs.refused, ("x",), ()))))
    with pytest.raises(Invalid, match="this is refused") as raised:
        frames.value_of(reply, jobs.refused)
    assert raised.value.details == {"field": "text", "path": "$.data.text"}
    reply = there(frames.answer(there(frames.call(jobs.number, ("x",), (jobs.NoNumberError,)))))
    with pytest.raises(jobs.NoNumberError, match="no number of 1 characters"):
        frames.value_of(reply, jobs.number)


def test_what_is_no_answer_is_raised_there() -> None:
    with pytest.raises(jobs.NoNumberError):
        frames.answer(there(frames.call(jobs.number, ("x",), ())))


def test_arguments_of_another_kind_are_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        frames.answer(there(frames.call(jobs.number, (1,), ())))


def test_frames_are_bounded() -> None:
    with pytest.raises(TooLarge):
        frames.call(jobs.process, ("x" * frames.MAX_FRAME_BYTES,), ())
