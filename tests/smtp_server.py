"""A server that speaks SMTP as RFC 5321 has it, with STARTTLS and log-ins, and keeps what it is sent."""

import base64
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import trio


@dataclass
class SmtpServer:
    """What it was told, and what it answers: `answers` to a command in place of the usual word; `silent`: it takes
    connections and says nothing. `password`: without it nothing is taken."""

    trust: ssl.SSLContext | None = None
    at_once: bool = False
    password: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    silent: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    port: int = 0

    async def serve(self, stream: trio.abc.Stream) -> None:
        """Speak with one client."""
        if self.silent:
            await trio.sleep_forever()
        if self.at_once:
            stream = self._encrypt(stream)
        try:
            await _Conversation(self, stream, encrypted=self.at_once).run()
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            pass
        finally:
            await trio.aclose_forcefully(stream)

    def _encrypt(self, stream: trio.abc.Stream) -> trio.abc.Stream:
        assert self.trust is not None
        return trio.SSLStream(stream, self.trust, server_side=True, https_compatible=True)


class _Conversation:
    def __init__(self, server: SmtpServer, stream: trio.abc.Stream, *, encrypted: bool) -> None:
        self.server, self.stream, self.encrypted = server, stream, encrypted
        self.data, self.known = b"", server.password is None

    async def run(self) -> None:
        await self.say("220 tests ESMTP")
        while line := await self.line():
            verb, _, rest = line.partition(" ")
            self.server.said.append(line)
            usual = await self.answer(verb.upper(), rest)
            if usual is not None:
                await self.say(usual)
            if verb.upper() == "QUIT":
                return

    async def answer(self, verb: str, rest: str) -> str | None:
        if verb in self.server.answers:
            return self.server.answers[verb]
        match verb:
            case "EHLO":
                offered = ["STARTTLS"] if self.server.trust is not None and not self.encrypted else []
                lines = ["tests", *offered, "AUTH PLAIN", "8BITMIME"]
                return "\r\n".join([*(f"250-{each}" for each in lines[:-1]), f"250 {lines[-1]}"])
            case "STARTTLS":
                await self.say("220 go ahead")
                self.stream, self.encrypted, self.data = self.server._encrypt(self.stream), True, b""
                return None
            case "AUTH":
                said = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
                self.known = self.encrypted and said[2] == self.server.password
                return "235 welcome" if self.known else "535 who are you?"
            case "MAIL":
                return "250 ok" if self.known else "530 log in first"
            case "RCPT":
                self.server.to.append(rest.partition(":")[2].strip("<>"))
                return "250 ok"
            case "DATA":
                await self.say("354 go on")
                text = await self.until(b"\r\n.\r\n")
                plain = text.replace(b"\r\n..", b"\r\n.")
                mail: Any = message_from_bytes(plain, policy=SMTP)
                self.server.mails.append(mail)
                return "250 taken"
            case "RSET" | "NOOP":
                return "250 ok"
            case "QUIT":
                return "221 bye"
        return "502 what?"

    async def say(self, text: str) -> None:
        await self.stream.send_all(f"{text}\r\n".encode())

    async def line(self) -> str:
        return (await self.until(b"\r\n")).decode()

    async def until(self, end: bytes) -> bytes:
        while end not in self.data:
            more = await self.stream.receive_some()
            if not more:
                return b""
            self.data += more
        found, _, self.data = self.data.partition(end)
        return found


@asynccontextmanager
async def smtp_server(**options: Any) -> AsyncIterator[SmtpServer]:
    """Let one listen on a free port while the block lasts."""
    server = SmtpServer(**options)
    async with trio.open_nursery() as nursery:
        listeners = await nursery.start(trio.serve_tcp, server.serve, 0)
        server.port = listeners[0].socket.getsockname()[1]
        yield server
        nursery.cancel_scope.cancel()
