"""A client of orchd, written from its schema by `orchd client python`; see README.md."""

from .client import Client, connect
from .runtime.answers import AnswerStream, TextChunk
from .runtime.failures import (
    DisconnectedError,
    FrameTooLongError,
    NotADaemonError,
    OrchdError,
    OverflowedError,
    RequestError,
)
from .runtime.messages import Frame
from .runtime.streams import ChangeGap, RequestStream, Subscription

__all__ = [
    "AnswerStream",
    "ChangeGap",
    "Client",
    "DisconnectedError",
    "Frame",
    "FrameTooLongError",
    "NotADaemonError",
    "OrchdError",
    "OverflowedError",
    "RequestError",
    "RequestStream",
    "Subscription",
    "TextChunk",
    "connect",
]
