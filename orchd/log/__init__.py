"""Logs: one line an event on stderr, JSON for machines, coloured text on a terminal.

The daemon must never wait for whoever reads its log (`output.py`), and must never tell it what is nobody's
business: names, numbers, ids and reasons may be logged, texts of messages and secrets may not. `mask` is the net
below that rule, not the rule.

structlog's registry is one for the whole process: `configure` is for the command line, once, before anything logs.
"""

import logging
import os
import reprlib
import sys
from collections.abc import Callable, Mapping, MutableMapping
from datetime import UTC, datetime
from enum import Enum
from pathlib import PurePath
from typing import Any, Literal, NoReturn, TypeAlias

import msgspec
import structlog

from orchd.log.output import LogOutput
from orchd.log.recent import RecentLines
from orchd.masking import MASK, is_secret, mask_text
from orchd.telemetry.request_id import request_id_here

LogEvent: TypeAlias = MutableMapping[str, Any]

MESSAGE_TEXTS = frozenset(
    {
        "answer",
        "chunk",
        "content",
        "message",
        "messages",
        "prompt",
        "reasoning",
        "systemPrompt",
        "system_prompt",
        "turns",
    }
)
"""Keys whose values people wrote or models answered: only the length is logged. An error's text goes under `reason`."""

recent = RecentLines()
"""What was written last; like structlog's registry it is one for the whole process."""

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}

_COLOURS = {"debug": "\x1b[2m", "info": "\x1b[32m", "warning": "\x1b[33m", "error": "\x1b[31m", "critical": "\x1b[31m"}
_PLAIN = "\x1b[0m"
_DEPTH = 5
_LONGEST = 20_000


