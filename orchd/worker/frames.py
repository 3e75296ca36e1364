"""What goes between the daemon and a worker: a function by its name with its arguments, and what came of it.

Values travel as MessagePack and are read by the function's own annotations, so that no code does. A frame is its length
in four bytes, then so many bytes.
"""

import inspect
from collections.abc import Callable, Sequence
from functools import cache
from pkgutil import resolve_name
from typing import Any, NamedTuple, get_type_hints

import msgspec

from orchd.errors import OrchdError, TooLarge

HEAD_BYTES = 4
MAX_FRAME_BYTES = 64 * 1024 * 1024
"""Of a request or a reply: some times the longest texts, that two of one model's context are."""


class Call(msgspec.Struct, frozen=True, array_like=True):
    """A function that a module holds under its own name, its arguments, and the exceptions that are answers of it."""

    function: str
    raises: list[str]
    arguments: msgspec.Raw


class CallFailure(msgspec.Struct, frozen=True, array_like=True):
    """An exception that was raised as an answer."""

    kind: str
    message: str
    details: dict[str, Any]


class CallReply(msgspec.Struct, frozen=True, array_like=True):
    """What came of a call: a value, or a failure."""

    value: msgspec.Raw
    failure: CallFailure | None


class _Codecs(NamedTuple):
    arguments: msgspec.msgpack.Decoder[tuple[Any, ...]]
    result: msgspec.msgpack.Decoder[Any]


def call(function: Callable[..., object], args: Sequence[object], raises: Sequence[type[Exception]]) -> bytes:
    """Return a call as a frame. Raises TooLarge."""
    encode = msgspec.msgpack.encode
    try:
        arguments = msgspec.Raw(encode(args))
    except RecursionError:
        raise _too_deep() from None
    return frame(encode(Call(_name(function), [_name(kind) for kind in raises], arguments)))


def value_of(reply: bytes, function: Callable[..., object]) -> Any:
    """Return what a function returned, by its reply without the head. Raises what it raised as an answer."""
    found = msgspec.msgpack.decode(reply, type=CallReply)
    if found.failure is not None:
        raise _exception_of(found.failure)
    return _codecs(function).result.decode(found.value)


def answer(request: bytes) -> bytes:
    """Make a call, given without its head, and return the reply as a frame. Raises what is no answer."""
    asked = msgspec.msgpack.decode(request, type=Call)
    function = resolve_name(asked.function)
    raises = tuple(resolve_name(name) for name in asked.raises)
    try:
        value = function(*_codecs(function).arguments.decode(asked.arguments))
        return _reply_frame(value)
    except (OrchdError, *raises) as error:
        return _failure_of(error)
    except MemoryError:
        return _failure_of(TooLarge("this takes more memory than one text may have", reason="memory"))
    except RecursionError:
        return _failure_of(_too_deep())


def frame(payload: bytes) -> bytes:
    """Return bytes with their length before them. Raises TooLarge."""
    if len(payload) > MAX_FRAME_BYTES:
        raise TooLarge("this is more text than can be worked on at once", maxBytes=MAX_FRAME_BYTES)
    return len(payload).to_bytes(HEAD_BYTES) + payload


def _reply_frame(value: object) -> bytes:
    encode = msgspec.msgpack.encode
    return frame(encode(CallReply(msgspec.Raw(encode(value)), None)))


def _too_deep() -> TooLarge:
    return TooLarge("this is nested too deeply", reason="nesting")


def _failure_of(error: Exception) -> bytes:
    message, details = (error.message, error.details) if isinstance(error, OrchdError) else (str(error), {})
    nothing = msgspec.Raw(msgspec.msgpack.encode(None))
    return frame(msgspec.msgpack.encode(CallReply(nothing, CallFailure(_name(type(error)), message, details))))


def _exception_of(failure: CallFailure) -> Exception:
    kind = resolve_name(failure.kind)
    made = kind(failure.message)
    if isinstance(made, OrchdError):
        made = made.of_wire(failure.message, failure.details)
    assert isinstance(made, Exception)
    return made


def _name(thing: Callable[..., object]) -> str:
    return f"{thing.__module__}:{thing.__qualname__}"


@cache
def _codecs(function: Callable[..., object]) -> _Codecs:
    hints = get_type_hints(function)
    kinds = tuple(hints[name] for name in inspect.signature(function).parameters)
    return _Codecs(msgspec.msgpack.Decoder(tuple[kinds]), msgspec.msgpack.Decoder(hints["return"]))  # type: ignore[valid-type]
