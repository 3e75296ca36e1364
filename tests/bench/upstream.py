"""A model server that keeps an exact schedule: token `i` leaves `i * interval` seconds after the request.

Run as `python -m tests.bench.upstream`: prints its port. The message asks: `TOKENS INTERVAL_MS`, e.g. `200 5`.
It answers `GET /closed` with the time (CLOCK_MONOTONIC, shared by all processes) at which the last stream was let go.
"""

import asyncio
import json
import time

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
MODELS = {"object": "list", "data": [{"id": "bench", "object": "model", "owned_by": "bench"}]}
BATCH = 500
"""Tokens written at once at full speed."""


def token(index: int) -> str:
    return f"t{index} "


def chunk(index: int) -> bytes:
    delta = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "bench",
        "choices": [{"index": 0, "delta": {"content": token(index)}, "logprobs": None, "finish_reason": None}],
    }
    return framed(json.dumps(delta))


def framed(data: str) -> bytes:
    body = f"data: {data}\n\n".encode()
    return b"%x\r\n%s\r\n" % (len(body), body)


END = (
    framed('{"id":"chatcmpl-1","model":"bench","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}')
    + framed(
        '{"id":"chatcmpl-1","model":"bench","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}'
    )
    + framed("[DONE]")
    + b"0\r\n\r\n"
)


class Upstream:
    def __init__(self) -> None:
        self.closed = 0.0
        self.chunks = [chunk(index) for index in range(20_000)]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await self.answer(head, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def answer(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = head.split(b" ", 2)[1]
        if path == b"/v1/chat/completions":
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            body = json.loads(await reader.readexactly(length))
            count, interval = body["messages"][-1]["content"].split()
            await self.stream(int(count), float(interval) / 1000, reader, writer)
        elif path == b"/v1/models":
            reply(writer, MODELS)
        elif path == b"/closed":
            reply(writer, {"closed": self.closed})
        else:
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    async def stream(
        self, count: int, interval: float, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        start = time.monotonic()
        watch = asyncio.ensure_future(reader.read())
        watch.add_done_callback(lambda _: setattr(self, "closed", time.monotonic()))
        writer.write(HEAD)
        index = 0
        while index < count and not watch.done():
            due = count if not interval else min(count, int((time.monotonic() - start) / interval) + 1)
            due = min(due, index + BATCH)
            writer.write(b"".join(self.chunks[index:due]))
            await writer.drain()
            index = due
            if interval:
                await asyncio.wait((watch,), timeout=max(0.0, start + index * interval - time.monotonic()))
        if not watch.done():
            writer.write(END)
            await writer.drain()
        await watch


def reply(writer: asyncio.StreamWriter, value: object) -> None:
    body = json.dumps(value).encode()
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    )


async def main() -> None:
    server = await asyncio.start_server(Upstream().serve, "127.0.0.1", 0, limit=2**20)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