def configure(
    level: Literal["debug", "info", "warning", "error"],
    form: Literal["auto", "json", "text"],
    descriptor: int | None = None,
) -> LogOutput | None:
    """Send structlog's events, and what libraries log from WARNING up, to `descriptor` (default: stderr).

    Returns the output, whose `close` flushes for a moment; None when stderr is closed, then nothing is logged. Below
    `level` a call costs well under a microsecond. Levels and formats are those of the settings.
    """
    output = _open(descriptor)
    if output is None:
        structlog.configure(processors=[_nobody], logger_factory=structlog.ReturnLoggerFactory())
        return None
    text = form == "text" or (form == "auto" and output.is_terminal)
    structlog.configure(
        processors=[
            name_request,
            structlog.processors.add_log_level,
            stamp,
            structlog.processors.format_exc_info,
            mask,
            recent.keep,
            text_renderer(coloured=output.is_coloured) if text else json_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=lambda *_: _Lines(output),
        cache_logger_on_first_use=True,
    )
    _route_libraries()
    return output


def set_level(level: Literal["debug", "info", "warning", "error"]) -> None:
    """Log from another level on; who has a logger in hand goes on as before."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]))


def name_request(_logger: object, _method: str, event: LogEvent) -> LogEvent:
    """Processor: add `request_id`, by which the request is known that the line is about, if there is one."""
    request_id = request_id_here()
    if request_id is not None:
        event.setdefault("request_id", request_id)
    return event


def stamp(_logger: object, _method: str, event: LogEvent) -> LogEvent:
    """Processor: add `timestamp`, ISO-8601 UTC with milliseconds."""
    event["timestamp"] = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return event


def mask(_logger: object, _method: str, event: LogEvent) -> LogEvent:
    """Processor: hide secrets by their keys, credentials inside texts, and texts of messages, to a depth of five."""
    return {key: _hidden(key, value, 0) for key, value in event.items()}


def json_line(_logger: object, _method: str, event: LogEvent) -> bytes:
    """Renderer: one JSON object, the fixed keys first, what JSON can't say as its `repr`."""
    head = {key: event[key] for key in ("timestamp", "level", "event") if key in event}
    return msgspec.json.encode({**head, **event}, enc_hook=repr)


def text_renderer(*, coloured: bool) -> Callable[[object, str, LogEvent], bytes]:
    """Renderer for people: time, level, event, `key=value`; control characters escaped, a traceback below."""

    def render(_logger: object, _method: str, event: LogEvent) -> bytes:
        level, told = event.pop("level", "info"), _escape(str(event.pop("event", "")))
        time, trace = str(event.pop("timestamp", ""))[11:], event.pop("exception", None)
        start, end = (_COLOURS.get(level, ""), _PLAIN) if coloured else ("", "")
        pairs = "".join(f"  {_escape(str(key))}={_value(value)}" for key, value in event.items())
        below = "".join(f"\n  {_escape(line)}" for line in str(trace).splitlines()) if trace else ""
        return f"{time} {start}{level:<8}{end}{told}{pairs}{below}".encode(errors="backslashreplace")

    return render


class _Short(reprlib.Repr):
    def __init__(self) -> None:
        super().__init__()
        self.maxother = self.maxstring = 200


class _Lines:
    """What structlog calls with a rendered line, under the name of any level."""

    def __init__(self, output: LogOutput) -> None:
        self.debug = self.info = self.warning = self.error = self.critical = output.write_line
        self.msg = self.log = self.exception = self.warn = self.fatal = self.err = self.failure = output.write_line


class _Route(logging.Handler):
    """Hands records of the standard library's logging over to structlog; like all logging, it must not raise."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            told = record.getMessage()
        except (TypeError, ValueError):  # a library's format string does not fit its arguments
            told = str(record.msg)
        log = structlog.get_logger()
        level = min(max(record.levelno // 10 * 10, logging.DEBUG), logging.CRITICAL)  # libraries invent levels
        log.log(level, told, logger=record.name, exc_info=record.exc_info)


def _nobody(_logger: object, _method: str, _event: LogEvent) -> NoReturn:
    raise structlog.DropEvent


def _route_libraries() -> None:
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, _Route)]:
        root.removeHandler(handler)
    root.addHandler(_Route())
    root.setLevel(logging.WARNING)


def _open(descriptor: int | None) -> LogOutput | None:
    try:
        if descriptor is None:
            if sys.stderr is None:  # Python found descriptor 2 closed at its start
                return None
            descriptor = sys.stderr.fileno()
        os.fstat(descriptor)
        return LogOutput(descriptor)
    except (OSError, ValueError):
        return None


def _hidden(key: str, value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if is_secret(key):
        return MASK
    if isinstance(value, int | float):
        return value if abs(value) < 2**63 else repr(value)
    if key in MESSAGE_TEXTS:
        return f"<{len(value)} long>" if isinstance(value, str | bytes | list | tuple | dict) else "<hidden>"
    return _mask_inside(value, depth)


def _mask_inside(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return mask_text(_encodable(value))
    if depth >= _DEPTH:
        return "..."
    if isinstance(value, msgspec.Struct):
        value = msgspec.structs.asdict(value)
    if isinstance(value, Mapping):
        return {_encodable(str(key)): _hidden(str(key), each, depth + 1) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_hidden("", each, depth + 1) for each in value]
    return mask_text(_encodable(_show(value)))


def _show(value: Any) -> str:
    """An exception as its text, anything else as a short `repr`; `reprlib` survives a broken `__repr__`."""
    if isinstance(value, BaseException):
        return f"{type(value).__name__}: {value}"
    return str(value) if isinstance(value, PurePath | Enum) else _Short().repr(value)


def _encodable(text: str) -> str:
    """`text` without lone surrogates, which UTF-8 can't say, and cut where nobody reads on."""
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + f"... ({len(text)} long)"
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()


def _escape(text: str) -> str:
    """Terminal escapes and line feeds from outside must not forge lines or move the cursor."""
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _value(value: Any) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value, enc_hook=repr).decode()
    text = _escape(text)
    return f'"{text}"' if isinstance(value, str) and (" " in text or not text) else text
